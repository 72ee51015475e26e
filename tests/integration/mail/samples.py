"""A program with a series and people, and a relay that carries its mail, for tests."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from sqlalchemy import select

from echo_session.domain.mail import Fate, MailKind, Outcome
from echo_session.domain.people import Invitation, Registration, Role
from echo_session.domain.programs import Program, ProgramDraft
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.rules import Rule
from echo_session.domain.series import Part, Series, SeriesDraft
from echo_session.domain.sessions import Session
from echo_session.mail.compose import Composer, Sender
from echo_session.mail.ports import Begun, Message, Transport
from echo_session.mail.relay import MailRelay
from echo_session.mailing import MailAddresses
from echo_session.store.engine import Database
from echo_session.store.mail_log import Mail, list_mails
from echo_session.store.mailings import queue_mailing
from echo_session.store.mails import Mails
from echo_session.store.programs import create_program
from echo_session.store.registrations import register_people
from echo_session.store.series import whole_series
from echo_session.store.series_commands import create_series
from echo_session.store.tables import MailingRow, PersonRow
from echo_session.tokens import Links
from scheduler.recurrence import expand

NOW = datetime(2026, 8, 1, 15, 0, tzinfo=UTC)
BIWEEKLY = Rule(
    freq="weekly", interval=2, weekdays=(3,), until=date(2027, 5, 27), exclude=(date(2026, 11, 19),)
)
ADDRESS = "https://echo.example.org"
random = secrets.token_bytes
LINKS = Links(key="k" * 43, public_url=ADDRESS, random=random)


@dataclass
class Clock:
    """A wall clock that stands still until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class World:
    """A program, a series, and who is registered for it."""

    database: Database
    program: Program
    series: Series
    parts: tuple[Part, ...]
    sessions: tuple[Session, ...]
    registered: list[Registration]

    async def queue(
        self,
        kind: MailKind,
        content: Mapping[str, Any] | None = None,
        *,
        session: Session | None = None,
        registration: Registration | None = None,
    ) -> str:
        """Has people written to: everybody of the series, unless it says whom, or of which session."""
        async with self.database.write() as tx:
            return await queue_mailing(
                tx,
                kind=kind,
                now=NOW,
                random=random,
                program_id=self.program.id,
                series_id=self.series.id,
                session_id=session.id if session else None,
                registration_id=registration.id if registration else None,
                content=content or {},
            )

    async def again(self) -> World:
        """As the records have it now."""
        async with self.database.read() as tx:
            whole = await whole_series(tx, self.series.id)
        sessions = sorted(whole.sessions, key=lambda one: one.starts_at)
        return World(self.database, self.program, whole.series, whole.parts, tuple(sessions), self.registered)


async def a_world(database: Database, people: int = 1, **changes: Any) -> World:
    """A biweekly series over both clock changes, in Denver; its people are in Phoenix."""
    async with database.write() as tx:
        program = await create_program(
            tx,
            ProgramDraft(
                name="Autism ECHO",
                zone="America/Denver",
                contact="Ana Ruiz, 505-555-0100",
                summary="Evidence-based care for autistic children, for schools and clinics.",
            ),
            now=NOW,
            random=random,
        )
        asked: dict[str, Any] = {
            "program_id": program.id,
            "title": "Autism in primary care",
            "description": "Twelve o'clock talks with cases from the spokes.",
            "zone": "America/Denver",
            "starts_local": datetime.fromisoformat("2026-09-10T12:00"),
            "duration_minutes": 60,
            "rule": BIWEEKLY,
        }
        made = await create_series(tx, SeriesDraft(**asked | changes), expand=expand, now=NOW, random=random)
        registered = await register(tx, Scope(ScopeKind.SERIES, made.series.id), people)
    world = World(database, program, made.series, made.parts, made.added, registered)
    await in_zone(database, "America/Phoenix")
    return await world.again()


async def register(tx: Any, scope: Scope, people: int, *, name: str = "Person") -> list[Registration]:
    """Registers so many people, without writing to them."""
    return await register_people(
        tx,
        scope,
        [
            Invitation(
                name=f"{name} {number}",
                email=f"{name.lower()}{number}@clinic.example",
                role=Role.PARTICIPANT,
                site="Kayenta Clinic",
            )
            for number in range(people)
        ],
        by="",
        send=False,
        now=NOW,
        random=random,
    )


async def in_zone(database: Database, zone: str) -> None:
    """Everybody has this zone."""
    async with database.write() as tx:
        for row in await tx.scalars(select(PersonRow)):
            row.zone = zone


def mails(database: Database, **changes: Any) -> Mails:
    return Mails(database, domain="echo.example.org", **changes)


@dataclass
class Box:
    """A transport that keeps what it is given."""

    messages: list[Message] = field(default_factory=list)
    answers: Callable[[Message], Outcome] | None = None

    async def send(self, message: Message, begun: Begun) -> Outcome:
        outcome = self.answers(message) if self.answers else Outcome(Fate.SENT)
        if outcome.fate in (Fate.SENT, Fate.UNANSWERED):
            assert await begun()
        if outcome.fate is Fate.SENT:
            self.messages.append(message)
        return outcome

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def relaying(
    database: Database,
    lines: Callable[[], Transport],
    clock: Callable[[], datetime] | None = None,
    **more: Any,
) -> AsyncIterator[MailRelay]:
    """A relay at work."""
    options: dict[str, Any] = {"poll_seconds": 0.05, "lease_seconds": 30.0, "jitter": lambda: 0.0}
    relay = MailRelay(
        mails(database),
        lines,
        Composer(Sender("ECHO sessions", "echo@echo.example.org"), MailAddresses(LINKS, ADDRESS)),
        clock=clock or Clock(),
        **options | more,
    )
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


async def carried(database: Database, clock: Callable[[], datetime] | None = None) -> list[EmailMessage]:
    """Everything that is to be sent now, in the order of the addresses."""
    box = Box()
    async with relaying(database, lambda: box, clock):
        await settled(database)
    read = [message_from_bytes(one.data, policy=default) for one in box.messages]
    return sorted(read, key=lambda one: str(one["To"]))


async def settled(database: Database, *, timeout: float = 30.0) -> None:  # noqa: ASYNC109
    """Returns once nothing is on its way."""
    async with asyncio.timeout(timeout):
        while True:
            async with database.read() as tx:
                due = await tx.scalar(select(MailingRow.id).where(MailingRow.state == "due").limit(1))
                page, _ = await list_mails(tx, limit=200)
            if due is None and all(one.state not in ("pending", "sending") for one in page):
                return
            await asyncio.sleep(0.02)


async def log_of(database: Database) -> Sequence[Mail]:
    """All messages, the latest first."""
    async with database.read() as tx:
        page, _ = await list_mails(tx, limit=5000)
    return page


def calendar_of(message: EmailMessage) -> bytes:
    """The calendar part; empty where there is none."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            return data
    return b""


def body_of(message: EmailMessage, kind: str) -> str:
    """The text of this kind: "plain" or "html"."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


DAY = timedelta(days=1)
