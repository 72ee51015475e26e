"""Whom the hub registers, who is on which list, and who is not to come in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from echo_session.domain.errors import NotPossible
from echo_session.domain.event_registrations import Standing, standing
from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.people import Invitation, Registration, RegistrationStatus, Role, Source, tidy_email
from echo_session.domain.registering import DECIDED, Scope, ScopeKind
from echo_session.domain.text import sort_key
from echo_session.store import admissions
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import invited_person
from echo_session.store.registrants import effective, registrants_of_session
from echo_session.store.registration_rows import (
    decide,
    lets_in,
    new_row,
    read_registration,
    read_registrations,
)
from echo_session.store.registration_steps import best_row, has_invitation, unbar, write_to
from echo_session.store.scopes import ScopeFacts, scope_facts, taken, within
from echo_session.store.search import matching
from echo_session.store.sessions import lock_session
from echo_session.store.tables import BarredRow, PersonRow, RegistrationRow
from echo_session.store.tell_registrations import tell_registrations

EVERYBODY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which registrations for one thing."""

    scope: Scope
    status: RegistrationStatus | None = None
    search: str = ""


Place = tuple[datetime, str]
"""When the last registration of a page was asked for, and its id: the next page begins after it."""


async def invite(
    tx: Tx,
    session_id: str,
    invitations: Sequence[Invitation],
    *,
    now: datetime,
    random: RandomBytes,
    by: str = "",
    send: bool = False,
) -> list[Registration]:
    """Registers people for one session; for somebody of its series or program this is the exception.

    Raises:
        NotFound: there is no such session.
        NotPossible: it is over.
    """
    scope = Scope(ScopeKind.SESSION, session_id)
    return await register_people(tx, scope, invitations, by=by, send=send, now=now, random=random)


async def register_people(
    tx: Tx,
    scope: Scope,
    invitations: Sequence[Invitation],
    *,
    by: str,
    send: bool,
    now: datetime,
    random: RandomBytes,
) -> list[Registration]:
    """Registers people for the hub, who need no approval; participants need a place.

    Who is registered already keeps the link and gets the role; who was removed may return. With ``send``, who
    could not come before is written to. Who comes to a series by its program, and as this, is left at that:
    the registration for the program is given. As something else they are the exception, unwritten to, since
    their calendar has the series.

    Raises:
        NotFound: there is no such thing.
        NotPossible: it is over, or has not so many places left.
    """
    facts = await scope_facts(tx, scope, lock=True)
    if facts.over:
        raise NotPossible(f"This {scope.kind} is {facts.over}; nobody can be invited to it any more.")
    ids, wanted = dict.fromkeys(range(len(invitations)), ""), 0
    were: dict[str, Standing | None] = {}
    for place in _in_one_order(invitations):
        invitation = invitations[place]
        person = await invited_person(tx, invitation, now=now, random=random)
        row = await best_row(tx, scope, person.id)
        was = None if row is None else standing(row)
        new = row is None or not lets_in(row)
        wider = await _by_program(tx, facts, row, person.id) if new else None
        if wider is not None and wider.role == invitation.role:
            await unbar(tx, wider)
            ids[place] = wider.id
            continue
        if invitation.role is Role.PARTICIPANT and (row is None or new or row.role != Role.PARTICIPANT):
            wanted += 1
        if row is None:
            approved, invited = RegistrationStatus.APPROVED, Source.INVITED
            row = new_row(scope, person.id, invitation.role, approved, invited, now=now, random=random)
            row.decided_by = by
            tx.add(row)
        elif new or row.role != invitation.role:
            row.role = invitation.role.value
            decide(row, RegistrationStatus.APPROVED, by=by, now=now)
            row.removed_at = None
        await tx.flush()
        await unbar(tx, row)
        if send and new and wider is None:
            await write_to(tx, row, MailKind.INVITATION, now=now, random=random)
        ids[place] = row.id
        were.setdefault(row.id, was)
    if wanted:
        await _refuse_beyond_places(tx, facts, wanted)
    await tell_registrations(tx, were, now=now, random=random)
    return await read_registrations(tx, list(ids.values()))


def _in_one_order(invitations: Sequence[Invitation]) -> list[int]:
    """Places in the list, by who is meant: people are locked in this order, so that no two wait for each
    other."""

    def who(place: int) -> tuple[str, str]:
        return tidy_email(invitations[place].email), sort_key(invitations[place].name)

    return sorted(range(len(invitations)), key=who)


