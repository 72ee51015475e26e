"""A pure room with pages attached to it: each page applies what it is sent, as a browser does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from signaling import effects as do
from signaling.errors import CloseCode, Refused
from signaling.media import Answer, MediaEvent, PeerClosed, PeerConnected, PeersSeen
from signaling.messages import (
    ClientMessage,
    Delta,
    Error,
    ErrorCode,
    Gone,
    Hello,
    Joined,
    Put,
    Resume,
    ServerMessage,
    SessionPut,
    Slots,
    WaitingGone,
    WaitingPut,
    Wire,
)
from signaling.messages import Room as RoomMessage
from signaling.moment import Moment
from signaling.ports import Person, SessionFacts, Visitor
from signaling.room import Room
from signaling.settings import Settings
from tests.unit.signaling.fakes import FakeClock, Tokens, join, moment, person

M = TypeVar("M", bound=Wire)


@dataclass
class Page:
    """The client's side of one socket."""

    socket: str
    received: list[ServerMessage] = field(default_factory=list)
    room: RoomMessage | None = None
    slots: Slots | None = None
    participant_id: str = ""
    secret: str = ""
    closed: CloseCode | None = None

    def take(self, message: ServerMessage) -> None:
        assert self.closed is None, f"{message.type} after the close"
        self.received.append(message)
        match message:
            case Joined():
                self.participant_id, self.secret = message.participant_id, message.secret
                self.room, self.slots = message.room, message.slots
            case RoomMessage():
                self.room = message
            case Slots():
                self.slots = message
            case Delta() if self.room is not None:
                assert message.revision == self.room.revision + 1, "a revision is missing"
                self.room = apply(self.room, message)
            case _:
                pass

    def last(self, kind: type[M]) -> M:
        found = [m for m in self.received if isinstance(m, kind)]
        assert found, f"no {kind.__name__} among {[m.type for m in self.received]}"
        return found[-1]

    def types(self) -> list[str]:
        return [m.type for m in self.received]

    def error(self) -> ErrorCode:
        return self.last(Error).code

    def names(self) -> list[str]:
        assert self.room is not None
        return [p.name for p in self.room.participants]


def apply(room: RoomMessage, delta: Delta) -> RoomMessage:
    """What a page does with a delta."""
    participants = {p.participant_id: p for p in room.participants}
    waiting = {w.waiting_id: w for w in room.waiting}
    session = room.session
    for change in delta.changes:
        match change:
            case Put():
                participants[change.participant.participant_id] = change.participant
            case Gone():
                del participants[change.participant_id]
            case WaitingPut():
                waiting[change.waiting.waiting_id] = change.waiting
            case WaitingGone():
                del waiting[change.waiting_id]
            case SessionPut():
                session = change.session
    return RoomMessage(
        revision=delta.revision,
        session=session,
        participants=list(participants.values()),
        waiting=list(waiting.values()),
    )


