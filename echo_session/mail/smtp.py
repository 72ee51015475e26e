"""Mail to a server by SMTP (RFC 5321), over one connection that is kept while there is something to send.

What a server says of the recipient or the text concerns the message; whatever else goes wrong concerns the
server, and then the whole queue waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from echo_session.domain.mail import Fate, Outcome
from echo_session.mail.ports import Begun, Message

__all__ = ["SmtpServer", "SmtpTransport"]

Tls = Literal["starttls", "implicit", "none"]

START_TEXT = 354
CLOSING = 421
TOO_LARGE = 552
NEEDS_SIGN_IN = frozenset({530, 535, 538})
MAX_WORDS = 400
QUIT_SECONDS = 2.0
"""How long a server may take to say goodbye."""

_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where the mail goes, and how."""

    host: str
    port: int
    tls: Tls
    username: str
    password: str
    timeout_seconds: float
    """For each answer of the server, and twice as long for all that comes before the text."""
    our_name: str
    """What we call ourselves when we greet it."""


class _Settled(Exception):
    """What came of the attempt is known."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


class SmtpTransport:
    """One line to the server; connects when it is used."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._client: SMTP | None = None

    async def send(self, message: Message, begun: Begun) -> Outcome:
        """Carry one message."""
        try:
            async with asyncio.timeout(2 * self._server.timeout_seconds):
                client = await self._sender_taken(message.envelope.sender)
                await self._recipient_taken(client, message.envelope.recipient)
        except _Settled as settled:
            await self._begin_anew(settled.outcome)
            return settled.outcome
        except TimeoutError:
            self._drop()
            return Outcome(Fate.DOWN, "The server did not answer in time.")
        if not await begun():
            await self.close()
            return Outcome(Fate.PUT_OFF, "Another process has it.")
        outcome = await self._text(client, message.data)
        await self._begin_anew(outcome)
        return outcome

    async def close(self) -> None:
        """Hang up."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected:
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(QUIT_SECONDS):
                    await client.quit()
        client.close()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _begin_anew(self, outcome: Outcome) -> None:
        """After a refusal, the next message starts from a clean slate."""
        if outcome.fate in (Fate.DOWN, Fate.UNANSWERED):
            self._drop()
        elif outcome.fate is not Fate.SENT and self._client is not None:
            try:
                await self._client.rset()
            except (SMTPException, OSError):
                self._drop()

    async def _sender_taken(self, sender: str) -> SMTP:
        """Connected, with the sender accepted. A line that the server closed meanwhile is opened again."""
        fresh = self._client is None or not self._client.is_connected
        client = await self._connected()
        try:
            await client.mail(sender)
        except SMTPServerDisconnected as error:
            if fresh:
                raise _Settled(_down("The server hung up", error)) from error
            self._drop()
            return await self._sender_taken(sender)
        except SMTPResponseException as error:
            if error.code == TOO_LARGE:
                raise _Settled(_refused(error)) from error
            if 400 <= error.code < 500 and error.code != CLOSING:
                raise _Settled(_put_off(error)) from error
            raise _Settled(_down("The server takes no mail from us", error)) from error
        except (SMTPException, OSError) as error:
            raise _Settled(_down("The server did not answer", error)) from error
        return client

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._drop()
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_seconds,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            local_hostname=server.our_name,
        )
        try:
            await client.connect()
            if server.username:
                await client.login(server.username, server.password)
        except SMTPAuthenticationError as error:
            client.close()
            raise _Settled(_down("The server refuses our user name and password", error)) from error
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise _Settled(_unreached(error)) from error
        except asyncio.CancelledError:
            client.close()
            raise
        self._client = client
        return client

    async def _recipient_taken(self, client: SMTP, recipient: str) -> None:
        await self._answered(lambda: client.rcpt(recipient))

    async def _text(self, client: SMTP, data: bytes) -> Outcome:
        """DATA and the text, apart: only once the text is sent may the server have the message."""

        async def start() -> None:
            response = await client.execute_command(b"DATA")
            if response.code != START_TEXT:
                raise SMTPResponseException(response.code, response.message)

        try:
            await self._answered(start)
        except _Settled as settled:
            return settled.outcome
        assert client.protocol is not None, "it has just answered"
        try:
            client.protocol.write(_LEADING_DOT.sub(b"..", data) + b".\r\n")
            response = await client.protocol.read_response(timeout=self._server.timeout_seconds)
        except (SMTPException, OSError) as error:
            return Outcome(Fate.UNANSWERED, f"The server had the text and gave no answer: {_said(error)}")
        except asyncio.CancelledError:
            self._drop()
            raise
        if 200 <= response.code < 300:
            return Outcome(Fate.SENT)
        return _judged(SMTPResponseException(response.code, response.message))

    async def _answered(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Raises _Settled where the answer is not yes."""
        try:
            await ask()
        except SMTPResponseException as error:
            raise _Settled(_judged(error)) from error
        except SMTPTimeoutError as error:
            self._drop()
            raise _Settled(Outcome(Fate.PUT_OFF, "The server did not answer in time.")) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise _Settled(Outcome(Fate.PUT_OFF, f"The server hung up: {_said(error)}")) from error


def _judged(error: SMTPResponseException) -> Outcome:
    """What an answer other than yes, to the recipient or the text, means for the message."""
    if error.code == CLOSING or error.code in NEEDS_SIGN_IN:
        return _down("The server takes nothing from us", error)
    return _refused(error) if error.code >= 500 else _put_off(error)


def _refused(error: SMTPResponseException) -> Outcome:
    return Outcome(Fate.REFUSED, f"The server refused it: {_said(error)}")


def _put_off(error: SMTPResponseException) -> Outcome:
    return Outcome(Fate.PUT_OFF, f"The server asks to try again later: {_said(error)}")


def _down(what: str, error: Exception) -> Outcome:
    return Outcome(Fate.DOWN, f"{what}: {_said(error)}")


_UNREACHED = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "it hung up",
    errno.EHOSTUNREACH: "there is no way to it in the network",
    errno.ENETUNREACH: "there is no way to it in the network",
    errno.ETIMEDOUT: "it does not answer",
}
_ERRNO = re.compile(r"\[Errno (-?\d+)\]\s*")


def _unreached(error: Exception) -> Outcome:
    """No line to the server, with the reason in plain words."""
    what = "The mail server cannot be reached"
    cause: BaseException | None = error
    while cause is not None:
        if why := _why_unreached(cause):
            return Outcome(Fate.DOWN, f"{what} ({why}).")
        cause = cause.__cause__ or cause.__context__
    return Outcome(Fate.DOWN, f"{what}: {_ERRNO.sub('', _said(error))}")


def _why_unreached(error: BaseException) -> str:
    """Empty where we have no words for it."""
    if isinstance(error, socket.gaierror):
        return "no server has its name"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, TimeoutError):
        return "it does not answer"
    found = _ERRNO.search(str(error))
    number = error.errno if isinstance(error, OSError) else None
    return _UNREACHED.get(number or (int(found[1]) if found else 0), "")


def _said(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        words = f"{error.code} {error.message}"
    else:
        words = str(error) or type(error).__name__
    return " ".join(words.split())[:MAX_WORDS]
