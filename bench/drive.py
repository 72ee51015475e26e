"""Drives the load generator (``bench/generator``): participants without a browser, to test and to measure.

``Generator`` is the process; ``EngineRoom`` carries its offers and answers to an engine in this process. Who
joins through the service's signaling carries them itself: ``offer`` out, ``answer`` in.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from pydantic import BaseModel

from echo_session.media.protocol import AddPeer, Answer, Mids, OpenRoom, SetPictures, Source, WantedPicture

BINARY = Path(__file__).parent.parent / "media" / "target" / "release" / "echo-generator"
REPLY_SECONDS = 30.0


class GeneratorError(Exception):
    """The generator refused a request, gave no reply in time, or is gone."""


class Received(BaseModel):
    """What arrived of a publication; see ``bench/generator/src/control.rs``."""

    packets: int
    bytes: int
    keyframes: int
    gap_ms: float
    delay_p50_ms: float
    delay_p99_ms: float
    delay_worst_ms: float
    delta_p50_ms: float
    """Without the packets of keyframes, like the next two."""
    delta_p99_ms: float
    delta_worst_ms: float
    layers: dict[str, int]


class Slot(BaseModel):
    """What arrived in one receive slot."""

    packets: int
    lost: int
    late: int
    gap_ms: float


class PeerFigures(BaseModel):
    """One participant; the first two count from the beginning of its join and are never set back."""

    connected_ms: float | None
    first_picture_ms: float | None
    packets: int
    lost: int
    late: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    profile: str | None
    """How packets are sealed; known of light participants."""
    opened: int
    """Packets that the delays are of."""
    unopened: int
    """Packets that could not be opened."""
    overflowed: int
    """Datagrams that did not fit the socket's buffer."""


class Sent(BaseModel):
    """What one participant sent."""

    audio: int
    video: int
    keyframes: int
    keyframe_requests: int


class Report(BaseModel):
    """Figures since the last ``reset``."""

    seconds: float
    total: Received
    lost: int
    peers: dict[str, PeerFigures]
    sent: dict[str, Sent]
    slots: dict[str, dict[str, Slot]]
    by: dict[str, dict[str, Received]]
    """Receiver, then publication as ``publisher/source``."""


class Offer(BaseModel):
    """A participant's offer, ready for ``AddPeer`` or for the signaling's ``join``."""

    peer: str
    offer: str
    mids: Mids


class Reading(BaseModel):
    """How a participant reads what it receives."""

    light: bool = False
    """By header alone, with one packet in ``sample`` opened."""
    sample: int = 16
    since_ns: int | None = None
    """``time.monotonic_ns()`` at the beginning of the join, if that was before the generator hears of it."""


HEAVY = Reading()


