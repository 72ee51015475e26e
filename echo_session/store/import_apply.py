"""Applies an import: made ready in short turns, then done by one set-based step, all of it or nothing.

The step does exactly what was shown. Should anybody have changed a person, a site or a registration that it
is about, it does nothing, and the rows are to be judged anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix
from echo_session.domain.imports import Import, ImportState
from echo_session.domain.people import RegistrationStatus, Role, Source
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.text import sort_key
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.imports import to_import
from echo_session.store.scopes import scope_facts, taken
from echo_session.store.tables import METADATA, ImportRow
from echo_session.store.types import UtcDateTime

STAGED = METADATA.tables["imported_row"]
PERSON = METADATA.tables["person"]
SITE = METADATA.tables["site"]
CONTACT = METADATA.tables["person_contact"]
REGISTRATION = METADATA.tables["registration"]

ONE_AT_A_TIME = 0x696D706F7274
"""Advisory lock of PostgreSQL: two imports that are applied at once could make one person twice."""


class Stale(Conflict):
    """The records are not what the rows were compared with."""


async def step(database: Database, import_id: str, *, by: str, now: datetime) -> Import:
    """Does what the rows say.

    Raises:
        NotFound: there is no such import.
        NotPossible: it is applied already, or its people cannot be registered.
        Stale: something that the rows are about has changed since they were judged.
    """
    async with database.write_much() as tx:
        if not database.is_sqlite:
            await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        row = await staged(tx, import_id, lock=True)
        done = to_import(row)
        if done.scope is not None:
            await _check_places(tx, done.scope, import_id)
        await _add_sites(tx, import_id, now)
        await _refuse_if_stale(tx, done)
        await tx.execute(_change_people(import_id))
        await tx.execute(_new_people(import_id, now))
        await tx.execute(_new_phones(import_id))
        if done.scope is not None:
            await tx.execute(_new_registrations(import_id, done.scope, by=by, now=now))
        row.state = ImportState.APPLIED.value
        row.applied_at = now
        await tx.flush()
        return to_import(row)


async def staged(tx: Tx, import_id: str, *, lock: bool = False) -> ImportRow:
    """The import that waits to be applied. Raises NotFound, NotPossible."""
    row = await tx.get(ImportRow, import_id, with_for_update=lock)
    if row is None or row.state == ImportState.DISCARDED:
        raise NotFound(f"no import {import_id}")
    if row.state == ImportState.APPLIED:
        raise NotPossible("This import is done already.")
    if row.state != ImportState.STAGED:
        raise NotPossible("This file is still being read. Try again in a moment.")
    return row


async def new_sites(tx: Tx, import_id: str) -> list[list[str]]:
    """Id, name, state and county of each site that the import makes."""
    row = await tx.get_one(ImportRow, import_id)
    return list(row.columns["sites"])


async def _check_places(tx: Tx, scope: Scope, import_id: str) -> None:
    facts = await scope_facts(tx, scope, lock=True)
    if facts.over:
        raise NotPossible(f"{facts.title} is {facts.over}; nobody can be registered for it any more.")
    if facts.terms.capacity is None:
        return
    wanted = await tx.scalar(
        _rows(import_id, func.count()).where(
            STAGED.c.registration_id.is_not(None), STAGED.c.role == Role.PARTICIPANT.value
        )
    )
    free = max(0, facts.terms.capacity - await taken(tx, scope))
    if wanted and wanted > free:
        raise NotPossible(
            f"{wanted} participants would be registered for {facts.title}, but only {free} of"
            f" {facts.terms.capacity} places are free. Raise the number of places first, or shorten the file."
        )


async def _add_sites(tx: Tx, import_id: str, now: datetime) -> None:
    sites = await new_sites(tx, import_id)
    if not sites:
        return
    there = select(SITE.c.sort_name, SITE.c.state, SITE.c.county).where(
        SITE.c.sort_name.in_([sort_key(name) for _, name, _, _ in sites])
    )
    known = {(name, state, sort_key(county)) for name, state, county in await tx.execute(there)}
    if any((sort_key(name), state, sort_key(county)) in known for _, name, state, county in sites):
        raise Stale("a site that the import would make is there already")
    await tx.execute(
        insert(SITE),
        [
            {
                "id": site_id,
                "name": name,
                "sort_name": sort_key(name),
                "organisation": "",
                "type": "",
                "zone": "",
                "county": county,
                "state": state,
                "rural": None,
                "shortage_area": None,
                "confirmed": True,
                "created_at": now,
                "revision": 1,
            }
            for site_id, name, state, county in sites
        ],
    )


async def _refuse_if_stale(tx: Tx, done: Import) -> None:
    """Looks whether what the rows were compared with still is so."""
    same_name = PERSON.c.sort_name == STAGED.c.sort_name
    own = exists().where(PERSON.c.email == STAGED.c.email, same_name, PERSON.c.matched == true())
    other = exists().where(
        CONTACT.c.kind == "email",
        CONTACT.c.value == STAGED.c.email,
        PERSON.c.id == CONTACT.c.person_id,
        same_name,
        PERSON.c.matched == true(),
    )
    as_judged = exists().where(
        PERSON.c.id == STAGED.c.person_id,
        PERSON.c.revision == STAGED.c.person_revision,
        PERSON.c.merged_into.is_(None),
    )
    checks = {
        "somebody new is known meanwhile": and_(STAGED.c.fate == "new", or_(own, other)),
        "somebody was changed": and_(STAGED.c.fate.in_(("update", "same")), ~as_judged),
        "a site is gone": and_(STAGED.c.site_id.is_not(None), ~exists().where(SITE.c.id == STAGED.c.site_id)),
    }
    if done.scope is not None:
        checks["somebody was registered"] = and_(
            STAGED.c.fate.in_(("update", "same")),
            STAGED.c.registration_id.is_not(None),
            exists().where(
                _scope_column(done.scope) == done.scope.id, REGISTRATION.c.person_id == STAGED.c.person_id
            ),
        )
    for what, condition in checks.items():
        if await tx.scalar(_rows(done.id, STAGED.c.number).where(condition).limit(1)) is not None:
            raise Stale(what)


def _change_people(import_id: str) -> Any:
    def said(column: str) -> Any:
        return case((STAGED.c[column] != "", STAGED.c[column]), else_=PERSON.c[column])

    return (
        update(PERSON)
        .where(PERSON.c.id == STAGED.c.person_id, STAGED.c.import_id == import_id, STAGED.c.fate == "update")
        .values(
            profession=said("profession"),
            credentials=said("credentials"),
            zone=said("zone"),
            site_id=func.coalesce(STAGED.c.site_id, PERSON.c.site_id),
            revision=PERSON.c.revision + 1,
        )
    )


def _new_people(import_id: str, now: datetime) -> Any:
    values = {
        "id": STAGED.c.person_id,
        "name": STAGED.c.name,
        "sort_name": STAGED.c.sort_name,
        "email": STAGED.c.email,
        "profession": STAGED.c.profession,
        "credentials": STAGED.c.credentials,
        "site_id": STAGED.c.site_id,
        "zone": STAGED.c.zone,
        "matched": true(),
        "merged_into": null(),
        "created_at": literal(now, UtcDateTime()),
        "revision": literal(1),
    }
    rows = _rows(import_id, *values.values()).where(STAGED.c.fate == "new").order_by(STAGED.c.person_id)
    return insert(PERSON).from_select(list(values), rows)


def _new_phones(import_id: str) -> Any:
    known = exists().where(
        CONTACT.c.person_id == STAGED.c.person_id,
        CONTACT.c.kind == "phone",
        CONTACT.c.value == STAGED.c.phone,
    )
    one = f"{Prefix.CONTACT.value}_{import_id.partition('_')[2]}_"
    fresh = f"{Prefix.CONTACT.value}_"
    tail = func.substr(STAGED.c.person_id, len(Prefix.PERSON.value) + 2)
    values = {
        # Somebody new has no number yet, so theirs can go by their own id, which is in order.
        "id": case(
            (STAGED.c.fate == "new", literal(fresh) + tail),
            else_=literal(one) + cast(STAGED.c.number, String),
        ),
        "person_id": STAGED.c.person_id,
        "kind": literal("phone"),
        "value": STAGED.c.phone,
        "label": literal(""),
    }
    rows = _rows(import_id, *values.values()).where(
        STAGED.c.phone != "", or_(STAGED.c.fate == "new", and_(STAGED.c.fate == "update", ~known))
    )
    return insert(CONTACT).from_select(list(values), rows.order_by(STAGED.c.person_id))


def _new_registrations(import_id: str, scope: Scope, *, by: str, now: datetime) -> Any:
    instant = literal(now, UtcDateTime())
    empty = literal([], JSON())
    values = {
        "id": STAGED.c.registration_id,
        "session_id": null(),
        "series_id": literal(scope.id) if scope.kind is ScopeKind.SERIES else null(),
        "program_id": literal(scope.id) if scope.kind is ScopeKind.PROGRAM else null(),
        "person_id": STAGED.c.person_id,
        "role": STAGED.c.role,
        "status": literal(RegistrationStatus.APPROVED.value),
        "source": literal(Source.IMPORT.value),
        "answers": empty,
        "consents": empty,
        "epoch": literal(1),
        "queued_at": instant,
        "decided_at": instant,
        "decided_by": literal(by),
        "removed_at": null(),
        "created_at": instant,
        "revision": literal(1),
    }
    rows = _rows(import_id, *values.values()).where(STAGED.c.registration_id.is_not(None))
    return insert(REGISTRATION).from_select(list(values), rows.order_by(STAGED.c.registration_id))


def _rows(import_id: str, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(STAGED).where(STAGED.c.import_id == import_id)


def _scope_column(scope: Scope) -> Any:
    return REGISTRATION.c.series_id if scope.kind is ScopeKind.SERIES else REGISTRATION.c.program_id
