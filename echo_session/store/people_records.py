"""People as coordinators look after them: listed, found, made, changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import aliased

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Registration
from echo_session.domain.person_records import Contact, PersonDraft, PersonRecord, settled
from echo_session.domain.text import sort_key
from echo_session.phones import normal_phone
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.people import get_people, known_person
from echo_session.store.people_alive import alive
from echo_session.store.person_words import index_person
from echo_session.store.programs import Place, after_place
from echo_session.store.registrants import merged_with
from echo_session.store.registration_rows import read_registrations
from echo_session.store.search import matching
from echo_session.store.suggestions import suggest
from echo_session.store.tables import (
    PersonContactRow,
    PersonRow,
    RegistrationRow,
    SeriesRow,
    SessionRow,
    SiteRow,
)

_PLAIN = ("name", "email", "profession", "credentials", "site_id", "zone", "matched")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """Which people; None means all. Who was merged into another is that other one."""

    search: str = ""
    site_id: str | None = None
    program_id: str | None = None
    """Registered for the program, for a series or for a session of it."""
    matched: bool | None = None


async def list_people(
    tx: Tx, wanted: PeopleFilter, *, limit: int, after: Place | None = None
) -> tuple[list[PersonRecord], Place | None]:
    """A page of people in the order of their names, and where the next page goes on."""
    query = select(PersonRow.id, PersonRow.sort_name).where(alive(), PersonRow.erased_at.is_(None))
    if wanted.site_id is not None:
        query = query.where(PersonRow.site_id == wanted.site_id)
    if wanted.matched is not None:
        query = query.where(PersonRow.matched.is_(wanted.matched))
    if wanted.program_id is not None:
        query = query.where(_registered(wanted.program_id))
    if wanted.search:
        query = query.where(await matching(tx, "person", wanted.search, PersonRow.id))
    if after is not None:
        query = query.where(after_place(PersonRow.sort_name, PersonRow.id, after))
    rows = (await tx.execute(query.order_by(PersonRow.sort_name, PersonRow.id).limit(limit + 1))).all()
    page = rows[:limit]
    more = (page[-1].sort_name, page[-1].id) if len(rows) > limit else None
    return await get_records(tx, [row.id for row in page]), more


async def get_record(tx: Tx, person_id: str) -> PersonRecord:
    """Raises NotFound."""
    found = await get_records(tx, [person_id])
    if not found:
        raise NotFound(f"no person {person_id}")
    return found[0]


async def get_records(tx: Tx, person_ids: Collection[str]) -> list[PersonRecord]:
    """People in the order of these ids; ids without a row are left out."""
    people = await get_people(tx, person_ids)
    query = select(PersonContactRow).where(PersonContactRow.person_id.in_(person_ids))
    contacts = sorted(await tx.scalars(query), key=lambda row: row.value)

    def of(person_id: str, kind: str) -> tuple[Contact, ...]:
        own = (row for row in contacts if (row.person_id, row.kind) == (person_id, kind))
        return tuple(Contact(value=row.value, label=row.label) for row in own)

    return [
        PersonRecord(person=people[one], emails=of(one, "email"), phones=of(one, "phone"))
        for one in person_ids
        if one in people
    ]


async def registrations_of_person(tx: Tx, person_id: str) -> list[Registration]:
    """What somebody is registered for, latest first, whichever of their records it was made for."""
    query = (
        select(RegistrationRow.id)
        .where(RegistrationRow.person_id.in_(await merged_with(tx, person_id)))
        .order_by(RegistrationRow.created_at.desc(), RegistrationRow.id)
    )
    return await read_registrations(tx, list(await tx.scalars(query)))


async def create_person(tx: Tx, draft: PersonDraft, *, now: datetime, random: RandomBytes) -> PersonRecord:
    """A new person. Raises InvalidFields."""
    kept = await _checked(tx, draft, None)
    row = PersonRow(id=new_id(Prefix.PERSON, random), merged_into=None, created_at=now, revision=1)
    _keep(row, kept)
    tx.add(row)
    await tx.flush()
    await _keep_contacts(tx, row.id, kept, random)
    await index_person(tx, row.id)
    await suggest(tx, [row.id], now=now, random=random)
    return await get_record(tx, row.id)


async def change_person(
    tx: Tx,
    person_id: str,
    wanted: PersonDraft,
    *,
    revision: int | None,
    now: datetime,
    random: RandomBytes,
) -> PersonRecord:
    """The changed person. ``revision``: what the asker took them for; None asks for no check.

    Raises:
        NotFound, Conflict, InvalidFields.
        NotPossible: they were merged into somebody, who is the one to change.
    """
    row = await lock_person(tx, person_id)
    if revision is not None and revision != row.revision:
        raise Conflict(f"the person is at revision {row.revision}, not {revision}; read them again")
    if row.erased_at is not None:
        raise NotPossible("This person was erased; nothing is left to change.")
    if row.merged_into is not None:
        raise NotPossible("This person was merged into another one: change that one, or undo the merge.")
    before = await get_record(tx, person_id)
    kept = await _checked(tx, wanted, row)
    _keep(row, kept)
    await _keep_contacts(tx, person_id, kept, random)
    await tx.flush()
    after = await get_record(tx, person_id)
    if after == before:
        return before
    row.revision += 1
    await tx.flush()
    await index_person(tx, person_id)
    await suggest(tx, [person_id], now=now, random=random)
    return await get_record(tx, person_id)


async def lock_person(tx: Tx, person_id: str) -> PersonRow:
    """The row, as nobody else can change it until the unit of work ends. Raises NotFound."""
    query = select(PersonRow).where(PersonRow.id == person_id).with_for_update(key_share=True)
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"no person {person_id}")
    return row


def _registered(program_id: str) -> ColumnElement[bool]:
    """People who may come to something of the program, be it by a record that was merged into theirs.

    Each scope is asked for by itself, so that each goes by its own index.
    """
    own = aliased(PersonRow)
    series = select(SeriesRow.id).where(SeriesRow.program_id == program_id)
    sessions = select(SessionRow.id).where(SessionRow.program_id == program_id)
    scopes = (
        RegistrationRow.program_id == program_id,
        RegistrationRow.series_id.in_(series),
        RegistrationRow.session_id.in_(sessions),
    )
    found = [
        select(func.coalesce(own.merged_into, own.id))
        .join(RegistrationRow, RegistrationRow.person_id == own.id)
        .where(scope, RegistrationRow.status == "approved", RegistrationRow.removed_at.is_(None))
        for scope in scopes
    ]
    return PersonRow.id.in_(union_all(*found))


async def _checked(tx: Tx, draft: PersonDraft, row: PersonRow | None) -> PersonDraft:
    kept = settled(draft)
    problems = []
    phones: dict[str, Contact] = {}
    for number, contact in enumerate(kept.phones):
        normal = normal_phone(contact.value)
        if normal is None:
            message = f"{contact.value[:40]!r} is not a telephone number"
            problems.append(
                FieldProblem(f"phones.{number}.value", message, '"505-555-0100", "+52 55 1234 5678"')
            )
        else:
            phones.setdefault(normal, replace(contact, value=normal))
    if kept.site_id is not None and await tx.get(SiteRow, kept.site_id) is None:
        problems.append(FieldProblem("site_id", "is not a site", "the id of a site, or null"))
    same = await known_person(tx, kept.name, kept.email) if kept.matched else None
    if same is not None and (row is None or same.id != row.id):
        allowed = "another name or address; if the two are one person, merge them"
        problems.append(FieldProblem("email", "is known already, for somebody of this name", allowed))
    if problems:
        raise InvalidFields(problems)
    return replace(kept, phones=tuple(phones.values()))


def _keep(row: PersonRow, draft: PersonDraft) -> None:
    for name in _PLAIN:
        setattr(row, name, getattr(draft, name))
    row.sort_name = sort_key(draft.name)


async def _keep_contacts(tx: Tx, person_id: str, draft: PersonDraft, random: RandomBytes) -> None:
    wanted = {("email", one.value): one for one in draft.emails}
    wanted |= {("phone", one.value): one for one in draft.phones}
    rows = await tx.scalars(select(PersonContactRow).where(PersonContactRow.person_id == person_id))
    for row in rows.all():
        contact = wanted.pop((row.kind, row.value), None)
        if contact is None:
            await tx.delete(row)
        else:
            row.label = contact.label
    for (kind, value), contact in wanted.items():
        contact_id = new_id(Prefix.CONTACT, random)
        tx.add(
            PersonContactRow(id=contact_id, person_id=person_id, kind=kind, value=value, label=contact.label)
        )
    await tx.flush()
