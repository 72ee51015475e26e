"""Turns occasions to write into messages, a stretch of people at a time.

Whom to write to is read first; only then, briefly, does the writing hold anything up. That a mailing has got
as far as it has is the condition of the write, so of two who spread the same stretch one comes too late.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.mail import NO_MORE_MAIL, STANDING, MailKind, MailState
from echo_session.domain.people import Registration
from echo_session.store.credit_mail import learners_to_write_to
from echo_session.store.engine import Database, Topic, Tx, touch
from echo_session.store.errors import NotFound
from echo_session.store.import_mailing import IMPORT, registered_by_import
from echo_session.store.mail_events import events_to_send, kind_for
from echo_session.store.registrants import (
    good,
    registrants_of_program,
    registrants_of_series,
    registrants_of_session,
)
from echo_session.store.registration_rows import read_registrations
from echo_session.store.tables import MailingRow, MailRow, RegistrationRow, SeriesRow
from echo_session.store.unsubscriptions import unsubscribed

__all__ = ["STRETCH", "spread"]

log = logging.getLogger(__name__)

STRETCH = 100
"""People in one transaction."""
REST = timedelta(minutes=5)
"""So long a mailing rests that cannot be spread: a mistake of ours holds up nothing else."""
ALONE = "~"
"""Begins the position of a mailing that has got to those who come to single sessions of the series."""
NO_ADDRESS = "There is no e-mail address."


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Whom to write to next, and how far the mailing is then; None: it is done."""

    registrations: Sequence[Registration]
    position: str | None


async def spread(
    database: Database, now: datetime, *, random: RandomBytes, domain: str, stretch: int = STRETCH
) -> bool:
    """One stretch of the oldest mailing that is due; false if none is. One that fails lets others pass."""
    async with database.read() as tx:
        resting = MailingRow.lease_until > now
        mailing = await tx.scalar(
            select(MailingRow)
            .where(MailingRow.state == "due", or_(MailingRow.lease_until.is_(None), ~resting))
            .order_by(MailingRow.created_at, MailingRow.id)
            .limit(1)
        )
        if mailing is None:
            return False
        found: _Stretch | None
        try:
            found = await _next_stretch(tx, mailing, stretch)
            rows = await _messages(tx, mailing, found.registrations, now, random)
            if mailing.kind == MailKind.CREDIT:
                rows, position = await _to_learners(tx, mailing, now, random, stretch)
                found = _Stretch((), position)
        except NotFound:
            found, rows = _Stretch((), None), []
        except (DBAPIError, OSError):
            raise
        except Exception:
            log.exception("mailing %s cannot be spread; trying again in %s", mailing.id, REST)
            found = None
    if found is None:
        await _rest(database, mailing, now + REST)
        return True
    if mailing.kind == MailKind.LOST_LINK:
        rows = [_row(mailing, None, "", now, random) | {"to_address": mailing.content.get("address", "")}]
    for row in rows:
        row["message_id"] = f"<{row['id']}@{domain}>"
    async with database.write() as tx:
        moved = await tx.execute(
            update(MailingRow)
            .where(MailingRow.id == mailing.id, MailingRow.lease_epoch == mailing.lease_epoch)
            .values(
                position=mailing.position if found.position is None else found.position,
                state="done" if found.position is None else "due",
                lease_epoch=mailing.lease_epoch + 1,
            )
            .returning(MailingRow.id)
        )
        if moved.first() is not None and rows:
            await tx.execute(insert(MailRow), rows)
            touch(tx, Topic.MAIL)
    return True


async def _rest(database: Database, mailing: MailingRow, until: datetime) -> None:
    async with database.write() as tx:
        await tx.execute(update(MailingRow).where(MailingRow.id == mailing.id).values(lease_until=until))


async def _next_stretch(tx: Tx, mailing: MailingRow, stretch: int) -> _Stretch:
    if mailing.kind in (MailKind.LOST_LINK, MailKind.CREDIT):
        return _Stretch((), None)
    if mailing.registration_id is not None:
        return _Stretch(await read_registrations(tx, [mailing.registration_id]), None)
    after = mailing.position
    if IMPORT in mailing.content:
        return _Stretch(*await registered_by_import(tx, mailing.content[IMPORT], after=after, limit=stretch))
    if mailing.session_id is not None:
        found = await registrants_of_session(tx, mailing.session_id, after=after, limit=stretch)
    elif mailing.series_id is not None:
        if after.startswith(ALONE):
            return await _of_single_sessions(tx, mailing, after.removeprefix(ALONE), stretch)
        found = await registrants_of_series(tx, mailing.series_id, after=after, limit=stretch)
        if len(found) < stretch:
            return _Stretch(found, ALONE)
    elif mailing.program_id is not None:
        found = await registrants_of_program(tx, mailing.program_id, after=after, limit=stretch)
    else:
        found = []
    return _Stretch(found, found[-1].id if len(found) == stretch else None)


