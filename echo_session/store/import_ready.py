"""What goes before and after the step that applies an import, in short turns.

Before it, people and registrations get their ids and people their words; after it, other systems are told
and doubles are suggested.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, bindparam, delete, exists, or_, select, text, update

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Database, Tx
from echo_session.store.import_apply import FOLLOWS, new_sites, staged
from echo_session.store.import_statements import CONTACT, PERSON, SITE, STAGED
from echo_session.store.import_telling import tell_of_import
from echo_session.store.imports import CHUNK, discard
from echo_session.store.person_words import index_person
from echo_session.store.search import add_words, word_rows
from echo_session.store.suggestions import suggest
from echo_session.store.tables import ImportRow, SearchWordRow

T = TypeVar("T")
UNDER_WAY = timedelta(minutes=15)
"""So long after an import whoever applied it may still be about what follows."""
FEW = 20
"""People for whom doubles are looked for at a time."""


async def prepare(database: Database, import_id: str, random: RandomBytes, *, turn: str = "") -> list[str]:
    """Gives the people and registrations to be made their ids, and makes them findable; gives those ids.

    Ids are given in the order of names: then the step adds to every index at its end, or nearly. Words that
    belong to nobody yet are not found. Where two do this at once, the last who began goes
    on; ``turn`` tells them apart.
    """
    async with database.write() as tx:
        row = await staged(tx, import_id, lock=True)
        row.columns = row.columns | {"turn": turn}
    async with database.read() as tx:
        rows = await _by_name(tx, import_id)
        sites = await new_sites(tx, import_id)
    people = await asyncio.to_thread(_ids_in_order, Prefix.PERSON, len(rows), random)
    registrations = await asyncio.to_thread(_ids_in_order, Prefix.REGISTRATION, len(rows), random)
    made = [person for row, person in zip(rows, people, strict=True) if row.fate == "new"]
    made += [site[0] for site in sites]
    try:
        for start in range(0, len(rows), CHUNK):
            some = slice(start, start + CHUNK)
            await _make_ready(database, import_id, turn, rows[some], people[some], registrations[some])
        for part in _chunks(sites):
            async with database.write() as tx:
                await staged(tx, import_id, lock=True, turn=turn)
                await _forget(tx, [site[0] for site in part])
                await add_words(tx, [word for site in part for word in word_rows("site", site[0], site[1])])
    except BaseException:
        await abandon(database, made)
        raise
    if not database.is_sqlite:
        async with database.write() as tx:
            await tx.execute(text("ANALYZE imported_row"))  # or the step is planned for an empty table
    return made


async def _by_name(tx: Tx, import_id: str) -> list[Any]:
    """Rows that make somebody or a registration. They come in parts, so that the loop is not held up."""
    columns = ("number", "fate", "name", "email", "phone", "registration_id", "person_id")
    wanted = or_(STAGED.c.fate == "new", STAGED.c.registration_id.is_not(None))
    query = select(*(STAGED.c[name] for name in columns)).where(STAGED.c.import_id == import_id, wanted)
    found = await tx.stream(query.order_by(STAGED.c.sort_name, STAGED.c.number))
    return [row async for part in found.partitions(CHUNK) for row in part]


def _ids_in_order(prefix: Prefix, count: int, random: RandomBytes) -> list[str]:
    """New ids, sorted: a little at a time, since sorting stops every other thread."""
    heaps: dict[str, list[str]] = defaultdict(list)
    for _ in range(count):
        one = new_id(prefix, random)
        heaps[one[len(prefix) + 1]].append(one)
    return [one for start in sorted(heaps) for one in sorted(heaps[start])]


async def _make_ready(
    database: Database,
    import_id: str,
    turn: str,
    rows: Sequence[Any],
    people: Sequence[str],
    registrations: Sequence[str],
) -> None:
    changes = []
    words = []
    for row, person, registration in zip(rows, people, registrations, strict=True):
        new = row.fate == "new"
        changes.append(
            {
                "this": import_id,
                "row": row.number,
                "person": person if new else row.person_id,
                "registration": None if row.registration_id is None else registration,
            }
        )
        if new:
            words += word_rows("person", person, row.name, row.email, row.phone)
    async with database.write() as tx:
        await staged(tx, import_id, lock=True, turn=turn)
        await _forget(tx, await _made_before(tx, import_id, [row.number for row in rows]))
        connection = await tx.connection()
        await connection.execute(_GIVE_IDS, changes)
        await add_words(tx, words)


_GIVE_IDS = (
    update(STAGED)
    .where(STAGED.c.import_id == bindparam("this"), STAGED.c.number == bindparam("row"))
    .values(person_id=bindparam("person"), registration_id=bindparam("registration"))
)


async def _made_before(tx: Tx, import_id: str, numbers: Sequence[int]) -> Sequence[str]:
    """The ids that rows were given by somebody who applies the import too, or died over it."""
    query = select(STAGED.c.person_id).where(
        STAGED.c.import_id == import_id,
        STAGED.c.number.in_(numbers),
        STAGED.c.fate == "new",
        STAGED.c.person_id.is_not(None),
    )
    return (await tx.scalars(query)).all()


async def _forget(tx: Tx, owners: Sequence[str]) -> None:
    if owners:
        await tx.execute(
            delete(SearchWordRow)
            .where(SearchWordRow.owner_id.in_(owners))
            .execution_options(synchronize_session=False)
        )


async def abandon(database: Database, owners: Sequence[str]) -> None:
    """Takes back what ``prepare`` made findable, except whom somebody else who applied it has made."""
    for part in _chunks(owners):
        async with database.write() as tx:
            there = set(await tx.scalars(select(PERSON.c.id).where(PERSON.c.id.in_(part))))
            there.update(await tx.scalars(select(SITE.c.id).where(SITE.c.id.in_(part))))
            await _forget(tx, [owner for owner in part if owner not in there])


async def forget_import(database: Database, import_id: str) -> None:
    """Forgets an import that was not applied, and all that it left. Raises NotFound, NotPossible."""
    owners: list[str] = []
    async with database.read() as tx:
        if await tx.get(ImportRow, import_id) is not None:
            owners = [site[0] for site in await new_sites(tx, import_id)]
            made = STAGED.c.person_id.is_not(None)
            query = select(STAGED.c.person_id).where(STAGED.c.import_id == import_id, made)
            owners += await tx.scalars(query.where(STAGED.c.fate == "new"))
    await discard(database, import_id)
    await abandon(database, owners)


async def follow_up(database: Database, import_id: str, *, now: datetime, random: RandomBytes) -> None:
    """What nobody needs at once: other systems are told, changed people are found by their new numbers,
    doubles are suggested."""
    await tell_of_import(database, import_id, now=now, random=random)
    changed = and_(STAGED.c.fate == "update", STAGED.c.phone != "")
    async with database.read() as tx:
        indexed = (
            await tx.scalars(select(STAGED.c.person_id).where(STAGED.c.import_id == import_id, changed))
        ).all()
        doubtful = (await tx.scalars(_doubtful(import_id))).all()
    for part in _chunks(indexed):
        async with database.write() as tx:
            for person_id in part:
                await index_person(tx, person_id)
    for start in range(0, len(doubtful), FEW):
        async with database.write() as tx:
            await suggest(tx, doubtful[start : start + FEW], now=now, random=random)
    async with database.write() as tx:
        row = await tx.get(ImportRow, import_id, with_for_update=True)
        if row is not None:
            row.columns = row.columns | {FOLLOWS: False}


async def follow_up_left(database: Database, *, now: datetime, random: RandomBytes) -> int:
    """The same for imports over which whoever applied them died. Gives how many they were."""
    left = select(ImportRow.id).where(
        ImportRow.state == "applied",
        ImportRow.columns[FOLLOWS].as_boolean(),
        ImportRow.applied_at < now - UNDER_WAY,
    )
    async with database.read() as tx:
        import_ids = (await tx.scalars(left.order_by(ImportRow.applied_at))).all()
    for import_id in import_ids:
        await follow_up(database, import_id, now=now, random=random)
    return len(import_ids)


def _doubtful(import_id: str) -> Select[Any]:
    """Whoever has an address, a number, or a name and site in common with somebody else."""
    other = PERSON.c.id != STAGED.c.person_id
    contact = exists().where(CONTACT.c.person_id != STAGED.c.person_id)
    shared = (
        exists().where(PERSON.c.email == STAGED.c.email, other),
        contact.where(CONTACT.c.kind == "email", CONTACT.c.value == STAGED.c.email),
        contact.where(STAGED.c.phone != "", CONTACT.c.kind == "phone", CONTACT.c.value == STAGED.c.phone),
        exists().where(PERSON.c.sort_name == STAGED.c.sort_name, PERSON.c.site_id == STAGED.c.site_id, other),
    )
    taken = STAGED.c.fate.in_(("new", "update"))
    mine = STAGED.c.import_id == import_id
    return select(STAGED.c.person_id).where(mine, taken, or_(*shared)).order_by(STAGED.c.number)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
