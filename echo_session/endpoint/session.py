"""An endpoint in a session: what it says, what it does with what it hears, and how it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from echo_session.endpoint.errors import EndpointError
from echo_session.endpoint.line import Line
from echo_session.endpoint.link import Link
from echo_session.endpoint.peer import Peer, to_its_end
from echo_session.endpoint.received import Received
from echo_session.endpoint.room import RoomView
from echo_session.endpoint.tracks import Sources
from signaling.errors import CloseCode
from signaling.messages import (
    Declined,
    Delta,
    Ended,
    Error,
    ErrorCode,
    IceServer,
    IceServers,
    InLobby,
    Join,
    Joined,
    Leave,
    Mids,
    Moved,
    Muted,
    Pong,
    Publish,
    Rejoin,
    Rejoined,
    RejoinPlease,
    Removed,
    Resume,
    Room,
    ServerMessage,
    Slots,
    Source,
    View,
    Welcome,
)

TRY_AGAIN_SECONDS = 1.0

Outcome = Literal["left", "declined", "removed", "moved", "ended", "refused"]
State = Literal["connecting", "not_open", "lobby", "joining", "joined"]

_FINAL: dict[int | None, Outcome] = {
    CloseCode.NORMAL: "left",
    CloseCode.DECLINED: "declined",
    CloseCode.REMOVED: "removed",
    CloseCode.MOVED: "moved",
    CloseCode.TAKEN_OVER: "moved",
    CloseCode.ENDED: "ended",
}
_PASSING = frozenset(
    (ErrorCode.MEDIA_UNAVAILABLE, ErrorCode.INTERNAL, ErrorCode.TIMED_OUT, ErrorCode.TOO_MANY)
)
"""Errors after which trying again helps."""


@dataclass(frozen=True, slots=True)
class Guest:
    """What an endpoint says of itself where the link names nobody."""

    name: str = "Endpoint"
    email: str = "endpoint@localhost.invalid"
    profession: str = "Room kit"
    site: str = "Endpoint"


class Endpoint:
    """One participant. ``running`` or ``run`` keeps it in the session; ``until`` waits for what happens
    there."""

    def __init__(
        self,
        link: str,
        *,
        sources: Sources,
        guest: Guest | None = None,
        videos: int = 4,
        height: int = 360,
    ) -> None:
        self.line = Line(Link.parse(link), self)
        self.room = RoomView()
        self.received = Received()
        self.participant_id = ""
        self.state: State = "connecting"
        self.outcome: Outcome | None = None
        """How it ended; None while it goes on."""
        self.reason = ""
        """In words, as the server said it."""
        self.resume: Resume | None = None
        self.round_trips: list[float] = []
        """Seconds, one for each ping."""
        self.joined_after: float | None = None
        """Seconds from the start to the first answer."""
        self.transports = 0
        self._sources = sources
        self._guest = guest or Guest()
        self._videos = videos
        self._height = height
        self._started = 0.0
        self._welcome: Welcome | None = None
        self._relays: list[IceServer] = []
        self._peer: Peer | None = None
        self._held: set[Source] = set()
        self._view: View | None = None
        self._later: set[asyncio.Task[None]] = set()

    # --- from outside

    async def run(self) -> Outcome:
        """Takes part until the session, a facilitator or ``leave`` ends it.

        Raises ``EndpointError`` where the server does not answer or does not let it in.
        """
        self._started = time.monotonic()
        try:
            await self.line.run()
        finally:
            # Whoever ends it may do so while it ends by itself.
            await to_its_end(self._close())
        if self.outcome is None or self.outcome == "refused":
            raise EndpointError(self.reason)
        return self.outcome

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Endpoint]:
        """Takes part while the block runs, then leaves."""
        conversing = asyncio.create_task(self._run_quietly(), name="endpoint")
        try:
            yield self
            await self.leave()
        finally:
            conversing.cancel()
            await asyncio.gather(conversing, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns once the condition holds; looked at whenever a message or a frame came.

        Raises ``EndpointError`` where the session ends first.
        """
        async with self.received.changed:
            await self.received.changed.wait_for(lambda: condition() or self.over)
        if not condition():
            raise EndpointError(f"{self.outcome}: {self.reason}")

    async def until_connected(self) -> None:
        """Returns once it is in the room and sound and picture can flow."""
        await self.until(lambda: self.connected)

    async def leave(self) -> None:
        """Leaves as a click on Leave does."""
        if self.over:
            return
        if self.line.up:
            await self.line.say(Leave())
            await self.until(lambda: self.over)
        else:
            self._finish("left", "")

    async def unmute(self, source: Source) -> None:
        """Sends again what a facilitator stopped."""
        self._held.discard(source)
        if self._peer is not None:
            self._peer.hold(source, False)
        await self.line.say(Publish(source=source, on=True))

    @property
    def over(self) -> bool:
        """True once it has ended."""
        return self.outcome is not None

    @property
    def media_up(self) -> bool:
        """True while its transport is up."""
        return self._peer is not None and self._peer.connected.is_set()

    @property
    def connected(self) -> bool:
        """True while the service says that it is in the room and its transport is up."""
        own = self.room.participants.get(self.participant_id)
        return self.state == "joined" and own is not None and own.connected

    async def _run_quietly(self) -> None:
        try:
            await self.run()
        except EndpointError as error:
            self._finish("refused", str(error))
            await self.received.notify()

    # --- what it hears

    async def heard(self, message: ServerMessage) -> None:
        """Does what a message asks for."""
        match message:
            case Welcome():
                await self._welcomed(message)
            case InLobby():
                self.state = "lobby"
            case Joined():
                await self._joined(message)
            case Rejoined():
                self.received.take_slots(message.slots)
                await self._accept(message.answer)
            case Room():
                self.room.replace(message)
                await self._look()
            case Delta():
                await self._delta(message)
            case Slots():
                self.received.take_slots(message)
            case IceServers():
                self._relays = message.ice_servers
            case Muted():
                self._hold(message.source)
            case RejoinPlease():
                self._soon(message.after_ms / 1000, self._rejoin)
            case Pong():
                self.round_trips.append(time.monotonic() - message.stamp)
            case Declined() | Removed() | Moved() | Ended():
                self._finish(message.type, message.message)
            case Error():
                self._refused(message)
            case _:
                pass
        await self.received.notify()

    async def hung_up(self, code: int | None) -> None:
        """The socket is closed; some codes end it all."""
        outcome = _FINAL.get(code)
        if outcome is not None:
            self._finish(outcome, self.reason)
        await self.received.notify()

    async def _welcomed(self, message: Welcome) -> None:
        self._welcome = message
        self._relays = message.ice_servers
        self.room.session = message.session
        if not message.resumed:
            self.resume = None
            await self._join()
            return
        self._view = None
        for source in self._sending():
            await self.line.say(Publish(source=source, on=True))

    async def _joined(self, message: Joined) -> None:
        self.state = "joined"
        self.participant_id = message.participant_id
        self.resume = Resume(connection_id=message.connection_id, secret=message.secret)
        self._view = None
        self.room.replace(message.room)
        self.received.take_slots(message.slots)
        if self.joined_after is None:
            self.joined_after = time.monotonic() - self._started
        await self._accept(message.answer)
        await self._look()

    async def _delta(self, message: Delta) -> None:
        if self.state == "joined":
            if self.room.apply(message):
                await self._look()
            else:
                await self.line.close()
            return
        for change in message.changes:
            if change.op == "session_put":
                self.room.session = change.session
                if self.state == "not_open" and change.session.status == "open":
                    await self._join()

    def _refused(self, message: Error) -> None:
        if message.code is ErrorCode.NOT_OPEN:
            self.state = "not_open"
        elif message.code in _PASSING:
            if not message.fatal:
                self._soon(TRY_AGAIN_SECONDS, self._rejoin if self.state == "joined" else self._join)
        elif message.code is ErrorCode.SLOW_READER:
            return
        else:
            self._finish("ended" if message.code is ErrorCode.ENDED else "refused", message.message)

    def _hold(self, source: Source) -> None:
        self._held.add(source)
        if self._peer is not None:
            self._peer.hold(source, True)

    # --- what it says

    async def _join(self) -> None:
        assert self._welcome is not None
        self.state = "joining"
        offer, mids = await self._offer()
        you, guest, sending = self._welcome.you, self._guest, self._sending()
        await self.line.say(
            Join(
                name=guest.name if not you.known else None,
                email=guest.email if "email" in you.asks else None,
                profession=guest.profession if "profession" in you.asks else None,
                site=guest.site if "site" in you.asks else None,
                second_device="both" if self._welcome.others else None,
                device="endpoint",
                offer=offer,
                mids=mids,
                microphone=Source.MICROPHONE in sending,
                camera=Source.CAMERA in sending,
            )
        )

    async def _rejoin(self) -> None:
        offer, mids = await self._offer()
        await self.line.say(Rejoin(offer=offer, mids=mids))

    async def _look(self) -> None:
        """Asks for all pictures that there are, where that changed."""
        view = self.room.view(self.participant_id, slots=self._videos, height=self._height)
        if view != self._view:
            self._view = view
            await self.line.say(view)

    def _sending(self) -> list[Source]:
        having = {Source.MICROPHONE: self._sources.microphone, Source.CAMERA: self._sources.camera}
        return [s for s, track in having.items() if track is not None and s not in self._held]

    # --- its transport

    async def _offer(self) -> tuple[str, Mids]:
        """A new transport in place of the old one."""
        if self._peer is not None:
            await self._peer.close()
        self._peer = Peer(self._sources, self.received, videos=self._videos, ice_servers=self._relays)
        self.transports += 1
        return await self._peer.offer()

    async def _accept(self, answer: str) -> None:
        if self._peer is not None:
            await self._peer.accept(answer)
            for source in self._held:
                self._peer.hold(source, True)

    # --- its end

    def _soon(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Does one thing after a while, unless the endpoint ends before."""

        async def later() -> None:
            await asyncio.sleep(seconds)
            await act()

        task = asyncio.create_task(later(), name="endpoint later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _finish(self, outcome: Outcome, reason: str) -> None:
        if self.outcome is None:
            self.outcome, self.reason = outcome, reason

    async def _close(self) -> None:
        later = list(self._later)
        for task in later:
            task.cancel()
        await asyncio.gather(*later, return_exceptions=True)
        if self._peer is not None:
            await self._peer.close()
            self._peer = None
        self._sources.stop()
        await self.received.notify()
