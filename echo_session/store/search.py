"""The index of words by which people, sites, programs, series and sessions are found.

Both databases have it alike: a table of words in the order of their code points, so that the words that begin
with what was asked lie next to each other. ``matching`` gives what a list's query is filtered by.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, intersect, select, true

from echo_session.domain.searching import asked_words, words_of
from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.tables import SearchWordRow

Kind = Literal["person", "site", "program", "series", "session"]

FEW = 4000
"""A word that begins at most so many words of the index is looked up, and its owners are named to the query.
A commoner one is looked for in each row of the list, in its order: enough rows come soon."""
MANY = 20_000
"""Two words of which each is common, but no commoner than this, may be so rare together that no row of the
list has both: they are looked up together."""

_LAST = "\U0010ffff"
"""Sorts after every letter."""


def word_rows(kind: Kind, owner_id: str, *texts: str) -> list[dict[str, str]]:
    """Rows of ``search_word`` for an owner that has none yet, to be inserted in bulk."""
    return [{"kind": kind, "word": word, "owner_id": owner_id} for word in words_of(*texts)]


async def add_words(tx: Tx, rows: Iterable[dict[str, str]]) -> None:
    """Inserts rows of ``word_rows``."""
    values = list(rows)
    if values:
        await tx.execute(insert(SearchWordRow), values)


async def index_words(tx: Tx, kind: Kind, owner_id: str, *texts: str) -> None:
    """From now on the owner is found by the words of these texts, and by no others."""
    present = set(await tx.scalars(select(SearchWordRow.word).where(SearchWordRow.owner_id == owner_id)))
    wanted = words_of(*texts)
    gone = present.difference(wanted)
    if gone:
        await tx.execute(
            delete(SearchWordRow)
            .where(SearchWordRow.owner_id == owner_id, SearchWordRow.word.in_(gone))
            .execution_options(synchronize_session=False)
        )
    await add_words(
        tx,
        [{"kind": kind, "word": word, "owner_id": owner_id} for word in wanted if word not in present],
    )


async def forget_words(tx: Tx, owner_id: str) -> None:
    """From now on the owner is not found."""
    await tx.execute(
        delete(SearchWordRow)
        .where(SearchWordRow.owner_id == owner_id)
        .execution_options(synchronize_session=False)
    )


async def matching(tx: Tx, kind: Kind, search: str, owner: Any) -> ColumnElement[bool]:
    """What a query of the owners is filtered by, so that each word of the search begins a word of theirs.

    Args:
        owner: the query's column of the owners' ids, such as ``PersonRow.id``.
    """
    few: set[str] | None = None
    common: list[str] = []
    for word in asked_words(search):
        query = select(SearchWordRow.owner_id).where(SearchWordRow.kind == kind, *_begins(word))
        found = (await tx.scalars(query.limit(FEW + 1))).all()
        if len(found) > FEW:
            common.append(word)
        else:
            few = set(found) if few is None else few.intersection(found)
    if few is None and len(common) > 1:
        few = await _together(tx, kind, common)
    conditions = [_probe(kind, owner, word) for word in common]
    if few is not None:
        conditions.append(among(tx, owner, sorted(few)) if few else false())
    return and_(true(), *conditions)


async def _together(tx: Tx, kind: Kind, words: list[str]) -> set[str] | None:
    """Owners of all of the words that are not too common; None where there are many of them, too."""
    ranges = []
    for word in words:
        begun = select(SearchWordRow.owner_id).where(SearchWordRow.kind == kind, *_begins(word))
        within = select(func.count()).select_from(begun.limit(MANY + 1).subquery())
        if (await tx.scalar(within) or 0) <= MANY:
            ranges.append(begun)
    if len(ranges) < 2:
        return None
    found = (await tx.scalars(intersect(*ranges).limit(FEW + 1))).all()
    return set(found) if len(found) <= FEW else None


def _begins(word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SearchWordRow.word >= word, SearchWordRow.word < word + _LAST


def _begins_unindexed(kind: Kind, word: str) -> tuple[ColumnElement[bool], ...]:
    """The same, said so that neither database goes by the words but by the owner: he has a few."""
    own = func.coalesce(SearchWordRow.word, "")
    return func.coalesce(SearchWordRow.kind, "") == kind, own >= word, own < word + _LAST


def _probe(kind: Kind, owner: Any, word: str) -> ColumnElement[bool]:
    """With its LIMIT, PostgreSQL too looks row by row, rather than to read the whole index beforehand."""
    query = select(SearchWordRow.owner_id).where(
        SearchWordRow.owner_id == owner, *_begins_unindexed(kind, word)
    )
    return query.limit(1).correlate(owner.class_).scalar_subquery().is_not(None)
