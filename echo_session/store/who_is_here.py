"""Who may be in front of a shared device: whom the hub knows at its site, and who is given by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from echo_session.domain.errors import InvalidFields
from echo_session.domain.gatherings import Gathering, said_problems
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.newcomers import Newcomer, tidied
from echo_session.domain.people import Person
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_people
from echo_session.store.people_alive import alive
from echo_session.store.person_words import index_person
from echo_session.store.sessions import lock_session
from echo_session.store.suggestions import suggest
from echo_session.store.tables import CheckInRow, PersonRow

MOST_KNOWN = 200
"""People of a site who are listed; a clinic of more finds the others by typing their names."""


async def known_people(tx: Tx, gathering: Gathering) -> list[Person]:
    """Whom the hub knows at the device's site, by name, but for its own person.

    Nobody where only the device's own person says that they are of that site: anybody might.
    """
    if gathering.site_id is None or not await _host_is_known(tx, gathering):
        return []
    query = (
        select(PersonRow.id)
        .where(
            PersonRow.site_id == gathering.site_id,
            PersonRow.matched.is_(True),
            PersonRow.erased_at.is_(None),
            PersonRow.id != gathering.host_person_id,
            alive(),
        )
        .order_by(PersonRow.sort_name, PersonRow.id)
        .limit(MOST_KNOWN)
    )
    ids = list(await tx.scalars(query))
    people = await get_people(tx, ids)
    return [people[one] for one in ids]


async def known_at_site(tx: Tx, gathering: Gathering, person_id: str) -> str:
    """The id, if it is that of somebody whom the device may offer. Raises NotFound."""
    row = await tx.get(PersonRow, person_id)
    if (
        row is None
        or not row.matched
        or row.merged_into is not None
        or row.erased_at is not None
        or row.site_id is None
        or row.site_id != gathering.site_id
        or not await _host_is_known(tx, gathering)
    ):
        raise NotFound("nobody of this site")
    return row.id


async def known_anywhere(tx: Tx, person_id: str) -> str:
    """The id of who this person turned out to be. Raises NotFound."""
    row = await tx.get(PersonRow, person_id)
    if row is None or row.erased_at is not None:
        raise NotFound(f"no person {person_id}")
    return row.merged_into or row.id


async def newcomer(
    tx: Tx, gathering: Gathering, said: Newcomer, *, now: datetime, random: RandomBytes
) -> str:
    """Id of somebody whom only a name stands for, until a coordinator has said who it is.

    Who says the same name again in front of the same device is the same person. Raises InvalidFields.
    """
    problems = said_problems(said)
    if problems:
        raise InvalidFields(problems)
    said = tidied(said)
    await lock_session(tx, gathering.session_id)
    again = (
        select(PersonRow.id)
        .join(CheckInRow, CheckInRow.person_id == PersonRow.id)
        .where(
            CheckInRow.gathering_id == gathering.id,
            PersonRow.sort_name == sort_key(said.name),
            PersonRow.email == said.email,
            PersonRow.matched.is_(False),
        )
    )
    known = (await tx.scalars(again.limit(1))).first()
    if known is not None:
        return known
    row = PersonRow(
        id=new_id(Prefix.PERSON, random),
        name=said.name,
        sort_name=sort_key(said.name),
        email=said.email,
        profession=said.profession,
        credentials="",
        site_id=gathering.site_id,
        zone="",
        matched=False,
        merged_into=None,
        created_at=now,
        revision=1,
    )
    tx.add(row)
    await tx.flush()
    await index_person(tx, row.id)
    await suggest(tx, [row.id], now=now, random=random)
    return row.id


async def _host_is_known(tx: Tx, gathering: Gathering) -> bool:
    host = await tx.get_one(PersonRow, gathering.host_person_id)
    return host.matched or host.merged_into is not None
