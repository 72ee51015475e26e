"""Forgetting somebody: hidden at once, gone when no record of credit needs them any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, union_all

from echo_session.domain.erasing import credit_until
from echo_session.domain.errors import NotPossible
from echo_session.domain.event_registrations import Standing, standing
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.presence import HERE
from echo_session.domain.registering import Scope, scope_of
from echo_session.domain.sessions import Status
from echo_session.store import admissions
from echo_session.store.engine import Tx
from echo_session.store.erased_traces import MAY_COME, sessions_of, wipe, wipe_again
from echo_session.store.errors import NotFound
from echo_session.store.merges import group
from echo_session.store.people import get_person
from echo_session.store.people_records import lock_person
from echo_session.store.sessions import lock_session
from echo_session.store.tables import (
    CertificateRow,
    CheckInRow,
    ClaimRow,
    ErasureRow,
    PresenceRow,
    RegistrationRow,
    SessionRow,
)
from echo_session.store.tell_registrations import tell_registrations

__all__ = ["Erasure", "Identity", "erase", "finish_due", "identities", "list_erasures", "look_again"]

LATELY = timedelta(days=2)
"""Nothing that had read a name before it was erased takes as long to write it."""

Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That somebody is forgotten, and how far."""

    id: str
    person_id: str
    state: str
    asked_at: datetime
    by: str
    reason: str
    credit_until: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody was, for records of credit alone."""

    name: str
    email: str
    profession: str
    credentials: str
    site: str
    answers: Mapping[str, list[Any]]
    """By the id of the session, series or program whose questions they are: a licence, a board id."""


async def erase(
    tx: Tx, person_id: str, reason: str, *, by: str, now: datetime, random: RandomBytes
) -> Erasure:
    """Takes the person out of everything but the ledger, which never knew who they are.

    Where credit stands on their attendance, who they were is kept apart for it until six years after the
    session; everywhere else it is gone at once. This cannot be undone.

    Raises:
        NotFound: there is no such person.
        NotPossible: they are in a room now, were merged into another record, or are erased already.
    """
    row = await lock_person(tx, person_id)
    if row.erased_at is not None:
        raise NotPossible("This person was erased already.")
    if row.merged_into is not None:
        raise NotPossible("This record belongs to another person: erase that one, and this goes with it.")
    people = await group(tx, person_id)
    for one in people:
        await lock_person(tx, one)
    await _lock_sessions(tx, people)
    await _refuse_while_here(tx, people)
    until = await _credit_until(tx, people)
    kept = None
    if until is not None and until > now:
        kept = {
            "name": row.name,
            "email": row.email,
            "profession": row.profession,
            "credentials": row.credentials,
            "site": (await get_person(tx, person_id)).site,
            "answers": await _answers(tx, people),
        }
    were, scopes = await _registered(tx, people)
    await wipe(tx, people, now=now)
    await tell_registrations(tx, were, now=now, random=random)
    for scope in sorted(scopes, key=lambda scope: (scope.kind.value, scope.id)):
        await admissions.fill(tx, scope, now=now, random=random)
    erasure = ErasureRow(
        id=new_id(Prefix.ERASURE, random),
        person_id=person_id,
        state="hidden" if kept else "done",
        asked_at=now,
        by=by,
        reason=reason,
        credit_until=until if kept else None,
        done_at=None if kept else now,
        kept=kept,
    )
    tx.add(erasure)
    await tx.flush()
    return _to_erasure(erasure)


async def finish_due(tx: Tx, *, now: datetime, limit: int) -> int:
    """Forgets the last of those whose records of credit are old enough; gives how many it was."""
    due = (
        select(ErasureRow)
        .where(ErasureRow.state == "hidden", ErasureRow.credit_until <= now)
        .order_by(ErasureRow.credit_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(await tx.scalars(due))
    for row in rows:
        people = await group(tx, row.person_id)
        until = await _credit_until(tx, people)
        if until is not None and until > now:
            row.credit_until = until
            continue
        row.state, row.done_at, row.kept = "done", now, None
    await tx.flush()
    return len(rows)


async def look_again(tx: Tx, *, now: datetime) -> int:
    """Takes out what was being written of those who were erased lately by whoever had read their names
    before; gives how many they are."""
    query = select(ErasureRow.person_id).where(ErasureRow.asked_at > now - LATELY, ErasureRow.asked_at <= now)
    lately = list(await tx.scalars(query))
    for person_id in lately:
        await wipe_again(tx, await group(tx, person_id))
    return len(lately)


async def list_erasures(
    tx: Tx, *, limit: int, after: Place | None = None
) -> tuple[list[Erasure], Place | None]:
    """A page, latest first, and where the next one begins."""
    query = select(ErasureRow).order_by(ErasureRow.asked_at.desc(), ErasureRow.id.desc()).limit(limit + 1)
    if after is not None:
        at, erasure_id = after
        query = query.where(
            or_(
                ErasureRow.asked_at < at,
                and_(ErasureRow.asked_at == at, ErasureRow.id < erasure_id),
            )
        )
    rows = list(await tx.scalars(query))
    more = (rows[limit - 1].asked_at, rows[limit - 1].id) if len(rows) > limit else None
    return [_to_erasure(row) for row in rows[:limit]], more


async def get_erasure(tx: Tx, person_id: str) -> Erasure:
    """That this person is erased. Raises NotFound."""
    row = await tx.scalar(select(ErasureRow).where(ErasureRow.person_id == person_id))
    if row is None:
        raise NotFound(f"{person_id} is not erased")
    return _to_erasure(row)


async def identities(tx: Tx, person_ids: Collection[str]) -> dict[str, Identity]:
    """Who the erased among these were, while records of credit keep it: for the provider's list alone."""
    query = select(ErasureRow).where(ErasureRow.person_id.in_(person_ids), ErasureRow.state == "hidden")
    return {row.person_id: Identity(**row.kept) for row in await tx.scalars(query) if row.kept}


