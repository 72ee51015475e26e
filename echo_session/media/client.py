"""Control's side of the link to a media node: connects for ever, delivers events once and in order."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType
from pydantic import ValidationError

from echo_session import failpoints
from echo_session.media.errors import CommandRefusedError, NodeUnavailableError, WrongNodeError
from echo_session.media.event_log import state_key
from echo_session.media.link import CLOSE_OTHER_PROTOCOL, CLOSE_REPLACED, CLOSE_WRONG_SECRET
from echo_session.media.protocol import (
    Acknowledge,
    Answer,
    Bye,
    Claim,
    Command,
    CommandFrame,
    Event,
    EventFrame,
    NodeHello,
    Reply,
    Snapshot,
    node_frames,
)

log = logging.getLogger(__name__)

COMMAND_SECONDS = 10.0
HANDSHAKE_SECONDS = 5.0
HEARTBEAT_SECONDS = 10.0
MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Largest frame from a node: the snapshot of a full one."""
BACKOFF_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Waits before connecting again; the last one repeats. A local node is back within a second."""
Durable = asyncio.Future[None]
"""Done once what follows from an event is stored; cancelled where this process ends without that."""


class NodeHandler(Protocol):
    """What control does with a node's news. Calls come one at a time, in order."""

    async def node_up(self, hello: NodeHello, snapshot: Snapshot, *, survived: bool) -> None:
        """The link is up. ``survived``: this client saw the same incarnation before."""
        ...

    async def node_caught_up(self) -> None:
        """Every event from before the link came up has been handed over."""
        ...

    async def node_event(self, event: Event) -> Durable | None:
        """One event. The next one comes at once, and the node keeps this one until the future is done."""
        ...

    async def node_down(self) -> None:
        """The link dropped; commands fail until ``node_up``."""
        ...


