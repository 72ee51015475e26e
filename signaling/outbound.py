"""What waits to be written to one socket: bounded, so that a slow reader cannot fill our memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from signaling.errors import CloseCode
from signaling.settings import Settings


class Writable(Protocol):
    """The part of a WebSocket that is written to."""

    async def send_str(self, data: str) -> None:
        """Writes one text frame; waits while the transport's buffer is full."""

    async def close(self, *, code: int, message: bytes = b"") -> bool:
        """Closes with a code."""


class Outbound:
    """A queue and the task that empties it. Of messages with the same key only the newest waits."""

    def __init__(self, socket: Writable, abort: Callable[[], None], settings: Settings) -> None:
        self._socket = socket
        self._abort = abort
        self._settings = settings
        self._queue: deque[tuple[str | None, str]] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._code: CloseCode | None = None
        self._sending: asyncio.Task[None] | None = None
        self.closed_with: CloseCode | None = None
        """The code of the close that this side began."""

    def send(self, text: str, key: str | None = None) -> None:
        """Queues a frame. An overflow closes the socket with SLOW_READER and drops what waits."""
        if self._code is not None:
            return
        if key is not None:
            self._drop(key)
        self._queue.append((key, text))
        self._bytes += len(text)
        limits = self._settings
        if len(self._queue) > limits.outbound_messages or self._bytes > limits.outbound_bytes:
            self._queue.clear()
            self.finish(CloseCode.SLOW_READER)
            if self._sending is not None:
                self._sending.cancel()
        self._wake.set()

    def finish(self, code: CloseCode) -> None:
        """Closes with this code once what waits is written, or could not be within the close timeout."""
        if self._code is None:
            self._code = code
            self._wake.set()

    async def run(self) -> None:
        """Writes until ``finish``, then closes the socket; a peer that does not take the farewell is cut
        off."""
        try:
            while self._code is None:
                await self._write_some()
            self.closed_with = self._code
            async with asyncio.timeout(self._settings.close_timeout):
                await self._write_some()
                await self._socket.close(code=self._code)
        except (ConnectionError, TimeoutError):
            self._code = self._code or CloseCode.NORMAL
            self._abort()

    async def _write_some(self) -> None:
        while self._queue:
            _, text = self._queue.popleft()
            self._bytes -= len(text)
            await self._write(text)
        if self._code is None:
            self._wake.clear()
            await self._wake.wait()

    async def _write(self, text: str) -> None:
        """One frame, as a task of its own that an overflow can end without ending the writer."""
        self._sending = asyncio.ensure_future(self._socket.send_str(text))
        try:
            await asyncio.wait([self._sending])
            if not self._sending.cancelled():
                self._sending.result()
        finally:
            self._sending.cancel()
            self._sending = None

    def _drop(self, key: str) -> None:
        for index, (other, text) in enumerate(self._queue):
            if other == key:
                del self._queue[index]
                self._bytes -= len(text)
                return
