"""All live rooms. The composition root makes one hub and feeds it what happens elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Sequence
from functools import partial

from signaling.errors import CloseCode, Refused, RemoteProtocolError
from signaling.lanes import Lanes
from signaling.live import LiveRoom, Outlet
from signaling.media import MediaEvent, RoomSnapshot
from signaling.messages import Hello, Role
from signaling.moment import Moment, Now
from signaling.ports import Ports, SessionFacts
from signaling.room import Counts, Room
from signaling.settings import Settings

__all__ = ["Counts", "Hub", "Ports"]

log = logging.getLogger(__name__)

CLOSED = "This session is over. Thank you for being here."
CANCELLED = "This session was cancelled."


class Hub:
    """Owner of the live rooms, of the clock tick, and of all work towards engine and store."""

    def __init__(self, *, ports: Ports, settings: Settings) -> None:
        self._ports = ports
        self._settings = settings
        self._rooms: dict[str, LiveRoom] = {}
        self._session_of: dict[str, str] = {}
        """Room id to session id."""
        self._outlets: dict[str, Outlet] = {}
        self._making = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._media = Lanes("media")
        self._records = Lanes("records")
        self._attached: dict[str, RoomSnapshot] | None = None
        self._heard = asyncio.Event()
        """Set while all that the media node knows is known here."""
        self._written: dict[str, Moment] = {}
        self._writing: asyncio.Future[None] | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._sockets = 0
        self._closing = False

    async def start(self) -> None:
        """Rebuilds the rooms of open sessions from the presence table and starts the clock tick."""
        for facts in await self._ports.directory.open_sessions():
            await self._live(facts)
        self._ticking = asyncio.create_task(self._tick(), name="signaling tick")

    async def close(self) -> None:
        """Closes every socket with GOING_AWAY and waits for what is being written. Nobody leaves by this."""
        self._closing = True
        for outlet in list(self._outlets.values()):
            outlet.finish(CloseCode.GOING_AWAY)
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
            self._ticking = None
        self._checkpoint()
        await self._media.close(self._settings.close_timeout)
        await self._records.close(self._settings.close_timeout)

    # --- sockets

    @property
    def sockets(self) -> int:
        """Open sockets, identified or not."""
        return len(self._outlets)

    def opened(self, outlet: Outlet) -> str:
        """A socket is open; returns the name by which rooms know it."""
        self._sockets += 1
        name = f"sock_{self._sockets}"
        self._outlets[name] = outlet
        if self._closing:
            outlet.finish(CloseCode.GOING_AWAY)
        return name

    async def enter(self, socket: str, hello: Hello) -> LiveRoom:
        """A socket said ``hello``: its room.

        Raises ``RemoteProtocolError``, fatal, where the token is not good.
        """
        try:
            visitor = await self._ports.directory.authenticate(hello.token)
        except Refused as refusal:
            raise RemoteProtocolError(
                refusal.code, refusal.message, field=refusal.field, fatal=True
            ) from refusal
        live = await self._live(visitor.session)
        live.perform(live.room.hello(socket, visitor, hello, self._now()))
        return live

    def closed(self, socket: str, live: LiveRoom | None) -> None:
        """A socket is gone."""
        self._outlets.pop(socket, None)
        if live is not None:
            live.dropped(socket)

    # --- sessions

    def counts(self, session_id: str) -> Counts:
        """Who is here and who waits."""
        live = self._rooms.get(session_id)
        return live.room.counts() if live is not None else Counts(0, 0)

    async def session_changed(self, session_id: str) -> None:
        """Reads the session again and tells the room: opened, extended, renamed, closed, cancelled."""
        async with self._changing:  # or the older of two readings could be told last
            facts = await self._ports.directory.session(session_id)
            if facts is not None and facts.info.status in ("scheduled", "open"):
                await self._tell_change(facts)
                return
        await self.end_session(session_id, _why_over(facts))
        self._forget(session_id)

    async def _tell_change(self, facts: SessionFacts) -> None:
        if facts.info.session_id not in self._rooms and facts.info.status != "open":
            return
        live = await self._live(facts)
        live.perform(live.room.session_changed(facts))
        if facts.info.status == "open":
            live.open_early()

    async def ending_soon(self, session_id: str) -> None:
        """Warns everybody in the room of its end."""
        live = self._rooms.get(session_id)
        if live is not None:
            live.perform(live.room.ending_soon())

    async def end_session(self, session_id: str, message: str = CLOSED) -> None:
        """Says ``ended`` to everybody and closes the room.

        Returns once every leave is recorded, so that the caller can write the end of the session after them.
        Nobody comes in any more unless ``session_changed`` finds the session open.
        """
        live = await self._made(session_id)
        if live is None:
            return
        await self._hear_out(live)
        durable = live.perform(live.room.end(message, self._now()))
        live.close_media()
        if durable:
            await asyncio.wait(durable)

    async def person_barred(self, session_id: str, person_id: str, *, by: str) -> None:
        """A registration was taken back over the API: removes the person from the room."""
        live = await self._made(session_id)
        if live is not None:
            durable = live.perform(live.room.bar(person_id, self._now(), by))
            if durable:
                await asyncio.wait(durable)

    async def company_changed(self, session_id: str, host_person_id: str) -> None:
        """Somebody checked in or out in front of this person's device."""
        live = self._rooms.get(session_id)
        if live is not None:
            live.perform(live.room.company_changed(host_person_id))

    async def people_allowed(self, session_id: str, person_ids: Collection[str]) -> None:
        """People were invited, or got a new link: who was removed before may come in again."""
        live = await self._made(session_id)
        if live is not None:
            live.room.allow(person_ids)

    async def role_changed(self, session_id: str, person_id: str, role: str) -> None:
        """A registration says by now that the person is something else in this session."""
        live = await self._made(session_id)
        if live is not None:
            live.perform(live.room.give_role(person_id, Role(role)))

    # --- the media node

    def media_event(self, event: MediaEvent) -> asyncio.Future[None]:
        """Takes one event of the engine, at once and in order, however slow the store is.

        The future is done once what follows from it, and all before it, is durable, so that the caller can
        acknowledge it, and cancelled where ``close`` had to give that up.
        """
        live = self._rooms.get(self._session_of.get(event.room_id, ""))
        if live is not None:
            live.perform(live.room.media(event, self._now()))
            # Also what was recorded before: an end that the engine tells of may be the echo of a leave.
            recording = live.recording()
            if recording is not None:
                return recording
        nothing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    async def media_attached(self, rooms: Sequence[RoomSnapshot]) -> None:
        """A media node answers, new or the one from before, and holds these rooms."""
        self._attached = {room.room_id: room for room in rooms}
        for live in list(self._rooms.values()):
            live.detached()
            self._attach(live)
        for room_id in self._attached.keys() - self._session_of.keys():
            self._media.submit(room_id, partial(self._ports.media.close_room, room_id))

    def media_caught_up(self) -> None:
        """All that happened before the media node answered has been told by now."""
        self._heard.set()

    def media_detached(self) -> None:
        """The line to the media node is down."""
        self._heard.clear()
        self._attached = None
        for live in self._rooms.values():
            live.detached()

    async def _hear_out(self, live: LiveRoom) -> None:
        """Who was here when this process ended may have stayed since, or left since."""
        if live.room.empty or self._heard.is_set():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.hear_timeout):
                await self._heard.wait()

    def _attach(self, live: LiveRoom) -> None:
        if self._attached is None:
            return
        snapshot = self._attached.pop(live.room.facts.room_id, None)
        live.perform(live.room.attached(snapshot.peers if snapshot is not None else (), self._now()))
        if live.room.facts.info.status == "open":
            live.open_early()

    # --- rooms and time

    async def _live(self, facts: SessionFacts) -> LiveRoom:
        session_id = facts.info.session_id
        async with self._making:
            live = self._rooms.get(session_id)
            if live is None:
                barred = await self._ports.directory.barred(session_id)
                presences = await self._ports.presence.live(session_id)
                # Who asked may have read the session before it was closed; see _made.
                facts = await self._ports.directory.session(session_id) or facts
                room = Room(facts, self._settings, self._ports.token, barred)
                room.restore(presences, self._now())
                live = LiveRoom(room, self._ports, self._outlets, self._media, self._records)
                self._rooms[session_id] = live
                self._session_of[facts.room_id] = session_id
                self._attach(live)
        return live

    async def _made(self, session_id: str) -> LiveRoom | None:
        """The room, if there is one; one that is being made just now, from older records, too."""
        async with self._making:
            return self._rooms.get(session_id)

    def _forget(self, session_id: str) -> None:
        live = self._rooms.pop(session_id, None)
        if live is not None:
            self._session_of.pop(live.room.facts.room_id, None)

    def _now(self) -> Now:
        return Now.of(self._ports.clock)

    async def _tick(self) -> None:
        clock = asyncio.get_running_loop().time
        written = clock()
        while True:
            await asyncio.sleep(self._settings.tick)
            try:
                self.tick()
                now = clock()
                if now - written >= self._settings.seen_every - self._settings.tick / 2:
                    written = now
                    self._checkpoint()
            except Exception:
                log.exception("a tick failed")

    def tick(self) -> None:
        """Time passes in every room; rooms that are over and empty are forgotten."""
        for session_id, live in list(self._rooms.items()):
            live.perform(live.room.tick(self._now()))
            if live.room.empty and live.room.facts.info.status != "open":
                self._forget(session_id)

    def _checkpoint(self) -> None:
        """Writes who was seen since the last time, in one go; not while the write before still waits."""
        if self._writing is not None and not self._writing.done():
            return
        seen = {c: at for live in self._rooms.values() for c, at in live.room.last_seen().items()}
        news = {c: at for c, at in seen.items() if self._written.get(c) != at}
        if not news:
            return

        async def write() -> None:
            await self._ports.presence.seen(news)
            self._written = seen

        self._writing = self._records.submit("seen", write)


def _why_over(facts: SessionFacts | None) -> str:
    if facts is None or facts.info.status != "cancelled":
        return CLOSED
    return f"{CANCELLED} {facts.cancel_reason}".rstrip()