class Generator:
    """The generator process. Use as ``async with Generator() as generator``."""

    def __init__(
        self, binary: Path | None = None, *, address: str = "127.0.0.1", prefix: Sequence[str] = ()
    ) -> None:
        self._command = [*prefix, str(binary or os.environ.get("ECHO_GENERATOR") or BINARY), address]
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._offers: dict[str, Offer] = {}
        self._answers: dict[str, str] = {}
        self._reports: list[Report] = []
        self._error: str | None = None
        self._end: str | None = None
        """Why it will tell nothing more."""
        self.connected: set[str] = set()
        self.closed: set[str] = set()

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, limit=1 << 24
        )
        self._reader = asyncio.create_task(self._read(self._process), name="generator output")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, reader = self._process, self._reader
        if process is None or process.stdin is None or reader is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), REPLY_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        await reader

    @property
    def pid(self) -> int:
        """Process id, to read its processor time."""
        if self._process is None:
            raise GeneratorError("the generator has not been started")
        return self._process.pid

    async def offer(
        self,
        peer: str,
        *,
        layers: int = 1,
        voices: int = 0,
        videos: int = 0,
        tcp: bool = False,
        reading: Reading = HEAVY,
    ) -> Offer:
        """Makes a participant that can send everything and receives in so many slots, by UDP or ICE-TCP."""
        self._forget(peer)
        shape = {"layers": layers, "voices": voices, "videos": videos, "tcp": tcp}
        self._say(do="join", peer=peer, **shape, **reading.model_dump())
        await self._until(lambda: peer in self._offers, f"an offer of {peer}")
        return self._offers.pop(peer)

    async def plain_offer(
        self,
        peer: str,
        *,
        publish: Sequence[Source] = (),
        layers: int = 1,
        voices: int = 0,
        videos: int = 0,
        reading: Reading = HEAVY,
    ) -> Offer:
        """Makes a participant that sends ``publish`` and receives so many streams, for any server."""
        self._forget(peer)
        shape = {"publish": list(publish), "layers": layers, "voices": voices, "videos": videos}
        self._say(do="offer", peer=peer, **shape, **reading.model_dump())
        await self._until(lambda: peer in self._offers, f"an offer of {peer}")
        return self._offers.pop(peer)

    async def accept(
        self, peer: str, offer: str, *, publish: Sequence[Source] = (), reading: Reading = HEAVY
    ) -> str:
        """Answers a server's offer, for a new participant or for one that is there already."""
        self._say(do="accept", peer=peer, offer=offer, publish=list(publish), **reading.model_dump())
        await self._until(lambda: peer in self._answers, f"an answer of {peer}")
        return self._answers.pop(peer)

    def candidate(self, peer: str, candidate: str) -> None:
        """Hands over one more candidate of the server, as ``candidate:...``."""
        self._say(do="candidate", peer=peer, candidate=candidate)

    async def answer(self, peer: str, answer: str, *, wait: bool = True) -> None:
        """Hands over the answer and waits until the participant is connected, if not told otherwise."""
        self._say(do="answer", peer=peer, answer=answer)
        if wait:
            await self.wait_connected(peer)

    async def wait_connected(self, peer: str) -> None:
        """Waits until a participant's line is up."""
        await self._until(lambda: peer in self.connected, f"a connection of {peer}")

    def publish(self, peer: str, source: Source, *, on: bool = True, level: int = 20) -> None:
        """Starts or stops a publication; ``level`` is that of a voice in dB below full scale."""
        self._say(do="publish", peer=peer, source=source, on=on, level=level)

    def request_keyframe(self, peer: str, mid: str) -> None:
        """Sends a picture loss indication for a receive slot."""
        self._say(do="keyframe", peer=peer, mid=mid)

    def misbehave(self, peer: str, manner: str, *, per_second: int) -> None:
        """Lets a light participant send what nobody should; ``control.rs`` has the manners."""
        self._say(do="misbehave", peer=peer, manner=manner, per_second=per_second)

    def leave(self, peer: str, *, silently: bool = False) -> None:
        """Ends a participant, with a goodbye or as if its line were cut."""
        self._say(do="leave", peer=peer, silently=silently)

    def reset(self) -> None:
        """Sets all figures back."""
        self._say(do="reset")

    async def report(self, *, detail: bool = True) -> Report:
        """Figures since the last reset; without ``detail`` only the totals."""
        self._reports.clear()
        self._say(do="report", detail=detail)
        await self._until(lambda: bool(self._reports), "a report")
        return self._reports[-1]

    async def reported(self, enough: Callable[[Report], bool], *, every: float = 0.1) -> Report:
        """Waits for a report with which ``enough`` is content, asking every so many seconds."""
        self._reports.clear()
        self._say(do="watch", seconds=every)
        try:
            await self._until(lambda: bool(self._reports) and enough(self._reports[-1]), "a report of that")
        finally:
            self._say(do="watch", seconds=0.0)
        return self._reports[-1]

    async def wait_closed(self, peer: str) -> None:
        """Waits until the other side has ended a participant."""
        await self._until(lambda: peer in self.closed, f"the end of {peer}")

    def _forget(self, peer: str) -> None:
        self.connected.discard(peer)
        self.closed.discard(peer)

    def _say(self, **request: object) -> None:
        if self._process is None or self._process.stdin is None:
            raise GeneratorError("the generator has not been started")
        self._process.stdin.write(json.dumps(request).encode() + b"\n")

    async def _until(self, predicate: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                while self._error is None and self._end is None and not predicate():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise GeneratorError(f"the generator told nothing of {what} in {REPLY_SECONDS:.0f} s") from None
        if self._error is not None:
            error, self._error = self._error, None
            raise GeneratorError(error)
        if self._end is not None and not predicate():
            raise GeneratorError(self._end)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                self._take(json.loads(line))
                self._changed.set()
            self._end = "the generator has ended"
        except ValueError as error:
            self._end = f"the generator told what is not known here: {error}"
        finally:
            self._changed.set()

    def _take(self, notice: dict[str, Any]) -> None:
        match notice.pop("event"):
            case "offer":
                offer = Offer.model_validate(notice)
                self._offers[offer.peer] = offer
            case "answer":
                self._answers[notice["peer"]] = notice["answer"]
            case "connected":
                self.connected.add(notice["peer"])
            case "closed":
                self.closed.add(notice["peer"])
            case "report":
                self._reports.append(Report.model_validate(notice | {"by": notice["from"]}))
            case "error":
                self._error = notice["message"]


class Engine(Protocol):
    """What ``EngineRoom`` needs of ``echo_session._media.Engine``."""

    def command(self, command: str) -> None: ...
    def add_peer(self, command: str) -> str: ...


class EngineRoom:
    """One room of an engine in this process, joined without signaling."""

    def __init__(self, engine: Engine, generator: Generator, room: str, *, max_peers: int = 300) -> None:
        self._engine, self._generator, self._room = engine, generator, room
        engine.command(OpenRoom(room=room, max_peers=max_peers).model_dump_json())

    async def join(
        self,
        peer: str,
        *,
        layers: int = 1,
        voices: int = 0,
        videos: int = 0,
        tcp: bool = False,
        reading: Reading = HEAVY,
    ) -> Answer:
        """One participant from offer to connected."""
        offer = await self._generator.offer(
            peer, layers=layers, voices=voices, videos=videos, tcp=tcp, reading=reading
        )
        add = AddPeer(room=self._room, peer=peer, offer=offer.offer, mids=offer.mids)
        answer = Answer.model_validate_json(
            await asyncio.to_thread(self._engine.add_peer, add.model_dump_json())
        )
        await self._generator.answer(peer, answer.answer)
        return answer

    def watch(self, viewer: str, pictures: Mapping[int, tuple[str, str]], *, height: int = 720) -> None:
        """Puts cameras and screens, as (publisher, source), into slots of a viewer."""
        wanted: list[WantedPicture | None] = [None] * (max(pictures, default=-1) + 1)
        for slot, (publisher, source) in pictures.items():
            wanted[slot] = WantedPicture.model_validate(
                {"publisher": publisher, "source": source, "max_height": height}
            )
        self._engine.command(SetPictures(peer=viewer, pictures=wanted).model_dump_json())


@contextlib.contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keeps this thread, and what it starts, on one processor core meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
