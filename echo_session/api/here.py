"""/public/gatherings: checking in at a shared camera from a telephone of one's own, by its code."""

from __future__ import annotations

from typing import Any

from echo_session.api import gathering_models as models
from echo_session.api.auth import refuse_other_sites
from echo_session.api.console import refuse_if_too_many
from echo_session.api.gatherings import answer_with, asks_at, person_here, somebody_said
from echo_session.api.limits import RateLimit
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.api.shared_camera import TAG, credentials, is_asking
from echo_session.domain.gatherings import CheckIn, Gathering, Way, Why, read_code
from echo_session.domain.ids import unpadded
from echo_session.domain.sessions import Session, Status
from echo_session.store import check_ins, who_is_here
from echo_session.store.errors import NotFound
from echo_session.store.gatherings import by_code, company, get_gathering
from echo_session.store.learners import page_ends
from echo_session.store.sessions import get_session

SCHEME = "check-in"
SECRET_BYTES = 32
NO_SUCH_CODE = (
    "No camera has this code just now. Look at the six characters on the screen in the room, and whether the"
    " session has begun."
)


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The operations; looking up codes is limited by address, the rest by check-in."""
    limits = ports.limits
    looks = RateLimit(limits.codes_per_address, limits.public_window, ports.monotonic)
    asked = RateLimit(limits.shared_camera_asks, limits.public_window, ports.monotonic)

    async def gathering_of_code(call: AnyCall) -> Gathering:
        refuse_if_too_many(looks.wait(call.request.remote))
        code = read_code(call.path["code"])
        try:
            if code is None:
                raise NotFound("no code at all")
            return await by_code(call.tx, code)
        except NotFound as error:
            raise Problem(404, NO_SUCH_CODE) from error

    async def mine(call: AnyCall) -> CheckIn:
        check_in_id, secret = credentials(call, SCHEME)
        refuse_if_too_many(asked.wait(check_in_id))
        try:
            return await check_ins.check_in_of_phone(call.tx, check_in_id, secret)
        except NotFound as error:
            raise Problem(401, "This telephone is not checked in any more. Enter the code again.") from error

    async def read(call: Call[Nothing, Nothing]) -> Answer:
        gathering = await gathering_of_code(call)
        session = await get_session(call.tx, gathering.session_id)
        found = await company(call.tx, gathering)
        known = await who_is_here.known_people(call.tx, gathering)
        body = models.HereGathering(
            code=gathering.code,
            title=session.title,
            site=found.site,
            host=found.host.name,
            ends_at=session.ends_at,
            known=[person_here(one) for one in known],
        )
        return Answer(body=body)

    def admit(call: Call[models.SomebodyHere, Nothing]) -> None:
        refuse_other_sites(call.request, ports, programs=True)

    async def enter(call: Call[models.SomebodyHere, Nothing]) -> Answer:
        gathering = await gathering_of_code(call)
        if call.body.person_id is not None and call.body.person is None:
            person_id = await who_is_here.known_at_site(call.tx, gathering, call.body.person_id)
        else:
            person_id = await somebody_said(call, gathering, call.body)
        secret = unpadded(ports.random(SECRET_BYTES))
        made = await check_ins.check_in(
            call.tx,
            gathering,
            person_id,
            Way.PHONE,
            at=ports.instant_of(call.now),
            secret=secret,
            random=ports.random,
        )
        told = await answer_with(call, made)
        own = await _own(call, made)
        return Answer(body=models.NewHereCheckIn(**dict(own), secret=secret), then=told.then)

    async def look(call: Call[Nothing, Nothing]) -> Answer:
        return Answer(body=await _own(call, await mine(call)))

    async def out(call: Call[Nothing, Nothing]) -> Answer:
        return await _gone(call, (await mine(call)).id, Why.SELF)

    async def answer(call: Call[models.Presence, Nothing]) -> Answer:
        own = await mine(call)
        if not call.body.here:
            return await _gone(call, own.id, Why.NOT_HERE)
        at = ports.instant_of(call.now)
        said = await check_ins.still_here(call.tx, own.id, at=at, random=ports.random)
        told = await answer_with(call, said)
        return Answer(body=await _own(call, said), then=told.then)

    public: dict[str, Any] = {"tag": TAG, "public": True}
    of_one = {**public, "answer": models.HereCheckIn, "problems": (401, 409, 429)}
    return (
        operation(
            "GET",
            "/public/gatherings/{code}",
            "readGathering",
            "What a telephone that has the code is told: which session, where, and who is known there",
            read,
            **public,
            answer=models.HereGathering,
            problems=(404, 429),
        ),
        operation(
            "POST",
            "/public/gatherings/{code}/check-ins",
            "checkInOnPhone",
            "Say that one is in front of that camera; the secret leads back to it",
            enter,
            **public,
            body=models.SomebodyHere,
            answer=models.NewHereCheckIn,
            admit=admit,
            problems=(403, 404, 409, 429),
        ),
        operation(
            "GET",
            "/public/check-in",
            "readOwnCheckIn",
            "One's own check-in, by its secret",
            look,
            **of_one,
        ),
        operation("POST", "/public/check-in/out", "checkOutOnPhone", "Say that one goes", out, **of_one),
        operation(
            "POST",
            "/public/check-in/still-here",
            "answerOnPhone",
            "Answer whether one is still there",
            answer,
            **of_one,
            body=models.Presence,
        ),
    )


async def _gone(call: AnyCall, check_in_id: str, why: Why) -> Answer:
    gone = await check_ins.check_out(
        call.tx, check_in_id, why, at=call.ports.instant_of(call.now), random=call.ports.random
    )
    told = await answer_with(call, gone)
    return Answer(body=await _own(call, gone), then=told.then)


async def _own(call: AnyCall, check_in: CheckIn) -> models.HereCheckIn:
    session = await get_session(call.tx, check_in.session_id)
    found = await company(call.tx, await get_gathering(call.tx, check_in.gathering_id))
    [person] = [person for one, person in found.check_ins if one.id == check_in.id]
    return models.HereCheckIn(
        id=check_in.id,
        name=person.name,
        title=session.title,
        site=found.site,
        session_status=session.status.value,
        ends_at=session.ends_at,
        at=check_in.at,
        out_at=check_in.out_at,
        host_here=found.host_here,
        asking=is_asking(session, call) and check_in.asked(asks_at(session), call.now),
        matched=person.matched,
        credit=await _credit(call, session, check_in.person_id),
    )


async def _credit(call: AnyCall, session: Session, person_id: str) -> str:
    """Where they claim credit, once the session is over."""
    if session.status is not Status.CLOSED:
        return ""
    return call.ports.links.learner(session.id, person_id, await page_ends(call.tx, session))
