"""Suggestions that two people are one: found as people come, decided by a coordinator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Select, literal, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.merging import Known, suggestions
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import MergeSuggestionRow, PersonContactRow, PersonRow
from echo_session.store.types import UtcDateTime

State = Literal["open", "merged", "dismissed"]
Place = tuple[datetime, str]

MAX_LOOKED_AT = 200
"""For each person, others who share an address, a telephone or a name; a mailbox of more says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two people, each as whom they turned out to be by now, and why they may be one."""

    id: str
    first_id: str
    second_id: str
    reasons: tuple[str, ...]
    state: State
    created_at: datetime


async def suggest(tx: Tx, person_ids: Collection[str], *, now: datetime, random: RandomBytes) -> None:
    """Notes who these people may be besides; what was decided once is not suggested again."""
    people = await known(tx, person_ids)
    everybody = await known(tx, await _near(tx, people))
    sharing: dict[object, list[Known]] = defaultdict(list)
    for one in everybody:
        for mark in _marks(one):
            sharing[mark].append(one)
    for person in people:
        near = {one.id: one for mark in _marks(person) for one in sharing[mark] if one.id != person.id}
        for other_id, reasons in suggestions(person, list(near.values())).items():
            await _note(tx, person.id, other_id, reasons, now=now, random=random)


async def list_suggestions(
    tx: Tx, state: State, *, limit: int, after: Place | None = None
) -> tuple[list[Suggestion], Place | None]:
    """A page of suggestions, oldest first, and where the next page goes on."""
    query = select(MergeSuggestionRow).where(MergeSuggestionRow.state == state)
    order = (MergeSuggestionRow.created_at, MergeSuggestionRow.id)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(literal(after[0], UtcDateTime()), literal(after[1])))
    rows = (await tx.scalars(query.order_by(*order).limit(limit + 1))).all()
    page = rows[:limit]
    more = (page[-1].created_at, page[-1].id) if len(rows) > limit else None
    return [await _to_suggestion(tx, row) for row in page], more


async def get_suggestion(tx: Tx, suggestion_id: str) -> Suggestion:
    """Raises NotFound."""
    row = await tx.get(MergeSuggestionRow, suggestion_id)
    if row is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    return await _to_suggestion(tx, row)


async def lock_suggestion(tx: Tx, suggestion_id: str) -> Suggestion:
    """One that is to be decided.

    Raises:
        NotFound: there is none.
        NotPossible: it is decided already.
    """
    row = await tx.get(MergeSuggestionRow, suggestion_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    if row.state != "open":
        raise NotPossible(f"This suggestion is {row.state} already.")
    return await _to_suggestion(tx, row)


async def decide(tx: Tx, suggestion_id: str, state: State, *, by: str, now: datetime) -> Suggestion:
    """Ends a suggestion one way or the other. Raises NotFound."""
    row = await tx.get(MergeSuggestionRow, suggestion_id, with_for_update=True)
    if row is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    row.state, row.decided_at, row.decided_by = state, now, by
    await tx.flush()
    return await _to_suggestion(tx, row)


async def decide_between(
    tx: Tx, some: Collection[str], others: Collection[str], state: State, *, by: str, now: datetime
) -> None:
    """The same for every suggestion that one of some people is one of the others."""
    rows = await tx.scalars(
        select(MergeSuggestionRow).where(
            or_(
                MergeSuggestionRow.first_id.in_(some) & MergeSuggestionRow.second_id.in_(others),
                MergeSuggestionRow.first_id.in_(others) & MergeSuggestionRow.second_id.in_(some),
            )
        )
    )
    for row in rows:
        row.state, row.decided_at, row.decided_by = state, now, by
    await tx.flush()


def _marks(person: Known) -> set[object]:
    """What two people who may be one have in common."""
    marks: set[object] = {("email", email) for email in person.emails}
    marks |= {("phone", phone) for phone in person.phones}
    return marks | {(sort_key(person.name), person.site_id)} if person.site_id else marks


async def _near(tx: Tx, people: Collection[Known]) -> list[str]:
    """Ids of everybody who shares an address, a telephone, or name and site with one of these people.

    Who was merged counts as whom they turned out to be.
    """
    emails = {email for person in people for email in person.emails}
    phones = {phone for person in people for phone in person.phones}
    names = {(sort_key(person.name), person.site_id) for person in people if person.site_id}
    contact = PersonContactRow
    queries: list[Select[str, str | None]] = [
        select(PersonRow.id, PersonRow.merged_into).where(PersonRow.email.in_(emails))
    ]
    for kind, values in (("email", emails), ("phone", phones)):
        owners = select(contact.person_id).where(contact.kind == kind, contact.value.in_(values))
        queries.append(select(PersonRow.id, PersonRow.merged_into).where(PersonRow.id.in_(owners)))
    queries.append(
        select(PersonRow.id, PersonRow.merged_into).where(
            PersonRow.sort_name.in_({name for name, _ in names}),
            PersonRow.site_id.in_({site for _, site in names}),
        )
    )
    most = MAX_LOOKED_AT * max(1, len(people))
    return sorted({merged or one for query in queries for one, merged in await tx.execute(query.limit(most))})


async def known(tx: Tx, person_ids: Collection[str]) -> list[Known]:
    """As much of these people as tells whether two are one. Who gave no address shares none."""
    rows = (await tx.scalars(select(PersonRow).where(PersonRow.id.in_(person_ids)))).all()
    contacts = (
        await tx.scalars(select(PersonContactRow).where(PersonContactRow.person_id.in_(person_ids)))
    ).all()

    def of(person_id: str, kind: str) -> set[str]:
        return {one.value for one in contacts if (one.person_id, one.kind) == (person_id, kind)}

    return [
        Known(
            id=row.id,
            name=row.name,
            site_id=row.site_id,
            emails=frozenset(({row.email} | of(row.id, "email")) - {""}),
            phones=frozenset(of(row.id, "phone")),
        )
        for row in rows
    ]


async def _note(
    tx: Tx, one_id: str, other_id: str, reasons: list[str], *, now: datetime, random: RandomBytes
) -> None:
    first, second = sorted((one_id, other_id))
    row = await tx.scalar(
        select(MergeSuggestionRow).where(
            MergeSuggestionRow.first_id == first, MergeSuggestionRow.second_id == second
        )
    )
    if row is not None:
        if row.state == "open":
            row.reasons = reasons
        return
    try:
        async with tx.begin_nested():
            tx.add(
                MergeSuggestionRow(
                    id=new_id(Prefix.MERGE_SUGGESTION, random),
                    first_id=first,
                    second_id=second,
                    reasons=reasons,
                    state="open",
                    created_at=now,
                    decided_at=None,
                    decided_by="",
                )
            )
    except IntegrityError:
        return  # somebody else has just suggested the same


async def _to_suggestion(tx: Tx, row: MergeSuggestionRow) -> Suggestion:
    query = select(PersonRow.id, PersonRow.merged_into).where(PersonRow.id.in_((row.first_id, row.second_id)))
    now_are = {one: merged_into or one for one, merged_into in await tx.execute(query)}
    return Suggestion(
        id=row.id,
        first_id=now_are[row.first_id],
        second_id=now_are[row.second_id],
        reasons=tuple(row.reasons),
        state=cast(State, row.state),
        created_at=row.created_at,
    )
