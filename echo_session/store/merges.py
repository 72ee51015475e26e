"""Two people who turned out to be one, and the way back.

No row of either is moved: ``person_merge`` says who was merged into whom, and ``person.merged_into`` is what
follows from it. A merge is undone by what it says being void, and both histories are as they were.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.merging import roots
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people_records import lock_person
from echo_session.store.person_words import index_person
from echo_session.store.suggestions import (
    Suggestion,
    decide_between,
    get_suggestion,
    lock_suggestion,
)
from echo_session.store.tables import AttendanceEventRow, PersonMergeRow, PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That one person was merged into another."""

    id: str
    kept_id: str
    merged_id: str
    reason: str
    by: str
    at: datetime
    undone_at: datetime | None
    undone_by: str


async def merge(
    tx: Tx, kept_id: str, merged_id: str, reason: str, *, by: str, now: datetime, random: RandomBytes
) -> Merge:
    """From now on the two are one, who is known as the one that is kept.

    Raises:
        NotFound: one of them is not there.
        NotPossible: they are one already, or the wrong one would be kept.
    """
    if kept_id == merged_id:
        raise NotPossible("A person cannot be merged with themselves; choose the other one.")
    locked = await _lock_everybody(tx, kept_id, merged_id)
    kept, merged = locked[kept_id], locked[merged_id]
    if merged.merged_into is not None or kept.merged_into is not None:
        raise NotPossible("One of the two was merged already: choose the person whom they are now.")
    if merged.erased_at is not None or kept.erased_at is not None:
        raise NotPossible("One of the two was erased: nobody can say any more who it was.")
    if merged.matched and not kept.matched:
        raise NotPossible(
            "Nobody has looked yet at who the one to be kept is. Keep the other one, or say first that this"
            " one is known."
        )
    row = PersonMergeRow(
        id=new_id(Prefix.MERGE, random),
        kept_id=kept_id,
        merged_id=merged_id,
        reason=reason,
        by=by,
        at=now,
        undone_at=None,
        undone_by="",
    )
    joining = await group(tx, merged_id)
    tx.add(row)
    await tx.flush()
    everybody = sorted(locked)
    await decide_between(tx, everybody, everybody, "merged", by=by, now=now)
    await _project(tx, everybody)
    why = reason or "Two records were one person."
    await _follow(tx, joining, by=by, reason=why, now=now, random=random)
    return _to_merge(row)


async def lock_suggested(tx: Tx, suggestion_id: str) -> Suggestion:
    """A suggestion that is to be accepted, and its two people before it, in whose order all lock them.

    Raises:
        NotFound: there is none.
        NotPossible: it is decided already.
    """
    found = await get_suggestion(tx, suggestion_id)
    await _lock_everybody(tx, found.first_id, found.second_id)
    return await lock_suggestion(tx, suggestion_id)


async def undo_merge(tx: Tx, merge_id: str, *, by: str, now: datetime, random: RandomBytes) -> Merge:
    """From now on the two are two again, each with what was theirs; the merge stays on record.

    Raises:
        NotFound: there is no such merge.
        NotPossible: it was undone before, or they were erased.
    """
    row = await tx.get(PersonMergeRow, merge_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no merge {merge_id}")
    if row.undone_at is not None:
        raise NotPossible("This merge was undone already.")
    locked = await _lock_everybody(tx, row.kept_id)
    if any(one.erased_at is not None for one in locked.values()):
        raise NotPossible("They were erased as one person: nobody can say any more which of them was who.")
    everybody = sorted(locked)
    row.undone_at, row.undone_by = now, by
    await tx.flush()
    await _project(tx, everybody)
    parted = await group(tx, row.merged_id)
    stayed = [one for one in everybody if one not in parted]
    await decide_between(tx, parted, stayed, "dismissed", by=by, now=now)
    reason = "One record was two people after all."
    await _follow(tx, parted, by=by, reason=reason, now=now, random=random)
    return _to_merge(row)


async def merges_of(tx: Tx, person_id: str) -> list[Merge]:
    """Every merge that made this person who they are, latest first, those too that were undone."""
    people = await group(tx, person_id)
    query = (
        select(PersonMergeRow)
        .where(or_(PersonMergeRow.kept_id.in_(people), PersonMergeRow.merged_id.in_(people)))
        .order_by(PersonMergeRow.at.desc(), PersonMergeRow.id)
    )
    return [_to_merge(row) for row in await tx.scalars(query)]


async def survivors(tx: Tx, person_ids: Collection[str]) -> dict[str, str]:
    """Who each of these people turned out to be; most are who they were."""
    query = select(PersonRow.id, PersonRow.merged_into).where(PersonRow.id.in_(person_ids))
    return {row.id: row.merged_into or row.id for row in await tx.execute(query)}


async def group(tx: Tx, person_id: str) -> list[str]:
    """Ids of all rows that are one person with this one, by the merges that stand."""
    found = {person_id}
    new = found
    while new:
        query = select(PersonMergeRow.kept_id, PersonMergeRow.merged_id).where(
            PersonMergeRow.undone_at.is_(None),
            or_(PersonMergeRow.kept_id.in_(new), PersonMergeRow.merged_id.in_(new)),
        )
        rows = (await tx.execute(query)).all()
        new = {one for row in rows for one in (row.kept_id, row.merged_id)} - found
        found = found | new
    return sorted(found)


async def _lock_everybody(tx: Tx, *person_ids: str) -> dict[str, PersonRow]:
    """All rows that are one person with one of these, as nobody else can join or part them meanwhile.

    Whoever was joined to them while we waited is locked too. Raises NotFound.
    """
    locked: dict[str, PersonRow] = {}
    while True:
        there = {one for person_id in person_ids for one in await group(tx, person_id)}
        if there <= locked.keys():
            return {one: locked[one] for one in there}
        for one in sorted(there - locked.keys()):
            locked[one] = await lock_person(tx, one)


async def _project(tx: Tx, person_ids: Collection[str]) -> None:
    """Makes ``merged_into`` and the words of these people what the merges that stand say."""
    query = select(PersonMergeRow.kept_id, PersonMergeRow.merged_id).where(
        PersonMergeRow.undone_at.is_(None), PersonMergeRow.merged_id.in_(person_ids)
    )
    into = roots([(row.kept_id, row.merged_id) for row in await tx.execute(query)])
    for one in person_ids:
        row = await tx.get_one(PersonRow, one)
        if row.merged_into != into.get(one):
            row.merged_into = into.get(one)
        row.revision += 1
    await tx.flush()
    for one in person_ids:
        await index_person(tx, one)


async def _follow(
    tx: Tx, person_ids: Collection[str], *, by: str, reason: str, now: datetime, random: RandomBytes
) -> None:
    """Brings the figures up to date of every session whose ledger names one of these people: those who joined
    others, or parted from them. Where only the others were nothing changes."""
    # Claims stand on the figures, and know of merges.
    from echo_session.store.after_times import figures_changed

    links = AttendanceEventRow
    concerned = select(links.session_id).where(links.person_id.in_(person_ids)).distinct()
    for session_id in sorted(await tx.scalars(concerned)):
        await figures_changed(tx, session_id, by=by, reason=reason, now=now, random=random)


def _to_merge(row: PersonMergeRow) -> Merge:
    return Merge(**{name: getattr(row, name) for name in Merge.__dataclass_fields__})
