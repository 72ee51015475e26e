"""Attendance against a model, whatever crashes, restarts or sets a clock.

The machine plays the media node, the control process and the people. Time is the node's boot clock in whole
seconds; the wall may jump at will. What the ledger and the checkpoints tell must match who was really there,
within the five seconds of a checkpoint after a crash and exactly otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from echo_session.domain.attendance import SPLIT, Seen, fold, open_stays, total
from echo_session.domain.ledger import GENESIS, Entry, Kind, Link, seal, verify

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
CHECKPOINT = 5
DEVICES = ("ana-laptop", "ana-phone", "ben-tablet")


@dataclass
class Device:
    """One device as the node and the people know it."""

    spell: int = 0
    here: bool = False
    since: int = 0
    checkpointed: int = 0
    """Boot-clock second of the last durable `seen`."""


@dataclass
class Truth:
    """When each device of a person really came and went, and how much of it may be missing."""

    stays: list[tuple[int, int]] = field(default_factory=list)
    slack: int = 0


class Meeting(RuleBasedStateMachine):
    """Operations: join, leave, evict, tick, wall jump, crash of control, crash of the node."""

    def __init__(self) -> None:
        super().__init__()
        self.second = 0
        self.boot = 1
        self.wall_jump = 0
        self.links: list[Link] = []
        self.devices = {name: Device() for name in DEVICES}
        self.truth = {"ana": Truth(), "ben": Truth()}

    def append(self, name: str, kind: Kind, second: int) -> None:
        device = self.devices[name]
        entry = Entry(
            event_id=f"att_{len(self.links)}",
            session_id="ses_a",
            person_id=name.partition("-")[0],
            connection_id=name,
            epoch=1,
            incarnation="node",
            boot_id="boot-1",
            seq=device.spell,
            kind=kind,
            wall_utc=START + timedelta(seconds=second + self.wall_jump),
            boottime_ns=second * 10**9,
            source="transport",
        )
        before = self.links[-1].hash if self.links else GENESIS
        position = len(self.links) + 1
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        self.links.append(
            Link(**values, position=position, prev_hash=before, hash=seal(entry, position, before))
        )

    @rule(name=st.sampled_from(DEVICES))
    def join(self, name: str) -> None:
        device = self.devices[name]
        if not device.here:
            device.spell += 1
            device.here, device.since, device.checkpointed = True, self.second, self.second
            self.append(name, Kind.JOINED, self.second)

    @rule(name=st.sampled_from(DEVICES), kind=st.sampled_from([Kind.LEFT, Kind.EVICTED]))
    def leave(self, name: str, kind: Kind) -> None:
        if self.devices[name].here:
            self.append(name, kind, self.second)
            self.goes(name)

    @rule(seconds=st.integers(1, 60))
    def tick(self, seconds: int) -> None:
        self.second += seconds
        for device in self.devices.values():
            if device.here:
                device.checkpointed = self.second - self.second % CHECKPOINT

    @rule(seconds=st.integers(-3600, 3600))
    def set_the_wall_clock(self, seconds: int) -> None:
        if self.links:
            self.wall_jump += seconds

    @precondition(lambda self: any(device.here for device in self.devices.values()))
    @rule()
    def control_restarts_and_the_node_vouches(self) -> None:
        for name, device in self.devices.items():
            if device.here:
                self.append(name, Kind.RECOVERED, self.second)

    @precondition(lambda self: any(device.here for device in self.devices.values()))
    @rule()
    def everything_crashes_and_nobody_comes_back(self) -> None:
        for name, device in self.devices.items():
            if device.here:
                self.append(name, Kind.LEFT, max(device.checkpointed, device.since))
                self.truth[name.partition("-")[0]].slack += CHECKPOINT + SPLIT.seconds
                self.goes(name)

    def goes(self, name: str) -> None:
        device = self.devices[name]
        self.truth[name.partition("-")[0]].stays.append((device.since, self.second))
        device.here = False

    def marks(self) -> list[Seen]:
        return [
            Seen(
                connection_id=name,
                seq=device.spell,
                boot_id="boot-1",
                wall_utc=START,
                boottime_ns=self.second * 10**9,
            )
            for name, device in self.devices.items()
            if device.here
        ]

    @invariant()
    def intervals_are_disjoint_and_end_by_now(self) -> None:
        for intervals in fold(self.links, self.marks()).values():
            assert all(i.joined_at <= i.until <= START + timedelta(seconds=self.second) for i in intervals)
            assert all(b.joined_at - a.until > SPLIT for a, b in pairwise(intervals))

    @invariant()
    def what_is_counted_is_what_was(self) -> None:
        folded = fold(self.links, self.marks())
        for person, truth in self.truth.items():
            still = [
                (device.since, self.second)
                for name, device in self.devices.items()
                if device.here and name.startswith(person)
            ]
            really = union_of([*truth.stays, *still])
            assert really - truth.slack <= total(folded.get(person, ())) <= really

    @invariant()
    def who_is_here_follows_from_the_ledger(self) -> None:
        here = {(name, device.spell) for name, device in self.devices.items() if device.here}
        assert set(open_stays(self.links)) == here

    @invariant()
    def the_chain_holds(self) -> None:
        assert verify("ses_a", self.links) == len(self.links)


def union_of(stays: list[tuple[int, int]]) -> int:
    """Seconds in the union, absences of up to 15 counted in."""
    seconds, reached = 0, None
    for start, end in sorted(stays):
        if reached is None or start - reached > SPLIT.seconds:
            seconds, reached = seconds + end - start, end
        elif end > reached:
            seconds, reached = seconds + end - reached, end
    return seconds


TestMeeting = Meeting.TestCase
TestMeeting.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
