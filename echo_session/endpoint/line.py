"""The signaling line of an endpoint: one WebSocket after another until the conversation is over."""

from __future__ import annotations

import asyncio
import time
from socket import SHUT_RDWR
from typing import Protocol

import aiohttp

from echo_session.endpoint.errors import EndpointError
from echo_session.endpoint.link import Link
from signaling.messages import ClientMessage, Hello, Ping, Resume, ServerMessage, server_messages

RECONNECT_SECONDS = (0.1, 0.3, 1.0, 2.0)
PING_SECONDS = 5.0
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
CLIENT = "echo-session endpoint"


class Speaker(Protocol):
    """Who talks over the line."""

    @property
    def over(self) -> bool:
        """True once there is nothing more to say."""

    @property
    def resume(self) -> Resume | None:
        """What the next ``hello`` takes over."""

    async def heard(self, message: ServerMessage) -> None:
        """A message of the server."""

    async def hung_up(self, code: int | None) -> None:
        """The socket is closed."""


class Line:
    """Connects, says hello, pings, and connects again."""

    def __init__(self, link: Link, speaker: Speaker) -> None:
        self._link = link
        self._speaker = speaker
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.sockets = 0

    @property
    def up(self) -> bool:
        """True while a socket is open."""
        return self._socket is not None and not self._socket.closed

    async def run(self) -> None:
        """Returns once the conversation is over. Raises ``EndpointError`` where the server never answers."""
        failures = 0
        async with aiohttp.ClientSession() as client:
            while not self._speaker.over:
                try:
                    await self._converse(client)
                    failures = 0
                except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                    failures += 1
                    if self.sockets == 0 and failures > len(RECONNECT_SECONDS):
                        raise EndpointError(f"{self._link.origin} does not answer: {error}") from error
                if not self._speaker.over:
                    await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])

    async def say(self, message: ClientMessage) -> None:
        """Sends a message; what cannot be sent is made up for by the next resume."""
        if self._socket is not None and not self._socket.closed:
            try:
                await self._socket.send_str(message.model_dump_json())
            except ConnectionError:
                return

    async def close(self) -> None:
        """Closes the socket; the line connects again unless the conversation is over."""
        if self._socket is not None:
            await self._socket.close()

    def cut(self) -> None:
        """Breaks the socket without a word, as a bad network does."""
        socket = self._socket.get_extra_info("socket") if self._socket is not None else None
        if socket is not None:
            socket.shutdown(SHUT_RDWR)

    async def _converse(self, client: aiohttp.ClientSession) -> None:
        async with client.ws_connect(
            self._link.socket_url,
            origin=self._link.origin,
            compress=15,
            heartbeat=10,
            max_msg_size=MAX_MESSAGE_BYTES,
        ) as socket:
            self._socket = socket
            self.sockets += 1
            await self.say(Hello(token=self._link.token, client=CLIENT, resume=self._speaker.resume))
            pinging = asyncio.create_task(self._ping(), name="endpoint ping")
            try:
                async for frame in socket:
                    if frame.type is aiohttp.WSMsgType.TEXT:
                        await self._speaker.heard(server_messages.validate_json(frame.data))
            finally:
                pinging.cancel()
                await asyncio.gather(pinging, return_exceptions=True)
        await self._speaker.hung_up(socket.close_code)

    async def _ping(self) -> None:
        while True:
            await self.say(Ping(stamp=time.monotonic()))
            await asyncio.sleep(PING_SECONDS)
