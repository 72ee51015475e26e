"""/sessions/{id}/registrations: who is invited, and their personal links."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from echo_session.api import models
from echo_session.api.operation import KIB, Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.api.sessions import session_of
from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.people import Invitation, Registration, Role, problems_of
from echo_session.domain.sessions import Session
from echo_session.store import registrations

TAG = "People"
MAX_BODY = 512 * KIB


async def invite(call: Call[models.NewRegistrations, Nothing]) -> Answer:
    """Invites people; gives their links in the order in which they were named."""
    session = await session_of(call)
    refuse_if_over(session)
    wanted = [Invitation(**dict(person) | {"role": Role(person.role)}) for person in call.body.people]
    problems = [
        problem
        for number, invitation in enumerate(wanted)
        for problem in problems_of(invitation, f"people.{number}.")
    ]
    if problems:
        raise InvalidFields(problems)
    made = await registrations.invite(call.tx, session.id, wanted, now=call.now, random=call.ports.random)
    items = [registration_out(call.ports, registration) for registration in made]
    return Answer(body=models.Registrations(items=items), then=allowing(call, session, made))


async def index(call: Call[Nothing, Nothing]) -> Answer:
    """Everybody who is invited."""
    session = await session_of(call)
    items = [
        registration_out(call.ports, registration)
        for registration in await registrations.list_registrations(call.tx, session.id)
    ]
    return Answer(body=models.Registrations(items=items))


async def remove(call: Call[Nothing, Nothing]) -> Answer:
    """Takes an invitation back; whoever is in the room by it is asked out."""
    session = await session_of(call)
    registration_id = call.path["registration_id"]
    removed = await registrations.remove_registration(call.tx, session.id, registration_id, now=call.now)

    async def tell() -> None:
        await call.ports.rooms.person_barred(session.id, removed.person.id, by=call.actor.id)

    return Answer(then=tell)


async def renew(call: Call[Nothing, Nothing]) -> Answer:
    """Makes a new personal link."""
    session = await session_of(call)
    refuse_if_over(session)
    renewed = await registrations.renew_link(call.tx, session.id, call.path["registration_id"])
    return Answer(body=registration_out(call.ports, renewed), then=allowing(call, session, [renewed]))


def allowing(call: AnyCall, session: Session, made: list[Registration]) -> Callable[[], Awaitable[None]]:
    """Tells the live room that these may come, once that is committed."""

    async def tell() -> None:
        people = [registration.person.id for registration in made]
        await call.ports.rooms.people_allowed(session.id, people)

    return tell


def refuse_if_over(session: Session) -> None:
    """Raises NotPossible where nobody can come any more."""
    if session.over:
        raise NotPossible(f"This session is {session.status.value}; nobody can be invited to it any more.")


def registration_out(ports: Ports, registration: Registration) -> models.RegistrationOut:
    """The invitation with its link."""
    return models.RegistrationOut(
        id=registration.id,
        role=registration.role.value,
        person=models.PersonOut.model_validate(registration.person),
        link=ports.links.personal(registration),
        created_at=registration.created_at,
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="POST",
        path="/sessions/{session_id}/registrations",
        name="invite",
        summary="Invite people and get their personal links; who is invited already keeps theirs",
        tag=TAG,
        handler=invite,
        body=models.NewRegistrations,
        query=Nothing,
        answer=models.Registrations,
        status=201,
        unit="write",
        idempotent=True,
        max_body=MAX_BODY,
        problems=(404, 409),
    ),
    Operation(
        method="GET",
        path="/sessions/{session_id}/registrations",
        name="listRegistrations",
        summary="List who is invited",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=Nothing,
        answer=models.Registrations,
        problems=(404,),
    ),
    Operation(
        method="DELETE",
        path="/sessions/{session_id}/registrations/{registration_id}",
        name="uninvite",
        summary="Take an invitation back; the link no longer works",
        tag=TAG,
        handler=remove,
        body=Nothing,
        query=Nothing,
        status=204,
        unit="write",
        problems=(404,),
    ),
    Operation(
        method="POST",
        path="/sessions/{session_id}/registrations/{registration_id}/link",
        name="renewLink",
        summary="Make a new personal link; the one before no longer works",
        tag=TAG,
        handler=renew,
        body=Nothing,
        query=Nothing,
        answer=models.RegistrationOut,
        unit="write",
        problems=(404, 409),
    ),
)
