"""Rows of registrations and the registrations that they keep, each with the person whom it is for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from echo_session.domain.people import Person, Registration, RegistrationStatus, Role, Source
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
