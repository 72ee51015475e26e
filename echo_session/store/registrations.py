"""Who is invited to a session, and who is not to come in again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import (
    Invitation,
    Person,
    Registration,
    RegistrationStatus,
    Role,
    Source,
)
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_person, invited_person, to_person
from echo_session.store.registration_rows import to_registration
from echo_session.store.sessions import lock_session
from echo_session.store.tables import BarredRow, PersonRow, RegistrationRow, SiteRow


async def invite(
    tx: Tx, session_id: str, invitations: list[Invitation], *, now: datetime, random: RandomBytes
) -> list[Registration]:
    """Invites people. Who is invited already keeps the link and gets the role; who was removed may return.

    Raises:
        NotFound: there is no such session.
    """
    await lock_session(tx, session_id)
    result = []
    for invitation in invitations:
        person = await invited_person(tx, invitation, now=now, random=random)
        result.append(await _register(tx, session_id, person, invitation.role, now=now, random=random))
    return result


async def list_registrations(tx: Tx, session_id: str) -> list[Registration]:
    """Everybody who is invited, in the order in which they were."""
    query = (
        select(RegistrationRow, PersonRow, SiteRow.name)
        .join(PersonRow, PersonRow.id == RegistrationRow.person_id)
        .outerjoin(SiteRow, SiteRow.id == PersonRow.site_id)
        .where(RegistrationRow.session_id == session_id, RegistrationRow.removed_at.is_(None))
        .order_by(RegistrationRow.created_at, PersonRow.name, RegistrationRow.id)
    )
    return [to_registration(row, to_person(p, site)) for row, p, site in (await tx.execute(query))]


async def find_registration(tx: Tx, registration_id: str) -> Registration | None:
    """The registration, removed or not."""
    row = await tx.get(RegistrationRow, registration_id)
    return None if row is None else to_registration(row, await get_person(tx, row.person_id))


async def remove_registration(
    tx: Tx, session_id: str, registration_id: str, *, now: datetime
) -> Registration:
    """Takes an invitation back and makes its links void.

    Raises:
        NotFound: no such invitation to this session.
    """
    row = await _lock(tx, session_id, registration_id)
    row.removed_at = now
    row.epoch += 1
    row.revision += 1
    await tx.flush()
    return to_registration(row, await get_person(tx, row.person_id))


async def renew_link(tx: Tx, session_id: str, registration_id: str) -> Registration:
    """A new personal link; the ones before are void. Lets in again who was removed from the room.

    Raises:
        NotFound: no such invitation to this session.
    """
    row = await _lock(tx, session_id, registration_id)
    row.epoch += 1
    row.revision += 1
    await _unbar(tx, session_id, row.person_id)
    await tx.flush()
    return to_registration(row, await get_person(tx, row.person_id))


async def bar(tx: Tx, session_id: str, person_id: str, *, by: str, now: datetime) -> None:
    """Keeps a person out of a session from now on, and makes their personal link void. Twice is once."""
    await lock_session(tx, session_id)
    if await tx.get(BarredRow, (session_id, person_id)) is not None:
        return
    tx.add(BarredRow(session_id=session_id, person_id=person_id, by=by, at=now))
    row = await tx.scalar(
        select(RegistrationRow).where(
            RegistrationRow.session_id == session_id, RegistrationRow.person_id == person_id
        )
    )
    if row is not None:
        row.epoch += 1
        row.revision += 1
    await tx.flush()


async def barred(tx: Tx, session_id: str) -> frozenset[str]:
    """Ids of the people who are kept out of a session."""
    query = select(BarredRow.person_id).where(BarredRow.session_id == session_id)
    return frozenset((await tx.scalars(query)).all())


async def _register(
    tx: Tx, session_id: str, person: Person, role: Role, *, now: datetime, random: RandomBytes
) -> Registration:
    row = await tx.scalar(
        select(RegistrationRow).where(
            RegistrationRow.session_id == session_id, RegistrationRow.person_id == person.id
        )
    )
    if row is None:
        row = RegistrationRow(
            id=new_id(Prefix.REGISTRATION, random),
            session_id=session_id,
            series_id=None,
            program_id=None,
            person_id=person.id,
            source=Source.INVITED,
            answers=[],
            consents=[],
            epoch=1,
            queued_at=now,
            decided_at=now,
            decided_by="",
            created_at=now,
            revision=0,
        )
        tx.add(row)
    row.role = role
    row.status = RegistrationStatus.APPROVED
    row.removed_at = None
    row.revision += 1
    await _unbar(tx, session_id, person.id)
    await tx.flush()
    return to_registration(row, person)


async def _unbar(tx: Tx, session_id: str, person_id: str) -> None:
    await tx.execute(
        delete(BarredRow).where(BarredRow.session_id == session_id, BarredRow.person_id == person_id)
    )


async def _lock(tx: Tx, session_id: str, registration_id: str) -> RegistrationRow:
    row = await tx.get(RegistrationRow, registration_id, with_for_update=True)
    if row is None or row.session_id != session_id or row.removed_at is not None:
        raise NotFound(f"no registration {registration_id} in session {session_id}")
    return row
