"""/sessions: make, read, list, change, open, extend, end, cancel, restore."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from echo_session.api import models
from echo_session.api.meanwhile import changed_meanwhile
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.ports import Ports
from echo_session.api.problems import Changed, Problem
from echo_session.api.run import etag, expected_revision
from echo_session.domain.sessions import ENDED_BY_HOST, Change, Draft, Session, Status
from echo_session.store import audit, commands
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.programs import program_names
from echo_session.store.registered import count_sessions
from echo_session.store.series import get_series
from echo_session.store.sessions import Filter, get_session, list_sessions

TAG = "Sessions"


async def session_of(call: AnyCall) -> Session:
    """The session that the address names; practice rooms are nobody's to see. Raises NotFound."""
    session = await get_session(call.tx, call.path["session_id"])
    if session.kind != "session":
        raise NotFound(f"{session.id} is a practice room")
    return session


async def create(call: Call[models.NewSession, Nothing]) -> Answer:
    """Makes a session."""
    draft = Draft(**dict(call.body))
    session = await commands.create_session(call.tx, draft, now=call.now, random=call.ports.random)
    [out] = await _outs(call, [session])
    return Answer(body=out, headers={"Location": f"/api/v1/sessions/{session.id}", **etag(session.revision)})


async def index(call: Call[Nothing, models.SessionQuery]) -> Answer:
    """A page of sessions."""
    return await _page(call, call.query.series_id)


async def index_of_series(call: Call[Nothing, models.SeriesSessionQuery]) -> Answer:
    """A page of the sessions of a series."""
    return await _page(call, (await get_series(call.tx, call.path["series_id"])).id)


