"""Finding things by their words."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from echo_session.domain.sessions import Change
from echo_session.store import commands, search
from echo_session.store.engine import Database
from echo_session.store.search import add_words, forget_words, index_words, matching, word_rows
from echo_session.store.sessions import Filter, list_sessions
from echo_session.store.tables import FactRow, SearchWordRow
from tests.integration.records.people import START, draft, random

TITLES = ("Asthma 100% ECHO", "Pediatric asthma", "Diabète & régime", "Straße und Weg", "Asthma in schools")


async def filled(database: Database) -> None:
    """Rows that are named by their number; facts serve as well as anything that has a key."""
    async with database.write() as tx:
        for number, title in enumerate(TITLES):
            tx.add(FactRow(key=str(number), value=title, at=START))
            await index_words(tx, "series", str(number), title)


async def found(database: Database, words: str) -> list[int]:
    async with database.read() as tx:
        condition = await matching(tx, "series", words, FactRow.key)
        keys = await tx.scalars(select(FactRow.key).where(condition).order_by(FactRow.key))
        return [int(key) for key in keys]


@pytest.mark.parametrize("few", [0, 1, 2, search.FEW])
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("asthma", [0, 1, 4]),
        ("ASTH", [0, 1, 4]),
        ("echo 100%", [0]),
        ("%", [0, 1, 2, 3, 4]),
        ("_sthma", []),
        ("diabete regime", [2]),
        ("strasse", [3]),
        ("asthma ped", [1]),
        ("asthma diabete", []),
        ("asth asthma", [0, 1, 4]),
        ("schools in asthma", [4]),
        ("", [0, 1, 2, 3, 4]),
    ],
)
async def test_each_word_asked_begins_a_word_of_what_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, words: str, numbers: list[int]
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    await filled(database)
    assert await found(database, words) == numbers


async def test_new_words_take_the_place_of_old_ones(database: Database) -> None:
    await filled(database)
    async with database.write() as tx:
        await index_words(tx, "series", "0", "Epilepsy ECHO")
        await forget_words(tx, "4")
    assert await found(database, "asthma") == [1]
    assert await found(database, "epil echo") == [0]


async def test_a_kind_is_not_found_among_another(database: Database) -> None:
    await filled(database)
    async with database.write() as tx:
        await add_words(tx, word_rows("person", "1", "Diana"))
    assert await found(database, "diana") == []


async def test_a_long_text_does_not_fill_the_index(database: Database) -> None:
    async with database.write() as tx:
        await index_words(tx, "series", "0", " ".join(f"word{number}" for number in range(1000)), "x" * 500)
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(SearchWordRow)) == 32


async def test_a_session_is_found_by_its_title_and_description_as_they_are_now(database: Database) -> None:
    async with database.write() as tx:
        made = await commands.create_session(
            tx, draft("Asthma ECHO", description="Inhalers at school"), now=START, random=random
        )
        await commands.create_session(tx, draft("Diabetes"), now=START, random=random)

    async def titles(words: str) -> list[str]:
        async with database.read() as tx:
            return [session.title for session in (await list_sessions(tx, Filter(search=words), limit=9))[0]]

    assert await titles("inhal asthma") == ["Asthma ECHO"]
    async with database.write() as tx:
        await commands.change_session(tx, made.id, Change(title="Epilepsy ECHO"), now=START, random=random)
    assert await titles("asthma") == []
    assert await titles("epilepsy inhaler") == ["Epilepsy ECHO"]
