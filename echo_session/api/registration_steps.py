"""/registrations: who is registered for what, and what a coordinator does about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from echo_session.api import registration_models as models
from echo_session.api.operation import Answer, AnyCall, AnyOperation, B, Call, Nothing, Operation
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.problems import invalid
from echo_session.api.registrations import TAG, allowing_in, registrations_out
from echo_session.api.run import etag, expected_revision
from echo_session.domain.errors import FieldProblem
from echo_session.domain.people import Registration, RegistrationStatus, Role
from echo_session.domain.registering import Scope, ScopeKind, scope_of
from echo_session.domain.text import tidy_lines
from echo_session.store import admissions, audit
from echo_session.store.engine import Tx
from echo_session.store.registrants import effective, merged_with
from echo_session.store.registration_rows import read_registration
from echo_session.store.registrations import Filter, page_of_registrations
from echo_session.store.scopes import open_sessions_of, scope_facts
from echo_session.store.undecided import undecided


async def index(call: Call[Nothing, models.RegistrationQuery]) -> Answer:
    """A page of the registrations for one thing."""
    query = call.query
    wanted = Filter(
        scope=_asked_scope(query),
        status=None if query.status is None else RegistrationStatus(query.status),
        search=query.search,
    )
    await scope_facts(call.tx, wanted.scope)
    after = time_place(query.cursor)
    page, more = await page_of_registrations(call.tx, wanted, limit=query.limit, after=after)
    await audit.note(
        call.tx,
        call.actor.id,
        audit.READ_REGISTRATIONS,
        wanted.scope.id,
        now=call.now,
        random=call.ports.random,
    )
    items = await registrations_out(call, page)
    return Answer(body=models.RegistrationPage(items=items, next=cursor_of(more)))


async def waiting(call: Call[Nothing, Nothing]) -> Answer:
    """Where somebody waits for an answer."""
    items = [
        models.UndecidedOut(
            scope="series" if one.scope.kind is ScopeKind.SERIES else "program",
            id=one.scope.id,
            title=one.title,
            pending=one.pending,
            oldest_at=one.oldest_at,
        )
        for one in await undecided(call.tx)
    ]
    return Answer(body=models.UndecidedList(items=items))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One registration."""
    return await _answer(call, await read_registration(call.tx, call.path["registration_id"]))


async def change(call: Call[models.RoleChange, Nothing]) -> Answer:
    """Makes somebody something else, in the rooms that are open too."""
    changed = await admissions.change_role(
        call.tx,
        call.path["registration_id"],
        Role(call.body.role),
        now=call.now,
        random=call.ports.random,
        revision=expected_revision(call.request.headers),
    )
    comes_as = {
        session_id: counts.role.value
        for session_id in await open_sessions_of(call.tx, _scope(changed))
        if (counts := await effective(call.tx, session_id, changed.person.id)) is not None
    }

    async def tell() -> None:
        for session_id, role in comes_as.items():
            await call.ports.rooms.role_changed(session_id, changed.person.id, role)

    return await _answer(call, changed, then=tell)


async def approve(call: Call[Nothing, Nothing]) -> Answer:
    """Lets somebody in."""
    approved = await admissions.approve(
        call.tx,
        call.path["registration_id"],
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
        revision=expected_revision(call.request.headers),
    )
    return await _answer(call, approved, then=await _allowing(call, approved))


async def decline(call: Call[models.Refusal, Nothing]) -> Answer:
    """Says no."""
    declined = await admissions.decline(
        call.tx,
        call.path["registration_id"],
        tidy_lines(call.body.reason),
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
        revision=expected_revision(call.request.headers),
    )
    return await _answer(call, declined)


async def withdraw(call: Call[Nothing, Nothing]) -> Answer:
    """Takes a registration back; whoever is in a room by it is asked out."""
    withdrawn = await admissions.withdraw(
        call.tx,
        call.path["registration_id"],
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
        revision=expected_revision(call.request.headers),
    )
    rooms = [
        session_id
        for session_id in await open_sessions_of(call.tx, _scope(withdrawn))
        if await effective(call.tx, session_id, withdrawn.person.id) is None
    ]
    people = await merged_with(call.tx, withdrawn.person.id)

    async def tell() -> None:
        for session_id in rooms:
            for person_id in people:
                await call.ports.rooms.person_barred(session_id, person_id, by=call.actor.id)

    return await _answer(call, withdrawn, then=tell)