async def _page(call: AnyCall, series_id: str | None) -> Answer:
    wanted = Filter(
        status=None if call.query.status is None else Status(call.query.status),
        starts_from=call.query.from_,
        starts_to=call.query.to,
        program_id=call.query.program_id,
        series_id=series_id,
        search=call.query.search,
    )
    page, more = await list_sessions(
        call.tx,
        wanted,
        limit=call.query.limit,
        after=time_place(call.query.cursor),
        order=call.query.order,
    )
    return Answer(body=models.SessionPage(items=await _outs(call, page), next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One session."""
    return await answer_with(call, await session_of(call))


async def change(call: Call[models.SessionChange, Nothing]) -> Answer:
    """Changes a session."""
    revision = expected_revision(call.request.headers)
    before = await session_of(call)
    wanted = {name: value for name, value in dict(call.body).items() if name != "notify"}
    if revision is not None and revision != before.revision:
        raise await _changed_meanwhile(call, before, revision)
    session = await commands.change_session(
        call.tx,
        before.id,
        Change(**wanted),
        now=call.now,
        random=call.ports.random,
        revision=revision,
        notify=_told(before, call.body.notify),
    )
    await _note(call, before, session)
    return await answer_with(call, session, changed=True)


async def cancel(call: Call[models.SessionCancellation, Nothing]) -> Answer:
    """Calls a session off."""
    before = await session_of(call)
    session = await commands.cancel_session(
        call.tx,
        before.id,
        reason=call.body.reason,
        notify=_told(before, call.body.notify),
        now=call.ports.now(),
        random=call.ports.random,
    )
    await _note(call, before, session)
    return await answer_with(call, session, changed=True)


async def restore(call: Call[models.SessionRestoring, Nothing]) -> Answer:
    """Takes the calling off back."""
    before = await session_of(call)
    session = await commands.restore_session(
        call.tx,
        before.id,
        notify=_told(before, call.body.notify),
        now=call.ports.now(),
        random=call.ports.random,
    )
    await _note(call, before, session)
    return await answer_with(call, session, changed=True)


async def open_now(call: Call[Nothing, Nothing]) -> Answer:
    """Opens the room before its time."""
    before = await session_of(call)
    session = await commands.open_session(call.tx, before.id, now=call.now, random=call.ports.random)
    return await answer_with(call, session, changed=True)


async def extend(call: Call[models.Extension, Nothing]) -> Answer:
    """Moves the planned end."""
    before = await session_of(call)
    session = await commands.extend_session(
        call.tx, before.id, call.body.minutes, now=call.ports.now(), random=call.ports.random
    )
    return await answer_with(call, session, changed=True)


async def end(call: Call[Nothing, Nothing]) -> Answer:
    """Ends a session for everybody. The room goes first, so it has no unit of work of its own."""
    async with call.ports.database.read() as tx:
        session = await session_of(_within(call, tx))
    await call.ports.closing.close(session.id, ENDED_BY_HOST)
    async with call.ports.database.read() as tx:
        within = _within(call, tx)
        return await answer_with(within, await session_of(within))


async def public_link(call: Call[Nothing, Nothing]) -> Answer:
    """Makes a new public link."""
    before = await session_of(call)
    session = await commands.renew_public_link(
        call.tx, before.id, now=call.ports.now(), random=call.ports.random
    )
    link = call.ports.links.public(session)
    assert link is not None, "a renewed link is on"
    return Answer(body=models.PublicLink(public_link=link))


async def answer_with(call: AnyCall, session: Session, *, changed: bool = False) -> Answer:
    """The session as it is; where it has changed, the room is told."""
    [out] = await _outs(call, [session])

    async def tell() -> None:
        await call.ports.rooms.session_changed(session.id)

    return Answer(
        body=out,
        headers=etag(session.revision),
        then=tell if changed else None,
    )


def _told(session: Session, notify: bool | None) -> bool:
    """Whether those who are registered are told."""
    return session.program_id is not None if notify is None else notify


async def _note(call: AnyCall, before: Session, after: Session) -> None:
    """Keeps who changed the session, where it has changed."""
    if after.revision != before.revision:
        actor, deed = call.actor.id, audit.CHANGED_SESSION
        await audit.keep(call.tx, actor, deed, after.id, now=call.now, random=call.ports.random)


async def _changed_meanwhile(
    call: Call[models.SessionChange, Nothing], session: Session, revision: int
) -> Problem:
    """412, with where what is there is not what is asked for."""
    asked = {name: getattr(call.body, name) for name in call.body.model_fields_set - {"notify"}}
    there = {name: getattr(session, name) for name in asked}
    changed = [
        Changed(field=name, yours=asked[name], now=there[name])
        for name in sorted(asked)
        if asked[name] != there[name]
    ]
    what, by = "this session", await audit.last(call.tx, audit.CHANGED_SESSION, session.id)
    if session.series_id is not None:
        whole = await audit.last(call.tx, audit.CHANGED_SERIES, session.series_id)
        if whole is not None and (by is None or by[1] < whole[1]):
            what, by = "this session's series", whole
    return changed_meanwhile(what, by, session.zone, session.revision, revision, changed)


_MADE_HERE = frozenset({"public_link", "counts", "program_name", "status", "changed_by_hand"})


async def _outs(call: AnyCall, page: list[Session]) -> list[models.SessionOut]:
    registered = await count_sessions(call.tx, [session.id for session in page])
    names = await program_names(call.tx, {session.program_id for session in page})
    return [
        _out(call.ports, session, registered.get(session.id, 0), names.get(session.program_id or ""))
        for session in page
    ]


def _out(ports: Ports, session: Session, registered: int, program_name: str | None) -> models.SessionOut:
    counts = ports.rooms.counts(session.id)
    plain = models.SessionOut.model_fields.keys() - _MADE_HERE
    fields = {name: getattr(session, name) for name in plain}
    return models.SessionOut(
        **fields,
        status=session.status.value,
        changed_by_hand=list(session.changed_by_hand),
        program_name=program_name,
        public_link=None if session.over else ports.links.public(session),
        counts=models.Counts(registered=registered, here=counts.here, waiting=counts.waiting),
    )


def _within(call: Call[Nothing, Nothing], tx: Tx) -> Call[Nothing, Nothing]:
    return Call(
        ports=call.ports,
        actor=call.actor,
        path=call.path,
        body=call.body,
        query=call.query,
        now=call.now,
        request=call.request,
        unit_of_work=tx,
    )


SESSION_PROBLEMS = (404, 409)

_ORDERS: tuple[tuple[str, str, str, Callable[[Call[Any, Any]], Awaitable[Answer]], type[Any]], ...] = (
    ("cancel", "cancelSession", "Call a session off", cancel, models.SessionCancellation),
    ("restore", "restoreSession", "Take the calling off back", restore, models.SessionRestoring),
    ("open", "openSession", "Open the room now", open_now, Nothing),
    ("end", "endSession", "End the session for everybody", end, Nothing),
)

OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="POST",
        path="/sessions",
        name="createSession",
        summary="Make a session",
        tag=TAG,
        handler=create,
        body=models.NewSession,
        query=Nothing,
        answer=models.SessionOut,
        status=201,
        unit="write",
        idempotent=True,
    ),
    Operation(
        method="GET",
        path="/sessions",
        name="listSessions",
        summary="List sessions by their starts, latest first unless `order` says otherwise",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=models.SessionQuery,
        answer=models.SessionPage,
    ),
    Operation(
        method="GET",
        path="/series/{series_id}/sessions",
        name="listSeriesSessions",
        summary="List the sessions of a series by their starts, latest first unless `order` says otherwise",
        tag="Series",
        handler=index_of_series,
        body=Nothing,
        query=models.SeriesSessionQuery,
        answer=models.SessionPage,
        problems=(404,),
    ),
    Operation(
        method="GET",
        path="/sessions/{session_id}",
        name="readSession",
        summary="Read a session",
        tag=TAG,
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.SessionOut,
        problems=(404,),
    ),
    Operation(
        method="PATCH",
        path="/sessions/{session_id}",
        name="changeSession",
        summary="Change a session; its room's opening and closing move with it",
        tag=TAG,
        handler=change,
        body=models.SessionChange,
        query=Nothing,
        answer=models.SessionOut,
        unit="write",
        if_match=True,
        problems=(*SESSION_PROBLEMS, 412),
    ),
    *(
        Operation(
            method="POST",
            path=f"/sessions/{{session_id}}/{verb}",
            name=name,
            summary=summary,
            tag=TAG,
            handler=handler,
            body=body,
            query=Nothing,
            answer=models.SessionOut,
            unit="none" if handler is end else "write",
            problems=SESSION_PROBLEMS,
        )
        for verb, name, summary, handler, body in _ORDERS
    ),
    Operation(
        method="POST",
        path="/sessions/{session_id}/extend",
        name="extendSession",
        summary="Move the planned end of an open session",
        tag=TAG,
        handler=extend,
        body=models.Extension,
        query=Nothing,
        answer=models.SessionOut,
        unit="write",
        problems=SESSION_PROBLEMS,
    ),
    Operation(
        method="POST",
        path="/sessions/{session_id}/public-link",
        name="renewPublicLink",
        summary="Make a new public link; the one before no longer works",
        tag=TAG,
        handler=public_link,
        body=Nothing,
        query=Nothing,
        answer=models.PublicLink,
        unit="write",
        problems=SESSION_PROBLEMS,
    ),
)
