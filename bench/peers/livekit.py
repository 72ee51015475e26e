"""LiveKit's server, one node without Redis.

Its defaults, but for ports and for what needs the internet. Signalling is protobuf over a WebSocket for each
participant; publishing and receiving have a connection each, and the server offers the second one. The few
messages that matter are written here by field number (``livekit_rtc.proto``).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from joserfc import jwt
from joserfc.jwk import OctKey

from bench.peers.base import PeerError, Seat, Server, UnavailableError
from bench.peers.programs import Program, find, first_line, free_port
from bench.peers.protobuf import Value, fields, message, text
from bench.peers.sockets import Socket

KEY = "bench"
SECRET = "of-no-worth-outside-this-machine-0123456789"
# SignalRequest
OFFER, ANSWER, TRICKLE, ADD_TRACK = 1, 2, 3, 4
# SignalResponse
GOT_ANSWER, GOT_OFFER, GOT_TRICKLE, GOT_LEAVE = 2, 3, 4, 8
SUBSCRIBER = 1
MICROPHONE, CAMERA = (0, 2), (1, 1)  # TrackType and TrackSource
LAYERS = ((0, 320, 180, 150_000), (1, 640, 360, 400_000), (2, 1280, 720, 1_200_000))


class LiveKit(Server):
    """A server of our own configuration."""

    name = "LiveKit"

    @classmethod
    def version(cls) -> str:
        program = find("livekit-server")
        if program is None:
            raise UnavailableError("LiveKit is not installed: make bench-peers (go install of its server)")
        return first_line(str(program), "--version").rpartition(" ")[2]

    async def start(self) -> None:
        program = find("livekit-server")
        if program is None:
            raise UnavailableError(self.version())
        port, tcp = free_port(), free_port()
        settings = {
            "port": port,
            "bind_addresses": ["127.0.0.1"],
            "keys": {KEY: SECRET},
            "logging": {"level": "warn"},
            "rtc": {
                "tcp_port": tcp,
                "port_range_start": 20000,
                "port_range_end": 30000,
                "use_external_ip": False,
                "node_ip": self.place.address,
            },
        }
        command = [str(program), "--config-body", json.dumps(settings)]
        log = self.place.folder / "livekit.log"
        self.program = await Program.start(command, core=self.place.core, log=log)
        await self.program.listening(port)
        self._url = f"ws://127.0.0.1:{port}/rtc"
        self._participants: dict[str, Participant] = {}

    async def stop(self) -> None:
        for participant in getattr(self, "_participants", {}).values():
            await participant.close()
        await super().stop()

    async def publish(self, seat: Seat) -> None:
        participant = await self._participant(seat)
        await participant.publish()

    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        participant = await self._participant(seat)
        await participant.offered()
        await self.driving(seat).wait_connected(participant.receiving)

    def lines(self, seat: Seat) -> list[str]:
        return [f"{seat.name}.view"]

    async def _participant(self, seat: Seat) -> Participant:
        if seat.name not in self._participants:
            self._participants[seat.name] = participant = Participant(self, seat)
            await participant.enter(self._url)
        return self._participants[seat.name]


class Participant:
    """One participant: its socket, and what it answers by itself."""

    def __init__(self, server: LiveKit, seat: Seat) -> None:
        self._seat = seat
        self._generator = server.driving(seat)
        self.receiving = server.lines(seat)[0]
        self._socket = Socket(self._take)
        self._answer: str | None = None
        self._offers: asyncio.Queue[dict[int, Value]] = asyncio.Queue()
        self._accepted = asyncio.Event()
        self._candidates: list[str] | None = []
        self._refusal: str | None = None
        self._answering = asyncio.create_task(self._answer_offers(), name=f"offers to {seat.name}")

    async def enter(self, url: str) -> None:
        """Joins its room; everything that is published there will be offered to it."""
        grant = {"room": self._seat.room, "roomJoin": True}
        now = int(time.time())
        claims = {"iss": KEY, "sub": self._seat.name, "nbf": now - 60, "exp": now + 3600, "video": grant}
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        subscribes = int(bool(self._seat.views))
        query = f"access_token={token}&auto_subscribe={subscribes}&adaptive_stream=0&protocol=13"
        await self._socket.open(f"{url}?{query}")

    async def publish(self) -> None:
        """Sends microphone and camera."""
        name, layers = self._seat.name, self._seat.layers
        offer = await self._generator.plain_offer(
            name, publish=("microphone", "camera"), layers=layers, reading=self._seat.reading
        )
        tracks = tracks_of(offer.offer)
        for (kind, source), track in zip((MICROPHONE, CAMERA), tracks, strict=True):
            request: list[tuple[int, Value]] = [(1, track), (2, track), (3, kind), (8, source)]
            if kind:
                chosen = LAYERS if layers > 1 else LAYERS[2:]
                request += [(4, 1280), (5, 720)]
                request += [(9, message((1, q), (2, w), (3, h), (4, rate))) for q, w, h, rate in chosen]
            await self._socket.send(message((ADD_TRACK, message(*request))))
        await self._socket.send(message((OFFER, message((1, "offer"), (2, offer.offer)))))
        await self._socket.until(lambda: self._answer is not None or self._refusal is not None)
        if self._answer is None:
            raise PeerError(f"LiveKit sent {name} away: {self._refusal}")
        await self._generator.answer(name, self._answer)
        self._generator.publish(name, "microphone")
        self._generator.publish(name, "camera")

    async def offered(self) -> None:
        """Waits until the server's first offer has been answered."""
        async with asyncio.timeout(30):
            await self._accepted.wait()

    async def close(self) -> None:
        """Ends it."""
        self._answering.cancel()
        await asyncio.gather(self._answering, return_exceptions=True)
        await self._socket.close()

    async def _answer_offers(self) -> None:
        """Answers each offer of the server, in order."""
        while True:
            offer = await self._offers.get()
            answer = await self._generator.accept(self.receiving, text(offer[2]), reading=self._seat.reading)
            reply = message((1, "answer"), (2, answer), (3, offer.get(3, 0)))
            await self._socket.send(message((ANSWER, reply)))
            for candidate in self._candidates or ():
                self._generator.candidate(self.receiving, candidate)
            self._candidates = None
            self._accepted.set()

    def _take(self, received: str | bytes) -> None:
        assert isinstance(received, bytes)
        for number, value in fields(received):
            if not isinstance(value, bytes):
                continue
            if number == GOT_ANSWER:
                self._answer = text(dict(fields(value))[2])
            elif number == GOT_OFFER:
                self._offers.put_nowait(dict(fields(value)))
            elif number == GOT_TRICKLE:
                self._trickle(dict(fields(value)))
            elif number == GOT_LEAVE:
                self._refusal = f"leave {dict(fields(value))}"

    def _trickle(self, notice: dict[int, Value]) -> None:
        candidate = json.loads(text(notice.get(1, b"{}"))).get("candidate", "")
        if not candidate:
            return
        if notice.get(2, 0) != SUBSCRIBER:
            self._generator.candidate(self._seat.name, candidate)
        elif self._candidates is None:
            self._generator.candidate(self.receiving, candidate)
        else:
            self._candidates.append(candidate)


def tracks_of(sdp: str) -> list[str]:
    """The track id of each m-line, in order: what the server matches an announced track by."""
    return [line.split()[1] for line in sdp.splitlines() if line.startswith("a=msid:")]