async def renew(call: Call[models.LinkRenewal, Nothing]) -> Answer:
    """A new link, mailed if wanted."""
    registration_id = call.path["registration_id"]
    renewed = await admissions.renew(call.tx, registration_id)
    if call.body.send:
        await _send(call.tx, call)
    return await _answer(call, renewed, then=await _allowing(call, renewed))


async def send(call: Call[Nothing, Nothing]) -> Answer:
    """Mails the present link again."""
    return await _answer(call, await _send(call.tx, call))


async def _send(tx: Tx, call: AnyCall) -> Registration:
    return await admissions.send_link(
        tx, call.path["registration_id"], now=call.now, random=call.ports.random
    )


async def _allowing(call: AnyCall, made: Registration) -> Callable[[], Awaitable[None]]:
    allowed = [made] if made.lets_in else []
    return allowing_in(call, await open_sessions_of(call.tx, _scope(made)), allowed)


async def _answer(
    call: AnyCall, registration: Registration, then: Callable[[], Awaitable[None]] | None = None
) -> Answer:
    [body] = await registrations_out(call, [registration])
    return Answer(body=body, headers=etag(registration.revision), then=then)


def _scope(registration: Registration) -> Scope:
    return scope_of(registration.session_id, registration.series_id, registration.program_id)


def _asked_scope(query: models.RegistrationQuery) -> Scope:
    asked = {
        ScopeKind.SESSION: query.session_id,
        ScopeKind.SERIES: query.series_id,
        ScopeKind.PROGRAM: query.program_id,
    }
    given = [Scope(kind, one) for kind, one in asked.items() if one]
    if len(given) != 1:
        message = "is missing" if not given else "is one of several ids"
        allowed = "exactly one of session_id, series_id and program_id"
        raise invalid([FieldProblem("series_id", message, allowed)])
    return given[0]


_ONE = "/registrations/{registration_id}"


def _step(
    verb: str,
    name: str,
    summary: str,
    handler: Callable[[Call[B, Nothing]], Awaitable[Answer]],
    body: type[B],
) -> AnyOperation:
    decides = verb in ("approve", "decline", "withdraw")
    return Operation(
        method="POST",
        path=f"{_ONE}/{verb}",
        name=name,
        summary=summary,
        tag=TAG,
        handler=handler,
        body=body,
        query=Nothing,
        answer=models.RegistrationOut,
        unit="write",
        if_match=decides,
        problems=(404, 409, 412) if decides else (404, 409),
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/registrations",
        name="listAllRegistrations",
        summary="List registrations of any status for a session, a series or a program, longest wait first",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=models.RegistrationQuery,
        answer=models.RegistrationPage,
        unit="write",
        problems=(404,),
    ),
    Operation(
        method="GET",
        path="/undecided-registrations",
        name="listUndecidedRegistrations",
        summary="List the series and programs of which people wait for the hub's answer, longest wait first",
        tag=TAG,
        handler=waiting,
        body=Nothing,
        query=Nothing,
        answer=models.UndecidedList,
    ),
    Operation(
        method="GET",
        path=_ONE,
        name="readRegistration",
        summary="Read a registration",
        tag=TAG,
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.RegistrationOut,
        problems=(404,),
    ),
    Operation(
        method="PATCH",
        path=_ONE,
        name="changeRegistration",
        summary="Change somebody's role",
        tag=TAG,
        handler=change,
        body=models.RoleChange,
        query=Nothing,
        answer=models.RegistrationOut,
        unit="write",
        if_match=True,
        problems=(404, 409, 412),
    ),
    _step("approve", "approveRegistration", "Let somebody in, or onto the waiting list", approve, Nothing),
    _step("decline", "declineRegistration", "Say no, by mail", decline, models.Refusal),
    _step("withdraw", "withdrawRegistration", "Take a registration back", withdraw, Nothing),
    _step("link", "renewRegistrationLink", "Make a new link and void the old", renew, models.LinkRenewal),
    _step("send", "sendRegistrationLink", "Mail the present link again", send, Nothing),
)
