"""The statements that apply an import: each writes a whole set of rows, from ``READY``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    MetaData,
    String,
    Table,
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
    true,
    update,
)

from echo_session.domain.ids import Prefix
from echo_session.domain.people import RegistrationStatus, Source
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.store.tables import METADATA
from echo_session.store.types import UtcDateTime

STAGED = METADATA.tables["imported_row"]
PERSON = METADATA.tables["person"]
SITE = METADATA.tables["site"]
CONTACT = METADATA.tables["person_contact"]
REGISTRATION = METADATA.tables["registration"]


READY = Table(
    "import_ready",
    MetaData(),
    *(
        Column(name, STAGED.c[name].type)
        for name in (
            "number",
            "fate",
            "person_id",
            "person_revision",
            "registration_id",
            "name",
            "sort_name",
            "email",
            "phone",
            "profession",
            "credentials",
            "site_id",
            "zone",
            "role",
        )
    ),
    prefixes=["TEMPORARY"],
)
"""The rows that are taken, while they are written."""


def change_people() -> Any:
    """What known people say anew; an empty cell leaves things as they are."""

    def said(column: str) -> Any:
        return case((READY.c[column] != "", READY.c[column]), else_=PERSON.c[column])

    return (
        update(PERSON)
        .where(PERSON.c.id == READY.c.person_id, READY.c.fate == "update")
        .values(
            profession=said("profession"),
            credentials=said("credentials"),
            zone=said("zone"),
            site_id=func.coalesce(READY.c.site_id, PERSON.c.site_id),
            matched=true(),
            revision=PERSON.c.revision + 1,
        )
    )


def new_people(now: datetime) -> Any:
    """Those who are not known yet."""
    values = {
        "id": READY.c.person_id,
        "name": READY.c.name,
        "sort_name": READY.c.sort_name,
        "email": READY.c.email,
        "profession": READY.c.profession,
        "credentials": READY.c.credentials,
        "site_id": READY.c.site_id,
        "zone": READY.c.zone,
        "matched": true(),
        "merged_into": null(),
        "created_at": literal(now, UtcDateTime()),
        "revision": literal(1),
    }
    rows = select(*values.values()).where(READY.c.fate == "new")
    return insert(PERSON).from_select(list(values), rows)


def new_phones(import_id: str) -> Any:
    """Numbers that are not known yet."""
    known = exists().where(
        CONTACT.c.person_id == READY.c.person_id,
        CONTACT.c.kind == "phone",
        CONTACT.c.value == READY.c.phone,
    )
    one = f"{Prefix.CONTACT.value}_{import_id.partition('_')[2]}_"
    fresh = f"{Prefix.CONTACT.value}_"
    tail = func.substr(READY.c.person_id, len(Prefix.PERSON.value) + 2)
    values = {
        # Somebody new has no number yet, so theirs can go by their own id, which is in order.
        "id": case(
            (READY.c.fate == "new", literal(fresh) + tail),
            else_=literal(one) + cast(READY.c.number, String),
        ),
        "person_id": READY.c.person_id,
        "kind": literal("phone"),
        "value": READY.c.phone,
        "label": literal(""),
    }
    rows = select(*values.values()).where(
        READY.c.phone != "", or_(READY.c.fate == "new", and_(READY.c.fate == "update", ~known))
    )
    return insert(CONTACT).from_select(list(values), rows)


def new_registrations(scope: Scope, *, by: str, now: datetime) -> Any:
    """Of those who have none there."""
    instant = literal(now, UtcDateTime())
    empty = literal([], JSON())
    values = {
        "id": READY.c.registration_id,
        "session_id": null(),
        "series_id": literal(scope.id) if scope.kind is ScopeKind.SERIES else null(),
        "program_id": literal(scope.id) if scope.kind is ScopeKind.PROGRAM else null(),
        "person_id": READY.c.person_id,
        "role": READY.c.role,
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
    rows = select(*values.values()).where(READY.c.registration_id.is_not(None))
    return insert(REGISTRATION).from_select(list(values), rows)


def scope_column(scope: Scope) -> Any:
    """What registrations for this are told by."""
    return REGISTRATION.c.series_id if scope.kind is ScopeKind.SERIES else REGISTRATION.c.program_id
