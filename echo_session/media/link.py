"""The node's side of one WebSocket to control."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import deque
from typing import Protocol

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import ValidationError

from echo_session import failpoints
from echo_session.media.event_log import EventLog
from echo_session.media.protocol import (
    PROTOCOL,
    Acknowledge,
    Bye,
    Claim,
    CommandFrame,
    EventFrame,
    NodeHello,
    Reply,
    Snapshot,
    control_frames,
)

log = logging.getLogger(__name__)

CLAIM_SECONDS = 5.0
"""Deadline of the first frame."""
WINDOW = 512
"""Events under way at a time; the rest wait in the log, where states give way to newer ones."""

CLOSE_BAD_FRAME = 4400
CLOSE_WRONG_SECRET = 4403
CLOSE_REPLACED = 4409
CLOSE_OTHER_PROTOCOL = 4426


class Claimable(Protocol):
    """What a link needs of the node."""

    secret: str
    log: EventLog

    def hello(self) -> NodeHello: ...

    def take_over(self, link: Link) -> Snapshot:
        """Makes the link the only one and says what there is."""
        ...

    def submit(self, link: Link, frame: CommandFrame) -> None:
        """Starts a command whose reply goes to the link."""
        ...

    def release(self, link: Link) -> None:
        """The link is over."""
        ...


class Link:
    """One claimed connection: replies and events out, commands and acknowledgements in."""

    def __init__(self, node: Claimable, socket: web.WebSocketResponse) -> None:
        self._node = node
        self._socket = socket
        self._wake = asyncio.Event()
        self._sent: deque[int] = deque()
        self._cursor = 0

    async def run(self) -> None:
        """Talks until either side closes."""
        claim = await self._receive_claim()
        if claim is None:
            return
        hello = self._node.hello()
        if claim.incarnation == hello.incarnation:
            self._node.log.acknowledge(claim.acknowledged)
        snapshot = self._node.take_over(self)
        sender: asyncio.Task[None] | None = None
        try:
            await self._send(hello)
            await self._send(snapshot)
            sender = asyncio.create_task(self._send_events(), name="node events")
            await self._receive()
        finally:
            self._node.release(self)
            if sender is not None:
                sender.cancel()
                await asyncio.gather(sender, return_exceptions=True)

    def wake(self) -> None:
        """Something was appended to the log."""
        self._wake.set()

    async def reply(self, reply: Reply) -> None:
        """Sends a command's result; nothing where the link is over, control has given up on it then."""
        await self._send(reply)

    async def end(self, reason: str) -> None:
        """Says that the node ends."""
        await self._send(Bye(reason=reason))
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def replaced(self) -> None:
        """Another control claimed the node."""
        await self._socket.close(code=CLOSE_REPLACED, message=b"another control claimed this node")

    async def _receive_claim(self) -> Claim | None:
        try:
            message = await self._socket.receive(timeout=CLAIM_SECONDS)
        except TimeoutError:
            await self._socket.close(code=CLOSE_BAD_FRAME, message=b"no claim in time")
            return None
        if message.type is not WSMsgType.TEXT:
            return None
        try:
            claim = Claim.model_validate_json(message.data)
        except ValidationError:
            await self._socket.close(code=CLOSE_BAD_FRAME, message=b"the first frame must be a claim")
            return None
        if not hmac.compare_digest(claim.secret.encode(), self._node.secret.encode()):
            log.warning("A control with another secret was refused")
            await self._socket.close(code=CLOSE_WRONG_SECRET, message=b"wrong secret")
            return None
        if claim.protocol != PROTOCOL:
            await self._socket.close(code=CLOSE_OTHER_PROTOCOL, message=b"this node speaks another protocol")
            return None
        return claim

    async def _receive(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                break
            try:
                frame = control_frames.validate_json(message.data)
            except ValidationError:
                log.exception("Control sent a frame this node does not know")
                await self._socket.close(code=CLOSE_BAD_FRAME, message=b"unknown frame")
                break
            match frame:
                case CommandFrame():
                    self._node.submit(self, frame)
                case Acknowledge():
                    self._acknowledged(frame.seq)
                case Claim():
                    await self._socket.close(code=CLOSE_BAD_FRAME, message=b"claimed already")
                    break

    def _acknowledged(self, seq: int) -> None:
        failpoints.reached("node.event.before_forget")
        self._node.log.acknowledge(min(seq, self._cursor))
        failpoints.reached("node.event.after_forget")
        while self._sent and self._sent[0] <= seq:
            self._sent.popleft()
        self._wake.set()

    async def _send_events(self) -> None:
        self._wake.set()
        while not self._socket.closed:
            await self._wake.wait()
            self._wake.clear()
            for numbered in self._node.log.after(self._cursor)[: WINDOW - len(self._sent)]:
                self._cursor = numbered.seq
                self._sent.append(numbered.seq)
                await self._send(EventFrame(seq=numbered.seq, event=numbered.event))

    async def _send(self, frame: NodeHello | Snapshot | Reply | EventFrame | Bye) -> None:
        if self._socket.closed:
            return
        try:
            await self._socket.send_str(frame.model_dump_json())
        except ConnectionError:
            log.debug("The link to control dropped while sending")
