"""The log of mail, for coordinators: listing it, counting it, trying a message again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from echo_session.domain.errors import NotPossible
from echo_session.domain.mail import MailKind, MailState
from echo_session.store.credit_mail import present_address
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.errors import NotFound
from echo_session.store.registrants import merged_with
from echo_session.store.registration_rows import read_registration
from echo_session.store.tables import MailingRow, MailRow

__all__ = ["Mail", "MailCounts", "list_mails", "mail_counts", "retry_mail"]

Place = tuple[datetime, str]
"""When the last message of a page was made, and its id."""
ON_THEIR_WAY = (MailState.PENDING.value, MailState.SENDING.value)
AGAIN = (MailState.FAILED, MailState.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one person."""

    id: str
    kind: MailKind
    to_name: str
    to_address: str
    subject: str
    state: MailState
    attempts: int
    possible_duplicates: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """How mail is doing."""

    pending: int
    oldest_pending_at: datetime | None
    failed: int
    sent: int


async def list_mails(
    tx: Tx,
    *,
    state: str | None = None,
    person_id: str | None = None,
    session_id: str | None = None,
    limit: int,
    after: Place | None = None,
) -> tuple[list[Mail], Place | None]:
    """A page, latest first, and where the next one begins."""
    query = select(MailRow)
    if state is not None:
        query = query.where(MailRow.state == state)
    if person_id is not None:
        query = query.where(MailRow.person_id.in_(await merged_with(tx, person_id)))
    if session_id is not None:
        query = query.join(MailingRow, MailingRow.id == MailRow.mailing_id)
        query = query.where(MailingRow.session_id == session_id)
    if after is not None:
        at, mail_id = after
        earlier = and_(MailRow.created_at == at, MailRow.id < mail_id)
        query = query.where(or_(MailRow.created_at < at, earlier))
    query = query.order_by(MailRow.created_at.desc(), MailRow.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    page = [_to_mail(row) for row in rows[:limit]]
    more = len(rows) > limit
    return page, (page[-1].created_at, page[-1].id) if more else None


async def mail_counts(tx: Tx, *, since: datetime, failed_since: datetime) -> MailCounts:
    """What is on its way, what was sent since then, and what failed since then."""
    waiting = select(func.count(), func.min(MailRow.created_at)).where(MailRow.state.in_(ON_THEIR_WAY))
    failed = (
        select(func.count())
        .select_from(MailRow)
        .where(MailRow.state == MailState.FAILED.value, MailRow.created_at > failed_since)
    )
    sent = (
        select(func.count())
        .select_from(MailRow)
        .where(
            MailRow.state == MailState.SENT.value,
            MailRow.created_at > failed_since,
            MailRow.sent_at > since,
        )
    )
    pending, oldest = (await tx.execute(waiting)).one()
    return MailCounts(
        pending=pending,
        oldest_pending_at=oldest,
        failed=await tx.scalar(failed) or 0,
        sent=await tx.scalar(sent) or 0,
    )


async def retry_mail(tx: Tx, mail_id: str, *, now: datetime) -> Mail:
    """Has a message tried again that failed or was dropped, to the person's present address.

    Raises:
        NotFound: there is none.
        NotPossible: it is on its way, or was sent.
    """
    row = await tx.get(MailRow, mail_id, with_for_update=True)
    if row is None:
        raise NotFound(f"no mail {mail_id}")
    if row.state not in AGAIN:
        words = "was sent already" if row.state == MailState.SENT else "is on its way already"
        raise NotPossible(f"This message {words}.")
    if row.registration_id is not None:
        person = (await read_registration(tx, row.registration_id)).person
        row.to_address, row.to_name = person.email, person.name
    elif row.person_id is not None:
        found = await present_address(tx, row.person_id)
        row.to_address, row.to_name = found or (row.to_address, row.to_name)
    if not row.to_address:
        raise NotPossible("There is still no e-mail address to send it to.")
    row.state = MailState.PENDING
    row.attempts = 0
    row.next_attempt_at = now
    row.last_error = ""
    await tx.flush()
    touch(tx, Topic.MAIL)
    return _to_mail(row)


def _to_mail(row: MailRow) -> Mail:
    return Mail(
        id=row.id,
        kind=MailKind(row.kind),
        to_name=row.to_name,
        to_address=row.to_address,
        subject=row.subject,
        state=MailState(row.state),
        attempts=row.attempts,
        possible_duplicates=row.possible_duplicates,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at,
    )
