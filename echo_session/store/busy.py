"""Who leads or teaches when, so that nobody is wanted in two sessions at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from echo_session.domain.conflicts import LEADING, Busy
from echo_session.domain.session_checks import MAX_DURATION, MAX_EXTENDED
from echo_session.domain.sessions import Status
from echo_session.store.engine import Tx
from echo_session.store.registrants import decided, good, who
from echo_session.store.tables import PersonRow, RegistrationRow, SessionRow

MOST_PEOPLE = 200
MOST_SESSIONS = 3000
"""So much is looked at; nobody leads more."""
_LONGEST = timedelta(minutes=MAX_DURATION + MAX_EXTENDED)
_ROLES = tuple(role.value for role in LEADING)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a registration says of a person, and how narrowly: 0 for a session, 2 for a program."""

    narrowness: int
    leads: bool


async def leaders(tx: Tx, *, program_id: str | None, series_id: str | None) -> dict[str, str]:
    """Names, by id, of those who lead or teach in a whole series, or in all of its program."""
    scopes = []
    if series_id is not None:
        scopes.append(RegistrationRow.series_id == series_id)
    if program_id is not None:
        scopes.append(RegistrationRow.program_id == program_id)
    if not scopes:
        return {}
    within = or_(*scopes)
    own = aliased(PersonRow)
    some = (
        select(who(own))
        .select_from(RegistrationRow)
        .join(own, own.id == RegistrationRow.person_id)
        .where(within, good(), RegistrationRow.role.in_(_ROLES))
        .distinct()
        .limit(MOST_PEOPLE)
    )
    people = list(await tx.scalars(some))
    said: dict[str, list[_Said]] = defaultdict(list)
    for person_id, _, series, _, leads in await _registrations(tx, people, within):
        said[person_id].append(_Said(1 if series else 2, leads))
    return await _names(tx, [person_id for person_id, all_said in said.items() if _leads(all_said)])


async def leaders_of_sessions(tx: Tx, session_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """For each session, names by id of those who lead or teach in it alone."""
    if not session_ids:
        return {}
    own = aliased(PersonRow)
    query = (
        select(RegistrationRow.session_id, PersonRow.id, PersonRow.name)
        .join(own, own.id == RegistrationRow.person_id)
        .join(PersonRow, PersonRow.id == who(own).element)
        .where(RegistrationRow.session_id.in_(session_ids), good(), RegistrationRow.role.in_(_ROLES))
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for session_id, person_id, name in await tx.execute(query):
        found[session_id or ""][person_id] = name
    return found


async def busy(
    tx: Tx, people: dict[str, str], begin: datetime, end: datetime, *, not_series: str | None = None
) -> list[tuple[Busy, frozenset[str]]]:
    """The sessions, and the ids of those of the ``people`` who lead or teach in each, that may overlap the
    time from ``begin`` to ``end``."""
    if not people:
        return []
    registrations = await _registrations(tx, list(people))
    scopes: dict[tuple[int, str], dict[str, bool]] = defaultdict(dict)
    for person_id, session, series, program, leads in registrations:
        for number, scope in enumerate((session, series, program)):
            if scope is not None:
                scopes[number, scope][person_id] = scopes[number, scope].get(person_id, False) or leads
    wanted = [
        [s for (n, s), said in scopes.items() if n == number and any(said.values())] for number in range(3)
    ]
    columns = (SessionRow.id, SessionRow.series_id, SessionRow.program_id)
    found = []
    for number, column in enumerate(columns):
        if wanted[number]:
            found += await _sessions(tx, column.in_(wanted[number]), begin, end, not_series)
    result = {}
    for row in found:
        present = []
        for person_id in people:
            said = [
                scopes[key][person_id]
                for key in ((0, row.id), (1, row.series_id or ""), (2, row.program_id or ""))
                if key in scopes and person_id in scopes[key]
            ]
            if said and said[0]:
                present.append(person_id)
        if present:
            result[row.id] = (_busy(row, [people[one] for one in present]), frozenset(present))
    return list(result.values())


async def _registrations(
    tx: Tx, people: Collection[str], within: ColumnElement[bool] | None = None
) -> list[tuple[str, str | None, str | None, str | None, bool]]:
    """Whose, for which session, series or program, and whether they lead or teach there."""
    own = aliased(PersonRow)
    mine = or_(own.id.in_(people), own.merged_into.in_(people))
    row = RegistrationRow
    query = (
        select(who(own), row.session_id, row.series_id, row.program_id, good(), row.role)
        .join(own, own.id == row.person_id)
        .where(mine, decided())
    )
    if within is not None:
        query = query.where(within)
    rows = await tx.execute(query)
    return [(p, one, two, three, bool(may) and role in _ROLES) for p, one, two, three, may, role in rows]


async def _sessions(
    tx: Tx, which: ColumnElement[bool], begin: datetime, end: datetime, not_series: str | None
) -> list[SessionRow]:
    query = select(SessionRow).where(
        which,
        SessionRow.kind == "session",
        SessionRow.starts_at > begin - _LONGEST,
        SessionRow.starts_at < end,
        SessionRow.status.in_((Status.SCHEDULED, Status.OPEN)),
    )
    if not_series is not None:
        query = query.where(or_(SessionRow.series_id.is_(None), SessionRow.series_id != not_series))
    rows = await tx.scalars(query.order_by(SessionRow.starts_at).limit(MOST_SESSIONS))
    return list(rows)


async def _names(tx: Tx, people: Collection[str]) -> dict[str, str]:
    query = select(PersonRow.id, PersonRow.name).where(and_(PersonRow.id.in_(people)))
    return {row.id: row.name for row in await tx.execute(query.order_by(PersonRow.sort_name))}


def _leads(all_said: list[_Said]) -> bool:
    narrowest = min(one.narrowness for one in all_said)
    return any(one.leads for one in all_said if one.narrowness == narrowest)


def _busy(row: SessionRow, names: list[str]) -> Busy:
    minutes = row.duration_minutes + row.extended_minutes
    return Busy(row.id, row.title, row.starts_at, row.starts_at + timedelta(minutes=minutes), tuple(names))
