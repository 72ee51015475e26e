"""People and their sites."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Invitation, Person, tidy_email
from echo_session.domain.text import sort_key, tidy
from echo_session.store.engine import Tx
from echo_session.store.search import index_words
from echo_session.store.sites import named_site
from echo_session.store.suggestions import suggest
from echo_session.store.tables import PersonContactRow, PersonRow, PresenceRow, RegistrationRow, SiteRow


async def invited_person(tx: Tx, invitation: Invitation, *, now: datetime, random: RandomBytes) -> Person:
    """The person of this name at this address, made where there is none, brought up to date where there is.

    Clinics share mailboxes, so an address alone does not say who somebody is.
    """
    site = await named_site(tx, invitation.site, confirmed=True, now=now, random=random)
    row = await known_person(tx, invitation.name, invitation.email)
    row = row or await self_registered_person(tx, invitation.name, invitation.email)
    if row is None:
        row = await _new_person(tx, invitation, site, matched=True, now=now, random=random)
    else:
        row.matched = True
        _keep_said(row, invitation, site)
    await tx.flush()
    return await get_person(tx, row.id)


async def known_person(tx: Tx, name: str, email: str) -> PersonRow | None:
    """Who has this name and this address, be it one of several, locked. Unmatched visitors are nobody yet.

    Somebody who was merged is who they turned out to be.
    """
    return await _named(tx, name, email, PersonRow.matched.is_(True))


async def self_registered_person(tx: Tx, name: str, email: str) -> PersonRow | None:
    """The same of those whom nobody has looked at, but who have registered: their link went to this address.

    A visitor of a public link may say any name and address; nothing went there.
    """
    registered = select(RegistrationRow.id).where(RegistrationRow.person_id == PersonRow.id)
    return await _named(
        tx, name, email, PersonRow.matched.is_(False), registered.correlate(PersonRow).exists()
    )


async def _named(tx: Tx, name: str, email: str, *conditions: ColumnElement[bool]) -> PersonRow | None:
    address = tidy_email(email)
    others = select(PersonContactRow.person_id).where(
        PersonContactRow.kind == "email", PersonContactRow.value == address
    )
    having = select(PersonRow.id).where(PersonRow.email == address).union(others)
    known = await tx.scalars(
        select(PersonRow)
        .where(PersonRow.id.in_(having), PersonRow.sort_name == sort_key(name), *conditions)
        .order_by(PersonRow.created_at, PersonRow.id)
        .with_for_update(key_share=True)
    )
    rows = known.all()
    alive = next((row for row in rows if row.merged_into is None), None)
    if alive is not None or not rows:
        return alive
    return await tx.get_one(PersonRow, rows[0].merged_into, with_for_update={"key_share": True})


def _keep_said(row: PersonRow, said: Invitation, site: SiteRow | None) -> None:
    """What was said now stands; what was left out stays."""
    before = (row.profession, row.credentials, row.site_id)
    row.profession = tidy(said.profession) or row.profession
    row.credentials = tidy(said.credentials) or row.credentials
    row.site_id = site.id if site else row.site_id
    if (row.profession, row.credentials, row.site_id) != before:
        row.revision += 1


async def visitor(tx: Tx, session_id: str, said: Invitation, *, now: datetime, random: RandomBytes) -> Person:
    """The person behind what a visitor said of themselves: unmatched, until somebody has looked.

    Who says the same name and address again in the same session, after a closed tab say, is the same person.
    """
    site = await named_site(tx, said.site, confirmed=False, now=now, random=random)
    known = await tx.scalars(
        select(PersonRow)
        .join(PresenceRow, PresenceRow.person_id == PersonRow.id)
        .where(
            PresenceRow.session_id == session_id,
            PresenceRow.registration_id.is_(None),
            PersonRow.matched.is_(False),
            PersonRow.email == tidy_email(said.email),
            PersonRow.sort_name == sort_key(said.name),
        )
        .order_by(PersonRow.created_at)
    )
    row = known.first()
    if row is None:
        row = await _new_person(tx, said, site, matched=False, now=now, random=random)
    return await get_person(tx, row.id)


async def get_person(tx: Tx, person_id: str) -> Person:
    """The person; an id without a row is a mistake of ours and raises KeyError."""
    return (await get_people(tx, [person_id]))[person_id]


async def get_people(tx: Tx, person_ids: Collection[str]) -> dict[str, Person]:
    """People by id."""
    query = (
        select(PersonRow, SiteRow.name)
        .outerjoin(SiteRow, SiteRow.id == PersonRow.site_id)
        .where(PersonRow.id.in_(person_ids))
    )
    return {row.id: to_person(row, site) for row, site in (await tx.execute(query))}


def to_person(row: PersonRow, site: str | None) -> Person:
    """The person that the row keeps."""
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        profession=row.profession,
        credentials=row.credentials,
        site=site or "",
        site_id=row.site_id,
        zone=row.zone,
        matched=row.matched,
        merged_into=row.merged_into,
        created_at=row.created_at,
        revision=row.revision,
        erased=row.erased_at is not None,
    )


async def _new_person(
    tx: Tx, said: Invitation, site: SiteRow | None, *, matched: bool, now: datetime, random: RandomBytes
) -> PersonRow:
    row = PersonRow(
        id=new_id(Prefix.PERSON, random),
        name=tidy(said.name),
        sort_name=sort_key(said.name),
        email=tidy_email(said.email),
        profession=tidy(said.profession),
        credentials=tidy(said.credentials),
        site_id=site.id if site else None,
        zone="",
        matched=matched,
        merged_into=None,
        created_at=now,
        revision=1,
    )
    tx.add(row)
    await tx.flush()
    await index_words(tx, "person", row.id, row.name, row.email)
    await suggest(tx, [row.id], now=now, random=random)
    return row
