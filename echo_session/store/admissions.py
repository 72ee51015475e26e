"""Registering, approving, declining, withdrawing: where a registration stands, and what is written about it.

Every change of a place is made while its series or program is locked, so that the last place goes to one of
two who ask for it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from echo_session.domain import registering
from echo_session.domain.consents import Agreement
from echo_session.domain.errors import NotPossible
from echo_session.domain.event_registrations import standing
from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.people import Registration, RegistrationStatus, Role, Source
from echo_session.domain.questions import Answer
from echo_session.domain.registering import STANDING, Scope, ScopeKind
from echo_session.store.engine import Tx
from echo_session.store.registration_rows import (
    decide,
    lets_in,
    new_row,
    read_registration,
    read_registrations,
)
from echo_session.store.registration_steps import (
    best_row,
    has_invitation,
    locked,
    rows_of_person,
    unbar,
    write_to,
)
from echo_session.store.scopes import ScopeFacts, scope_facts, taken, within
from echo_session.store.tables import RegistrationRow
from echo_session.store.tell_registrations import tell_registrations

MAIL_OF = {
    RegistrationStatus.APPROVED: MailKind.INVITATION,
    RegistrationStatus.PENDING: MailKind.RECEIVED,
    RegistrationStatus.WAITING: MailKind.WAITING,
}
"""What somebody is written who has this now."""


async def register(
    tx: Tx,
    facts: ScopeFacts,
    person_id: str,
    answers: Sequence[Answer],
    consents: Sequence[Agreement],
    *,
    now: datetime,
    random: RandomBytes,
) -> Registration:
    """Registers somebody by their own word. Whoever is registered already is written to again, and no more.

    Answers replace earlier ones until somebody has been approved: after that a stranger who knows name and
    address could change them.

    Args:
        facts: of a series or program, locked.

    Raises:
        NotPossible: there is no place and no waiting list.
    """
    row = await _present(tx, facts, person_id)
    was = None if row is None else standing(row)
    before = None if row is None else RegistrationStatus(row.status)
    removed = row is not None and row.removed_at is not None
    known_as = before
    if row is None and await _refused_by_program(tx, facts, person_id):
        known_as = RegistrationStatus.DECLINED
    status = registering.from_public_page(
        facts.terms, await taken(tx, facts.scope), known_as, removed=removed
    )
    if row is None:
        row = new_row(facts.scope, person_id, Role.PARTICIPANT, status, Source.PUBLIC, now=now, random=random)
        tx.add(row)
    if before is not RegistrationStatus.APPROVED or removed or not (row.answers or row.consents):
        row.answers = [asdict(answer) for answer in answers]
        row.consents = [asdict(one) | {"agreed_at": one.agreed_at.isoformat()} for one in consents]
    if before is not None and (removed or before not in STANDING):
        row.status, row.queued_at, row.removed_at = status.value, now, None
        row.revision += 1
    await tx.flush()
    await write_to(tx, row, MAIL_OF[RegistrationStatus(row.status)], now=now, random=random)
    await tell_registrations(tx, {row.id: was}, now=now, random=random)
    return await read_registration(tx, row.id)


async def approve(
    tx: Tx, registration_id: str, *, by: str, now: datetime, random: RandomBytes, revision: int | None = None
) -> Registration:
    """Lets somebody in, or puts them on the waiting list where no place is left. Twice is once.

    Raises:
        NotFound, Conflict.
        NotPossible: there is no place, or it is over.
    """
    row, facts = await locked(tx, registration_id, revision)
    if facts.over:
        raise NotPossible(f"This {facts.scope.kind} is {facts.over}; nobody can be registered any more.")
    if lets_in(row):
        return await read_registration(tx, row.id)
    before, was = RegistrationStatus(row.status), standing(row)
    status = registering.on_approval(facts.terms, await taken(tx, facts.scope), Role(row.role), before)
    decide(row, status, by=by, now=now)
    row.removed_at = None
    await unbar(tx, row)
    await tx.flush()
    await write_to(tx, row, MAIL_OF[status], now=now, random=random)
    await tell_registrations(tx, {row.id: was}, now=now, random=random)
    return await read_registration(tx, row.id)


async def decline(
    tx: Tx,
    registration_id: str,
    reason: str,
    *,
    by: str,
    now: datetime,
    random: RandomBytes,
    revision: int | None = None,
) -> Registration:
    """Says no to somebody who waits for an answer, and tells them. Twice is once.

    Raises:
        NotFound, Conflict.
        NotPossible: they were approved.
    """
    row, _ = await locked(tx, registration_id, revision)
    if row.status == RegistrationStatus.DECLINED:
        return await read_registration(tx, row.id)
    if row.status not in (RegistrationStatus.PENDING, RegistrationStatus.WAITING):
        raise NotPossible(f"This registration is {row.status} already; withdraw it instead.")
    was = standing(row)
    decide(row, RegistrationStatus.DECLINED, by=by, now=now)
    await tx.flush()
    await write_to(tx, row, MailKind.DECLINED, now=now, random=random, reason=reason)
    await tell_registrations(tx, {row.id: was}, now=now, random=random)
    return await read_registration(tx, row.id)


async def withdraw(
    tx: Tx, registration_id: str, *, by: str, now: datetime, random: RandomBytes, revision: int | None = None
) -> Registration:
    """Takes a registration back: its links are void, and the next in line has the place. Twice is once.

    Where two people turned out to be one, all that they have here is taken back. Who has it in their calendar
    is written to.

    Raises:
        NotFound, Conflict.
    """
    row, facts = await locked(tx, registration_id, revision)
    rows = await rows_of_person(tx, facts.scope, row.person_id)
    coming = [one for one in rows if lets_in(one)]
    were = {one.id: standing(one) for one in rows}
    for one in rows:
        if one.removed_at is None or one.status != RegistrationStatus.WITHDRAWN:
            decide(one, RegistrationStatus.WITHDRAWN, by=by, now=now)
            one.removed_at = now
            one.epoch += 1
    await tx.flush()
    for one in coming:
        if not facts.over and await has_invitation(tx, one.id):
            await write_to(tx, one, MailKind.CANCELLATION, now=now, random=random)
    await tell_registrations(tx, were, now=now, random=random)
    await fill_places(tx, facts, now=now, random=random)
    return await read_registration(tx, row.id)


async def change_role(
    tx: Tx, registration_id: str, role: Role, *, now: datetime, random: RandomBytes, revision: int | None
) -> Registration:
    """Makes somebody something else; a place that becomes free so goes to the next in line.

    Raises:
        NotFound, Conflict.
        NotPossible: they would be a participant, and no place is left.
    """
    row, facts = await locked(tx, registration_id, revision)
    if row.role == role:
        return await read_registration(tx, row.id)
    takes_place = role is Role.PARTICIPANT and lets_in(row)
    if takes_place and facts.terms.full(await taken(tx, facts.scope)):
        raise NotPossible(f"All {facts.terms.capacity} places for participants are taken.")
    was = standing(row)
    row.role = role.value
    row.revision += 1
    await tx.flush()
    await tell_registrations(tx, {row.id: was}, now=now, random=random)
    await fill_places(tx, facts, now=now, random=random)
    return await read_registration(tx, row.id)


async def renew(tx: Tx, registration_id: str) -> Registration:
    """A new personal link; the ones before are void. Lets in again who was removed from an open room.

    Raises:
        NotFound.
        NotPossible: the registration lets nobody in.
    """
    row, facts = await locked(tx, registration_id)
    _refuse_without_link(row, facts)
    row.epoch += 1
    row.revision += 1
    await unbar(tx, row)
    await tx.flush()
    return await read_registration(tx, row.id)


async def send_link(tx: Tx, registration_id: str, *, now: datetime, random: RandomBytes) -> Registration:
    """Mails the present link again.

    Raises:
        NotFound.
        NotPossible: the registration lets nobody in.
    """
    row, facts = await locked(tx, registration_id)
    _refuse_without_link(row, facts)
    await write_to(tx, row, MailKind.LINK, now=now, random=random)
    return await read_registration(tx, row.id)


async def fill(tx: Tx, scope: Scope, *, now: datetime, random: RandomBytes) -> None:
    """Lets in whoever waits for a place that there may be now. Raises NotFound."""
    await fill_places(tx, await scope_facts(tx, scope, lock=True), now=now, random=random)


async def fill_places(tx: Tx, facts: ScopeFacts, *, now: datetime, random: RandomBytes) -> list[Registration]:
    """Lets in from the waiting list, the first in line first, as long as there are places.

    Called whenever a place may have become free: after a withdrawal, a change of role, or of the number of
    places. ``facts`` are locked.
    """
    if facts.over:
        return []
    in_line = await tx.scalars(
        select(RegistrationRow)
        .where(within(facts.scope), RegistrationRow.status == RegistrationStatus.WAITING.value)
        .where(RegistrationRow.removed_at.is_(None))
        .order_by(RegistrationRow.queued_at, RegistrationRow.id)
        .limit(None if facts.terms.capacity is None else max(facts.terms.capacity, 1))
        .with_for_update()
    )
    lucky = registering.promoted(facts.terms, await taken(tx, facts.scope), in_line.all())
    were = {row.id: standing(row) for row in lucky}
    for row in lucky:
        decide(row, RegistrationStatus.APPROVED, by="", now=now)
    await tx.flush()
    for row in lucky:
        await write_to(tx, row, MailKind.INVITATION, now=now, random=random)
    await tell_registrations(tx, were, now=now, random=random)
    return await read_registrations(tx, [row.id for row in lucky])


async def _present(tx: Tx, facts: ScopeFacts, person_id: str) -> RegistrationRow | None:
    """What the person has here; for a series, an approved one for the whole program will do."""
    row = await best_row(tx, facts.scope, person_id)
    if row is None and facts.scope.kind is ScopeKind.SERIES and facts.program_id:
        wider = await best_row(tx, Scope(ScopeKind.PROGRAM, facts.program_id), person_id)
        return wider if wider is not None and lets_in(wider) else None
    return row


async def _refused_by_program(tx: Tx, facts: ScopeFacts, person_id: str) -> bool:
    """Whether the hub has turned this person down for the program: its series are no way around that."""
    if facts.scope.kind is not ScopeKind.SERIES or not facts.program_id:
        return False
    rows = await rows_of_person(tx, Scope(ScopeKind.PROGRAM, facts.program_id), person_id)
    return any(row.decided_at is not None and not lets_in(row) for row in rows)


def _refuse_without_link(row: RegistrationRow, facts: ScopeFacts) -> None:
    if facts.over:
        raise NotPossible(f"This {facts.scope.kind} is {facts.over}; no link leads there any more.")
    if not lets_in(row):
        raise NotPossible(f"This registration is {row.status}: approve it first.")
