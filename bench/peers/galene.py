"""Galene, which is no package: the adapter connects to one that is already running on this machine.

``ECHO_GALENE`` is the address of a group of it in which anybody may present, as in docs/benchmarks.md. Its
process is found by the port it listens on and moved to the server's core. A stream is a connection there: a
viewer has one for each publisher. JSON over a WebSocket for each participant.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import psutil
from aiohttp import ClientError, ClientSession

from bench.peers.base import PeerError, Seat, Server, UnavailableError
from bench.peers.sockets import Socket
from bench.procfs import PROC

ADDRESS = "ECHO_GALENE"
VIEW_SECONDS = 30.0

Message = dict[str, Any]


class Galene(Server):
    """A server that somebody else has started."""

    name = "Galene"

    @classmethod
    def version(cls) -> str:
        if ADDRESS not in os.environ:
            raise UnavailableError(f"no running Galene is named: set {ADDRESS}, as docs/benchmarks.md says")
        return os.environ.get("ECHO_GALENE_VERSION", "version not told")

    async def start(self) -> None:
        self.version()
        group = os.environ[ADDRESS].rstrip("/") + "/"
        self._pid = listener(urlsplit(group).port or 8443)
        if self.place.core is not None:
            for task in (PROC / str(self._pid) / "task").iterdir():
                os.sched_setaffinity(int(task.name), {self.place.core})
        try:
            async with ClientSession() as session, session.get(f"{group}.status") as response:
                status = await response.json(content_type=None)
        except (ClientError, ValueError) as error:
            raise PeerError(f"there is no group at {group}: {error}") from error
        self._endpoint = re.sub("^http", "ws", status["endpoint"])
        self._group = status["name"]
        self._clients: dict[str, Client] = {}

    async def stop(self) -> None:
        for client in getattr(self, "_clients", {}).values():
            await client.close()

    async def publish(self, seat: Seat) -> None:
        await (await self._client(seat)).publish()

    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        await (await self._client(seat)).view(len(publishers))

    def lines(self, seat: Seat) -> list[str]:
        return self._clients[seat.name].receiving

    def pids(self) -> list[int]:
        return [self._pid]

    async def _client(self, seat: Seat) -> Client:
        if seat.name not in self._clients:
            self._clients[seat.name] = client = Client(self, seat)
            await client.enter(self._endpoint, self._group)
        return self._clients[seat.name]


class Client:
    """One participant."""

    def __init__(self, server: Galene, seat: Seat) -> None:
        self._generator = server.driving(seat)
        self._seat = seat
        self._socket = Socket(self._take)
        self._joined: Message | None = None
        self._answer: str | None = None
        self._early: dict[str, list[str]] = {}
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()
        self._known: dict[str, str] = {}
        """Stream id to the generator's participant, once that is there."""
        self.receiving: list[str] = []
        self._grown = asyncio.Event()
        self._working = asyncio.create_task(self._work(), name=f"streams of {seat.name}")

    async def enter(self, endpoint: str, group: str) -> None:
        """Joins the group."""
        await self._socket.open(endpoint)
        name = self._seat.name
        await self._say(type="handshake", version=["2"], id=name)
        await self._say(type="join", kind="join", group=group, username=name, password="")
        await self._socket.until(lambda: self._joined is not None)
        if self._joined is None or self._joined["kind"] != "join":
            raise PeerError(f"Galene refused {name}: {self._joined}")

    async def publish(self) -> None:
        """Sends microphone and camera."""
        name = self._seat.name
        offer = await self._generator.plain_offer(
            name, publish=("microphone", "camera"), layers=self._seat.layers, reading=self._seat.reading
        )
        self._meet(name, name)
        await self._say(type="offer", id=name, label="camera", source=name, username=name, sdp=offer.offer)
        await self._socket.until(lambda: self._answer is not None)
        assert self._answer is not None
        await self._generator.answer(name, self._answer)
        self._generator.publish(name, "microphone")
        self._generator.publish(name, "camera")

    async def view(self, count: int) -> None:
        """Asks for all streams and answers so many."""
        await self._say(type="request", request={"": ["audio", "video"]})
        async with asyncio.timeout(VIEW_SECONDS):
            while len(self.receiving) < count:
                self._grown.clear()
                await self._grown.wait()
        for line in list(self.receiving):
            await self._generator.wait_connected(line)

    async def close(self) -> None:
        """Ends it."""
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)
        await self._socket.close()

    async def _work(self) -> None:
        """Answers offers and pings, in order."""
        while True:
            notice = await self._waiting.get()
            if notice["type"] == "ping":
                await self._say(type="pong")
                continue
            line = f"{self._seat.name}.{notice['id']}"
            answer = await self._generator.accept(line, notice["sdp"], reading=self._seat.reading)
            await self._say(type="answer", id=notice["id"], sdp=answer)
            if line not in self.receiving:
                self._meet(notice["id"], line)
                self.receiving.append(line)
                self._grown.set()

    def _meet(self, stream: str, line: str) -> None:
        """The generator has a participant for a stream: candidates that came earlier are for it."""
        self._known[stream] = line
        for candidate in self._early.pop(stream, ()):
            self._generator.candidate(line, candidate)

    def _take(self, received: str | bytes) -> None:
        notice: Message = json.loads(received)
        match notice["type"]:
            case "joined":
                self._joined = notice
            case "answer":
                self._answer = notice["sdp"]
            case "offer" | "ping":
                self._waiting.put_nowait(notice)
            case "ice":
                candidate = (notice["candidate"] or {}).get("candidate", "")
                if notice["id"] in self._known:
                    self._generator.candidate(self._known[notice["id"]], candidate)
                else:
                    self._early.setdefault(notice["id"], []).append(candidate)

    async def _say(self, **message: object) -> None:
        await self._socket.send(json.dumps(message))


def listener(port: int) -> int:
    """The process that listens on a TCP port of this machine."""
    for connection in psutil.net_connections("tcp"):
        listens = connection.status == psutil.CONN_LISTEN
        if listens and connection.pid and connection.laddr and connection.laddr.port == port:
            return connection.pid
    raise PeerError(f"nothing on this machine listens on port {port}")
