"""People and their sites."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Invitation, Person, tidy_email
from echo_session.domain.text import sort_key, tidy
from echo_session.store.engine import Tx
from echo_session.store.tables import PersonRow, PresenceRow, SiteRow


async def invited_person(tx: Tx, invitation: Invitation, *, now: datetime, random: RandomBytes) -> Person:
    """The person of this name at this address, made where there is none, brought up to date where there is.

    Clinics share mailboxes, so an address alone does not say who somebody is.
    """
    name, email = tidy(invitation.name), tidy_email(invitation.email)
    site = await _site(tx, tidy(invitation.site), confirmed=True, now=now, random=random)
    known = await tx.scalars(
        select(PersonRow).where(PersonRow.email == email, PersonRow.matched.is_(True)).with_for_update()
    )
    row = next((row for row in known if row.name.casefold() == name.casefold()), None)
    if row is None:
        row = _new_row(invitation, site, matched=True, now=now, random=random)
        tx.add(row)
    else:
        row.profession = tidy(invitation.profession) or row.profession
        row.credentials = tidy(invitation.credentials) or row.credentials
        row.site_id = site.id if site else row.site_id
    await tx.flush()
    return await get_person(tx, row.id)


async def visitor(tx: Tx, session_id: str, said: Invitation, *, now: datetime, random: RandomBytes) -> Person:
    """The person behind what a visitor said of themselves: unmatched, until somebody has looked.

    Who says the same name and address again in the same session, after a closed tab say, is the same person.
    """
    name, email = tidy(said.name), tidy_email(said.email)
    site = await _site(tx, tidy(said.site), confirmed=False, now=now, random=random)
    known = await tx.scalars(
        select(PersonRow)
        .join(PresenceRow, PresenceRow.person_id == PersonRow.id)
        .where(PresenceRow.session_id == session_id, PersonRow.matched.is_(False), PersonRow.email == email)
        .order_by(PersonRow.created_at)
    )
    row = next((row for row in known if row.name.casefold() == name.casefold()), None)
    if row is None:
        row = _new_row(said, site, matched=False, now=now, random=random)
        tx.add(row)
        await tx.flush()
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
    )


def _new_row(
    said: Invitation, site: SiteRow | None, *, matched: bool, now: datetime, random: RandomBytes
) -> PersonRow:
    return PersonRow(
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


async def _site(tx: Tx, name: str, *, confirmed: bool, now: datetime, random: RandomBytes) -> SiteRow | None:
    if not name:
        return None
    known = select(SiteRow).where(SiteRow.sort_name == sort_key(name)).order_by(SiteRow.id).limit(1)
    found = await tx.scalar(known)
    if found is not None:
        return found
    row = SiteRow(
        id=new_id(Prefix.SITE, random),
        name=name,
        sort_name=sort_key(name),
        organisation="",
        type="",
        zone="",
        county="",
        state="",
        rural=None,
        shortage_area=None,
        confirmed=confirmed,
        created_at=now,
        revision=1,
    )
    try:
        async with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        return (await tx.scalars(select(SiteRow).where(SiteRow.name == name))).one()
    return row