class Scene:
    """A room and its surroundings; the engine answers at once unless told otherwise."""

    def __init__(self, facts: SessionFacts, settings: Settings | None = None) -> None:
        self.clock = FakeClock()
        self.settings = settings or Settings()
        self.room = Room(facts, self.settings, Tokens())
        self.facts = facts
        self.pages: dict[str, Page] = {}
        self.effects: list[do.Effect] = []
        self.records: list[do.SaveNewcomer | do.Record] = []
        self.auto = True
        self.pending: list[do.Enrol | do.AddPeer] = []
        self.room.attached((), self.clock.now())

    # --- doing

    def open(self, name: str, visitor: Visitor, resume: Resume | None = None) -> Page:
        """A page opens its socket and says hello."""
        page = self.pages[name] = Page(socket=name)
        self.perform(
            self.room.hello(name, visitor, Hello(token="t", client="test", resume=resume), self.clock.now())
        )
        return page

    def enter(self, name: str, visitor: Visitor, *, connect: bool = True) -> Page:
        """A page opens, joins and its transport comes up."""
        page = self.open(name, visitor)
        self.say(page, join(name=None if visitor.person else name))
        if connect:
            self.connect(page)
        return page

    def resume(self, name: str, page: Page, visitor: Visitor) -> Page:
        """A new socket for the participant of ``page``."""
        resumed = self.open(name, visitor, Resume(connection_id=page.participant_id, secret=page.secret))
        resumed.participant_id, resumed.secret = page.participant_id, page.secret
        return resumed

    def say(self, page: Page, message: ClientMessage) -> None:
        self.perform(self.room.said(page.socket, message, self.clock.now()))

    def drop(self, page: Page) -> None:
        self.pages.pop(page.socket, None)
        self.perform(self.room.dropped(page.socket, self.clock.now()))

    def media(self, event: MediaEvent) -> None:
        self.perform(self.room.media(event, self.clock.now()))

    def connect(self, page: Page, generation: int = 1) -> None:
        room_id = self.facts.room_id
        self.media(PeerConnected(room_id, page.participant_id, generation, self.here()))

    def packets(self, *pages: Page) -> None:
        """Packets of these pages arrive now."""
        self.media(PeersSeen(self.facts.room_id, {p.participant_id: self.here() for p in pages}))

    def lose(self, page: Page, at: Moment | None = None, generation: int = 1) -> None:
        """The engine gives up a transport."""
        self.media(
            PeerClosed(self.facts.room_id, page.participant_id, generation, "timed_out", at or self.here())
        )

    def wait(self, seconds: float, *talking: Page) -> None:
        """Time passes second by second; packets of ``talking`` go on arriving."""
        for _ in range(int(seconds)):
            self.clock.advance(1)
            if talking:
                self.packets(*talking)
            self.perform(self.room.tick(self.clock.now()))

    def here(self) -> Moment:
        return self.clock.moment()

    def since_start(self) -> float:
        return self.here().seconds_since(moment(0))

    # --- performing

    def perform(self, effects: Iterable[do.Effect]) -> None:
        for effect in effects:
            self.effects.append(effect)
            match effect:
                case do.Send(sockets, message):
                    for socket in sockets:
                        if socket in self.pages:
                            self.pages[socket].take(message)
                case do.Close(socket, code):
                    if socket in self.pages:
                        self.pages[socket].closed = code
                        self.perform(self.room.dropped(socket, self.clock.now()))
                case do.Enrol() | do.AddPeer():
                    self.pending.append(effect)
                case (
                    do.Save()
                    | do.SaveNewcomer()
                    | do.RecordJoined()
                    | do.RecordLeft()
                    | do.RecordEvicted()
                    | do.RecordRecovered()
                ):
                    self.records.append(effect)
                case _:
                    pass
        while self.auto and self.pending:
            self.answer()

    def answer(self, refusal: Refused | None = None) -> None:
        """The oldest pending question to a port is answered."""
        question = self.pending.pop(0)
        now = self.clock.now()
        if refusal is not None:
            self.perform(self.room.refused(question.participant_id, refusal))
        elif isinstance(question, do.Enrol):
            self.perform(self.room.enrolled(question.participant_id, self.enrolled(question), now))
        else:
            mids = question.mids
            answer = Answer(sdp="v=0", voices=len(mids.voices), videos=len(mids.videos))
            self.perform(self.room.answered(question.participant_id, answer, now))

    @staticmethod
    def enrolled(question: do.Enrol) -> Person:
        name = question.identity.email.partition("@")[0]
        return replace(person(name), name=question.identity.name)

    # --- asking

    def ledger(self) -> list[tuple[str, str, float]]:
        """Kind, person and seconds since the start of everything recorded."""
        lines: list[tuple[str, str, float]] = []
        for record in self.records:
            match record:
                case do.RecordJoined(presence, at):
                    kind = "joined"
                case do.RecordLeft(presence, at, cause):
                    kind = cause
                case do.RecordEvicted(presence, at, _):
                    kind = "evicted"
                case do.RecordRecovered(presence, at):
                    kind = "recovered"
                case _:
                    continue
            lines.append((kind, presence.person.name, at.seconds_since(moment(0))))
        return lines
