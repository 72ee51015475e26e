"""The state of one room, and the two numbered streams of changes that tell it to the pages.

Everybody in the room follows the one stream; moderators follow the other, which has the lobby in it as
well. Each has its own revision without gaps, so that nobody learns from a gap that somebody waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from signaling.effects import Close, Effect, Hold, Send, SetPictures
from signaling.errors import CloseCode
from signaling.members import Caller, Member, wanted_pictures
from signaling.messages import (
    Change,
    Delta,
    Gone,
    PictureSource,
    Put,
    Room,
    ServerMessage,
    SessionPut,
    WaitingGone,
    WaitingPut,
)
from signaling.participant import State
from signaling.ports import SessionFacts
from signaling.settings import Settings


class Stream:
    """Changes on the way to one audience."""

    def __init__(self) -> None:
        self.revision = 0
        self.followers: dict[str, None] = {}
        self._changes: list[Change] = []

    def add(self, change: Change) -> None:
        self._changes.append(change)

    def flush(self) -> Send | None:
        """The changes since the last flush as one delta; the revision counts on though nobody follows."""
        if not self._changes:
            return None
        self.revision += 1
        delta = Delta(revision=self.revision, changes=self._changes)
        self._changes = []
        return Send(tuple(self.followers), delta) if self.followers else None


class RoomState:
    """Everything that is true in a room, and what is to be done about it."""

    def __init__(
        self,
        facts: SessionFacts,
        settings: Settings,
        token: Callable[[int], str],
        barred: Iterable[str] = (),
    ) -> None:
        self.facts = facts
        self.settings = settings
        self.token = token
        self.barred = set(barred)
        self.callers: dict[str, Caller] = {}
        self.members: dict[str, Member] = {}
        self.joining: dict[str, Member] = {}
        self.detached = True
        """True while the line to the media node is down: then silence says nothing about a participant."""
        self.ticked: float | None = None
        """Monotonic time of the last tick."""
        self.relays_told = 0.0
        """Monotonic time of the last ``ice_servers``."""
        self.ended = facts.info.status in ("closed", "cancelled")
        self.room = Stream()
        self.desk = Stream()
        self._slots: dict[str, None] = {}
        self._effects: list[Effect] = []

    # --- what is to be done

    def emit(self, effect: Effect) -> None:
        self._effects.append(effect)

    def tell(self, socket: str | None, message: ServerMessage | None) -> None:
        """One message to one socket; nothing where there is none."""
        if socket is not None and message is not None:
            self.emit(Send((socket,), message))

    def tell_all(self, message: ServerMessage) -> None:
        """One message to everybody who follows the room."""
        sockets = (*self.room.followers, *self.desk.followers)
        if sockets:
            self.emit(Send(sockets, message))

    def hold(self, member: Member) -> None:
        """What the member is told from here on stands on what is recorded so far."""
        if member.socket is not None:
            self.emit(Hold(member.socket))

    def dismiss(self, socket: str | None, message: ServerMessage | None, code: CloseCode) -> None:
        """A last message, and the socket closes."""
        if socket is None or self.callers.pop(socket, None) is None:
            return
        self.unfollow(socket)
        if message is not None:
            self.tell(socket, message)
        self.emit(Close(socket, code))

    def drain(self) -> list[Effect]:
        """Everything to be done since the last drain, deltas before the slots that name newcomers."""
        self.flush()
        for participant_id in self._slots:
            member = self.members.get(participant_id)
            if member is not None:
                self.tell(member.socket, member.board.wire())
        self._slots.clear()
        effects, self._effects = self._effects, []
        return effects

    # --- the streams

    def flush(self) -> None:
        """Turns pending changes into deltas now, so that a snapshot taken next is what they lead to."""
        for stream in (self.room, self.desk):
            send = stream.flush()
            if send is not None:
                self.emit(send)

    def follow(self, caller: Caller) -> None:
        """The caller gets every delta from the next one on."""
        self.unfollow(caller.socket)
        stream = self.desk if caller.moderates else self.room
        stream.followers[caller.socket] = None

    def unfollow(self, socket: str) -> None:
        self.room.followers.pop(socket, None)
        self.desk.followers.pop(socket, None)

    def snapshot(self, caller: Caller) -> Room:
        """The whole room as this caller may see it. Flush first."""
        desk = caller.moderates
        return Room(
            revision=(self.desk if desk else self.room).revision,
            session=self.facts.info,
            participants=[member.wire() for member in self.members.values()],
            waiting=[waiter.waiting() for waiter in self.waiting()] if desk else [],
        )

    def put(self, member: Member) -> None:
        change = Put(participant=member.wire())
        self.room.add(change)
        self.desk.add(change)

    def gone(self, participant_id: str) -> None:
        change = Gone(participant_id=participant_id)
        self.room.add(change)
        self.desk.add(change)

    def waiting_put(self, caller: Caller) -> None:
        self.desk.add(WaitingPut(waiting=caller.waiting()))

    def waiting_gone(self, caller: Caller) -> None:
        """Nothing where the caller does not wait."""
        if caller.waiting_id is not None:
            self.desk.add(WaitingGone(waiting_id=caller.waiting_id))
            caller.waiting_id = None

    def session_put(self) -> None:
        """Tells followers by delta, and those on the join page or in the lobby by a delta of its own."""
        change = SessionPut(session=self.facts.info)
        self.room.add(change)
        self.desk.add(change)
        self.flush()
        others = tuple(
            s for s in self.callers if s not in self.room.followers and s not in self.desk.followers
        )
        if others:
            self.emit(Send(others, Delta(revision=self.room.revision, changes=[change])))

    # --- slots

    def slots_changed(self, member: Member) -> None:
        """The page is told once, at the end of this input."""
        self._slots[member.participant_id] = None

    def assign(self, member: Member) -> None:
        """Fills the member's video slots from its view."""
        wanted = wanted_pictures(member, self.members, own_picture=self.facts.echo_delay_ms is not None)
        before = member.board.pictures
        if member.board.want(wanted):
            self.emit(SetPictures(member.participant_id, member.board.orders()))
        if member.board.pictures != before:
            self.slots_changed(member)

    def assign_viewers(self, participant_id: str, source: PictureSource | None = None) -> None:
        """Fills again the slots of all whose view has this participant in it."""
        for member in self.members.values():
            if any(
                item.participant_id == participant_id and source in (None, item.source)
                for item in member.view
            ):
                self.assign(member)

    # --- questions

    def waiting(self) -> list[Caller]:
        """Those in the lobby, longest first."""
        return [caller for caller in self.callers.values() if caller.state is State.LOBBY]

    def caller_of(self, member: Member) -> Caller | None:
        return self.callers.get(member.socket) if member.socket is not None else None

    def of_person(self, person_id: str) -> list[Member]:
        """All devices of a person in the room."""
        return [m for m in self.members.values() if m.person.person_id == person_id]

    def present(self, person_id: str) -> list[Member]:
        """Devices of a person that are really there: with a socket, or with packets coming."""
        return [m for m in self.of_person(person_id) if m.socket is not None or m.connected]
