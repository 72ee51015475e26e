"""Whom only their own word names: the queue of those who were in sessions, and the end of their waiting.

Their time is kept all along, and goes with them to whoever they turn out to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.matching import Candidate, candidates
from echo_session.domain.merging import Known
from echo_session.domain.people import Person
from echo_session.domain.searching import words_of
from echo_session.store import merges
from echo_session.store.after_times import figures_changed
from echo_session.store.engine import Tx
from echo_session.store.people_alive import alive
from echo_session.store.people_records import get_record, lock_person
from echo_session.store.registrants import registrants_of_session
from echo_session.store.suggestions import known
from echo_session.store.tables import (
    AttendanceEventRow,
    AttendanceRecordRow,
    PersonContactRow,
    PersonRow,
    SearchWordRow,
    SessionRow,
)
from echo_session.store.times import times_of
from echo_session.store.types import UtcDateTime

Place = tuple[datetime, str]
MOST_LOOKED_AT = 100
"""People who share something with somebody, by each thing that they may share."""
MATCHED = "Matched by a coordinator"
KNOWN = "Somebody who was there is known by now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A session in which somebody was."""

    session_id: str
    title: str
    starts_at: datetime
    seconds: int
    """Of their time there, all of it; as far as it is known while the session goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Somebody whom nobody has looked at, where they were, and who they may be."""

    person_id: str
    sessions: tuple[Attended, ...]
    candidates: tuple[Candidate, ...]


async def unmatched(
    tx: Tx, session_id: str | None = None, *, limit: int, after: Place | None = None
) -> tuple[list[Unmatched], Place | None]:
    """A page of those who were in a session, or in any, first come first; and where the next page goes on."""
    other = aliased(PersonRow)
    same = select(other.id).where(or_(other.id == PersonRow.id, other.merged_into == PersonRow.id))
    attended = select(AttendanceEventRow.event_id).where(
        AttendanceEventRow.person_id.in_(same.correlate(PersonRow))
    )
    if session_id is not None:
        attended = attended.where(AttendanceEventRow.session_id == session_id)
    order = (PersonRow.created_at, PersonRow.id)
    query = select(PersonRow.id, PersonRow.created_at).where(
        PersonRow.matched.is_(False),
        PersonRow.erased_at.is_(None),
        alive(),
        attended.correlate(PersonRow).exists(),
    )
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(literal(after[0], UtcDateTime()), literal(after[1])))
    rows = (await tx.execute(query.order_by(*order).limit(limit + 1))).all()
    page = rows[:limit]
    more = (page[-1].created_at, page[-1].id) if len(rows) > limit else None
    sessions = await _attended(tx, [row.id for row in page], session_id)
    invited: dict[str, set[str]] = {}
    for one in {each.session_id for attended_by in sessions.values() for each in attended_by}:
        invited[one] = {registrant.person.id for registrant in await registrants_of_session(tx, one)}
    found = [
        Unmatched(
            person_id=row.id,
            sessions=tuple(sessions[row.id]),
            candidates=await _candidates(
                tx, row.id, {one for each in sessions[row.id] for one in invited[each.session_id]}
            ),
        )
        for row in page
    ]
    return found, more


async def match(
    tx: Tx, person_id: str, known_id: str | None, reason: str, *, by: str, now: datetime, random: RandomBytes
) -> str:
    """They are this known person, or, without one, somebody new: the id of who they are from now on.

    Raises:
        NotFound: there is no such person.
        NotPossible: they are matched already, or the other is not known either.
    """
    if known_id is not None:
        await _check_known(tx, known_id)
        _check_unmatched((await get_record(tx, person_id)).person)
        made = await merges.merge(tx, known_id, person_id, reason or MATCHED, by=by, now=now, random=random)
        return made.kept_id
    row = await lock_person(tx, person_id)
    _check_unmatched(row)
    row.matched = True
    row.revision += 1
    await tx.flush()
    await is_known_now(tx, row.id, by=by, now=now, random=random)
    return row.id


async def is_known_now(tx: Tx, person_id: str, *, by: str, now: datetime, random: RandomBytes) -> None:
    """Has all follow that waited for somebody to be known: what was told of them, and their credit."""
    record = AttendanceRecordRow
    concerned = select(record.session_id).where(record.person_id.in_(await merges.group(tx, person_id)))
    for session_id in sorted(await tx.scalars(concerned.distinct())):
        await figures_changed(tx, session_id, by=by, reason=KNOWN, now=now, random=random)


