"""The conversation over one socket: hello within the deadline, then messages until either side closes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

from aiohttp import WSMsgType, web

from signaling.errors import CLOSE_CODES, CloseCode, RemoteProtocolError, SignalingError
from signaling.framing import decode, encode
from signaling.hub import Hub
from signaling.live import LiveRoom
from signaling.messages import PROTOCOL, ClientMessage, ErrorCode, Hello, Join, Rejoin
from signaling.moment import Clock
from signaling.outbound import Outbound
from signaling.rates import Bucket
from signaling.rules import wire_error
from signaling.settings import Settings

log = logging.getLogger(__name__)


class Closed(SignalingError):
    """The peer closed, or the line is dead."""


class Connection:
    """One socket. ``run`` lasts as long as it is open and owns the writing task."""

    def __init__(
        self,
        socket: web.WebSocketResponse[Literal[False]],
        abort: Callable[[], None],
        *,
        hub: Hub,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._settings = settings
        self._clock = clock
        self._outbound = Outbound(socket, abort, settings)
        now = clock.monotonic()
        self._messages = Bucket(settings.message_rate, settings.message_burst, now)
        self._joins = Bucket(settings.join_rate, settings.join_burst, now)
        self._live: LiveRoom | None = None
        self._name = hub.opened(self._outbound)

    async def run(self) -> None:
        """Returns once the socket is closed."""
        writing = asyncio.create_task(self._outbound.run(), name="signaling writer")
        talking = asyncio.create_task(self._converse(), name="signaling reader")
        try:
            await asyncio.wait((writing, talking), return_when=asyncio.FIRST_COMPLETED)
            if talking.done():
                await writing
        finally:
            # aiohttp cancels this handler where the peer is gone: there is nobody to take a farewell.
            writing.cancel()
            talking.cancel()
            await asyncio.gather(writing, talking, return_exceptions=True)
            self._hub.closed(self._name, self._live)

    async def _converse(self) -> None:
        """Talks until the end, and has the writer close the socket."""
        try:
            await self._talk()
        except Closed:
            self._outbound.finish(CloseCode.NORMAL)
        except RemoteProtocolError as error:
            self._refuse(error)
        except Exception:
            log.exception("a conversation failed")
            message = "The server made a mistake. Reconnecting helps."
            self._refuse(RemoteProtocolError(ErrorCode.INTERNAL, message, fatal=True))

    async def _talk(self) -> None:
        try:
            async with asyncio.timeout(self._settings.hello_deadline):
                live = self._live = await self._hub.enter(self._name, await self._hello())
        except TimeoutError:
            raise RemoteProtocolError(
                ErrorCode.TIMED_OUT,
                f"No 'hello' within {self._settings.hello_deadline:g} s.",
                fatal=True,
            ) from None
        while True:
            message = await self._receive()
            self._admit_rate(message)
            live.said(self._name, message)

    async def _hello(self) -> Hello:
        message = await self._receive()
        if not isinstance(message, Hello):
            raise RemoteProtocolError(
                ErrorCode.OUT_OF_ORDER,
                f"The first message must be 'hello', not {message.type!r}.",
                fatal=True,
            )
        if message.protocol != PROTOCOL:
            raise RemoteProtocolError(
                ErrorCode.OLD_CLIENT,
                f"This page speaks protocol {message.protocol}, the server {PROTOCOL}. Reload the page.",
                field="protocol",
                fatal=True,
            )
        return message

    async def _receive(self) -> ClientMessage:
        frame = await self._socket.receive()
        if frame.type is WSMsgType.TEXT:
            # ``decode_text=False``: the frame's bytes, validated as UTF-8 by the JSON parser.
            return decode(frame.data)
        if frame.type is WSMsgType.BINARY:
            raise RemoteProtocolError(
                ErrorCode.BAD_MESSAGE, "A binary frame; messages are JSON in text frames.", fatal=True
            )
        raise Closed

    def _admit_rate(self, message: ClientMessage) -> None:
        now = self._clock.monotonic()
        if not self._messages.take(now):
            raise RemoteProtocolError(
                ErrorCode.TOO_MANY,
                f"Too many messages; allowed are {self._settings.message_rate:g} a second.",
                fatal=True,
            )
        if isinstance(message, Join | Rejoin) and not self._joins.take(now):
            raise RemoteProtocolError(
                ErrorCode.TOO_MANY, "Too many attempts to join. Wait a moment and reload.", fatal=True
            )

    def _refuse(self, error: RemoteProtocolError) -> None:
        """Says why and closes."""
        self._outbound.send(encode(wire_error(error)))
        self._outbound.finish(CLOSE_CODES[error.code])
