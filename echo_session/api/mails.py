"""/mails: what was written to whom, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.paging import PageQuery, cursor_of, time_place
from echo_session.domain.mail import MailKind, MailState
from echo_session.store import audit
from echo_session.store import mail_log as store

TAG = "Mail"
READ = "mails.read"
StateName = Literal["pending", "sending", "sent", "failed", "dropped"]
DAY = timedelta(hours=24)


class MailQuery(PageQuery):
    """Which messages, and which page of them."""

    state: StateName | None = None
    person_id: Annotated[str, Field(max_length=64), NO_NUL] | None = None
    session_id: Annotated[str, Field(max_length=64), NO_NUL] | None = None


class MailOut(Out):
    """One message to one person."""

    model_config = ConfigDict(json_schema_extra={"title": "Mail"})

    id: str
    kind: MailKind
    to_name: str
    to_address: str
    subject: str = Field(description="As it was last written; empty before the first attempt")
    state: MailState = Field(description="``dropped``: it made no sense any more, see ``last_error``")
    attempts: int
    possible_duplicates: int = Field(description="Attempts whose answer was lost: the server may have it")
    last_error: str = Field(description="For people to read; empty where nothing went wrong")
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None = Field(description="Null once it is sent, failed or dropped")


class MailPage(Out):
    """A page of messages, latest first."""

    items: list[MailOut]
    next: str | None = Field(description="``cursor`` of the next page; null on the last")


class MailStatus(Out):
    """How mail is doing."""

    model_config = ConfigDict(json_schema_extra={"title": "MailStatus"})

    pending: int = Field(description="Messages on their way")
    failed: int = Field(description="Messages that could not be sent, of the last 30 days")
    oldest_pending_at: datetime | None
    sent_today: int = Field(description="In the last 24 hours")
    transport: Literal["folder", "smtp"]
    where: str = Field(description="The folder, or the server's name and port")


async def index(call: Call[Nothing, MailQuery]) -> Answer:
    """A page of the log."""
    page, more = await store.list_mails(
        call.tx,
        state=call.query.state,
        person_id=call.query.person_id,
        session_id=call.query.session_id,
        limit=call.query.limit,
        after=time_place(call.query.cursor),
    )
    await audit.note(call.tx, call.actor.id, READ, "mail", now=call.now, random=call.ports.random)
    items = [MailOut.model_validate(mail) for mail in page]
    return Answer(body=MailPage(items=items, next=cursor_of(more)))


async def retry(call: Call[Nothing, Nothing]) -> Answer:
    """Sends a message that failed or was dropped once more."""
    mail = await store.retry_mail(call.tx, call.path["mail_id"], now=call.now)
    return Answer(body=MailOut.model_validate(mail))


def operations(transport: Literal["folder", "smtp"], where: str) -> tuple[AnyOperation, ...]:
    """The operations; the composition root says how mail leaves."""

    async def status(call: Call[Nothing, Nothing]) -> Answer:
        found = await store.mail_counts(call.tx, since=call.now - DAY, failed_since=call.now - 30 * DAY)
        return Answer(
            body=MailStatus(
                pending=found.pending,
                failed=found.failed,
                oldest_pending_at=found.oldest_pending_at,
                sent_today=found.sent,
                transport=transport,
                where=where,
            )
        )

    return (
        Operation(
            method="GET",
            path="/mails",
            name="listMails",
            summary="List what was written to whom, latest first",
            tag=TAG,
            handler=index,
            body=Nothing,
            query=MailQuery,
            answer=MailPage,
            unit="write",
        ),
        Operation(
            method="POST",
            path="/mails/{mail_id}/retry",
            name="retryMail",
            summary="Try a message again that failed or was dropped, to the person's present address",
            tag=TAG,
            handler=retry,
            body=Nothing,
            query=Nothing,
            answer=MailOut,
            unit="write",
            problems=(404, 409),
        ),
        Operation(
            method="GET",
            path="/mail-status",
            name="readMailStatus",
            summary="Read how mail is doing, and how it leaves",
            tag=TAG,
            handler=status,
            body=Nothing,
            query=Nothing,
            answer=MailStatus,
        ),
    )
