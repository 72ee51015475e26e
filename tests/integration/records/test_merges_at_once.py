"""Several who say at once who is whom: each waits for the other, and what is found follows what stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from echo_session.domain.person_records import Contact, PersonDraft
from echo_session.store import merges
from echo_session.store.engine import Database
from echo_session.store.people_records import PeopleFilter, change_person, create_person, list_people
from echo_session.store.tables import MergeSuggestionRow, PersonRow
from tests.integration.records.test_who_comes_first import begun, both, postgresql, random

__all__ = ["postgresql"]

NOW = datetime(2026, 8, 1, tzinfo=UTC)
AT_ONCE: dict[str, Any] = {"now": NOW, "random": random}


async def people(database: Database, *names: str) -> list[str]:
    """Their ids, in the order in which they are locked."""
    made = []
    for name in names:
        async with database.write() as tx:
            record = await create_person(tx, PersonDraft(name=name, email=f"{name}@x.example"), **AT_ONCE)
            made.append(record.person.id)
    return sorted(made)


async def merge(database: Database, kept: str, other: str) -> str:
    async with database.write() as tx:
        return (await merges.merge(tx, kept, other, "", by="acc_1", **AT_ONCE)).id


async def undo(database: Database, merge_id: str) -> None:
    async with database.write() as tx:
        await merges.undo_merge(tx, merge_id, by="acc_1", now=NOW, random=random)


async def found(database: Database, search: str) -> list[str]:
    async with database.read() as tx:
        page, _ = await list_people(tx, PeopleFilter(search=search), limit=10)
        return [record.person.id for record in page]


async def test_a_merge_and_the_undoing_of_an_earlier_one(postgresql: Database) -> None:
    first, second, third = await people(postgresql, "ana", "annie", "anita")
    async with postgresql.read() as tx:
        name = await tx.scalar(select(PersonRow.name).where(PersonRow.id == first))
    earlier = await merge(postgresql, second, first)

    async def again() -> None:
        await undo(postgresql, earlier)

    async with postgresql.write() as tx:
        await merges.merge(tx, third, second, "", by="acc_1", **AT_ONCE)
        work = await begun(again())
    await both(work)
    async with postgresql.read() as tx:
        rows = await tx.execute(select(PersonRow.id, PersonRow.merged_into))
        into = {row.id: row.merged_into for row in rows}
    assert into == {first: None, second: third, third: None}
    assert await found(postgresql, name or "") == [first], "not the one with whom they were one meanwhile"


async def test_an_accepted_suggestion_and_a_change_of_one_of_the_two(postgresql: Database) -> None:
    draft = PersonDraft(name="Ana", email="ana@x.example")
    async with postgresql.write() as tx:
        one = (await create_person(tx, draft, **AT_ONCE)).person.id
        phone = (Contact(value="505-555-0100"),)
        other_draft = PersonDraft(name="Annie", email="ana@x.example", phones=phone)
        other = (await create_person(tx, other_draft, **AT_ONCE)).person.id
        suggestion_id = await tx.scalar(select(MergeSuggestionRow.id))
    assert suggestion_id is not None

    async def change() -> None:
        async with postgresql.write() as tx:
            await change_person(tx, one, replace(draft, phones=phone), revision=None, **AT_ONCE)

    async with postgresql.write() as tx:
        await merges.lock_suggested(tx, suggestion_id)
        work = await begun(change())
        await merges.merge(tx, other, one, "", by="acc_1", **AT_ONCE)
        await tx.rollback()
    await both(work)
