"""In-memory ports and a clock that is set by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal

from signaling.errors import Refused
from signaling.media import Answer, WantedPicture
from signaling.messages import ErrorCode, Join, Mids, Role, SessionInfo, Source
from signaling.moment import Moment, Now
from signaling.ports import Device, Identity, LeftCause, Person, Ports, Presence, SessionFacts, Visitor

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
BOOT = "boot-1"


class FakeClock:
    """Both clocks, moved by ``advance``; ``jump`` sets the one on the wall."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def moment(self) -> Moment:
        now = moment(self.seconds - 1000.0)
        return replace(now, wall=now.wall + timedelta(seconds=self.wall))

    def jump(self, seconds: float) -> None:
        self.wall += seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> Now:
        return Now.of(self)


def moment(seconds: float) -> Moment:
    """That many seconds after the start of the session."""
    return Moment(START + timedelta(seconds=seconds), int(seconds * 1e9), BOOT)


def session_facts(
    *,
    session_id: str = "ses_1",
    status: Literal["scheduled", "open", "closed", "cancelled"] = "open",
    lobby: bool = True,
    practice: bool = False,
    max_people: int | None = None,
) -> SessionFacts:
    info = SessionInfo(
        session_id=session_id,
        title="Pediatric asthma",
        kind="practice" if practice else "session",
        status=status,
        zone="Europe/London",
        starts_at=START,
        ends_at=START + timedelta(minutes=60),
        opens_at=START - timedelta(minutes=15),
        closes_at=START + timedelta(minutes=75),
        contact="hub@example.org",
    )
    return SessionFacts(
        info=info,
        room_id=f"room_{session_id}",
        lobby=lobby,
        max_peers=100,
        max_people=max_people,
        echo_delay_ms=2000 if practice else None,
        attendance=not practice,
    )


def person(name: str) -> Person:
    return Person(person_id=f"per_{name}", name=name.title(), site="Clinic", profession="nurse")


def invited(facts: SessionFacts, name: str, role: Role = Role.PARTICIPANT) -> Visitor:
    """A visitor by personal link."""
    who = person(name)
    return Visitor(
        session=facts,
        role=role,
        actor=who.person_id,
        name=who.name,
        person=who,
        registration_id=f"reg_{name}",
    )


def public(facts: SessionFacts) -> Visitor:
    """A visitor by the public link."""
    return Visitor(
        session=facts, role=Role.PARTICIPANT, actor="", asks=("name", "email", "profession", "site")
    )


def console(facts: SessionFacts) -> Visitor:
    """A facilitator's console."""
    return Visitor(session=facts, role=Role.FACILITATOR, actor="acc_1", name="Dr. Host", console=True)


def join(
    *,
    second_device: Literal["both", "move"] | None = None,
    identity: Literal["me", "other"] = "me",
    name: str | None = None,
    device: Device = "desktop",
    videos: int = 4,
    microphone: bool = True,
    camera: bool = True,
) -> Join:
    """A join; with a name, all that a public link asks for."""
    return Join(
        identity=identity,
        name=name,
        email=f"{name}@example.org" if name else None,
        profession="nurse" if name else None,
        site="Clinic" if name else None,
        second_device=second_device,
        device=device,
        offer="v=0",
        mids=Mids(microphone="0", voices=["4", "5", "6"], videos=[str(7 + i) for i in range(videos)]),
        microphone=microphone,
        camera=camera,
    )


