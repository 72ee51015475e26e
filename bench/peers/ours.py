"""Our engine, with its new and with its old egress."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, ClassVar

from bench.peers.base import PeerError, Seat, Server, UnavailableError
from bench.peers.engine_host import egress_kinds
from bench.peers.programs import Program
from echo_session.media.protocol import AddPeer, Answer, OpenRoom, SetPictures, WantedPicture

VOICE_SLOTS = 3
MAX_PEERS = 500
TILE_HEIGHT = 720


class Ours(Server):
    """The engine as it is installed, driven without signaling."""

    name = "ours"
    egress: ClassVar[str | None] = "direct"

    _replies: dict[int, asyncio.Future[Any]]
    _reading: asyncio.Task[None]

    @classmethod
    def version(cls) -> str:
        egress = f"{cls.egress} egress" if egress_kinds() else "the one egress it has"
        return f"{version('echo-session')}, {egress}"

    async def start(self) -> None:
        self._rooms: set[str] = set()
        self._joined: set[str] = set()
        self._calls = 0
        self._replies = {0: asyncio.get_running_loop().create_future()}
        chosen = [self.egress] if self.egress is not None and egress_kinds() else []
        command = [sys.executable, "-m", "bench.peers.engine_host", self.place.address, *chosen]
        log = self.place.folder / "engine.log"
        self.program = await Program.start(command, core=self.place.core, log=log, talks=True)
        self._reading = asyncio.create_task(self._read(self.program), name="engine replies")
        await self._replies[0]

    async def stop(self) -> None:
        await super().stop()
        if self.program is not None:
            await self._reading

    async def publish(self, seat: Seat) -> None:
        await self._join(seat)
        await self.driving(seat).wait_connected(seat.name)
        self.driving(seat).publish(seat.name, "microphone")
        self.driving(seat).publish(seat.name, "camera")

    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        if seat.name not in self._joined:
            await self._join(seat)
        wanted = [
            WantedPicture(publisher=publisher.name, source="camera", max_height=TILE_HEIGHT)
            for publisher in publishers[: self._videos(seat)]
        ]
        await self._call("command", SetPictures(peer=seat.name, pictures=wanted).model_dump_json())
        await self.driving(seat).wait_connected(seat.name)

    async def counters(self) -> dict[str, int]:
        """The engine's own, since its start."""
        counters: dict[str, int] = await self._call("counters")
        return counters

    async def worker_seconds(self) -> float | None:
        counters = await self.counters()
        return sum(spent for name, spent in counters.items() if name.startswith("cpu_ns_worker_")) / 1e9

    def voices(self, views: int) -> int:
        return min(views, VOICE_SLOTS)

    @staticmethod
    def _videos(seat: Seat) -> int:
        return max(seat.slots, seat.views) if seat.views else 0

    async def _join(self, seat: Seat) -> None:
        if seat.room not in self._rooms:
            self._rooms.add(seat.room)
            await self._call("command", OpenRoom(room=seat.room, max_peers=MAX_PEERS).model_dump_json())
        self._joined.add(seat.name)
        offer = await self.driving(seat).offer(
            seat.name,
            layers=seat.layers,
            voices=VOICE_SLOTS if seat.views else 0,
            videos=self._videos(seat),
            reading=seat.reading,
        )
        add = AddPeer(room=seat.room, peer=seat.name, offer=offer.offer, mids=offer.mids)
        answer = Answer.model_validate_json(await self._call("add_peer", add.model_dump_json()))
        await self.driving(seat).answer(seat.name, answer.answer, wait=False)

    async def _call(self, call: str, argument: str | None = None) -> Any:
        assert self.program is not None
        assert self.program.process.stdin is not None
        self._calls += 1
        number = self._calls
        self._replies[number] = asyncio.get_running_loop().create_future()
        request = {"id": number, "call": call, "argument": argument}
        self.program.process.stdin.write(json.dumps(request).encode() + b"\n")
        try:
            return await self._replies[number]
        finally:
            del self._replies[number]

    async def _read(self, program: Program) -> None:
        assert program.process.stdout is not None
        async for line in program.process.stdout:
            reply = json.loads(line)
            waiting = self._replies.get(reply["id"])
            if waiting is None or waiting.done():
                continue
            if "error" in reply:
                waiting.set_exception(PeerError(reply["error"]))
            else:
                waiting.set_result(reply["result"])
        for waiting in self._replies.values():
            if not waiting.done():
                waiting.set_exception(PeerError("the engine's process has ended"))


class OursStrom(Ours):
    """The first egress, through str0m."""

    name = "ours (str0m)"
    egress = "str0m"

    @classmethod
    def version(cls) -> str:
        if not egress_kinds():
            raise UnavailableError("the installed engine has one egress only: make setup builds the newest")
        return super().version()
