"""/calendar: the sessions of some weeks; /notices: what happened by itself and somebody should know."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, cast

from pydantic import ConfigDict, Field

from echo_session.api.models import NO_NUL, Instant, Out, Status
from echo_session.api.operation import Answer, AnyOperation, Body, Call, Nothing, Operation
from echo_session.api.problems import invalid
from echo_session.domain.errors import FieldProblem
from echo_session.store.calendar import sessions_between
from echo_session.store.notices import dismiss_notice, list_notices
from echo_session.store.programs import program_names
from echo_session.store.registered import count_roughly

MAX_DAYS = 62
MAX_ITEMS = 2000


class CalendarQuery(Body):
    """Which weeks."""

    from_: Instant = Field(alias="from", description="Starting then or later")
    to: Instant = Field(description=f"Starting before then; at most {MAX_DAYS} days later")
    program_id: Annotated[str, Field(max_length=64), NO_NUL] = Field("", description="Of this program only")


class CalendarItem(Out):
    """A session in the calendar."""

    id: str
    title: str
    program_id: str | None
    program_name: str | None
    series_id: str | None
    starts_at: datetime
    ends_at: datetime
    starts_local: datetime = Field(description="Wall time in the zone, without an offset")
    zone: str
    status: Status
    moved_forward: bool
    changed_by_hand: list[str]
    registered: int = Field(description="Registrations that lead here; who has two is counted twice")


class CalendarOut(Out):
    """Sessions, earliest first."""

    model_config = ConfigDict(json_schema_extra={"title": "Calendar"})

    items: list[CalendarItem]
    truncated: bool = Field(description="There are more than one answer holds")


class NoticeOut(Out):
    """Something to know."""

    model_config = ConfigDict(json_schema_extra={"title": "Notice"})

    id: str
    kind: str
    title: str
    text: str
    created_at: datetime
    series_id: str | None
    session_ids: list[str]


class NoticeList(Out):
    """Notices that nobody has dismissed, latest first."""

    items: list[NoticeOut]
    next: None = None


async def calendar(call: Call[Nothing, CalendarQuery]) -> Answer:
    """The sessions of some weeks."""
    begin, end = call.query.from_, call.query.to
    if not timedelta() < end - begin <= timedelta(days=MAX_DAYS):
        message = "is not after from" if end <= begin else f"is more than {MAX_DAYS} days after from"
        raise invalid([FieldProblem("to", message, f"1 to {MAX_DAYS} days after from")])
    sessions, more = await sessions_between(
        call.tx, begin, end, program_id=call.query.program_id or None, limit=MAX_ITEMS
    )
    names = await program_names(call.tx, {session.program_id for session in sessions})
    registered = await count_roughly(call.tx, sessions)
    items = [
        CalendarItem.model_construct(  # of our own records: thousands of them need no checking again
            id=session.id,
            title=session.title,
            program_id=session.program_id,
            program_name=names.get(session.program_id or ""),
            series_id=session.series_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            starts_local=session.starts_local,
            zone=session.zone,
            status=cast(Status, session.status),
            moved_forward=session.moved_forward,
            changed_by_hand=session.changed_by_hand,
            registered=registered.get(session.id, 0),
        )
        for session in sessions
    ]
    return Answer(body=CalendarOut(items=items, truncated=more))


async def notices(call: Call[Nothing, Nothing]) -> Answer:
    """What nobody has dismissed."""
    items = [NoticeOut.model_validate(notice) for notice in await list_notices(call.tx)]
    return Answer(body=NoticeList(items=items))


async def dismiss(call: Call[Nothing, Nothing]) -> Answer:
    """Somebody has read it."""
    await dismiss_notice(call.tx, call.path["notice_id"], now=call.now)
    return Answer()


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/calendar",
        name="readCalendar",
        summary="The sessions of some weeks, earliest first",
        tag="Calendar",
        handler=calendar,
        body=Nothing,
        query=CalendarQuery,
        answer=CalendarOut,
    ),
    Operation(
        method="GET",
        path="/notices",
        name="listNotices",
        summary="What happened by itself and a coordinator should know",
        tag="Calendar",
        handler=notices,
        body=Nothing,
        query=Nothing,
        answer=NoticeList,
    ),
    Operation(
        method="POST",
        path="/notices/{notice_id}/dismiss",
        name="dismissNotice",
        summary="Take a notice off the list",
        tag="Calendar",
        handler=dismiss,
        body=Nothing,
        query=Nothing,
        status=204,
        unit="write",
        problems=(404,),
    ),
)