class Tokens:
    """Random text that is not random."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, size: int) -> str:
        return f"{next(self._numbers):0{size}d}"


@dataclass
class FakeDirectory:
    """Tokens to visitors; ``enrol`` finds people by e-mail."""

    visitors: dict[str, Visitor] = field(default_factory=dict)
    sessions: dict[str, SessionFacts] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    hold: asyncio.Event | None = None
    """Where set, ``authenticate`` waits for it."""

    def invite(self, token: str, visitor: Visitor) -> None:
        self.visitors[token] = visitor
        self.sessions[visitor.session.info.session_id] = visitor.session

    async def authenticate(self, token: str) -> Visitor:
        if self.hold is not None:
            await self.hold.wait()
        visitor = self.visitors.get(token)
        if visitor is None:
            raise Refused(ErrorCode.LINK_INVALID, "This link is not valid. Ask whoever invited you.")
        return visitor

    async def session(self, session_id: str) -> SessionFacts | None:
        return self.sessions.get(session_id)

    async def open_sessions(self) -> Sequence[SessionFacts]:
        return [facts for facts in self.sessions.values() if facts.info.status == "open"]

    async def enrol(self, session_id: str, identity: Identity) -> Person:
        name = identity.email.partition("@")[0] or "guest"
        if name == "refused":
            raise Refused(ErrorCode.MISSING_FIELD, "This e-mail is not allowed.", field="email")
        return replace(person(name), name=identity.name)

    async def bar(self, session_id: str, person_id: str, *, by: str) -> None:
        self.out.add(person_id)

    async def barred(self, session_id: str) -> frozenset[str]:
        return frozenset(self.out)


@dataclass
class FakeMedia:
    """Answers every offer but "bad"; keeps the orders in the order in which they came."""

    orders: list[tuple[object, ...]] = field(default_factory=list)
    down: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def _note(self, *order: object) -> None:
        if self.down:
            raise Refused(ErrorCode.MEDIA_UNAVAILABLE, "Sound and picture are not available just now.")
        async with self.changed:
            self.orders.append(order)
            self.changed.notify_all()

    async def until(self, *order: object) -> None:
        """Waits for an order."""
        async with self.changed:
            await self.changed.wait_for(lambda: order in self.orders)

    async def open_room(self, room_id: str, *, max_peers: int, echo_delay_ms: int | None) -> None:
        await self._note("open", room_id, echo_delay_ms)

    async def close_room(self, room_id: str) -> None:
        await self._note("close", room_id)

    async def add_peer(self, room_id: str, peer: str, offer: str, mids: Mids) -> Answer:
        await self._note("add", peer)
        if offer == "bad":
            raise Refused(ErrorCode.OFFER_REFUSED, "This browser offers neither Opus nor VP8.")
        return Answer(sdp="v=0 answer", voices=len(mids.voices), videos=len(mids.videos))

    async def remove_peer(self, peer: str) -> None:
        await self._note("remove", peer)

    async def set_muted(self, peer: str, source: Source, muted: bool) -> None:
        await self._note("mute", peer, source, muted)

    async def set_pictures(self, peer: str, pictures: Sequence[WantedPicture | None]) -> None:
        await self._note("pictures", peer, tuple(pictures))


@dataclass
class FakeStore:
    """Presence and ledger."""

    rows: dict[str, Presence] = field(default_factory=dict)
    ledger: list[tuple[str, str, int, Moment]] = field(default_factory=list)
    checkpoints: list[Mapping[str, Moment]] = field(default_factory=list)
    puts: list[list[str]] = field(default_factory=list)
    """Connections of each write of presences."""
    failures: int = 0
    """So many writes fail first."""
    slow: asyncio.Event | None = None
    """Where set, what is to be written waits for it."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something waits so."""

    async def put(self, *presences: Presence) -> None:
        self.puts.append([presence.connection_id for presence in presences])
        for presence in presences:
            await self._write(presence)

    async def seen(self, seen: Mapping[str, Moment]) -> None:
        self.checkpoints.append(dict(seen))
        for connection_id, at in seen.items():
            self.rows[connection_id] = replace(self.rows[connection_id], seen=at)

    async def live(self, session_id: str) -> Sequence[Presence]:
        return [
            row
            for row in self.rows.values()
            if row.session_id == session_id and row.state in ("joined", "lost")
        ]

    async def joined(self, presence: Presence, at: Moment) -> None:
        await self._write(presence)
        self.ledger.append(("joined", presence.connection_id, presence.spell, at))

    async def left(self, presence: Presence, at: Moment, cause: LeftCause) -> None:
        await self._write(presence)
        self.ledger.append((f"left:{cause}", presence.connection_id, presence.spell, at))

    async def evicted(self, presence: Presence, at: Moment, *, by: str) -> None:
        await self._write(presence)
        self.ledger.append((f"evicted:{by}", presence.connection_id, presence.spell, at))

    async def recovered(self, presence: Presence, at: Moment) -> None:
        await self._write(presence)
        self.ledger.append(("recovered", presence.connection_id, presence.spell, at))

    async def _write(self, presence: Presence) -> None:
        if self.slow is not None:
            self.asked.set()
            await self.slow.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("database is locked")
        self.rows[presence.connection_id] = presence


@dataclass
class FakeSessions:
    """Orders to sessions."""

    orders: list[tuple[object, ...]] = field(default_factory=list)
    over: bool = False

    async def extend(self, session_id: str, minutes: int, *, by: str) -> None:
        if self.over:
            raise Refused(ErrorCode.ENDED, "The session is over.")
        self.orders.append(("extend", session_id, minutes, by))

    async def end(self, session_id: str, *, by: str) -> None:
        self.orders.append(("end", session_id, by))


@dataclass
class World:
    """All ports of one hub."""

    directory: FakeDirectory = field(default_factory=FakeDirectory)
    media: FakeMedia = field(default_factory=FakeMedia)
    store: FakeStore = field(default_factory=FakeStore)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    clock: FakeClock = field(default_factory=FakeClock)
    token: Tokens = field(default_factory=Tokens)

    def ports(self) -> Ports:
        return Ports(
            directory=self.directory,
            media=self.media,
            presence=self.store,
            attendance=self.store,
            sessions=self.sessions,
            clock=self.clock,
            token=self.token,
        )
