"""/sessions/{id}/gatherings: people in front of shared cameras, as the console sees and corrects them."""

from __future__ import annotations

from datetime import datetime

from echo_session.api import gathering_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.people_models import SiteBrief
from echo_session.api.problems import invalid
from echo_session.api.sessions import session_of
from echo_session.domain.due_work import warn_at
from echo_session.domain.errors import FieldProblem
from echo_session.domain.gatherings import CheckIn, Gathering, Way, Why
from echo_session.domain.newcomers import Newcomer
from echo_session.domain.people import Person
from echo_session.domain.sessions import Session
from echo_session.domain.text import tidy_lines
from echo_session.store import audit, check_ins, who_is_here
from echo_session.store.errors import NotFound
from echo_session.store.gatherings import Company, companies, company, get_gathering
from echo_session.store.sessions import get_session

TAG = "Attendance"


async def index(call: Call[Nothing, Nothing]) -> Answer:
    """The shared devices of a session. Every look is noted."""
    session = await session_of(call)
    found = await companies(call.tx, session.id)
    await audit.note(
        call.tx, call.actor.id, audit.READ_ATTENDANCE, session.id, now=call.now, random=call.ports.random
    )
    return Answer(body=models.Gatherings(items=[gathering_out(one, session, call.now) for one in found]))


async def add(call: Call[models.SomebodyByHand, Nothing]) -> Answer:
    """Checks somebody in by hand."""
    session = await session_of(call)
    gathering = await get_gathering(call.tx, call.body.gathering_id)
    if gathering.session_id != session.id:
        raise NotFound(f"no gathering {gathering.id} in this session")
    reason = reason_of(call.body.reason)
    return await add_by_hand(call, gathering, call.body, by=call.actor.id, reason=reason)


async def take_out(call: Call[models.TakenOut, Nothing]) -> Answer:
    """Checks somebody out by hand."""
    reason = reason_of(call.body.reason)
    return await leave(call, call.path["check_in_id"], Why.HAND, by=call.actor.id, reason=reason)


async def add_by_hand(
    call: AnyCall, gathering: Gathering, body: models.SomebodyHere, *, by: str, reason: str
) -> Answer:
    """Anybody whom the hub knows, or somebody by name."""
    if body.person_id is not None and body.person is None:
        person_id = await who_is_here.known_anywhere(call.tx, body.person_id)
    else:
        person_id = await somebody_said(call, gathering, body)
    made = await check_ins.check_in(
        call.tx,
        gathering,
        person_id,
        Way.HAND,
        at=call.ports.instant_of(call.now),
        by=by,
        reason=reason,
        random=call.ports.random,
    )
    return await answer_with(call, made)


async def leave(call: AnyCall, check_in_id: str, why: Why, *, by: str, reason: str = "") -> Answer:
    """Somebody is not in front of the device any more."""
    gone = await check_ins.check_out(
        call.tx,
        check_in_id,
        why,
        at=call.ports.instant_of(call.now),
        by=by,
        reason=reason,
        random=call.ports.random,
    )
    return await answer_with(call, gone)


async def somebody_said(call: AnyCall, gathering: Gathering, body: models.SomebodyHere) -> str:
    """Id of somebody who is given by name. Raises InvalidFields."""
    if body.person is None or body.person_id is not None:
        problem = FieldProblem("person_id", "says not who it is", "either `person_id` or `person`")
        raise invalid([problem])
    said = Newcomer(name=body.person.name, email=body.person.email, profession=body.person.profession)
    return await who_is_here.newcomer(call.tx, gathering, said, now=call.now, random=call.ports.random)


async def answer_with(call: AnyCall, check_in: CheckIn) -> Answer:
    """The shared device by now, for whoever changed it; the room's screens look again."""
    gathering = await get_gathering(call.tx, check_in.gathering_id)
    session = await get_session(call.tx, check_in.session_id)
    body = gathering_out(await company(call.tx, gathering), session, call.now)

    async def tell() -> None:
        await call.ports.rooms.company_changed(gathering.session_id, gathering.host_person_id)

    return Answer(body=body, then=tell)


def reason_of(text: str) -> str:
    """Why something is done by hand. Raises Problem 422 where nothing is said."""
    reason = tidy_lines(text)
    if not reason:
        raise invalid([FieldProblem("reason", "is empty", "why it is done by hand, in a few words")])
    return reason


def asks_at(session: Session) -> datetime:
    """From when on people are asked whether they are still here."""
    return warn_at(session.starts_at, session.ends_at)


def gathering_out(found: Company, session: Session, now: datetime) -> models.GatheringOut:
    """A shared device with its company."""
    gathering = found.gathering
    return models.GatheringOut(
        id=gathering.id,
        host=person_here(found.host),
        host_here=found.host_here,
        site=SiteBrief(id=gathering.site_id, name=found.site) if gathering.site_id else None,
        code=gathering.code,
        opened_at=gathering.opened_at,
        check_ins=[_check_in_out(one, person, session, now) for one, person in found.check_ins],
    )


def person_here(person: Person) -> models.PersonHere:
    """Somebody, as everybody in front of the device may see them."""
    return models.PersonHere(person_id=person.id, name=person.name, profession=person.profession)


def _check_in_out(one: CheckIn, person: Person, session: Session, now: datetime) -> models.CheckInOut:
    return models.CheckInOut(
        id=one.id,
        person_id=person.id,
        name=person.name,
        profession=person.profession,
        matched=person.matched,
        way=one.way.value,
        at=one.at,
        out_at=one.out_at,
        confirmed_at=one.confirmed_at,
        unanswered=one.asked(asks_at(session), session.closed_at or now),
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "GET",
        "/sessions/{session_id}/gatherings",
        "listGatherings",
        "The cameras that several people share, and who is in front of them",
        index,
        tag=TAG,
        unit="write",
        answer=models.Gatherings,
    ),
    operation(
        "POST",
        "/sessions/{session_id}/check-ins",
        "checkInByHand",
        "Say that somebody is in front of a shared camera, and why you say so",
        add,
        tag=TAG,
        body=models.SomebodyByHand,
        answer=models.GatheringOut,
        idempotent=True,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/check-ins/{check_in_id}/out",
        "checkOutByHand",
        "Say that somebody is not in front of a shared camera any more, and why you say so",
        take_out,
        tag=TAG,
        body=models.TakenOut,
        answer=models.GatheringOut,
        problems=(404, 409),
    ),
)
