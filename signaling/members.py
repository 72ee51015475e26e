"""Who is in a room: sockets with somebody behind them, and participants who outlive their sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from signaling.media import WantedPicture
from signaling.messages import Join, OtherDevice, Participant, Role, Source, ViewItem, Waiting
from signaling.moment import Moment
from signaling.participant import Input, State, follow
from signaling.ports import Device, Identity, Person, Presence, Visitor
from signaling.slots import SlotBoard

MODERATORS = frozenset({Role.FACILITATOR, Role.COORDINATOR})
"""Roles that see the lobby, admit, mute, remove and end."""

LISTENERS = frozenset({Role.OBSERVER})
"""Roles that publish nothing."""


@dataclass(slots=True, kw_only=True)
class Member:
    """One device of one person in the room."""

    participant_id: str
    session_id: str
    person: Person
    registration_id: str | None
    role: Role
    device: Device
    entered_at: datetime
    heard: float
    """Monotonic time of the last sign of life; the grace runs from here."""
    secret_hash: str = ""
    state: State = State.JOINING
    socket: str | None = None
    sources: set[Source] = field(default_factory=set)
    """What the page says it sends."""
    held: set[Source] = field(default_factory=set)
    """What a facilitator stopped, until the page starts it again."""
    generation: int = 0
    transport: bool = False
    """True while the engine has a live transport of this participant."""
    connected: bool = False
    """What the others are told: a live transport from which packets came lately."""
    answering: bool = False
    """True while the engine works on an offer."""
    restored: bool = False
    """True from a restart of this process until the engine has said what it knows."""
    seen: Moment | None = None
    told: Moment | None = None
    """How far the engine's events are known; ``seen`` is further where a snapshot says so."""
    spell: int = 0
    attending: bool = False
    moves: list[str] = field(default_factory=list)
    """Connections of the same person that leave as soon as this one is connected."""
    view: tuple[ViewItem, ...] = ()
    board: SlotBoard = field(default_factory=SlotBoard)

    def follow(self, happened: Input) -> None:
        self.state = follow(self.state, happened)

    def shows(self, source: Source) -> bool:
        """True where the participant sends this source and nobody stopped it."""
        return source in self.sources and source not in self.held

    def silence(self, now: float) -> float:
        """Seconds since the last sign of life."""
        return now - self.heard

    def note_seen(self, at: Moment) -> None:
        """Moves the last authenticated packet forward, never back."""
        if self.seen is None or at.seconds_since(self.seen) > 0:
            self.seen = at

    def note_told(self, at: Moment) -> None:
        """The same, by an event of the engine."""
        self.note_seen(at)
        if self.told is None or at.seconds_since(self.told) > 0:
            self.told = at

    def wire(self) -> Participant:
        """As everybody may see them."""
        return Participant(
            participant_id=self.participant_id,
            person_id=self.person.person_id,
            name=self.person.name,
            site=self.person.site,
            role=self.role,
            device=self.device,
            joined_at=self.entered_at,
            microphone=self.shows(Source.MICROPHONE),
            camera=self.shows(Source.CAMERA),
            screen=self.shows(Source.SCREEN),
            screen_sound=self.shows(Source.SCREEN_SOUND),
            connected=self.connected,
        )

    def other_device(self) -> OtherDevice:
        """As the same person sees it on another device."""
        return OtherDevice(participant_id=self.participant_id, device=self.device, joined_at=self.entered_at)

    def presence(self) -> Presence:
        """As the store keeps it."""
        states: dict[State, Literal["joined", "lost", "left", "removed"]] = {
            State.LOST: "lost",
            State.LEFT: "left",
            State.REMOVED: "removed",
        }
        return Presence(
            connection_id=self.participant_id,
            session_id=self.session_id,
            person=self.person,
            registration_id=self.registration_id,
            role=self.role,
            device=self.device,
            secret_hash=self.secret_hash,
            entered_at=self.entered_at,
            state=states.get(self.state, "joined"),
            spell=self.spell,
            attending=self.attending,
            seen=self.seen,
        )

    @classmethod
    def of_presence(cls, presence: Presence, *, heard: float) -> Member:
        """Somebody who was here when this process ended."""
        return cls(
            participant_id=presence.connection_id,
            session_id=presence.session_id,
            person=presence.person,
            registration_id=presence.registration_id,
            role=presence.role,
            device=presence.device,
            entered_at=presence.entered_at,
            heard=heard,
            secret_hash=presence.secret_hash,
            state=State.LOST,
            restored=True,
            seen=presence.seen,
            told=presence.seen,
            spell=presence.spell,
            attending=presence.attending,
        )


@dataclass(slots=True, kw_only=True)
class Caller:
    """One socket and who speaks through it."""

    socket: str
    visitor: Visitor
    state: State = State.IDENTIFIED
    member: Member | None = None
    participant_id: str | None = None
    """Set while joining."""
    join: Join | None = None
    identity: Identity | None = None
    role: Role = Role.PARTICIPANT
    waiting_id: str | None = None
    since: datetime | None = None
    admitted: bool = False
    """True once let in: trying again needs no second admission."""

    def follow(self, happened: Input) -> None:
        """Takes an input for whoever speaks: the member once there is one."""
        if self.member is not None:
            self.member.follow(happened)
        else:
            self.state = follow(self.state, happened)

    @property
    def moderates(self) -> bool:
        """True where the role, which comes from server state alone, allows to moderate."""
        role = self.member.role if self.member is not None else self.visitor.role
        return role in MODERATORS

    @property
    def actor(self) -> str:
        """Who gives the orders, for the record."""
        return self.member.person.person_id if self.member is not None else self.visitor.actor

    @property
    def name(self) -> str:
        """Who gives the orders, for those who receive them."""
        name = self.member.person.name if self.member is not None else self.visitor.name
        return name or "the facilitator"

    def waiting(self) -> Waiting:
        """As moderators see somebody in the lobby."""
        assert self.waiting_id is not None
        assert self.since is not None
        assert self.identity is not None
        return Waiting(
            waiting_id=self.waiting_id,
            name=self.identity.name,
            site=self.identity.site,
            profession=self.identity.profession,
            since=self.since,
        )


def wanted_pictures(member: Member, members: dict[str, Member], *, own_picture: bool) -> list[WantedPicture]:
    """What a receiver's view comes to: pictures of those who are here and show them, most wanted first."""
    wanted: list[WantedPicture] = []
    for item in member.view:
        publisher = members.get(item.participant_id)
        own = item.participant_id == member.participant_id
        if publisher is None or (own and not own_picture) or not publisher.shows(Source(item.source)):
            continue
        wanted.append(WantedPicture(item.participant_id, item.source, item.height))
    return wanted
