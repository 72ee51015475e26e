"""A WebSocket whose messages wait for whoever expects them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bench.peers.base import PeerError

REPLY_SECONDS = 30.0

Take = Callable[[str | bytes], None]


class Socket:
    """Hands each message to ``take``, in order, until it is closed."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._session = ClientSession()
        self._socket: ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._ended = False

    async def open(self, url: str, *, protocols: tuple[str, ...] = ()) -> Self:
        """Connects and begins to read."""
        self._socket = await self._session.ws_connect(url, protocols=protocols, max_msg_size=0)
        self._reading = asyncio.create_task(self._read(self._socket), name=f"socket {url}")
        return self

    async def send(self, message: str | bytes) -> None:
        """Text or binary, as its type says."""
        if self._socket is None:
            raise PeerError("the socket has not been opened")
        if isinstance(message, str):
            await self._socket.send_str(message)
        else:
            await self._socket.send_bytes(message)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Waits until what messages have brought is enough."""
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                while not ready():
                    if self._ended:
                        raise PeerError("the server has closed the socket")
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise PeerError(f"no reply in {REPLY_SECONDS:.0f} s") from None

    async def close(self) -> None:
        """Ends it."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading
        await self._session.close()

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._take(message.data)
                    self._changed.set()
        finally:
            self._ended = True
            self._changed.set()