async def _by_program(
    tx: Tx, facts: ScopeFacts, row: RegistrationRow | None, person_id: str
) -> RegistrationRow | None:
    """The registration by which somebody comes to a series with its program; None where something was decided
    for the series itself."""
    decided_here = row is not None and (row.status in DECIDED or row.decided_at is not None)
    if facts.scope.kind is not ScopeKind.SERIES or facts.program_id is None or decided_here:
        return None
    wider = await best_row(tx, Scope(ScopeKind.PROGRAM, facts.program_id), person_id)
    return wider if wider is not None and lets_in(wider) else None


async def list_registrations(tx: Tx, session_id: str) -> list[Registration]:
    """Everybody who may come to a session, in the order in which they were registered. Raises NotFound."""
    found = await registrants_of_session(tx, session_id, limit=EVERYBODY)
    return sorted(found, key=lambda one: (one.created_at, one.person.name, one.id))


async def page_of_registrations(
    tx: Tx, wanted: Filter, *, limit: int, after: Place | None = None
) -> tuple[list[Registration], Place | None]:
    """A page, in the order of the line, and where the next one begins."""
    query = select(RegistrationRow.id, RegistrationRow.queued_at).where(within(wanted.scope))
    if wanted.status is not None:
        query = query.where(RegistrationRow.status == wanted.status.value)
    if wanted.search:
        own = aliased(PersonRow)
        query = query.join(own, own.id == RegistrationRow.person_id)
        query = query.join(PersonRow, PersonRow.id == func.coalesce(own.merged_into, own.id))
        query = query.where(await matching(tx, "person", wanted.search, PersonRow.id))
    if after is not None:
        queued_at, registration_id = after
        query = query.where(
            or_(
                RegistrationRow.queued_at > queued_at,
                and_(RegistrationRow.queued_at == queued_at, RegistrationRow.id > registration_id),
            )
        )
    query = query.order_by(RegistrationRow.queued_at, RegistrationRow.id).limit(limit + 1)
    rows = (await tx.execute(query)).all()
    more = (rows[limit - 1].queued_at, rows[limit - 1].id) if len(rows) > limit else None
    return await read_registrations(tx, [row.id for row in rows[:limit]]), more


async def find_registration(tx: Tx, registration_id: str) -> Registration | None:
    """The registration, whatever its state."""
    if await tx.get(RegistrationRow, registration_id) is None:
        return None
    return await read_registration(tx, registration_id)


async def remove_registration(
    tx: Tx, session_id: str, registration_id: str, *, now: datetime, random: RandomBytes, by: str = ""
) -> Registration:
    """Takes somebody off one session. One for its series or program stays; this session is the exception.

    Raises:
        NotFound: by no such registration does anybody come to this session.
    """
    found = await _of_session(tx, session_id, registration_id)
    if found.session_id == session_id:
        return await admissions.withdraw(tx, found.id, by=by, now=now, random=random)
    scope = Scope(ScopeKind.SESSION, session_id)
    await scope_facts(tx, scope, lock=True)
    row = await best_row(tx, scope, found.person.id)
    was = None if row is None else standing(row)
    if row is None:
        withdrawn, invited = RegistrationStatus.WITHDRAWN, Source.INVITED
        row = new_row(scope, found.person.id, found.role, withdrawn, invited, now=now, random=random)
        tx.add(row)
    decide(row, RegistrationStatus.WITHDRAWN, by=by, now=now)
    row.removed_at = now
    await tx.flush()
    if await has_invitation(tx, found.id):
        await write_to(tx, row, MailKind.CANCELLATION, now=now, random=random)
    await tell_registrations(tx, {row.id: was}, now=now, random=random)
    return await read_registration(tx, row.id)


async def renew_link(tx: Tx, session_id: str, registration_id: str) -> Registration:
    """A new personal link; the ones before are void. Lets in again who was removed from the room.

    Raises:
        NotFound: by no such registration does anybody come to this session.
    """
    found = await _of_session(tx, session_id, registration_id)
    return await admissions.renew(tx, found.id)


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


async def _refuse_beyond_places(tx: Tx, facts: ScopeFacts, wanted: int) -> None:
    """Raises NotPossible where there are more participants now than places."""
    capacity = facts.terms.capacity
    if capacity is None:
        return
    free = capacity - (await taken(tx, facts.scope) - wanted)
    if wanted > free:
        raise NotPossible(
            f"{wanted} participants would be registered for {facts.title}, but only {max(0, free)} of"
            f" {capacity} places are free. Raise the number of places first, or register fewer."
        )


async def _of_session(tx: Tx, session_id: str, registration_id: str) -> Registration:
    """The registration, if it is by this one that its person comes to the session."""
    row = await tx.get(RegistrationRow, registration_id)
    found = None if row is None else await effective(tx, session_id, row.person_id)
    if found is None or found.id != registration_id:
        raise NotFound(f"no registration {registration_id} in session {session_id}")
    return found
