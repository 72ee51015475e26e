"""Whom rows of an imported file mean, of the people and sites that the records have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, exists, or_, select

from echo_session.domain.import_fates import Known, Site
from echo_session.domain.importing import Candidate
from echo_session.domain.registering import Scope
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.registrants import good
from echo_session.store.scopes import within
from echo_session.store.tables import PersonContactRow, PersonRow, RegistrationRow, SiteRow


@dataclass(slots=True)
class Matches:
    """What the records have for some rows."""

    known: dict[tuple[str, str], Known] = field(default_factory=dict)
    """By address and name as it is compared."""
    names: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Id and name of everybody who has an address."""
    sites: dict[str, list[Site]] = field(default_factory=lambda: defaultdict(list))
    """By name as it is compared."""

    def person(self, said: Candidate) -> Known | None:
        """Who has this name and this address."""
        return self.known.get((said.email, said.sort_name))

    def sharing(self, said: Candidate) -> list[str]:
        """Names of others who have this address."""
        return sorted(
            {name for _, name in self.names.get(said.email, ()) if sort_key(name) != said.sort_name}
        )


async def matches(tx: Tx, rows: Sequence[Candidate], scope: Scope | None) -> Matches:
    """What the records have for these rows; as ``people.known_person`` does it, for many at once."""
    found = Matches()
    having = await _having(tx, {row.email for row in rows})
    survivors = await _people(tx, {p.merged_into for _, p in having if p.merged_into is not None})
    wanted = {(row.email, row.sort_name) for row in rows}
    chosen: dict[tuple[str, str], PersonRow] = {}
    for address, person in having:
        alive = person if person.merged_into is None else survivors[person.merged_into]
        found.names[address].append((alive.id, alive.name))
        key = (address, person.sort_name)
        if key in wanted and (key not in chosen or _comes_first(person, chosen[key])):
            chosen[key] = alive
    people = {person.id: person for person in chosen.values()}
    sites = await _sites(
        tx, {sort_key(row.site) for row in rows if row.site}, {p.site_id for p in people.values()}
    )
    for site in sites.values():
        found.sites[sort_key(site.name)].append(site)
    phones = await _phones(tx, people)
    standing = await _standing(tx, people, scope) if scope else {}
    for key, person in chosen.items():
        role, status = standing.get(person.id, ("", ""))
        found.known[key] = Known(
            id=person.id,
            revision=person.revision,
            name=person.name,
            phones=frozenset(phones.get(person.id, ())),
            profession=person.profession,
            credentials=person.credentials,
            site=sites.get(person.site_id) if person.site_id else None,
            zone=person.zone,
            role=role,
            status=status,
            matched=person.matched,
        )
    return found


def _comes_first(person: PersonRow, chosen: PersonRow) -> bool:
    """Whether somebody of the same name and address is meant rather than who was found before: whom a
    coordinator knows rather than who registered themselves, and they themselves rather than a double."""
    if person.matched != chosen.matched:
        return person.matched
    return person.merged_into is None


def is_somebody() -> ColumnElement[bool]:
    """Whom a coordinator knows, or who has registered. A visitor who only said a name is nobody yet."""
    registered = exists().where(RegistrationRow.person_id == PersonRow.id)
    return or_(PersonRow.matched.is_(True), registered.correlate(PersonRow))


async def _having(tx: Tx, addresses: Collection[str]) -> list[tuple[str, PersonRow]]:
    """Everybody who is somebody, by each of these addresses that they have."""
    own = await tx.scalars(
        select(PersonRow).where(PersonRow.email.in_(addresses), is_somebody()).order_by(*_OLDEST)
    )
    found = [(person.email, person) for person in own]
    others = await tx.execute(
        select(PersonContactRow.value, PersonRow)
        .join(PersonRow, PersonRow.id == PersonContactRow.person_id)
        .where(PersonContactRow.kind == "email", PersonContactRow.value.in_(addresses))
        .where(is_somebody())
        .order_by(*_OLDEST)
    )
    return found + [(address, person) for address, person in others]


_OLDEST = (PersonRow.created_at.desc(), PersonRow.id.desc())
"""The oldest comes last and stays, where several have the same name and address."""


async def _people(tx: Tx, ids: Collection[str]) -> dict[str, PersonRow]:
    if not ids:
        return {}
    return {row.id: row for row in await tx.scalars(select(PersonRow).where(PersonRow.id.in_(ids)))}


async def _sites(tx: Tx, names: Collection[str], ids: Iterable[str | None]) -> dict[str, Site]:
    query = (
        select(SiteRow.id, SiteRow.name, SiteRow.state, SiteRow.county)
        .where(or_(SiteRow.sort_name.in_(names), SiteRow.id.in_([one for one in set(ids) if one])))
        .order_by(SiteRow.confirmed.desc(), SiteRow.id)
    )
    return {
        row.id: Site(id=row.id, name=row.name, state=row.state, county=row.county)
        for row in await tx.execute(query)
    }


async def _phones(tx: Tx, people: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = await tx.execute(
        select(PersonContactRow.person_id, PersonContactRow.value).where(
            PersonContactRow.kind == "phone", PersonContactRow.person_id.in_(people)
        )
    )
    for person_id, value in rows:
        found[person_id].append(value)
    return found


async def _standing(tx: Tx, people: Collection[str], scope: Scope) -> dict[str, tuple[str, str]]:
    """Role and status of whoever is registered, or was, also as somebody who turned out to be them."""
    merged = await tx.execute(
        select(PersonRow.id, PersonRow.merged_into).where(PersonRow.merged_into.in_(people))
    )
    who = {one: one for one in people} | {one: survivor for one, survivor in merged if survivor}
    rows = await tx.execute(
        select(
            RegistrationRow.person_id, RegistrationRow.role, RegistrationRow.status, good().label("lets_in")
        ).where(within(scope), RegistrationRow.person_id.in_(who))
    )
    found: dict[str, tuple[str, str]] = {}
    for person_id, role, status, lets_in in rows:
        stands = status if lets_in or status != "approved" else "withdrawn"
        if lets_in or who[person_id] not in found:
            found[who[person_id]] = (role, stands)
    return found
