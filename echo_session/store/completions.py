"""Who has completed a series, by its program's rule, and what attendance does not tell of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select

from echo_session.domain.completion import Attended, Completion, CompletionRule, completion
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.sessions import Session, Status
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.merges import group, survivors
from echo_session.store.series import get_series
from echo_session.store.sessions import to_session
from echo_session.store.tables import (
    AttendanceEditionRow,
    AttendanceRecordRow,
    CompletionMarkRow,
    PersonRow,
    SessionRow,
)
from echo_session.store.times import times_of

__all__ = ["MARKS", "Line", "SeriesCompletion", "completion_of", "mark", "unmark"]

MARKS = ("case", "survey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person of the series."""

    person_id: str
    name: str
    email: str
    marks: tuple[str, ...]
    result: Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCompletion:
    """The series, by its program's rule; ``rule`` None: the program has none, and nobody completes it."""

    rule: CompletionRule | None
    total: int
    """Sessions that take place, past ones and future ones."""
    held: int
    """Sessions that are over."""
    editions: Mapping[str, int]
    """By which edition of its attendance each of these is counted."""
    people: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """Of a session that is over: number of its latest edition, and the most that counts."""

    edition: int | None
    countable_seconds: int


async def completion_of(tx: Tx, series_id: str, *, also_erased: bool = False) -> SeriesCompletion:
    """How far everybody is who was at one of its sessions; the erased are left out unless asked for.

    Raises NotFound.
    """
    series = await get_series(tx, series_id)
    rule = (await plan_of(tx, series.program_id)).completion
    query = select(SessionRow).where(
        SessionRow.series_id == series_id,
        SessionRow.kind == "session",
        SessionRow.status != Status.CANCELLED.value,
    )
    sessions = [to_session(row) for row in await tx.scalars(query.order_by(SessionRow.starts_at))]
    held = [session for session in sessions if session.status is Status.CLOSED]
    told = await _editions(tx, held)
    found = await _attended(tx, held, told)
    marks = await _marks(tx, series_id)
    everybody = found.keys() | marks.keys()
    named = select(PersonRow.id, PersonRow.name, PersonRow.email).where(PersonRow.id.in_(everybody))
    if not also_erased:
        named = named.where(PersonRow.erased_at.is_(None))
    lines = [
        Line(
            person_id=person_id,
            name=name,
            email=email,
            marks=tuple(sorted(marks.get(person_id, ()))),
            result=_result(rule, found.get(person_id, []), len(sessions), marks.get(person_id, set())),
        )
        for person_id, name, email in await tx.execute(named)
    ]
    lines.sort(key=lambda line: (line.name.casefold(), line.person_id))
    return SeriesCompletion(
        rule=rule,
        total=len(sessions),
        held=len(held),
        editions={session_id: one.edition for session_id, one in told.items() if one.edition is not None},
        people=tuple(lines),
    )


async def mark(tx: Tx, series_id: str, person_id: str, what: str, *, by: str, now: datetime) -> None:
    """Keeps that somebody presented a case, or sent the survey. Again, it changes nothing.

    Raises:
        NotFound, InvalidFields.
    """
    person = await _who(tx, series_id, person_id)
    if await tx.get(CompletionMarkRow, (series_id, person, what)) is None:
        tx.add(CompletionMarkRow(series_id=series_id, person_id=person, what=what, by=by, at=now))
        await tx.flush()


async def unmark(tx: Tx, series_id: str, person_id: str, what: str) -> None:
    """Takes such a mark away; where there is none, nothing happens. Raises NotFound, InvalidFields."""
    await _who(tx, series_id, person_id)
    which = (
        CompletionMarkRow.series_id == series_id,
        CompletionMarkRow.person_id.in_(await group(tx, person_id)),
        CompletionMarkRow.what == what,
    )
    await tx.execute(delete(CompletionMarkRow).where(*which).execution_options(synchronize_session=False))


def _result(rule: CompletionRule | None, sessions: list[Attended], total: int, marks: set[str]) -> Completion:
    if rule is not None:
        return completion(rule, sessions, total=total, marks=frozenset(marks))
    there = tuple(one.session_id for one in sessions if one.counted_seconds > 0)
    words = "The program says nothing of what completes a series."
    return Completion(complete=False, attended=there, needed=0, total=total, why=(words,))


async def _who(tx: Tx, series_id: str, person_id: str) -> str:
    await get_series(tx, series_id)
    are = await survivors(tx, [person_id])
    if person_id not in are:
        raise InvalidFields([FieldProblem("person_id", "is nobody", "the id of a person")])
    return are[person_id]


async def _editions(tx: Tx, held: Sequence[Session]) -> dict[str, _Told]:
    """What was told last of each of these sessions."""
    last = (
        select(AttendanceEditionRow.session_id, func.max(AttendanceEditionRow.number).label("number"))
        .where(AttendanceEditionRow.session_id.in_([session.id for session in held]))
        .group_by(AttendanceEditionRow.session_id)
        .subquery()
    )
    same = (
        AttendanceEditionRow.session_id == last.c.session_id,
        AttendanceEditionRow.number == last.c.number,
    )
    rows = await tx.scalars(select(AttendanceEditionRow).join(last, and_(*same)))
    told = {row.session_id: row for row in rows}
    found = {}
    for session in held:
        row = told.get(session.id)
        countable = row.picture.get("countable_seconds") if row else None
        if not isinstance(countable, int):
            countable = (await times_of(tx, session.id)).countable_seconds
        found[session.id] = _Told(row.number if row else None, countable)
    return found


async def _attended(tx: Tx, held: Sequence[Session], told: Mapping[str, _Told]) -> dict[str, list[Attended]]:
    """Everybody's time in these sessions, in their order."""
    query = select(
        AttendanceRecordRow.session_id, AttendanceRecordRow.person_id, AttendanceRecordRow.counted_seconds
    ).where(AttendanceRecordRow.session_id.in_(told))
    rows = (await tx.execute(query)).all()
    now_are = await survivors(tx, {row.person_id for row in rows})
    place = {session.id: number for number, session in enumerate(held)}
    found: dict[str, list[Attended]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: place[row.session_id]):
        known = told[row.session_id]
        one = Attended(row.session_id, row.counted_seconds, known.countable_seconds, known.edition)
        found[now_are[row.person_id]].append(one)
    return found


async def _marks(tx: Tx, series_id: str) -> dict[str, set[str]]:
    query = (
        select(func.coalesce(PersonRow.merged_into, PersonRow.id), CompletionMarkRow.what)
        .join(CompletionMarkRow, CompletionMarkRow.person_id == PersonRow.id)
        .where(CompletionMarkRow.series_id == series_id)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for person_id, what in await tx.execute(query):
        found[person_id].add(what)
    return found
