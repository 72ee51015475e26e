"""A real SMTP server for tests: it refuses, puts off, stalls, hangs up and is restarted as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from echo_session.mail.smtp import SmtpServer, SmtpTransport


class Hangs(Exception):
    """The server hangs up without a word."""


class PostOffice:
    """Keeps what it accepts, by Message-ID. ``rcpt`` and ``text`` say what it answers; empty is yes."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.accepted: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self.bytes: dict[str, bytes] = {}
        self.rcpt: Callable[[str], str] = lambda _: ""
        self.text: Callable[[str], str] = lambda _: ""
        """May raise `Hangs` for one that is accepted without a word."""
        self.stalls: Callable[[str], bool] = lambda _: False
        """By what the client is at: "mail", "rcpt", "text"."""
        self.connections = 0
        self.password = b""
        """What it wants to hear before it takes anything; empty: nothing."""
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter | asyncio.Transport] = set()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._factory, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Ends at once, with whoever is connected."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for transport in list(self._open):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        await server.wait_closed()
        while self._open:  # noqa: ASYNC110 - the loop tells the connections
            await asyncio.sleep(0)

    def _factory(self) -> SMTP:
        self.connections += 1
        return _Connection(self)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._stall("mail")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._stall("rcpt")
        answer = self.rcpt(address)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        data = envelope.original_content or b""
        message_id = str(message_from_bytes(data, policy=default)["Message-ID"])
        try:
            answer = self.text(message_id)
        except Hangs:
            self._keep(message_id, data)
            self.unanswered[message_id] += 1
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
            return "250 OK"
        if answer:
            return answer
        self._keep(message_id, data)
        if self.stalls("text"):
            self.unanswered[message_id] += 1
            await self._stall("text")
        return "250 OK"

    def _keep(self, message_id: str, data: bytes) -> None:
        self.accepted[message_id] += 1
        self.bytes[message_id] = data

    async def _stall(self, at: str) -> None:
        while self.stalls(at):  # noqa: ASYNC110 - told from outside, at any time
            await asyncio.sleep(0.02)

    def opened(self, transport: Any) -> None:
        self._open.add(transport)

    def closed(self, transport: Any) -> None:
        self._open.discard(transport)


class _Connection(SMTP):
    """One connection, known to its office so that a restart cuts it."""

    def __init__(self, office: PostOffice) -> None:
        with warnings.catch_warnings():  # a password without TLS is fine on this machine
            warnings.simplefilter("ignore")
            super().__init__(
                office,
                hostname="office.example",
                ident="test",
                authenticator=self._knows,
                auth_required=bool(office.password),
                auth_require_tls=False,
            )
        self._office = office

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any
    ) -> AuthResult:
        return AuthResult(success=said.password == self._office.password, handled=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._office.opened(transport)
        self._transport = transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._office.closed(self._transport)
        with contextlib.suppress(Exception):
            super().connection_lost(error)


@asynccontextmanager
async def open_office() -> AsyncIterator[PostOffice]:
    """A server at work."""
    office = PostOffice()
    await office.start()
    try:
        yield office
    finally:
        office.stalls = lambda _: False
        await office.stop()


def line_to(office: PostOffice, *, timeout_seconds: float = 5.0) -> SmtpTransport:
    return SmtpTransport(
        SmtpServer(
            host="127.0.0.1",
            port=office.port,
            tls="none",
            username="",
            password="",
            timeout_seconds=timeout_seconds,
            our_name="localhost",
        )
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
