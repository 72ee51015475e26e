"""/sessions/{id}/registrations, and the same of series and programs: whom the hub registers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from echo_session.api import registration_models as models
from echo_session.api.models import PersonOut
from echo_session.api.operation import KIB, Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.api.sessions import session_of
from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.people import Invitation, Registration, Role, problems_of
from echo_session.domain.registering import Scope, ScopeKind, scope_of
from echo_session.domain.sessions import Session
from echo_session.store import registrations
from echo_session.store.scopes import open_sessions_of, scope_facts, titles

TAG = "People"
MAX_BODY = 512 * KIB


async def invite(call: Call[models.NewRegistrations, Nothing]) -> Answer:
    """Invites people; gives their links in the order in which they were named."""
    session = await session_of(call)
    refuse_if_over(session)
    made = await registrations.invite(
        call.tx,
        session.id,
        invitations_of(call.body.people),
        by=call.actor.id,
        send=call.body.send,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(body=await _list(call, made), then=allowing(call, session, made))


async def register_for_series(call: Call[models.NewStandingRegistrations, Nothing]) -> Answer:
    """Registers people for a series."""
    return await _register(call, Scope(ScopeKind.SERIES, call.path["series_id"]))


async def register_for_program(call: Call[models.NewStandingRegistrations, Nothing]) -> Answer:
    """Registers people for a program."""
    return await _register(call, Scope(ScopeKind.PROGRAM, call.path["program_id"]))


async def index(call: Call[Nothing, Nothing]) -> Answer:
    """Everybody who may come."""
    session = await session_of(call)
    return Answer(body=await _list(call, await registrations.list_registrations(call.tx, session.id)))


async def remove(call: Call[Nothing, Nothing]) -> Answer:
    """Takes an invitation back; whoever is in the room by it is asked out."""
    session = await session_of(call)
    removed = await registrations.remove_registration(
        call.tx,
        session.id,
        call.path["registration_id"],
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
    )

    async def tell() -> None:
        await call.ports.rooms.person_barred(session.id, removed.person.id, by=call.actor.id)

    return Answer(then=tell)


async def renew(call: Call[Nothing, Nothing]) -> Answer:
    """Makes a new personal link."""
    session = await session_of(call)
    refuse_if_over(session)
    renewed = await registrations.renew_link(call.tx, session.id, call.path["registration_id"])
    body = (await registrations_out(call, [renewed]))[0]
    return Answer(body=body, then=allowing(call, session, [renewed]))


def invitations_of(people: Sequence[models.NewRegistration]) -> list[Invitation]:
    """Who is named. Raises InvalidFields, naming each by its place."""
    wanted = [Invitation(**dict(person) | {"role": Role(person.role)}) for person in people]
    problems = [
        problem
        for number, invitation in enumerate(wanted)
        for problem in problems_of(invitation, f"people.{number}.")
    ]
    if problems:
        raise InvalidFields(problems)
    return wanted


def allowing(call: AnyCall, session: Session, made: Sequence[Registration]) -> Callable[[], Awaitable[None]]:
    """Tells the live room that these may come, once that is committed."""
    return allowing_in(call, [session.id], made)


def allowing_in(
    call: AnyCall, session_ids: Sequence[str], made: Sequence[Registration]
) -> Callable[[], Awaitable[None]]:
    """Tells live rooms that these may come, once that is committed."""
    people = [registration.person.id for registration in made]

    async def tell() -> None:
        for session_id in session_ids:
            await call.ports.rooms.people_allowed(session_id, people)

    return tell


def refuse_if_over(session: Session) -> None:
    """Raises NotPossible where nobody can come any more."""
    if session.over:
        raise NotPossible(f"This session is {session.status.value}; nobody can be invited to it any more.")


async def registrations_out(call: AnyCall, found: Sequence[Registration]) -> list[models.RegistrationOut]:
    """Registrations with their links."""
    names = await titles(call.tx, found)
    return [_out(call.ports, registration, names) for registration in found]


async def _register(call: Call[models.NewStandingRegistrations, Nothing], scope: Scope) -> Answer:
    await scope_facts(call.tx, scope)
    made = await registrations.register_people(
        call.tx,
        scope,
        invitations_of(call.body.people),
        by=call.actor.id,
        send=call.body.send,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(
        body=await _list(call, made), then=allowing_in(call, await open_sessions_of(call.tx, scope), made)
    )


async def _list(call: AnyCall, found: Sequence[Registration]) -> models.Registrations:
    return models.Registrations(items=await registrations_out(call, found))


def _out(ports: Ports, registration: Registration, names: dict[str, str]) -> models.RegistrationOut:
    scope = scope_of(registration.session_id, registration.series_id, registration.program_id)
    removed = registration.removed_at is not None
    return models.RegistrationOut(
        id=registration.id,
        scope=scope.kind.value,
        session_id=registration.session_id,
        series_id=registration.series_id,
        program_id=registration.program_id,
        scope_title=names.get(scope.id, ""),
        role=registration.role.value,
        status="withdrawn" if removed else registration.status.value,
        source=registration.source.value,
        person=PersonOut.model_validate(registration.person),
        answers=[models.AnswerOut.model_validate(answer) for answer in registration.answers],
        consents=[models.AgreementOut.model_validate(consent) for consent in registration.consents],
        link=ports.links.personal(registration) if registration.lets_in else None,
        queued_at=registration.queued_at,
        decided_at=registration.decided_at,
        created_at=registration.created_at,
        revision=registration.revision,
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
        summary="List who may come: invited to the session, or registered for its series or program",
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
        summary="Take somebody off this session; a registration for its series or program stays",
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
    *(
        Operation(
            method="POST",
            path=f"/{things}/{{{thing}_id}}/registrations",
            name=f"registerFor{thing.capitalize()}",
            summary=f"Register people for all sessions of a {thing}; by default they are mailed their link",
            tag=TAG,
            handler=handler,
            body=models.NewStandingRegistrations,
            query=Nothing,
            answer=models.Registrations,
            status=201,
            unit="write",
            idempotent=True,
            max_body=MAX_BODY,
            problems=(404, 409),
        )
        for things, thing, handler in (
            ("series", "series", register_for_series),
            ("programs", "program", register_for_program),
        )
    ),
)
