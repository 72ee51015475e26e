"""How many people are registered: many sessions, series or programs at a time.

The databases count registrations by index. Few are registered twice for a thing, or have turned out to be
somebody else; they are taken out of the count afterwards. ``registrants`` says which registration counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from sqlalchemy import and_, case, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from echo_session.domain.people import RegistrationStatus
from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.registrants import decided, good
from echo_session.store.tables import PersonRow, RegistrationRow, SeriesRow, SessionRow

_APPROVED = RegistrationStatus.APPROVED.value
_CHUNK = 500
"""Ids in one query."""


class Leading(Protocol):
    """A session, by whatever is known of it."""

    @property
    def id(self) -> str: ...
    @property
    def series_id(self) -> str | None: ...
    @property
    def program_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class _Thing:
    """A session, series or program, with what it is part of."""

    id: str
    session_id: str | None
    series_id: str | None
    program_id: str | None


@dataclass(frozen=True, slots=True)
class _Said:
    """A decision about somebody who is one with somebody else."""

    narrowness: int
    scope_id: str
    person_id: str
    who: str
    good: bool


async def count_sessions(tx: Tx, session_ids: Collection[str]) -> dict[str, int]:
    """How many people may come to each session."""
    things = []
    for ids in _chunks(session_ids):
        query = select(SessionRow.id, SessionRow.series_id, SessionRow.program_id)
        for row in await tx.execute(query.where(SessionRow.id.in_(ids))):
            things.append(_Thing(row.id, row.id, row.series_id, row.program_id))
    counts = await _count(tx, things)
    excepted = await _excepted(tx, [thing.id for thing in things if thing.series_id or thing.program_id])
    return {thing.id: counts[thing.id] - excepted[thing.id] for thing in things}


async def count_series(tx: Tx, series_ids: Collection[str]) -> dict[str, int]:
    """How many people may come to each series: registered for it, or for its program."""
    things = []
    for ids in _chunks(series_ids):
        query = select(SeriesRow.id, SeriesRow.program_id).where(SeriesRow.id.in_(ids))
        for row in await tx.execute(query):
            things.append(_Thing(row.id, None, row.id, row.program_id))
    return await _count(tx, things)


async def count_programs(tx: Tx, program_ids: Collection[str]) -> dict[str, int]:
    """How many people are registered for each whole program."""
    return await _count(tx, [_Thing(one, None, None, one) for one in program_ids])


async def count_roughly(tx: Tx, sessions: Collection[Leading]) -> dict[str, int]:
    """How many registrations lead to each session; who has two is counted twice. For thousands of them."""
    own = await _rows(tx, RegistrationRow.session_id, (one.id for one in sessions))
    series = await _rows(tx, RegistrationRow.series_id, (one.series_id for one in sessions))
    programs = await _rows(tx, RegistrationRow.program_id, (one.program_id for one in sessions))
    return {one.id: own[one.id] + series[one.series_id] + programs[one.program_id] for one in sessions}


async def _count(tx: Tx, things: Collection[_Thing]) -> dict[str, int]:
    """Of each thing, by its id; people with an exception for one session are not taken out yet."""
    sessions = await _rows(tx, RegistrationRow.session_id, (one.session_id for one in things))
    series = await _rows(tx, RegistrationRow.series_id, (one.series_id for one in things))
    programs = await _rows(tx, RegistrationRow.program_id, (one.program_id for one in things))
    twice = await _twice(tx, {one.series_id for one in things if one.series_id and programs[one.program_id]})
    merged = await _merged(tx, things)
    return {
        one.id: sessions[one.session_id]
        + series[one.series_id]
        + programs[one.program_id]
        - (twice[one.series_id] if one.program_id else 0)
        + merged[one.id]
        for one in things
    }


async def _rows(
    tx: Tx, scope: InstrumentedAttribute[str | None], scope_ids: Iterable[str | None]
) -> Counter[str | None]:
    """Approved registrations for each: the index of scope and status has all that is asked."""
    found: Counter[str | None] = Counter()
    for ids in _chunks({one for one in scope_ids if one}):
        query = select(scope, func.count()).where(among(tx, scope, ids), RegistrationRow.status == _APPROVED)
        for scope_id, count in await tx.execute(query.group_by(scope)):
            found[scope_id] = count
    return found


async def _twice(tx: Tx, series_ids: Collection[str]) -> Counter[str | None]:
    """Who is in by the program, of those about whom something is decided in the series too."""
    found: Counter[str | None] = Counter()
    wider = aliased(RegistrationRow)
    for ids in _chunks(series_ids):
        query = (
            select(RegistrationRow.series_id, func.count())
            .join(SeriesRow, SeriesRow.id == RegistrationRow.series_id)
            .join(
                wider,
                and_(wider.program_id == SeriesRow.program_id, wider.person_id == RegistrationRow.person_id),
            )
            .where(RegistrationRow.series_id.in_(ids), decided(), wider.status == _APPROVED)
            .group_by(RegistrationRow.series_id)
        )
        for series_id, count in await tx.execute(query):
            found[series_id] = count
    return found


async def _excepted(tx: Tx, session_ids: Collection[str]) -> Counter[str]:
    """Who is in by series or program, of those about whom something is decided for the one session."""
    found: Counter[str] = Counter()
    own, wider = aliased(RegistrationRow), aliased(RegistrationRow)
    for ids in _chunks(session_ids):
        query = (
            select(RegistrationRow.session_id, func.count())
            .join(SessionRow, SessionRow.id == RegistrationRow.session_id)
            .outerjoin(
                own,
                and_(
                    own.series_id == SessionRow.series_id,
                    own.person_id == RegistrationRow.person_id,
                    decided(own),
                ),
            )
            .outerjoin(
                wider,
                and_(
                    wider.program_id == SessionRow.program_id,
                    wider.person_id == RegistrationRow.person_id,
                ),
            )
            .where(RegistrationRow.session_id.in_(ids), decided())
            .where(case((own.id.is_not(None), own.status), else_=wider.status) == _APPROVED)
            .group_by(RegistrationRow.session_id)
        )
        for session_id, count in await tx.execute(query):
            found[session_id or ""] = count
    return found


async def _merged(tx: Tx, things: Collection[_Thing]) -> Counter[str]:
    """What the counts change by since some people are one."""
    wanted = {scope for one in things for scope in (one.session_id, one.series_id, one.program_id) if scope}
    said: dict[str, list[_Said]] = {}
    for one in await _of_merged_people(tx, wanted):
        said.setdefault(one.scope_id, []).append(one)
    changes: Counter[str] = Counter()
    for thing in things if said else ():
        scopes = (thing.session_id, thing.series_id, thing.program_id)
        here = [one for scope in scopes if scope for one in said.get(scope, ())]
        if here:
            changes[thing.id] = _coming({(one.who, one) for one in here}) - _coming(
                {(one.person_id, one) for one in here}
            )
    return changes


def _coming(said: Collection[tuple[str, _Said]]) -> int:
    """How many come, where the text says who is who: the narrowest decision counts, a good one first."""
    best: dict[str, tuple[int, bool]] = {}
    for who, one in said:
        best[who] = min(best.get(who, (9, True)), (one.narrowness, not one.good))
    return sum(not refused for _, refused in best.values())


async def _of_merged_people(tx: Tx, wanted: set[str]) -> list[_Said]:
    """Every decision at one of these scopes about people who are one with somebody."""
    is_merged = PersonRow.merged_into.is_not(None)
    people = union(
        select(PersonRow.id, PersonRow.merged_into.label("who")).where(is_merged),
        select(PersonRow.merged_into, PersonRow.merged_into).where(is_merged),
    ).subquery()
    scopes = (RegistrationRow.session_id, RegistrationRow.series_id, RegistrationRow.program_id)
    query = (
        select(*scopes, RegistrationRow.person_id, people.c.who, good().label("good"))
        .join(people, people.c.id == RegistrationRow.person_id)
        .where(decided())
    )
    if len(wanted) <= _CHUNK:
        query = query.where(or_(*(scope.in_(wanted) for scope in scopes)))
    found = []
    for *ids, person_id, who, may in await tx.execute(query):
        [(narrowness, scope_id)] = [(place, one) for place, one in enumerate(ids) if one]
        if scope_id in wanted:
            found.append(_Said(narrowness, scope_id, person_id, who, bool(may)))
    return found


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
