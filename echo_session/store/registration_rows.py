"""Rows of registrations and the registrations that they keep, each with the person whom it is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Person, Registration, RegistrationStatus, Role, Source
from echo_session.domain.registering import Scope, ScopeKind, scope_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import to_person
from echo_session.store.tables import PersonRow, RegistrationRow, SiteRow


async def read_registrations(tx: Tx, registration_ids: Sequence[str]) -> list[Registration]:
    """Registrations in the order of these ids, each with the person that its own turned out to be."""
    own = aliased(PersonRow)
    query = (
        select(RegistrationRow, PersonRow, SiteRow.name)
        .join(own, own.id == RegistrationRow.person_id)
        .join(PersonRow, PersonRow.id == func.coalesce(own.merged_into, own.id))
        .outerjoin(SiteRow, SiteRow.id == PersonRow.site_id)
        .where(RegistrationRow.id.in_(registration_ids))
    )
    found = {row.id: to_registration(row, to_person(p, site)) for row, p, site in await tx.execute(query)}
    return [found[registration_id] for registration_id in registration_ids]


async def read_registration(tx: Tx, registration_id: str) -> Registration:
    """One registration, removed or not. Raises NotFound."""
    if await tx.get(RegistrationRow, registration_id) is None:
        raise NotFound(f"no registration {registration_id}")
    [found] = await read_registrations(tx, [registration_id])
    return found


def to_registration(row: RegistrationRow, person: Person) -> Registration:
    """The registration that the row keeps."""
    return Registration(
        id=row.id,
        session_id=row.session_id,
        series_id=row.series_id,
        program_id=row.program_id,
        person=person,
        role=Role(row.role),
        status=RegistrationStatus(row.status),
        source=Source(row.source),
        answers=tuple(row.answers),
        consents=tuple(row.consents),
        epoch=row.epoch,
        queued_at=row.queued_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        removed_at=row.removed_at,
        created_at=row.created_at,
        revision=row.revision,
    )


def new_row(
    scope: Scope,
    person_id: str,
    role: Role,
    status: RegistrationStatus,
    source: Source,
    *,
    now: datetime,
    random: RandomBytes,
) -> RegistrationRow:
    """A registration without answers, of somebody who has none here."""
    return RegistrationRow(
        id=new_id(Prefix.REGISTRATION, random),
        session_id=scope.id if scope.kind is ScopeKind.SESSION else None,
        series_id=scope.id if scope.kind is ScopeKind.SERIES else None,
        program_id=scope.id if scope.kind is ScopeKind.PROGRAM else None,
        person_id=person_id,
        role=role.value,
        status=status.value,
        source=source.value,
        answers=[],
        consents=[],
        epoch=1,
        queued_at=now,
        decided_at=now if status is RegistrationStatus.APPROVED else None,
        decided_by="",
        removed_at=None,
        created_at=now,
        revision=1,
    )


def lets_in(row: RegistrationRow) -> bool:
    """True for a registration by which somebody may come."""
    return row.status == RegistrationStatus.APPROVED and row.removed_at is None


def row_scope(row: RegistrationRow) -> Scope:
    """What the registration is for."""
    return scope_of(row.session_id, row.series_id, row.program_id)


def decide(row: RegistrationRow, status: RegistrationStatus, *, by: str, now: datetime) -> None:
    """Somebody, or the waiting list, has decided."""
    row.status, row.decided_at, row.decided_by = status.value, now, by
    row.revision += 1