def _check_unmatched(person: Person | PersonRow) -> None:
    if person.matched or person.merged_into is not None:
        raise NotPossible("Somebody has matched this person already.")


async def _check_known(tx: Tx, person_id: str) -> None:
    if not (await get_record(tx, person_id)).person.matched:
        raise NotPossible("Nobody has looked yet at who that person is. Choose somebody who is known.")


async def _candidates(tx: Tx, person_id: str, invited: Collection[str]) -> tuple[Candidate, ...]:
    [person] = await known(tx, [person_id])
    near = await known(tx, await _near(tx, person, invited))
    return candidates(person, near, frozenset(invited))


async def _attended(tx: Tx, person_ids: Sequence[str], session_id: str | None) -> dict[str, list[Attended]]:
    """By person, in the order of the sessions. Who was merged into them brought theirs."""
    now_is = func.coalesce(PersonRow.merged_into, PersonRow.id).label("person_id")
    of = (
        select(now_is, AttendanceEventRow.session_id)
        .join(PersonRow, PersonRow.id == AttendanceEventRow.person_id)
        .where(or_(PersonRow.id.in_(person_ids), PersonRow.merged_into.in_(person_ids)))
        .distinct()
    )
    if session_id is not None:
        of = of.where(AttendanceEventRow.session_id == session_id)
    pairs = [(row.person_id, row.session_id) for row in await tx.execute(of)]
    rows = await tx.scalars(select(SessionRow).where(SessionRow.id.in_({one for _, one in pairs})))
    sessions = {row.id: row for row in rows}
    seconds = await _seconds(tx, {one for _, one in pairs}, person_ids)
    found: dict[str, list[Attended]] = defaultdict(list)
    for person_id, one in sorted(pairs, key=lambda pair: (sessions[pair[1]].starts_at, pair[1])):
        row = sessions[one]
        found[person_id].append(
            Attended(
                session_id=one,
                title=row.title,
                starts_at=row.starts_at,
                seconds=seconds.get((one, person_id), 0),
            )
        )
    return found


async def _seconds(
    tx: Tx, session_ids: Collection[str], person_ids: Collection[str]
) -> dict[tuple[str, str], int]:
    """By session and person: as recorded, or, of a session that goes on, so far."""
    record = AttendanceRecordRow
    rows = await tx.scalars(
        select(record).where(record.session_id.in_(session_ids), record.person_id.in_(person_ids))
    )
    found = {(row.session_id, row.person_id): row.present_seconds for row in rows}
    recorded = {session_id for session_id, _ in found}
    for session_id in sorted(set(session_ids) - recorded):
        times = await times_of(tx, session_id)
        found |= {(session_id, one.time.person_id): one.time.present_seconds for one in times.people}
    return found


async def _near(tx: Tx, person: Known, invited: Collection[str]) -> list[str]:
    """Ids of known people who share an address, a telephone, a word of the name, or the session."""
    contact = PersonContactRow
    emails, phones = person.emails, person.phones
    held = select(contact.person_id).where(
        or_(
            (contact.kind == "email") & contact.value.in_(emails),
            (contact.kind == "phone") & contact.value.in_(phones),
        )
    )
    words = [word for word in words_of(person.name) if len(word) > 1]
    named = select(SearchWordRow.owner_id).where(
        SearchWordRow.kind == "person", SearchWordRow.word.in_(words)
    )
    queries = [_whose(PersonRow.email.in_(emails)), _whose(PersonRow.id.in_(held))]
    queries += [_whose(PersonRow.id.in_(named)), _whose(PersonRow.id.in_(invited))]
    if person.site_id is not None:
        queries.append(_whose(PersonRow.site_id == person.site_id))
    return sorted({one for query in queries for one in await tx.scalars(query)} - {person.id})


def _whose(which: ColumnElement[bool]) -> Select[str]:
    return (
        select(PersonRow.id)
        .where(which, PersonRow.matched.is_(True), PersonRow.erased_at.is_(None), alive())
        .order_by(PersonRow.id)
        .limit(MOST_LOOKED_AT)
    )