async def _to_learners(
    tx: Tx, mailing: MailingRow, now: datetime, random: RandomBytes, stretch: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Messages to those who were there, registered or not."""
    common = _row(mailing, None, "", now, random)
    return await learners_to_write_to(tx, mailing, common, lambda: new_id(Prefix.MAIL, random), limit=stretch)


async def _of_single_sessions(tx: Tx, mailing: MailingRow, after: str, stretch: int) -> _Stretch:
    """Those who come to single sessions that the change touches, and not to the series."""
    ids = mailing.content.get("session_ids", [])
    query = (
        select(RegistrationRow.id)
        .where(RegistrationRow.session_id.in_(ids), RegistrationRow.id > after, good())
        .order_by(RegistrationRow.id)
        .limit(stretch)
    )
    page = list(await tx.scalars(query))
    if not page:
        return _Stretch((), None)
    found = await read_registrations(tx, page)
    told = await _told(tx, mailing, [one.person.id for one in found])
    kept = []
    for one in found:
        if told.isdisjoint({(one.person.id, None), (one.person.id, one.session_id)}):
            told.add((one.person.id, one.session_id))
            kept.append(one)
    return _Stretch(kept, f"{ALONE}{page[-1]}" if len(page) == stretch else None)


async def _told(tx: Tx, mailing: MailingRow, person_ids: Sequence[str]) -> set[tuple[str | None, str | None]]:
    """Who among them has a message of this mailing already, and of which session; None: of all of them."""
    query = (
        select(MailRow.person_id, RegistrationRow.session_id)
        .join(RegistrationRow, RegistrationRow.id == MailRow.registration_id)
        .where(MailRow.mailing_id == mailing.id, MailRow.person_id.in_(person_ids))
    )
    return {(row.person_id, row.session_id) for row in await tx.execute(query)}


async def _messages(
    tx: Tx, mailing: MailingRow, registrations: Sequence[Registration], now: datetime, random: RandomBytes
) -> list[dict[str, Any]]:
    unsubscribed = await _unsubscribed(tx, mailing, registrations)
    rows = []
    events: dict[object, tuple[MailKind, list[str]]] = {}
    for registration in registrations:
        alone = registration.id if registration.session_id else None
        scope = (alone, registration.series_id, registration.program_id)
        if scope not in events:
            kind = await kind_for(tx, mailing, registration)
            events[scope] = kind, await events_to_send(tx, mailing, registration, now)
        kind, parts = events[scope]
        for part in parts:
            row = _row(mailing, registration, part, now, random) | {"kind": kind.value}
            why = "" if registration.person.email else NO_ADDRESS
            if registration.person.id in unsubscribed:
                why = NO_MORE_MAIL
            if why:
                row |= {"state": MailState.DROPPED.value, "last_error": why, "next_attempt_at": None}
            rows.append(row)
    return rows


async def _unsubscribed(tx: Tx, mailing: MailingRow, registrations: Sequence[Registration]) -> set[str]:
    if MailKind(mailing.kind) in STANDING:
        return set()
    program_id = mailing.program_id
    if program_id is None and mailing.series_id is not None:
        program_id = await tx.scalar(select(SeriesRow.program_id).where(SeriesRow.id == mailing.series_id))
    if program_id is None:
        return set()
    return await unsubscribed(tx, program_id, [one.person.id for one in registrations])


def _row(
    mailing: MailingRow, registration: Registration | None, part: str, now: datetime, random: RandomBytes
) -> dict[str, Any]:
    return {
        "id": new_id(Prefix.MAIL, random),
        "mailing_id": mailing.id,
        "registration_id": registration.id if registration else None,
        "person_id": registration.person.id if registration else None,
        "part": part,
        "kind": mailing.kind,
        "to_address": registration.person.email if registration else "",
        "to_name": registration.person.name if registration else "",
        "subject": "",
        "state": MailState.PENDING.value,
        "attempts": 0,
        "next_attempt_at": now,
        "lease_until": None,
        "lease_epoch": 0,
        "data_begun": False,
        "possible_duplicates": 0,
        "last_error": "",
        "sent_at": None,
        "created_at": now,
    }
