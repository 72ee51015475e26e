"""A session: when it is, what state it is in, and what may be done to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.session_checks import (
    MAX_EXTENDED,
    MAX_EXTENSION,
    checked_reason,
    field_problems,
    fixed_once_open,
    refuse_if_past,
    start_problems,
)
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import check_zone, to_local, to_utc

Kind = Literal["session", "practice"]

PRACTICE_MINUTES = 30
ENDED_BY_HOST = "The facilitator has ended the session. Thank you for taking part."


class Status(StrEnum):
    """Where a session stands."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NEXT: dict[Status, frozenset[Status]] = {
    Status.SCHEDULED: frozenset({Status.OPEN, Status.CANCELLED, Status.CLOSED}),
    Status.OPEN: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.CANCELLED: frozenset({Status.SCHEDULED}),
}
"""Which status may follow. Scheduled to closed: nobody was there to open it in its whole time."""


OWN = (
    *("title", "description", "contact", "zone", "starts_local"),
    *("duration_minutes", "lead_minutes", "overrun_minutes", "lobby", "status"),
)
"""What an occurrence of a series may have of its own; ``status`` is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One meeting. Instants are UTC; ``starts_local`` is the wall time in ``zone`` that people agreed on."""

    id: str
    kind: Kind
    room_id: str
    title: str
    description: str
    contact: str
    zone: str
    starts_local: datetime
    starts_at: datetime
    duration_minutes: int
    lead_minutes: int
    overrun_minutes: int
    extended_minutes: int
    status: Status
    lobby: bool
    """Visitors of the public link wait to be let in."""
    public_epoch: int
    public_link_on: bool
    opened_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    revision: int
    program_id: str | None = None
    series_id: str | None = None
    part_id: str | None = None
    original_local: datetime | None = None
    """Which occurrence of its part this is: the wall time that the rule gave, before gaps and changes."""
    moved_forward: bool = False
    """The rule gave a time that the spring change skips; ``starts_local`` is later by the gap."""
    changed_by_hand: tuple[str, ...] = ()
    """Fields that this occurrence has of its own; a change of the series leaves them alone."""
    uid: str
    """iCalendar UID where it is an event of its own."""
    sequence: int = 0
    """iCalendar SEQUENCE of its own event or override; it only grows."""
    cancel_reason: str = ""
    finalised_at: datetime | None = None

    @property
    def opens_at(self) -> datetime:
        """When the room opens by itself."""
        return self.starts_at - timedelta(minutes=self.lead_minutes)

    @property
    def ends_at(self) -> datetime:
        """The end as planned, extensions included."""
        return self.starts_at + timedelta(minutes=self.duration_minutes + self.extended_minutes)

    @property
    def closes_at(self) -> datetime:
        """When the room closes by itself."""
        return self.ends_at + timedelta(minutes=self.overrun_minutes)

    @property
    def over(self) -> bool:
        """True once nobody can come any more."""
        return self.status in (Status.CLOSED, Status.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new session is asked to be. Exactly one of ``starts_local`` and ``starts_at`` is needed."""

    title: str
    zone: str
    duration_minutes: int
    starts_local: datetime | None = None
    starts_at: datetime | None = None
    lead_minutes: int = 15
    overrun_minutes: int = 15
    description: str = ""
    contact: str = ""
    lobby: bool = True
    program_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be different; None leaves a field as it is."""

    title: str | None = None
    zone: str | None = None
    starts_local: datetime | None = None
    starts_at: datetime | None = None
    duration_minutes: int | None = None
    lead_minutes: int | None = None
    overrun_minutes: int | None = None
    description: str | None = None
    contact: str | None = None
    lobby: bool | None = None


def create(draft: Draft, *, now: datetime, random: RandomBytes) -> Session:
    """A new session, scheduled.

    Raises:
        InvalidFields: names every field that is wrong.
    """
    problems = start_problems(draft.starts_local, draft.starts_at, needed=True) + field_problems(draft)
    zone_problem = check_zone(draft.zone)
    if zone_problem:
        problems.append(zone_problem)
    if problems:
        raise InvalidFields(problems)
    starts_local, starts_at, moved = _start(draft.zone, draft.starts_local, draft.starts_at)
    session_id = new_id(Prefix.SESSION, random)
    session = Session(
        id=session_id,
        uid=uid_of(session_id),
        kind="session",
        room_id=new_id(Prefix.ROOM, random),
        title=tidy(draft.title),
        description=tidy_lines(draft.description),
        contact=tidy(draft.contact),
        zone=draft.zone,
        starts_local=starts_local,
        starts_at=starts_at,
        duration_minutes=draft.duration_minutes,
        lead_minutes=draft.lead_minutes,
        overrun_minutes=draft.overrun_minutes,
        extended_minutes=0,
        status=Status.SCHEDULED,
        lobby=draft.lobby,
        public_epoch=1,
        public_link_on=True,
        opened_at=None,
        closed_at=None,
        created_at=now,
        revision=1,
        program_id=draft.program_id,
        moved_forward=moved,
    )
    refuse_if_past(session, now)
    return session


def practice(*, now: datetime, random: RandomBytes) -> Session:
    """A room to test a device in: open at once, for half an hour, and never recorded as attendance."""
    start = now.replace(microsecond=0)
    session_id = new_id(Prefix.SESSION, random)
    return Session(
        id=session_id,
        uid=uid_of(session_id),
        kind="practice",
        room_id=new_id(Prefix.ROOM, random),
        title="Practice room",
        description="",
        contact="",
        zone="UTC",
        starts_local=to_local(start, "UTC"),
        starts_at=start,
        duration_minutes=PRACTICE_MINUTES,
        lead_minutes=0,
        overrun_minutes=0,
        extended_minutes=0,
        status=Status.OPEN,
        lobby=False,
        public_epoch=1,
        public_link_on=False,
        opened_at=now,
        closed_at=None,
        created_at=now,
        revision=1,
    )


def uid_of(session_id: str) -> str:
    """The iCalendar UID of a session that is an event of its own."""
    return f"{session_id}@echo-session"


def change(session: Session, wanted: Change, *, now: datetime) -> Session:
    """The session with the change made; the same object where nothing is different.

    An occurrence of a series keeps what it is given here, whatever becomes of the series.

    Raises:
        InvalidFields: names every field that is wrong, those among them that an open session cannot change.
        NotPossible: the session is over.
    """
    if session.over:
        raise NotPossible(f"This session is {session.status.value} and cannot be changed; make a new one.")
    problems = start_problems(wanted.starts_local, wanted.starts_at, needed=False)
    if session.status is Status.OPEN:
        problems += fixed_once_open(wanted)
    zone = session.zone if wanted.zone is None else wanted.zone
    changed = _with_fields(session, wanted)
    problems += field_problems(changed)
    zone_problem = check_zone(zone)
    if zone_problem:
        problems.append(zone_problem)
    if problems:
        raise InvalidFields(problems)
    start = session.starts_local, session.starts_at, session.moved_forward
    if wanted.starts_local or wanted.starts_at:
        start = _start(zone, wanted.starts_local, wanted.starts_at)
    elif zone != session.zone:
        start = _start(zone, session.starts_local, None)
    starts_local, starts_at, moved = start
    if (starts_local, starts_at) == (session.starts_local, session.starts_at):
        moved = session.moved_forward
    changed = replace(changed, zone=zone, starts_local=starts_local, starts_at=starts_at, moved_forward=moved)
    if changed == session:
        return session
    refuse_if_past(changed, now)
    return replace(_by_hand(session, changed), revision=session.revision + 1, sequence=session.sequence + 1)


def open_room(session: Session, *, now: datetime) -> Session:
    """The session, open. Raises NotPossible where it is not scheduled."""
    return replace(_moved(session, Status.OPEN), opened_at=now)


def close(session: Session, *, now: datetime) -> Session:
    """The session, closed. Raises NotPossible where it is over already."""
    return replace(_moved(session, Status.CLOSED), closed_at=now)


def cancel(session: Session, reason: str = "") -> Session:
    """The session, cancelled; it stays so whatever becomes of its series.

    Raises:
        InvalidFields: the reason is too long.
        NotPossible: it was opened, or is cancelled already.
    """
    reason = checked_reason(reason)
    cancelled = replace(
        _moved(session, Status.CANCELLED), cancel_reason=reason, sequence=session.sequence + 1
    )
    return _by_hand(session, cancelled)


def restore(session: Session, *, now: datetime) -> Session:
    """The cancelled session, scheduled again.

    Raises:
        InvalidFields: it would be over already.
        NotPossible: it is not cancelled.
    """
    if session.status is not Status.CANCELLED:
        raise NotPossible(f"This session is {session.status.value}; there is nothing to restore.")
    restored = _moved(session, Status.SCHEDULED)
    refuse_if_past(restored, now)
    own = tuple(name for name in session.changed_by_hand if name != "status")
    return replace(restored, cancel_reason="", changed_by_hand=own, sequence=session.sequence + 1)


def extend(session: Session, minutes: int) -> Session:
    """The session with its planned end moved.

    Raises:
        InvalidFields: ``minutes`` is out of bounds, alone or on top of earlier extensions.
        NotPossible: it is not open; a scheduled session has its duration changed instead.
    """
    if session.status is not Status.OPEN:
        raise NotPossible(
            f"Only an open session can be extended; this one is {session.status.value}."
            + (" Change its duration_minutes instead." if session.status is Status.SCHEDULED else "")
        )
    most = min(MAX_EXTENSION, MAX_EXTENDED - session.extended_minutes)
    if not 1 <= minutes <= most:
        allowed = (
            f"1 to {most} minutes" if most > 0 else f"no more: extended by {MAX_EXTENDED} minutes already"
        )
        raise InvalidFields([FieldProblem("minutes", f"{minutes} is too few or too many", allowed)])
    return replace(
        session, extended_minutes=session.extended_minutes + minutes, revision=session.revision + 1
    )


def new_public_link(session: Session) -> Session:
    """The session with its public link on and all earlier ones void. Raises NotPossible where it is over."""
    if session.over or session.kind == "practice":
        raise NotPossible(f"This session is {session.status.value}; nobody can be invited to it any more.")
    return replace(
        session, public_link_on=True, public_epoch=session.public_epoch + 1, revision=session.revision + 1
    )


def _moved(session: Session, to: Status) -> Session:
    if to in NEXT[session.status]:
        return replace(session, status=to, revision=session.revision + 1)
    words = {Status.OPEN: "opened", Status.CLOSED: "ended"}
    words |= {Status.CANCELLED: "cancelled", Status.SCHEDULED: "restored"}
    advice = " End it instead." if session.status is Status.OPEN and to is Status.CANCELLED else ""
    raise NotPossible(f"This session is {session.status.value} and cannot be {words[to]}.{advice}")


def _start(zone: str, local: datetime | None, instant: datetime | None) -> tuple[datetime, datetime, bool]:
    """Wall time and instant of the start, and whether it moved forward by a gap in the wall time."""
    if instant is not None:
        instant = instant.replace(microsecond=0)
        return to_local(instant, zone), instant, False
    assert local is not None
    instant = to_utc(local.replace(microsecond=0), zone)
    shown = to_local(instant, zone)
    return shown, instant, shown != local.replace(microsecond=0)


def _by_hand(before: Session, after: Session) -> Session:
    """Notes what an occurrence of a series has of its own."""
    if before.part_id is None:
        return after
    different = {name for name in OWN if getattr(before, name) != getattr(after, name)}
    return replace(after, changed_by_hand=tuple(sorted({*before.changed_by_hand, *different})))


def _with_fields(session: Session, wanted: Change) -> Session:
    """All of the change but where the session lies in time."""
    description = session.description if wanted.description is None else tidy_lines(wanted.description)
    return replace(
        session,
        title=session.title if wanted.title is None else tidy(wanted.title),
        description=description,
        contact=session.contact if wanted.contact is None else tidy(wanted.contact),
        duration_minutes=_or(wanted.duration_minutes, session.duration_minutes),
        lead_minutes=_or(wanted.lead_minutes, session.lead_minutes),
        overrun_minutes=_or(wanted.overrun_minutes, session.overrun_minutes),
        lobby=session.lobby if wanted.lobby is None else wanted.lobby,
    )


def _or(wanted: int | None, present: int) -> int:
    return present if wanted is None else wanted
