"""How many people are registered: many sessions, series or programs at a time.

Each registration is read once, however many of the asked sessions it counts in, and the rest is sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from echo_session.store.engine import Tx
from echo_session.store.registrants import decided, good, who
from echo_session.store.tables import PersonRow, RegistrationRow, SeriesRow, SessionRow

_Said = dict[str, dict[str, bool]]
"""By scope and person, whether they may come."""
_CHUNK = 500
"""Ids in one query; SQLite takes more, plans are the same."""


async def count_sessions(tx: Tx, session_ids: Collection[str]) -> dict[str, int]:
    """How many people may come to each session."""
    scopes: dict[str, tuple[str | None, str | None]] = {}
    for ids in _chunks(session_ids):
        query = select(SessionRow.id, SessionRow.series_id, SessionRow.program_id)
        for row in await tx.execute(query.where(SessionRow.id.in_(ids))):
            scopes[row.id] = (row.series_id, row.program_id)
    own = await _said(tx, RegistrationRow.session_id, scopes)
    wider = await _count_pairs(tx, set(scopes.values()))
    return {
        session_id: _count(own[session_id], wider[scope]) if session_id in own else len(wider[scope])
        for session_id, scope in scopes.items()
    }


async def count_series(tx: Tx, series_ids: Collection[str]) -> dict[str, int]:
    """How many people may come to each series: registered for it, or for its program."""
    pairs: dict[str, tuple[str | None, str | None]] = {}
    for ids in _chunks(series_ids):
        query = select(SeriesRow.id, SeriesRow.program_id).where(SeriesRow.id.in_(ids))
        for row in await tx.execute(query):
            pairs[row.id] = (row.id, row.program_id)
    wider = await _count_pairs(tx, set(pairs.values()))
    return {series_id: len(wider[pair]) for series_id, pair in pairs.items()}


async def count_programs(tx: Tx, program_ids: Collection[str]) -> dict[str, int]:
    """How many people are registered for each whole program."""
    said = await _said(tx, RegistrationRow.program_id, program_ids)
    return {program_id: sum(said.get(program_id, {}).values()) for program_id in program_ids}


async def _count_pairs(
    tx: Tx, pairs: Collection[tuple[str | None, str | None]]
) -> dict[tuple[str | None, str | None], set[str]]:
    """Who may come by a registration for the series or its program."""
    series = await _said(tx, RegistrationRow.series_id, {one for one, _ in pairs if one})
    programs = await _said(tx, RegistrationRow.program_id, {one for _, one in pairs if one})
    everybody = {program: {who for who, may in said.items() if may} for program, said in programs.items()}
    result = {}
    for pair in pairs:
        base = everybody.get(pair[1] or "", set())
        said = series.get(pair[0] or "")
        result[pair] = _with(base, said) if said else base
    return result


def _with(base: set[str], said: dict[str, bool]) -> set[str]:
    return (base | {who for who, may in said.items() if may}) - {who for who, may in said.items() if not may}


def _count(said: dict[str, bool], base: set[str]) -> int:
    return len(base) + sum(may - (who in base) for who, may in said.items())


async def _said(tx: Tx, scope: InstrumentedAttribute[str | None], scope_ids: Iterable[str]) -> _Said:
    """What is decided at this scope about each person."""
    said: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    own = aliased(PersonRow)
    for ids in _chunks(scope_ids):
        query = (
            select(scope, who(own), good())
            .join(own, own.id == RegistrationRow.person_id)
            .where(scope.in_(ids), decided())
        )
        for scope_id, person_id, may in await tx.execute(query):
            assert scope_id is not None
            people = said[scope_id]
            people[person_id] = bool(may) or people.get(person_id, False)
    return dict(said)


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    listed = list(ids)
    return (listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK))
