"""A participant without a browser: the load generator's media, joined through the service's signaling.

It behaves as the page does: its socket comes back with ``resume`` after every drop, then repeats what it
sends and shows, and it makes a new transport when it is asked to.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType

from bench.drive import HEAVY, Generator, Reading

Message = dict[str, Any]
RECONNECT_SECONDS = 0.1
PATIENCE_SECONDS = 30.0


class NativePeer:
    """One device of one person, in the room through a link."""

    def __init__(
        self,
        generator: Generator,
        websocket_url: str,
        link: str,
        name: str,
        *,
        reading: Reading = HEAVY,
        tcp: bool = False,
    ) -> None:
        self._generator = generator
        self._url = websocket_url
        self._token = link.partition("#")[2]
        self._name = name
        self._reading = reading
        self._tcp = tcp
        self._resume: Message | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._running: asyncio.Task[None] | None = None
        self._transports = 0
        self._playing: list[int] = []
        """Transports that the generator still plays."""
        self._videos = 0
        self._sources: tuple[str, ...] = ()
        self._shown: Message | None = None
        self._changed = asyncio.Event()
        self.received: list[Message] = []
        """Every message of the server, oldest first."""
        self.participant_id = ""
        self.joined_at = datetime.min.replace(tzinfo=UTC)
        """When its media path came up."""
        self.sockets = 0
        """How many sockets it has had."""
        self.rejoins = 0
        """How many times it made a new transport after the first."""
        self.ended = False
        """True once the server closed the conversation for good."""

    @property
    def peer(self) -> str:
        """Name of the transport in the generator's reports now."""
        return f"{self._name}-{self._transports}"

    async def knock(self) -> Message:
        """Opens the conversation; gives the first ``welcome``."""
        if self._running is None:
            self._running = asyncio.create_task(self._converse(), name=f"{self._name} socket")
        return await self.message("welcome")

    async def join(self, *, videos: int = 4) -> None:
        """Returns once the media path is up. A device of the same person that is there gives way."""
        self._videos = videos
        welcome = await self.knock()
        offer = await self._offer()
        asked: Message = {"type": "join", "device": "desktop", "microphone": True, "camera": True}
        if welcome["others"]:
            asked["second_device"] = "move"
        await self.send(asked | offer)
        joined = await self.message("joined")
        self.participant_id = joined["participant_id"]
        self._resume = {"connection_id": joined["connection_id"], "secret": joined["secret"]}
        await self._generator.answer(self.peer, joined["answer"])
        self.joined_at = datetime.now(UTC)

    def publish(self, sources: Sequence[str] = ("microphone", "camera")) -> None:
        """Begins to send."""
        self._sources = tuple(sources)
        for source in sources:
            self._generator.publish(self.peer, source)  # type: ignore[arg-type]

    async def view(self, publisher: str, *, height: int = 360) -> None:
        """Shows somebody's camera."""
        item = {"participant_id": publisher, "source": "camera", "height": height}
        self._shown = {"type": "view", "items": [item]}
        await self.send(self._shown)

    def sees(self) -> bool:
        """True while a picture is live in one of its slots."""
        slots = next((m for m in reversed(self.received) if m["type"] == "slots"), None)
        return slots is not None and any(slot and slot["state"] == "live" for slot in slots["videos"])

    async def send(self, message: Message) -> None:
        assert self._socket is not None
        await self._socket.send_json(message)

    async def message(
        self,
        kind: str,
        *,
        after: int = 0,
        where: Callable[[Message], bool] = lambda _: True,
        within: float = PATIENCE_SECONDS,
    ) -> Message:
        """The first message of a kind that came after the first ``after`` ones, once it is there."""
        found: list[Message] = []

        def looked_for() -> bool:
            found[:] = [m for m in self.received[after:] if m["type"] == kind and where(m)]
            return bool(found)

        await self.until(looked_for, within=within)
        return found[0]

    async def until(self, condition: Callable[[], bool], *, within: float = PATIENCE_SECONDS) -> None:
        async with asyncio.timeout(within):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def leave(self) -> None:
        """The click on Leave."""
        await self.send({"type": "leave"})
        await self.until(lambda: self.ended)
        await self.close()

    async def close(self, *, silently: bool = False) -> None:
        """As a closed tab: the conversation ends, and the media with it; or as a cut line."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        while self._playing:
            self._generator.leave(f"{self._name}-{self._playing.pop()}", silently=silently)

    async def _offer(self) -> Message:
        self._transports += 1
        self._playing.append(self._transports)
        offer = await self._generator.offer(
            self.peer, layers=3, voices=3, videos=self._videos, tcp=self._tcp, reading=self._reading
        )
        return {"offer": offer.offer, "mids": offer.mids.model_dump()}

    async def _converse(self) -> None:
        async with ClientSession() as session:
            while not self.ended:
                try:
                    async with session.ws_connect(self._url) as socket:
                        await self._one_socket(socket)
                except (ClientError, OSError):
                    pass
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _one_socket(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self.sockets += 1
        hello: Message = {"type": "hello", "token": self._token, "client": "native test peer"}
        await socket.send_json(hello | ({"resume": self._resume} if self._resume else {}))
        async with asyncio.TaskGroup() as tasks:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                message: Message = json.loads(frame.data)
                self.received.append(message)
                self._changed.set()
                match message["type"]:
                    case "room":
                        tasks.create_task(self._repeat())
                    case "rejoin_please":
                        tasks.create_task(self._rejoin(message["after_ms"]))
                    case "rejoined":
                        tasks.create_task(self._answered(message["answer"]))
        self.ended = socket.close_code in (1000, 4002, 4003, 4004)
        self._changed.set()

    async def _rejoin(self, after_ms: int) -> None:
        await asyncio.sleep(after_ms / 1000)
        await self.send({"type": "rejoin"} | await self._offer())

    async def _repeat(self) -> None:
        for source in self._sources:
            await self.send({"type": "publish", "source": source, "on": True})
        if self._shown is not None:
            await self.send(self._shown)

    async def _answered(self, answer: str) -> None:
        await self._generator.answer(self.peer, answer)
        self.rejoins += 1
        self.publish()
        self._changed.set()


class Hall:
    """Peers of one service."""

    def __init__(self, generator: Generator, websocket_url: str) -> None:
        self.generator = generator
        self._url = websocket_url
        self._peers: list[NativePeer] = []

    def person(self, link: str, name: str) -> NativePeer:
        """Somebody with a link who has not opened it yet."""
        peer = NativePeer(self.generator, self._url, link, name)
        self._peers.append(peer)
        return peer

    async def enter(self, link: str, name: str, *, videos: int = 4) -> NativePeer:
        """Joins somebody, who then sends voice and camera."""
        peer = self.person(link, name)
        await peer.join(videos=videos)
        peer.publish()
        return peer

    async def close(self) -> None:
        for peer in self._peers:
            await peer.close()


@asynccontextmanager
async def hall(websocket_url: str, *, address: str = "127.0.0.1") -> AsyncIterator[Hall]:
    """A generator process and the peers that it plays, whose media leave from ``address``."""
    async with Generator(address=address) as generator:
        here = Hall(generator, websocket_url)
        try:
            yield here
        finally:
            await here.close()
