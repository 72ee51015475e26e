"""The outbox of mail: what waits to be sent, and what came of it.

Claims are conditional updates, so several relays may race over one database, SQLite or PostgreSQL.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import ClaimedMail, MailKind, MailState, Ruling
from echo_session.domain.mail_material import Material
from echo_session.store.credit_mail import learner_material, present_address
from echo_session.store.engine import Database, Tx
from echo_session.store.mail_reading import read_material
from echo_session.store.registration_rows import read_registration
from echo_session.store.spreading import STRETCH, spread
from echo_session.store.tables import MailingRow, MailRow

__all__ = ["Mails"]

PENDING, SENDING = MailState.PENDING.value, MailState.SENDING.value


class Mails:
    """The adapter of `echo_session.mail.ports.MailStore`; each method is one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        domain: str,
        random: RandomBytes = secrets.token_bytes,
        stretch: int = STRETCH,
    ) -> None:
        """``domain`` is what Message-IDs end in."""
        self._database = database
        self._domain = domain
        self._random = random
        self._stretch = stretch

    async def spread(self, now: datetime) -> bool:
        """See `MailStore.spread`: it reads in one transaction and writes in another."""
        return await spread(
            self._database, now, random=self._random, domain=self._domain, stretch=self._stretch
        )

    async def next_due(self) -> datetime | None:
        """See `MailStore.next_due`. A message whose sender died is due when its lease runs out."""
        waiting = (
            select(MailRow.next_attempt_at)
            .where(MailRow.state == PENDING)
            .order_by(MailRow.next_attempt_at)
            .limit(1)
        )
        held = (
            select(MailRow.lease_until).where(MailRow.state == SENDING).order_by(MailRow.lease_until).limit(1)
        )
        async with self._database.read() as tx:
            times = [await tx.scalar(waiting), await tx.scalar(held)]
        return min((at for at in times if at is not None), default=None)

    async def claim(self, now: datetime, lease_until: datetime) -> ClaimedMail | None:
        """See `MailStore.claim`. Races with other senders are lost silently and the next row tried."""
        while True:
            async with self._database.read() as tx:
                found = await _candidate(tx, now)
            if found is None:
                return None
            async with self._database.write() as tx:
                claim = await _take(tx, *found, lease_until)
            if claim is not None:
                return claim

    async def material(self, claim: ClaimedMail, now: datetime) -> Material | str:
        """See `MailStore.material`."""
        async with self._database.read() as tx:
            if claim.kind is MailKind.CREDIT:
                return await learner_material(tx, claim, now)
            return await read_material(tx, claim, now)

    async def begun(self, claim: ClaimedMail, subject: str, lease_until: datetime) -> bool:
        """See `MailStore.begun`."""
        async with self._database.write() as tx:
            held = await tx.execute(
                update(MailRow)
                .where(_held(claim))
                .values(data_begun=True, lease_until=lease_until, subject=subject)
                .returning(MailRow.id)
            )
            return held.first() is not None

    async def record(self, claim: ClaimedMail, subject: str, ruling: Ruling, now: datetime) -> bool:
        """See `MailStore.record`. That it was sent is true whoever holds the claim, so it is always kept."""
        sent = ruling.state is MailState.SENT
        mine = and_(MailRow.id == claim.id, MailRow.state.in_((PENDING, SENDING))) if sent else _held(claim)
        values = {
            "state": ruling.state.value,
            "attempts": ruling.attempts,
            "next_attempt_at": ruling.next_attempt_at,
            "lease_until": None,
            "data_begun": False,
            "possible_duplicates": MailRow.possible_duplicates + int(ruling.possible_duplicate),
            "last_error": ruling.error,
            "sent_at": now if sent else None,
        }
        if subject:
            values["subject"] = subject
        async with self._database.write() as tx:
            kept = await tx.execute(update(MailRow).where(mine).values(values).returning(MailRow.id))
            return kept.first() is not None


async def _candidate(tx: Tx, now: datetime) -> tuple[str, int] | None:
    """Id and epoch of the message that has waited longest, or else of one whose sender died."""
    row = select(MailRow.id, MailRow.lease_epoch).order_by(MailRow.next_attempt_at, MailRow.id).limit(1)
    waiting = row.where(MailRow.state == PENDING, MailRow.next_attempt_at <= now)
    held = row.where(MailRow.state == SENDING, MailRow.lease_until <= now)
    found = (await tx.execute(waiting)).first() or (await tx.execute(held)).first()
    return None if found is None else (found[0], found[1])


def _held(claim: ClaimedMail) -> ColumnElement[bool]:
    return and_(MailRow.id == claim.id, MailRow.state == SENDING, MailRow.lease_epoch == claim.epoch)


async def _take(tx: Tx, mail_id: str, epoch: int, lease_until: datetime) -> ClaimedMail | None:
    """The message, ours now, and to the person's present address.

    Where the sender before us died with the text under way, that is counted.
    """
    row = await tx.get(MailRow, mail_id, with_for_update=True)
    if row is None or row.lease_epoch != epoch or row.state not in (PENDING, SENDING):
        return None
    if row.state == SENDING and row.data_begun:
        row.possible_duplicates += 1
    row.state = SENDING
    row.lease_epoch = epoch + 1
    row.lease_until = lease_until
    row.data_begun = False
    if row.registration_id is not None:
        person = (await read_registration(tx, row.registration_id)).person
        row.to_address, row.to_name = person.email, person.name
    elif row.person_id is not None:
        found = await present_address(tx, row.person_id)
        row.to_address, row.to_name = found or (row.to_address, row.to_name)
    mailing = await tx.get_one(MailingRow, row.mailing_id)
    return ClaimedMail(
        id=row.id,
        mailing_id=row.mailing_id,
        kind=MailKind(row.kind),
        content=mailing.content,
        program_id=mailing.program_id,
        series_id=mailing.series_id,
        session_id=mailing.session_id,
        to_one=mailing.registration_id is not None,
        registration_id=row.registration_id,
        person_id=row.person_id,
        part=row.part,
        to_address=row.to_address,
        to_name=row.to_name,
        message_id=row.message_id,
        attempts=row.attempts,
        epoch=row.lease_epoch,
        lease_until=lease_until,
        created_at=row.created_at,
    )
