"""One room at work: does through the ports what the pure room wants done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from signaling import effects as do
from signaling.errors import CloseCode, Refused, RemoteProtocolError
from signaling.framing import encode, replaces
from signaling.lanes import Lanes
from signaling.messages import ClientMessage, End, ErrorCode, Extend
from signaling.moment import Now
from signaling.ports import Ports, Presence
from signaling.room import Room

log = logging.getLogger(__name__)

RETRY_FIRST = 0.1
RETRY_MOST = 5.0


class Outlet(Protocol):
    """What a room writes to: the outgoing half of one socket."""

    def send(self, text: str, key: str | None = None) -> None:
        """Queues a frame."""

    def finish(self, code: CloseCode) -> None:
        """Closes after what is queued."""


_Frame = tuple[str, str | None] | CloseCode
"""A message and its key, or the end of the socket."""


@dataclass(slots=True)
class _Held:
    """What waits to be told."""

    until: asyncio.Future[None] | None = None
    frames: list[_Frame] = field(default_factory=list)


class LiveRoom:
    """A room, its sockets' outlets, and the order of its work.

    Inputs are taken at once, so that the room needs no lock. What follows towards the engine happens in
    order for each participant; what follows towards the store, in order for the room.
    """

    def __init__(
        self, room: Room, ports: Ports, outlets: Mapping[str, Outlet], media: Lanes, records: Lanes
    ) -> None:
        self.room = room
        self._ports = ports
        self._outlets = outlets
        self._media = media
        self._records = records
        self._opening = asyncio.Lock()
        self._opened = False
        self._held: dict[str, _Held] = {}
        """Sockets whose next messages wait for the store."""
        self._newcomers: list[Presence] = []
        """Whom the next write of newcomers is about."""

    # --- sockets

    def said(self, socket: str, message: ClientMessage) -> None:
        """A message from an identified socket."""
        if isinstance(message, Extend | End):
            self._order_session(socket, message)
        else:
            self.perform(self.room.said(socket, message, self.now()))

    def dropped(self, socket: str) -> None:
        """The socket is gone."""
        self.perform(self.room.dropped(socket, self.now()))

    def _order_session(self, socket: str, message: Extend | End) -> None:
        caller, effects = self.room.may_order(socket)
        self.perform(effects)
        if caller is None:
            return
        actor = caller.actor

        async def order() -> None:
            session_id = self.room.facts.info.session_id
            try:
                if isinstance(message, Extend):
                    await self._ports.sessions.extend(session_id, message.minutes, by=actor)
                else:
                    await self._ports.sessions.end(session_id, by=actor)
            except Refused as refusal:
                error = RemoteProtocolError(refusal.code, refusal.message, field=refusal.field)
                self.perform(self.room.fault(socket, error))
            except Exception:
                log.exception("an order to a session failed")
                text = "The server could not do that. Try again."
                self.perform(self.room.fault(socket, RemoteProtocolError(ErrorCode.INTERNAL, text)))

        self._media.submit(f"order:{socket}", order)

    # --- the work

    def now(self) -> Now:
        """The time for the next input."""
        return Now.of(self._ports.clock)

    def perform(self, effects: Iterable[do.Effect]) -> list[asyncio.Future[None]]:
        """Starts what the room wants; the futures are done when its records are durable."""
        durable: list[asyncio.Future[None]] = []
        for effect in effects:
            match effect:
                case do.Send():
                    self._send(effect)
                case do.Close():
                    self._write(effect.socket, effect.code)
                case do.Hold(socket):
                    if durable:
                        self._hold(socket, durable[-1])
                case do.Enrol():
                    self._media.submit(effect.participant_id, partial(self._enrol, effect))
                case do.AddPeer() | do.RemovePeer() | do.SetMuted() | do.SetPictures():
                    self._media.submit(effect.participant_id, partial(self._order, effect))
                case do.SaveNewcomer(presence):
                    durable.append(self._save_newcomer(presence))
                case _:
                    durable.append(
                        self._records.submit(self.room.facts.room_id, partial(self._record, effect))
                    )
        return durable

    def recording(self) -> asyncio.Future[None] | None:
        """Done when the records so far are durable; None where they are."""
        return self._records.last(self.room.facts.room_id)

    def _send(self, effect: do.Send) -> None:
        text, key = encode(effect.message), replaces(effect.message)
        for socket in effect.sockets:
            self._write(socket, (text, key))

    def _write(self, socket: str, frame: _Frame) -> None:
        held = self._held.get(socket)
        outlet = self._outlets.get(socket)
        if held is not None:
            held.frames.append(frame)
        elif outlet is None:
            return
        elif isinstance(frame, CloseCode):
            outlet.finish(frame)
        else:
            outlet.send(*frame)

    def _hold(self, socket: str, until: asyncio.Future[None]) -> None:
        """Keeps back what the socket is told until what it acknowledges is durable; all of it keeps its
        order."""
        self._held.setdefault(socket, _Held()).until = until
        until.add_done_callback(partial(self._release, socket))

    def _release(self, socket: str, done: asyncio.Future[None]) -> None:
        held = self._held.get(socket)
        if held is None or held.until is not done:
            return
        del self._held[socket]
        if not done.cancelled():
            for frame in held.frames:
                self._write(socket, frame)

    # --- people and offers

    async def _enrol(self, effect: do.Enrol) -> None:
        session_id = self.room.facts.info.session_id
        try:
            person = await self._ports.directory.enrol(session_id, effect.identity)
        except Refused as refusal:
            self.perform(self.room.refused(effect.participant_id, refusal))
        except Exception:
            log.exception("a visitor could not be enrolled")
            self.perform(self.room.refused(effect.participant_id, _our_fault()))
        else:
            self.perform(self.room.enrolled(effect.participant_id, person, self.now()))

    async def _add_peer(self, effect: do.AddPeer) -> None:
        media, room_id = self._ports.media, self.room.facts.room_id
        try:
            await self.open()
            answer = await media.add_peer(room_id, effect.participant_id, effect.offer, effect.mids)
        except Refused as refusal:
            self.perform(self.room.refused(effect.participant_id, refusal))
        except Exception:
            log.exception("an offer could not be answered")
            self.perform(self.room.refused(effect.participant_id, _our_fault()))
        else:
            self.perform(self.room.answered(effect.participant_id, answer, self.now()))

    # --- the engine

    async def open(self) -> None:
        """Makes the room in the engine, once for each node."""
        async with self._opening:
            if not self._opened:
                facts = self.room.facts
                await self._ports.media.open_room(
                    facts.room_id, max_peers=facts.max_peers, echo_delay_ms=facts.echo_delay_ms
                )
                self._opened = True

    def open_early(self) -> None:
        """Makes the room in the engine before the first one joins; where that fails, the first join tries
        again."""

        async def opening() -> None:
            try:
                await self.open()
            except Refused as refusal:
                log.warning("the room could not be opened yet: %s", refusal)

        self._media.submit(f"open:{self.room.facts.room_id}", opening)

    def close_media(self) -> None:
        """Ends the room in the engine, after the departures that are on their way there."""

        async def closing() -> None:
            async with self._opening:
                self._opened = False
                try:
                    await self._ports.media.close_room(self.room.facts.room_id)
                except Refused as refusal:
                    log.warning("the room could not be closed: %s", refusal)

        self._media.submit(f"open:{self.room.facts.room_id}", closing)

    def detached(self) -> None:
        """The media node cannot be heard; a new one will not have the room."""
        self._opened = False
        self.room.detached()

    async def _order(self, effect: do.Order) -> None:
        """Orders that need no answer. A node that misses one gets it again with the next transport."""
        media = self._ports.media
        try:
            match effect:
                case do.RemovePeer(peer):
                    await media.remove_peer(peer)
                case do.SetMuted(peer, source, muted):
                    await media.set_muted(peer, source, muted)
                case do.SetPictures(peer, pictures):
                    await media.set_pictures(peer, pictures)
                case do.AddPeer():
                    await self._add_peer(effect)
        except Refused as refusal:
            log.debug("the engine refused %s: %s", type(effect).__name__, refusal)

    # --- the store

    def _save_newcomer(self, presence: Presence) -> asyncio.Future[None]:
        """Many who come at once are few writes, which do not wait for what is recorded of those before."""
        self._newcomers.append(presence)
        room_id = self.room.facts.room_id
        saved = self._records.submit(f"{room_id}:newcomers", self._write_newcomers)

        async def after() -> None:
            await asyncio.shield(saved)

        self._records.submit(room_id, after)
        return saved

    async def _write_newcomers(self) -> None:
        """All who wait by now; nothing is left for the turns of those who were written with others."""
        presences, self._newcomers = self._newcomers, []
        if presences:
            await self._durably("newcomers", lambda: self._ports.presence.put(*presences))

    async def _record(self, effect: do.Record) -> None:
        await self._durably(type(effect).__name__, lambda: self._record_once(effect))

    async def _durably(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        """Tries again until it is durable: nothing that happened may be lost, nor overtake what was before
        it."""
        pause = RETRY_FIRST
        while True:
            try:
                await write()
            except Refused as refusal:
                log.error("the store refused %s: %s", what, refusal)
            except Exception:
                log.exception("%s could not be written; trying again in %.1f s", what, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_MOST)
                continue
            return

    async def _record_once(self, effect: do.Record) -> None:
        presence, attendance = self._ports.presence, self._ports.attendance
        match effect:
            case do.Bar(person_id, by):
                await self._ports.directory.bar(self.room.facts.info.session_id, person_id, by=by)
            case do.Save(row):
                await presence.put(row)
            case _ if not self.room.facts.attendance:
                await presence.put(effect.presence)
            case do.RecordJoined(row, at):
                await attendance.joined(row, at)
            case do.RecordLeft(row, at, cause):
                await attendance.left(row, at, cause)
            case do.RecordEvicted(row, at, by):
                await attendance.evicted(row, at, by=by)
            case do.RecordRecovered(row, at):
                await attendance.recovered(row, at)


def _our_fault() -> Refused:
    return Refused(ErrorCode.INTERNAL, "The server could not let you in. Try again.")
