"""One room without I/O: inputs go in, each with its time, and effects come out.

The parts: ``greeting``, ``admission`` and ``answers`` are the way in, ``departure`` the ways out,
``moderation`` and ``roles`` who may do what, ``transport`` what the engine says; ``state`` is what all
share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from signaling import admission, answers, departure, greeting, moderation, roles, transport
from signaling.effects import Effect, SetMuted
from signaling.errors import CLOSE_CODES, CloseCode, Refused, RemoteProtocolError
from signaling.media import (
    Answer,
    MediaEvent,
    PeerAway,
    PeerClosed,
    PeerConnected,
    PeerSnapshot,
    PeersSeen,
    PictureSlot,
    PublicationFlow,
    SpeakersNow,
    VoiceSlots,
)
from signaling.members import LISTENERS, Caller, Member
from signaling.messages import (
    Admit,
    ClientMessage,
    CompanyChanged,
    Decline,
    Ended,
    EndingSoon,
    ErrorCode,
    Hello,
    Join,
    Leave,
    Mute,
    Ping,
    Pong,
    Publish,
    Rejoin,
    Remove,
    Role,
    View,
    Watch,
)
from signaling.moment import Moment, Now
from signaling.participant import Input
from signaling.ports import Person, Presence, SessionFacts, Visitor
from signaling.rules import wire_error
from signaling.settings import Settings
from signaling.state import RoomState


@dataclass(frozen=True, slots=True)
class Counts:
    """People, not connections."""

    here: int
    waiting: int


class Room:
    """Every method takes one input and returns what is to be done, in order."""

    def __init__(
        self,
        facts: SessionFacts,
        settings: Settings,
        token: Callable[[int], str],
        barred: Iterable[str] = (),
    ) -> None:
        self._state = RoomState(facts, settings, token, barred)

    # --- sockets

    def hello(self, socket: str, visitor: Visitor, message: Hello, now: Now) -> list[Effect]:
        """A socket whose token is good begins to talk."""
        return self._try(socket, lambda: greeting.hello(self._state, socket, visitor, message, now))

    def said(self, socket: str, message: ClientMessage, now: Now) -> list[Effect]:
        """Any message but ``extend`` and ``end``, which are orders to the session: see ``may_order``."""
        caller = self._state.callers.get(socket)
        if caller is None:
            return []
        return self._try(socket, lambda: self._dispatch(caller, message, now))

    def may_order(self, socket: str) -> tuple[Caller | None, list[Effect]]:
        """The caller where it may give orders to the session, else None and what it is told."""
        caller = self._state.callers.get(socket)
        if caller is None:
            return None, []
        effects = self._try(socket, lambda: moderation.require(caller))
        return (None, effects) if effects else (caller, [])

    def dropped(self, socket: str, now: Now) -> list[Effect]:
        """The socket is gone; whoever is in the room stays."""
        caller = self._state.callers.pop(socket, None)
        if caller is not None:
            member = caller.member
            caller.follow(Input.DROPPED)
            departure.drop_caller(self._state, caller)
            if member is not None:
                member.socket = None
        return self._state.drain()

    def fault(self, socket: str, error: RemoteProtocolError) -> list[Effect]:
        """Tells a socket what was wrong with what it asked for."""
        self._report(socket, error)
        return self._state.drain()

    def _dispatch(self, caller: Caller, message: ClientMessage, now: Now) -> None:
        room = self._state
        match message:
            case Hello():
                caller.follow(Input.HELLO)
            case Join():
                admission.join(room, caller, message, now)
            case Rejoin():
                answers.rejoin(room, caller, message)
            case Watch():
                moderation.watch(room, caller)
            case Publish():
                self._publish(caller, message)
            case View():
                caller.follow(Input.VIEW)
                member = _member_of(caller)
                member.view = tuple(message.items)
                room.assign(member)
            case Leave():
                self._leave(caller, now)
            case Admit():
                moderation.admit(room, caller, message, now)
            case Decline():
                moderation.decline(room, caller, message)
            case Mute():
                moderation.mute(room, caller, message)
            case Remove():
                moderation.remove(room, caller, message, now)
            case Ping():
                caller.follow(Input.PING)
                room.tell(caller.socket, Pong(stamp=message.stamp, server_time=now.moment.wall))
            case _:
                raise TypeError(f"{message.type!r} is an order to the session, not to the room")

    def _publish(self, caller: Caller, message: Publish) -> None:
        caller.follow(Input.PUBLISH)
        member = _member_of(caller)
        if message.on and member.role in LISTENERS:
            raise RemoteProtocolError(
                ErrorCode.NOT_ALLOWED, "Observers listen and watch only.", field="source"
            )
        shown = member.shows(message.source)
        if message.on:
            member.sources.add(message.source)
            if message.source in member.held:
                member.held.discard(message.source)
                self._state.emit(SetMuted(member.participant_id, message.source, False))
        else:
            member.sources.discard(message.source)
        if member.shows(message.source) != shown:
            moderation.published(self._state, member, message.source)

    def _leave(self, caller: Caller, now: Now) -> None:
        if caller.member is not None:
            departure.leave(self._state, caller.member, now)
            return
        caller.follow(Input.LEAVE)
        departure.drop_caller(self._state, caller)
        self._state.dismiss(caller.socket, None, CloseCode.NORMAL)

    def _try(self, socket: str, act: Callable[[], None]) -> list[Effect]:
        try:
            act()
        except RemoteProtocolError as error:
            self._report(socket, error)
        return self._state.drain()

    def _report(self, socket: str, error: RemoteProtocolError) -> None:
        room = self._state
        room.tell(socket, wire_error(error))
        caller = room.callers.get(socket)
        if error.fatal and caller is not None:
            if caller.member is not None:
                caller.member.follow(Input.DROPPED)
                caller.member.socket = None
            departure.drop_caller(room, caller)
            room.dismiss(socket, None, CLOSE_CODES[error.code])

    # --- answers of the ports

    def enrolled(self, participant_id: str, person: Person, now: Now) -> list[Effect]:
        """The person of an ``Enrol``."""
        admission.enrolled(self._state, participant_id, person, now)
        return self._state.drain()

    def answered(self, participant_id: str, answer: Answer, now: Now) -> list[Effect]:
        """The engine's answer to an ``AddPeer``."""
        answers.answered(self._state, participant_id, answer, now)
        return self._state.drain()

    def refused(self, participant_id: str, refusal: Refused) -> list[Effect]:
        """An ``Enrol`` or an ``AddPeer`` failed."""
        answers.refused(self._state, participant_id, refusal)
        return self._state.drain()

    # --- the engine

    def media(self, event: MediaEvent, now: Now) -> list[Effect]:
        """One event of the engine."""
        match event:
            case PeerConnected():
                transport.connected(self._state, event, now)
            case PeersSeen():
                transport.seen(self._state, event, now)
            case PeerAway():
                transport.away(self._state, event, now)
            case PeerClosed():
                transport.closed(self._state, event, now)
            case VoiceSlots():
                transport.voices(self._state, event)
            case PictureSlot():
                transport.picture(self._state, event)
            case SpeakersNow():
                transport.speakers(self._state, event)
            case PublicationFlow():
                """What a page sends, the page says; what flows matters after a restart, from the snapshot."""
        return self._state.drain()

    def attached(self, peers: Sequence[PeerSnapshot], now: Now) -> list[Effect]:
        """A media node answers and holds these peers of this room."""
        transport.attached(self._state, peers, now)
        return self._state.drain()

    def detached(self) -> None:
        """The media node cannot be heard."""
        self._state.detached = True

    def restore(self, presences: Iterable[Presence], now: Now) -> None:
        """Who was here when this process ended."""
        transport.restore(self._state, presences, now)

    def last_seen(self) -> dict[str, Moment]:
        """Last authenticated packet of everybody who attends, for the checkpoint."""
        return {m.participant_id: m.seen for m in self._state.members.values() if m.attending and m.seen}

    def tick(self, now: Now) -> list[Effect]:
        """Time passes; once a second."""
        transport.tick(self._state, now)
        greeting.renew_relays(self._state, now)
        return self._state.drain()

    # --- the session

    def session_changed(self, facts: SessionFacts) -> list[Effect]:
        """Opened, extended, renamed. An end goes through ``end``."""
        changed = facts.info != self._state.facts.info
        self._state.facts = facts
        self._state.ended = facts.info.status in ("closed", "cancelled")
        if changed:
            self._state.session_put()
        return self._state.drain()

    def ending_soon(self) -> list[Effect]:
        """The warning."""
        info = self._state.facts.info
        self._state.tell_all(EndingSoon(ends_at=info.ends_at, closes_at=info.closes_at))
        return self._state.drain()

    def end(self, message: str, now: Now) -> list[Effect]:
        """Everybody goes: those in the room, in the lobby and on the way; nobody comes in any more."""
        room = self._state
        room.ended = True
        for member in list(room.members.values()):
            departure.end(room, member, now, message)
        for caller in list(room.callers.values()):
            caller.follow(Input.ENDED)
            departure.drop_caller(room, caller)
            room.dismiss(caller.socket, Ended(message=message), CloseCode.ENDED)
        return room.drain()

    def bar(self, person_id: str, now: Now, by: str) -> list[Effect]:
        """A person's registration was taken back elsewhere."""
        moderation.bar(self._state, person_id, now, by)
        return self._state.drain()

    def give_role(self, person_id: str, role: Role) -> list[Effect]:
        """A person's role was changed elsewhere."""
        roles.give_role(self._state, person_id, role)
        return self._state.drain()

    def company_changed(self, host_person_id: str) -> list[Effect]:
        """Who is in front of this person's device is another: its screen and the moderators look again."""
        room = self._state
        sockets = {member.socket: None for member in room.of_person(host_person_id)} | room.desk.followers
        for socket in sockets:
            room.tell(socket, CompanyChanged())
        return room.drain()

    def allow(self, person_ids: Iterable[str]) -> None:
        """People were invited again elsewhere."""
        self._state.barred.difference_update(person_ids)

    # --- questions

    @property
    def facts(self) -> SessionFacts:
        """The session as last heard."""
        return self._state.facts

    @property
    def empty(self) -> bool:
        """True where nobody is here, waits, watches or is on the way."""
        return not (self._state.members or self._state.callers or self._state.joining)

    def counts(self) -> Counts:
        """Who is here and who waits."""
        here = {m.person.person_id for m in self._state.members.values()}
        return Counts(here=len(here), waiting=len(self._state.waiting()))


def _member_of(caller: Caller) -> Member:
    assert caller.member is not None, "the table allows this in the room only"
    return caller.member