class NodeClient:
    """Talks to one media node. ``run`` is its only task; ``command`` may be called from anywhere."""

    def __init__(
        self,
        *,
        session: Callable[[], ClientSession],
        url: str,
        secret: str,
        control: str,
        handler: NodeHandler,
    ) -> None:
        self._session = session
        self._url = url
        self._secret = secret
        self._control = control
        self._handler = handler
        self._socket: ClientWebSocketResponse | None = None
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._ids = itertools.count(1)
        self._incarnation: str | None = None
        self._handled = 0
        """Number of the newest event that the handler has taken; whatever comes again up to here is not."""
        self._stored = 0
        """Number up to which all that follows from events is durable."""
        self._taken: deque[tuple[int, Durable | None]] = deque()
        """Events above ``_stored``, in order; the node has no more than its window of them under way."""
        self._news = asyncio.Event()
        self._up = asyncio.Event()

    @property
    def up(self) -> bool:
        """True while commands can be sent."""
        return self._up.is_set()

    async def wait_up(self) -> None:
        """Returns once the link is up and ``node_up`` was handled."""
        await self._up.wait()

    async def run(self) -> None:
        """Connects again whenever the link drops, until cancelled."""
        failures = 0
        while True:
            try:
                async with self._session() as session:
                    if await self._talk(session):
                        failures = 0
            except WrongNodeError as error:
                log.error("The media node refuses this control: %s", error)
                failures = len(BACKOFF_SECONDS)
            except (ClientError, OSError, TimeoutError) as error:
                log.debug("No media node at %s: %s", self._url, error)
            except Exception:
                log.exception("The link to the media node failed; connecting again")
            failures += 1
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1])

    async def command(self, command: Command) -> Answer | None:
        """Carries out one command. Raises CommandRefusedError, NodeUnavailableError."""
        socket = self._socket
        if socket is None:
            raise NodeUnavailableError("The media server is restarting.")
        number = next(self._ids)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[number] = reply
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await socket.send_str(CommandFrame(id=number, command=command).model_dump_json())
                result = await reply
        except (ClientError, OSError, TimeoutError) as error:
            raise NodeUnavailableError("The media server did not answer.") from error
        finally:
            self._pending.pop(number, None)
        if not result.ok:
            raise CommandRefusedError(result.code or "internal", result.error)
        return result.answer

    async def _talk(self, session: ClientSession) -> bool:
        """One link from claim to drop; True where it came to be."""
        async with session.ws_connect(
            self._url, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_FRAME_BYTES
        ) as socket:
            hello, snapshot = await self._claim(socket)
            survived = hello.incarnation == self._incarnation
            if not survived:
                self._handled = self._stored = 0
                self._taken.clear()
            self._incarnation = hello.incarnation
            arrived: asyncio.Queue[EventFrame | None] = asyncio.Queue()
            self._socket = socket
            try:
                async with asyncio.TaskGroup() as tasks:
                    handling = tasks.create_task(self._handle((hello, snapshot, survived), arrived))
                    acknowledging = tasks.create_task(self._acknowledge(socket))
                    await self._receive(socket, arrived)
                    self._drop()
                    arrived.put_nowait(None)
                    await handling
                    acknowledging.cancel()
            finally:
                self._drop()
                await self._handler.node_down()
        self._raise_refusal(socket)
        return True

    async def _claim(self, socket: ClientWebSocketResponse) -> tuple[NodeHello, Snapshot]:
        claim = Claim(
            secret=self._secret,
            control=self._control,
            incarnation=self._incarnation,
            acknowledged=self._stored,
        )
        await socket.send_str(claim.model_dump_json())
        frames = []
        for _ in range(2):
            message = await socket.receive(timeout=HANDSHAKE_SECONDS)
            if message.type is not WSMsgType.TEXT:
                self._raise_refusal(socket)
                raise ConnectionError("the node closed the link")
            try:
                frames.append(node_frames.validate_json(message.data))
            except ValidationError as error:
                raise WrongNodeError("its answer to the claim is not understood") from error
        hello, snapshot = frames
        if not isinstance(hello, NodeHello) or not isinstance(snapshot, Snapshot):
            raise WrongNodeError("it did not answer the claim with hello and snapshot")
        return hello, snapshot

    async def _receive(
        self, socket: ClientWebSocketResponse, arrived: asyncio.Queue[EventFrame | None]
    ) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            try:
                frame = node_frames.validate_json(message.data)
            except ValidationError:
                log.exception("The media node sent a frame this control does not know")
                break
            match frame:
                case Reply():
                    waiting = self._pending.get(frame.id)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(frame)
                case EventFrame():
                    arrived.put_nowait(frame)
                case Bye():
                    log.info("The media node ends: %s", frame.reason)
                case NodeHello() | Snapshot():
                    log.error("The media node sent %s twice", frame.type)

    async def _handle(
        self, news: tuple[NodeHello, Snapshot, bool], arrived: asyncio.Queue[EventFrame | None]
    ) -> None:
        """Hands everything over in order. What arrived before the link dropped is still dealt with."""
        hello, snapshot, survived = news
        await self._handler.node_up(hello, snapshot, survived=survived)
        self._up.set()
        behind = snapshot.waiting > 0
        if not behind:
            await self._handler.node_caught_up()
        while (frame := await arrived.get()) is not None:
            if frame.seq > self._handled:
                self._handled = frame.seq
                self._taken.append((frame.seq, await self._take(frame.event)))
                if state_key(frame.event) is None:
                    failpoints.reached("control.event.taken")
                self._news.set()
            if behind and frame.seq >= snapshot.seq:
                behind = False
                await self._handler.node_caught_up()

    async def _take(self, event: Event) -> Durable | None:
        try:
            return await self._handler.node_event(event)
        except Exception:
            log.exception("News of the media node could not be handled; going on without it")
            return None

    async def _acknowledge(self, socket: ClientWebSocketResponse) -> None:
        """Tells the node how far it may forget. A slow store holds up this alone, and not the next event."""
        told = self._stored
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            while self._taken:
                number, durable = self._taken[0]
                if durable is not None:
                    if not durable.done():
                        told = await self._tell(socket, told)
                        await asyncio.wait([durable])
                    if durable.cancelled():
                        return
                self._taken.popleft()
                self._stored = number
            told = await self._tell(socket, told)

    async def _tell(self, socket: ClientWebSocketResponse, told: int) -> int:
        if self._stored > told:
            failpoints.reached("control.event.before_acknowledge")
            with contextlib.suppress(ClientError, OSError):
                await socket.send_str(Acknowledge(seq=self._stored).model_dump_json())
            failpoints.reached("control.event.after_acknowledge")
        return self._stored

    def _drop(self) -> None:
        self._up.clear()
        self._socket = None
        pending, self._pending = self._pending, {}
        for reply in pending.values():
            if not reply.done():
                reply.set_exception(NodeUnavailableError("The media server restarted before it answered."))

    @staticmethod
    def _raise_refusal(socket: ClientWebSocketResponse) -> None:
        reasons = {
            CLOSE_WRONG_SECRET: "its secret is another (node.secret in its data folder)",
            CLOSE_OTHER_PROTOCOL: "it speaks another version of the protocol",
            CLOSE_REPLACED: "another control claimed it",
        }
        reason = reasons.get(socket.close_code or 0)
        if reason is not None:
            raise WrongNodeError(reason)
