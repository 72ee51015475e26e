"""People whose devices are aiortc endpoints, and what is true of them whatever the records say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from echo_session.endpoint import Endpoint, EndpointError
from echo_session.endpoint.tracks import Sources, TestSound
from signaling.messages import Leave
from tests.faults.truth import Span

LOOK_SECONDS = 0.02
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the service has said yes to: it must be in the record for ever."""

    kind: str
    connection_id: str
    at: float


@dataclass(slots=True)
class Human:
    """One person with a link; has one device in the room at a time."""

    name: str
    link: str
    talks: bool = True
    """Sends sound; else nothing but what keeps the line alive."""
    ups: list[tuple[str, Span]] = field(default_factory=list)
    """When a transport was up, in seconds since 1970, each with its connection."""
    unknown: list[Span] = field(default_factory=list)
    """Times of which a media node that died had told nobody yet."""
    told: list[Told] = field(default_factory=list)
    away_since: float = 0.0
    _endpoint: Endpoint | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    """Those of every device that they have had since they were last away."""
    _since: float | None = None
    _dead: int = 0
    """So many of the device's transports ended with a media node."""

    @property
    def here(self) -> bool:
        """True while a device of theirs takes part, or tries to."""
        return self._endpoint is not None and not self._endpoint.over

    @property
    def connected(self) -> bool:
        """True while its transport is up."""
        return self._since is not None

    @property
    def connection_id(self) -> str:
        """Of the device; empty before it is in the room."""
        return self._endpoint.participant_id if self._endpoint is not None else ""

    def join(self) -> None:
        """Opens the link; `connected` says when that has worked."""
        assert not self.here
        sources = Sources(microphone=TestSound()) if self.talks else Sources()
        endpoint = self._endpoint = Endpoint(self.link, sources=sources, videos=0)
        self._dead = 0
        self._tasks += [
            asyncio.create_task(self._run(endpoint), name=self.name),
            asyncio.create_task(self._watch(endpoint), name=f"{self.name} watch"),
        ]

    @property
    def in_the_room(self) -> bool:
        """True once the service says that its transport is up."""
        return self._endpoint is not None and self._endpoint.connected

    async def until_in_the_room(self) -> None:
        """Returns once the service has said so; or in the end, where that does not come about."""
        endpoint = self._endpoint
        assert endpoint is not None
        with suppress(TimeoutError, EndpointError):
            async with asyncio.timeout(PATIENCE):
                await endpoint.until_connected()

    async def leave(self) -> None:
        """The click on Leave: as the page does, the media ends whatever the service answers, or whether."""
        endpoint = self._endpoint
        assert endpoint is not None
        clicked = now()
        await endpoint.line.say(Leave())
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await endpoint.until(lambda: endpoint.over)
        if endpoint.outcome == "left" and endpoint.participant_id:
            self.told.append(Told("left", endpoint.participant_id, clicked))
        await self.vanish()

    async def vanish(self) -> None:
        """The tab is closed."""
        self._cut(now())
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._endpoint = None
        self.away_since = now()

    def spans(self, ended: Mapping[str, Sequence[float]]) -> list[Span]:
        """When somebody was there. `ended` says when the node put an end to a connection's transport, which
        the device may notice much later."""
        found = []
        for connection_id, (since, until) in self.ups:
            cuts = [at for at in ended.get(connection_id, ()) if since < at < until]
            found.append((since, min([until, *cuts])))
        return found

    def node_died(self, at: datetime, known_until: datetime) -> None:
        """No transport outlives its media node; nor does what the node alone knew of it, since control was
        away."""
        if known_until < at:
            self.unknown.append((known_until.timestamp(), at.timestamp()))
        self._cut(at.timestamp())
        if self._endpoint is not None:
            self._dead = self._endpoint.transports

    async def _run(self, endpoint: Endpoint) -> None:
        async with endpoint.running():
            await asyncio.Event().wait()

    async def _watch(self, endpoint: Endpoint) -> None:
        while not endpoint.over:
            up = endpoint.media_up and endpoint.transports > self._dead
            if up and self._since is None:
                self._since = now()
            elif not up:
                self._cut(now())
            await asyncio.sleep(LOOK_SECONDS)
        self._cut(now())

    def _cut(self, at: float) -> None:
        if self._since is not None:
            self.ups.append((self.connection_id, (self._since, max(self._since, at))))
            self._since = None


def now() -> float:
    """Seconds since 1970."""
    return datetime.now(UTC).timestamp()
