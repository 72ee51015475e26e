"""Imports that are applied by two at once, or again after somebody died half-way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from echo_session.domain.errors import NotPossible
from echo_session.imports.applying import apply
from echo_session.store.engine import Database
from echo_session.store.import_apply import step
from echo_session.store.import_ready import forget_import, prepare
from echo_session.store.tables import (
    ImportedRow,
    MergeSuggestionRow,
    PersonRow,
    RegistrationRow,
    SearchWordRow,
    SiteRow,
)
from echo_session.store.upkeep import Kept, keep_up
from tests.integration.imports.people import NOW, a_program, known, random, staged

PEOPLE = [f"Person {number},p{number}@clinic.example,,,,Clinic {number % 3},NM" for number in range(600)]


async def words_without_owner(database: Database) -> set[str]:
    async with database.read() as tx:
        owners = set(await tx.scalars(select(SearchWordRow.owner_id).distinct()))
        return owners.difference(await tx.scalars(select(PersonRow.id))).difference(
            await tx.scalars(select(SiteRow.id))
        )


async def people_without_words(database: Database) -> list[str]:
    wordless = ~select(SearchWordRow.owner_id).where(SearchWordRow.owner_id == PersonRow.id).exists()
    async with database.read() as tx:
        return list(await tx.scalars(select(PersonRow.name).where(wordless)))


async def test_two_who_apply_an_import_at_once_do_it_once(database: Database, tmp_path: Path) -> None:
    made = await staged(database, tmp_path, *PEOPLE, scope=await a_program(database))
    both = [apply(database, made.id, by="acc_1", now=NOW, random=random) for _ in range(2)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert [one for one in done if isinstance(one, BaseException) and not isinstance(one, NotPossible)] == []
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert await people_without_words(database) == []
    async with database.read() as tx:
        people = set(await tx.scalars(select(PersonRow.id)))
        registrations = set(await tx.scalars(select(RegistrationRow.id)))
        rows = (await tx.scalars(select(ImportedRow))).all()
    assert {row.person_id for row in rows} == people
    assert {row.registration_id for row in rows} == registrations
    assert await words_without_owner(database) == set()


async def test_what_follows_an_import_is_done_by_the_upkeep_where_somebody_died(
    database: Database, tmp_path: Path
) -> None:
    ana = await known(database, "Ana Ortiz", "ana@clinic.example")
    rows = ("Ana Ortiz,ana@clinic.example,505-555-0100", "A. Ortiz,ana@clinic.example")
    made = await staged(database, tmp_path, *rows)
    await prepare(database, made.id, random)
    await step(database, made.id, by="acc_1", send=None, now=NOW, random=random)

    async def upkeep(minutes: int) -> int:
        year, now = timedelta(days=365), NOW + timedelta(minutes=minutes)
        kept = Kept(events=year, mails=year, imports=year)
        return (await keep_up(database, kept, now=now, random=random))["imports to follow up"]

    assert [await upkeep(5), await upkeep(30), await upkeep(60)] == [0, 1, 0]
    async with database.read() as tx:
        query = select(SearchWordRow.word).where(SearchWordRow.owner_id == ana)
        assert "0100" in set(await tx.scalars(query))
        assert len((await tx.scalars(select(MergeSuggestionRow))).all()) == 1


async def test_an_import_that_was_made_ready_and_no_more_is_applied_or_forgotten(
    database: Database, tmp_path: Path
) -> None:
    made = await staged(database, tmp_path, *PEOPLE)
    await prepare(database, made.id, random)
    await apply(database, made.id, by="acc_1", now=NOW, random=random)
    assert await people_without_words(database) == []
    assert await words_without_owner(database) == set()
    other = await staged(database, tmp_path, "Zoe Hill,zoe@clinic.example,,,,Clinic 9,NM")
    await prepare(database, other.id, random)
    await forget_import(database, other.id)
    assert await words_without_owner(database) == set()
