"""The media node: one engine, its numbered events, and whichever control claims it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine

from aiohttp import web

from echo_session import failpoints
from echo_session.media.absences import Absences
from echo_session.media.clock import read_anchor
from echo_session.media.commands import CommandRunner
from echo_session.media.engine import MediaEngine
from echo_session.media.event_log import EventLog, state_key
from echo_session.media.link import Link
from echo_session.media.protocol import Anchor, CommandFrame, NodeHello, Snapshot

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
MAX_FRAME_BYTES = 1024 * 1024
"""Largest frame from control: an offer of 200,000 characters, escaped, and room to spare."""


class MediaNode:
    """Owns the engine, reads its events, serves control, and ends itself where nobody claims it."""

    def __init__(
        self,
        engine: MediaEngine,
        *,
        secret: str,
        unclaimed_seconds: float,
        anchor: Callable[[], Anchor] = read_anchor,
        incarnation: str | None = None,
    ) -> None:
        self.secret = secret
        self.log = EventLog()
        self._absences = Absences()
        self.incarnation = incarnation or secrets.token_urlsafe(12)
        self._engine = engine
        self._unclaimed_seconds = unclaimed_seconds
        self._anchor = anchor
        self._commands = CommandRunner(engine)
        self._running: set[asyncio.Task[None]] = set()
        self._link: Link | None = None
        self._claim_changed = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> str:
        """Works until told to stop or left alone; returns why it ended."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._engine.fileno(), self._drain)
        stopped = asyncio.create_task(stopping.wait(), name="node stop")
        left_alone = asyncio.create_task(self._wait_until_left_alone(), name="node claim watch")
        try:
            await asyncio.wait({stopped, left_alone}, return_when=asyncio.FIRST_COMPLETED)
            reason = (
                "stopped" if stopping.is_set() else f"nobody claimed it for {self._unclaimed_seconds:g} s"
            )
            if self._link is not None:
                await self._link.end(reason)
            return reason
        finally:
            loop.remove_reader(self._engine.fileno())
            for task in (stopped, left_alone, *self._running):
                task.cancel()
            await asyncio.gather(stopped, left_alone, *self._running, return_exceptions=True)
            await asyncio.to_thread(self._commands.close)
            await asyncio.to_thread(self._engine.close)

    async def serve_link(self, request: web.Request) -> web.WebSocketResponse:
        """The address that control connects to."""
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_FRAME_BYTES, compress=False
        )
        await socket.prepare(request)
        await Link(self, socket).run()
        return socket

    def hello(self) -> NodeHello:
        return NodeHello(incarnation=self.incarnation, anchor=self._anchor())

    def take_over(self, link: Link) -> Snapshot:
        """Makes the link the only one; the snapshot holds at least what the events up to ``seq`` say."""
        older, self._link = self._link, link
        if older is not None:
            log.warning("Another control claimed this node; the older link ends")
            self._own(older.replaced())
        self._claim_changed.set()
        self._drain()
        return Snapshot(seq=self.log.last, waiting=len(self.log), rooms=self._engine.snapshot())

    def release(self, link: Link) -> None:
        if self._link is link:
            self._link = None
            self._claim_changed.set()

    def submit(self, link: Link, frame: CommandFrame) -> None:
        self._own(self._answer(link, frame))

    async def _answer(self, link: Link, frame: CommandFrame) -> None:
        await link.reply(await self._commands.run(frame))

    def _own(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _drain(self) -> None:
        for event in self._absences.told(self._engine.take_events()):
            lasting = state_key(event) is None
            if lasting:
                failpoints.reached("node.event.before_log")
            self.log.append(event)
            if lasting:
                failpoints.reached("node.event.after_log")
        if self._link is not None:
            self._link.wake()

    async def _wait_until_left_alone(self) -> None:
        while True:
            self._claim_changed.clear()
            deadline = self._unclaimed_seconds if self._link is None else None
            try:
                async with asyncio.timeout(deadline):
                    await self._claim_changed.wait()
            except TimeoutError:
                return