async def _answers(tx: Tx, people: Collection[str]) -> dict[str, list[Any]]:
    query = select(RegistrationRow).where(RegistrationRow.person_id.in_(people))
    found: dict[str, list[Any]] = {}
    for row in await tx.scalars(query.order_by(RegistrationRow.created_at, RegistrationRow.id)):
        scope = row.session_id or row.series_id or row.program_id or ""
        found.setdefault(scope, []).extend(row.answers)
    return {scope: answers for scope, answers in found.items() if answers}


async def _lock_sessions(tx: Tx, people: Collection[str]) -> None:
    """So that nothing is told of them, credited or claimed meanwhile, after the people as merges do it."""
    locked: set[str] = set()
    while new := await sessions_of(tx, people) - locked:
        for session_id in sorted(new):
            await lock_session(tx, session_id)
        locked |= new


async def _registered(tx: Tx, people: Collection[str]) -> tuple[dict[str, Standing], set[Scope]]:
    """Where each registration stands that lets them in, or may; and where their going makes place."""
    query = select(RegistrationRow).where(
        RegistrationRow.person_id.in_(people), RegistrationRow.status.in_(MAY_COME)
    )
    rows = list(await tx.scalars(query))
    scopes = {scope_of(row.session_id, row.series_id, row.program_id) for row in rows}
    return {row.id: standing(row) for row in rows}, scopes


async def _refuse_while_here(tx: Tx, people: Collection[str]) -> None:
    here = select(PresenceRow.connection_id).where(
        PresenceRow.person_id.in_(people), PresenceRow.state.in_(HERE)
    )
    beside = (
        select(CheckInRow.id)
        .join(SessionRow, SessionRow.id == CheckInRow.session_id)
        .where(
            CheckInRow.person_id.in_(people), CheckInRow.out_at.is_(None), SessionRow.status == Status.OPEN
        )
    )
    if await tx.scalar(union_all(here, beside).limit(1)) is not None:
        raise NotPossible("This person is in a session now. Remove them first, or wait until it is over.")


async def _credit_until(tx: Tx, people: Collection[str]) -> datetime | None:
    claimed = (
        select(SessionRow.closed_at)
        .join(ClaimRow, ClaimRow.session_id == SessionRow.id)
        .where(ClaimRow.person_id.in_(people), ClaimRow.state == "claimed")
    )
    certified = (
        select(SessionRow.closed_at)
        .join(CertificateRow, CertificateRow.session_id == SessionRow.id)
        .where(CertificateRow.person_id.in_(people), CertificateRow.revoked_at.is_(None))
    )
    completed = select(CertificateRow.issued_at).where(
        CertificateRow.person_id.in_(people),
        CertificateRow.revoked_at.is_(None),
        CertificateRow.series_id.is_not(None),
    )
    queries = (claimed, certified, completed)
    return credit_until([at for query in queries for at in await tx.scalars(query) if at is not None])


def _to_erasure(row: ErasureRow) -> Erasure:
    return Erasure(**{name: getattr(row, name) for name in Erasure.__dataclass_fields__})
