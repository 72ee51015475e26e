"""The person behind a registration from a public page, by their own word.

Same address and same name are the same person, as everywhere. What the hub knows of somebody stays as it is,
whatever a stranger who knows name and address may say; what nobody has looked at yet follows the last word.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.newcomers import Newcomer, NewSite
from echo_session.domain.states import same_state
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.people import known_person, self_registered_person
from echo_session.store.person_words import index_person
from echo_session.store.search import index_words
from echo_session.store.suggestions import suggest
from echo_session.store.tables import PersonContactRow, PersonRow, SiteRow

MOST_NAMESAKES = 50


async def person_behind(tx: Tx, said: Newcomer, *, now: datetime, random: RandomBytes) -> str:
    """Id of the person, made where nobody of this name has this address.

    Raises:
        InvalidFields: the site's id is none that is offered.
    """
    await _check_site(tx, said.site)
    known = await known_person(tx, said.name, said.email)
    row = known or await self_registered_person(tx, said.name, said.email)
    if row is not None and row.matched:
        return row.id
    site = await _site(tx, said, now=now, random=random)
    if row is None:
        row = PersonRow(
            id=new_id(Prefix.PERSON, random),
            name=said.name,
            sort_name=sort_key(said.name),
            email=said.email,
            profession="",
            credentials="",
            site_id=None,
            zone="",
            matched=False,
            merged_into=None,
            created_at=now,
            revision=0,
        )
        tx.add(row)
    row.profession = said.profession or row.profession
    row.credentials = said.credentials or row.credentials
    row.site_id = row.site_id if site is None else site.id
    row.zone = "" if site is not None and site.zone == said.zone else said.zone or row.zone
    row.revision += 1
    await tx.flush()
    await _keep_phone(tx, row.id, said.phone, random)
    await index_person(tx, row.id)
    await suggest(tx, [row.id], now=now, random=random)
    return row.id


async def people_at(tx: Tx, address: str) -> list[str]:
    """Ids of everybody who has this address, be it one of several; of people who are one, the one."""
    others = select(PersonContactRow.person_id).where(
        PersonContactRow.kind == "email", PersonContactRow.value == address
    )
    having = select(PersonRow.id).where(PersonRow.email == address).union(others)
    query = select(func.coalesce(PersonRow.merged_into, PersonRow.id)).where(PersonRow.id.in_(having))
    return sorted(set(await tx.scalars(query)))


async def _check_site(tx: Tx, site: str | NewSite | None) -> None:
    """An id is checked whoever comes, so that the answer does not tell who is known."""
    if not isinstance(site, str):
        return
    row = await tx.get(SiteRow, site)
    if row is None or not row.confirmed:
        raise InvalidFields(
            [FieldProblem("site.id", "is not a site of the list", "the id of one, or the name of another")]
        )


async def _site(tx: Tx, said: Newcomer, *, now: datetime, random: RandomBytes) -> SiteRow | None:
    """The site that they mean, made where there is none of this name; nobody is offered it until it is
    confirmed."""
    wanted = said.site
    if wanted is None:
        return None
    if isinstance(wanted, str):
        return await tx.get_one(SiteRow, wanted)
    known = await _namesake(tx, wanted)
    if known is not None:
        return known
    row = SiteRow(
        id=new_id(Prefix.SITE, random),
        name=wanted.name,
        sort_name=sort_key(wanted.name),
        organisation="",
        type=wanted.type,
        zone=said.zone,
        county=wanted.county,
        state=wanted.state,
        rural=None,
        shortage_area=None,
        confirmed=False,
        created_at=now,
        revision=1,
    )
    try:
        async with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        return await _namesake(tx, wanted)
    await index_words(tx, "site", row.id, row.name)
    return row


async def _namesake(tx: Tx, wanted: NewSite) -> SiteRow | None:
    """A site of this name, and in this state and county as far as they are told; a confirmed one first."""
    query = (
        select(SiteRow)
        .where(SiteRow.sort_name == sort_key(wanted.name))
        .order_by(SiteRow.confirmed.desc(), SiteRow.id)
        .limit(MOST_NAMESAKES)
    )
    for row in await tx.scalars(query):
        in_state = not wanted.state or same_state(row.state, wanted.state)
        if in_state and (not wanted.county or sort_key(row.county) == sort_key(wanted.county)):
            return row
    return None


async def _keep_phone(tx: Tx, person_id: str, phone: str, random: RandomBytes) -> None:
    if not phone:
        return
    known = select(PersonContactRow.id).where(
        PersonContactRow.person_id == person_id,
        PersonContactRow.kind == "phone",
        PersonContactRow.value == phone,
    )
    if await tx.scalar(known) is None:
        contact_id = new_id(Prefix.CONTACT, random)
        tx.add(PersonContactRow(id=contact_id, person_id=person_id, kind="phone", value=phone, label=""))
        await tx.flush()
