"""aiortc's ``MediaRelay``: what a server in Python costs without a forwarding engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from aiohttp import ClientSession

from bench.peers.base import PeerError, Seat, Server
from bench.peers.programs import Program, free_port


class AiortcRelay(Server):
    """A process of ``bench.peers.relay_server``."""

    name = "aiortc relay"
    relays = False

    @classmethod
    def version(cls) -> str:
        return version("aiortc")

    async def start(self) -> None:
        port = free_port()
        command = [sys.executable, "-m", "bench.peers.relay_server", str(port)]
        log = self.place.folder / "aiortc.log"
        self.program = await Program.start(command, core=self.place.core, log=log)
        await self.program.listening(port)
        self._url = f"http://127.0.0.1:{port}"
        self._session = ClientSession()

    async def stop(self) -> None:
        if hasattr(self, "_session"):
            await self._session.close()
        await super().stop()

    async def publish(self, seat: Seat) -> None:
        offer = await self.driving(seat).plain_offer(
            seat.name, publish=("microphone", "camera"), reading=seat.reading
        )
        answer = await self._post(f"/publish/{seat.name}", offer.offer)
        await self.driving(seat).answer(seat.name, answer)
        self.driving(seat).publish(seat.name, "microphone")
        self.driving(seat).publish(seat.name, "camera")

    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        (line,) = self.lines(seat)
        count = len(publishers)
        offer = await self.driving(seat).plain_offer(line, voices=count, videos=count, reading=seat.reading)
        query = "&".join(f"of={publisher.name}" for publisher in publishers)
        await self.driving(seat).answer(line, await self._post(f"/view?{query}", offer.offer))

    def lines(self, seat: Seat) -> list[str]:
        return [f"{seat.name}.view"]

    async def _post(self, path: str, offer: str) -> str:
        async with self._session.post(self._url + path, data=offer.encode()) as response:
            said = await response.text()
            if response.status != 200:
                raise PeerError(f"the relay refused {path}: {said}")
            return said
