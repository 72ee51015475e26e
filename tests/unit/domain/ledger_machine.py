"""A session as it may go, whatever crashes, restarts or sets a clock; held against a model after every step.

The machine plays the people, the media node, the control process and the coordinator. What is durable goes
through ``Ledger``, in memory here and in a database in tests/integration/records; what really happened goes
to the model. A longer run than CI's: ``make ledger-model``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from echo_session.domain.counting import PersonTime
from echo_session.domain.errors import BrokenChain
from echo_session.domain.frames import Frame
from echo_session.domain.ledger import Kind, Link, verify
from echo_session.domain.presence import Instant
from tests.unit.domain.attendance_model import FOREVER, SPLIT, CheckIn, Model, Said, Stay, seconds
from tests.unit.domain.ledgers import PLANNED, InMemory, Ledger, wall

FARTHEST = 7200
"""So much the wall clock may be wrong."""
CHECKPOINT = 5
DEVICES = {"laptop": "ana", "phone": "ana", "tablet": "ben", "room": "ruiz"}
NOTICED = 20
"""Seconds without a packet after which a device is given up."""
BESIDE = ("bea", "cleo", "ben")
"""Who comes to the clinic's room; Ben with a tablet of his own, sometimes."""
EVERYBODY = ("ana", "ben", "ruiz", "bea", "cleo")


PICK = st.integers(0, 11)
"""One of several, whose number the machine knows."""


@dataclass
class Device:
    """One device as the node knows it."""

    spell: int = 0
    here: bool = False
    lost_at: int | None = None
    """Nothing was received since."""
    stay: Stay | None = None

    def last_packet(self, now: int) -> int:
        return now if self.lost_at is None else self.lost_at


class Meeting(RuleBasedStateMachine):
    """The operations of reliability.md, and those of people."""

    steps: ClassVar[int] = 0
    done: ClassVar[Counter[str]] = Counter()
    look_every: ClassVar[int] = 4
    """Shuffling the chain and altering a byte is looked at after every so many steps."""

    def make_ledger(self) -> Ledger:
        return InMemory()

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.make_ledger()
        self.model = Model(planned_end=PLANNED)
        self.devices = {name: Device() for name in DEVICES}
        self.second = 0
        self.jump = 0
        self.boot = 1
        self.boot_began = -1000
        self.offsets: dict[int, int] = {}
        """By how much the wall clock was wrong at the first event of each boot."""
        self.control_is_up = True
        self.acknowledged: list[str] = []
        self.here: dict[str, tuple[str, CheckIn]] = {}
        self.numbers = 0
        self.on_break = ""

    def teardown(self) -> None:
        self.ledger.end()

    # --- clocks ------------------------------------------------------------------------------------------

    def instant(self, second: int) -> Instant:
        self.offsets.setdefault(self.boot, self.jump)
        boottime = (second - self.boot_began) * 10**9
        return Instant(wall(second + self.jump), boottime, f"boot-{self.boot}")

    def placed(self, second: int) -> int:
        """Where an event of now stands for good: by the first of its boot."""
        self.offsets.setdefault(self.boot, self.jump)
        return second + self.offsets[self.boot]

    def is_open(self) -> bool:
        return self.control_is_up and self.model.closed is None

    def did(self, what: str) -> None:
        type(self).done[what] += 1

    @rule(length=st.integers(1, 30) | st.integers(31, 900))
    def time_passes(self, length: int) -> None:
        self.did("tick")
        self.passes(length)

    def passes(self, length: int) -> None:
        self.second += length
        if self.control_is_up and self.model.closed is None:
            self.checkpoint(self.second - self.second % CHECKPOINT)

    def checkpoint(self, second: int) -> None:
        marks = {}
        for name, device in self.devices.items():
            if device.here and device.stay is not None:
                seen = min(second, device.last_packet(self.second))
                at = self.placed(seen)
                if at > device.stay.reach:
                    device.stay.reach = at
                    marks[name] = (device.spell, self.instant(seen))
        self.ledger.seen(marks)

    @precondition(lambda self: self.second % 3 == 1)
    @rule(seconds_off=st.integers(-3600, 3600))
    def somebody_sets_the_wall_clock(self, seconds_off: int) -> None:
        if abs(self.jump + seconds_off) <= FARTHEST:
            self.did("wall jump")
            self.jump += seconds_off

    @initialize(early=st.integers(0, 30), late=st.integers(1, 30))
    def two_people_come(self, early: int, late: int) -> None:
        self.passes(early)
        self.begin("room")
        self.passes(late)
        self.begin("laptop")

    # --- devices -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.is_open() and self.which(here=False))
    @rule(pick=PICK)
    def join(self, pick: int) -> None:
        idle = self.which(here=False)
        name = idle[pick % len(idle)]
        self.did("second tab" if any(self.others(name)) else "join")
        self.begin(name)

    def which(self, *, here: bool, lost: bool = False) -> list[str]:
        return [
            name
            for name, device in self.devices.items()
            if device.here is here and (device.lost_at is not None) is lost
        ]

    def others(self, name: str) -> list[bool]:
        return [
            device.here for other, device in self.devices.items() if DEVICES[other] == DEVICES[name] != other
        ]

    def begin(self, name: str) -> None:
        device = self.devices[name]
        device.spell, device.here, device.lost_at = device.spell + 1, True, None
        at = self.placed(self.second)
        device.stay = Stay(DEVICES[name], at, at)
        self.model.stays.append(device.stay)
        self.record(name, Kind.JOINED, self.second)

    def record(self, name: str, kind: Kind, second: int) -> None:
        device = self.devices[name]
        self.ledger.device(name, DEVICES[name], device.spell, kind, self.instant(second))
        self.acknowledged = [link.event_id for link in self.ledger.links()]

    def goes(self, name: str, kind: Kind, second: int) -> None:
        device = self.devices[name]
        assert device.stay is not None
        device.stay.end = self.placed(second)
        device.here, device.lost_at = False, None
        self.record(name, kind, second)

    @precondition(lambda self: self.is_open() and self.which(here=True))
    @rule(pick=PICK)
    def leave(self, pick: int) -> None:
        self.did("leave")
        there = self.which(here=True)
        self.goes(there[pick % len(there)], Kind.LEFT, self.second)

    @precondition(lambda self: self.is_open() and self.which(here=True))
    @rule(pick=PICK)
    def evict(self, pick: int) -> None:
        there = self.which(here=True)
        person = DEVICES[there[pick % len(there)]]
        for name, device in self.devices.items():
            if DEVICES[name] == person and device.here:
                self.did("evict")
                self.goes(name, Kind.EVICTED, device.last_packet(self.second))

    @precondition(lambda self: self.which(here=True))
    @rule(pick=PICK)
    def the_network_is_lost(self, pick: int) -> None:
        self.did("network loss")
        there = self.which(here=True)
        self.devices[there[pick % len(there)]].lost_at = self.second

    @precondition(lambda self: self.is_open() and self.which(here=True, lost=True))
    @rule(pick=PICK)
    def the_network_comes_back(self, pick: int) -> None:
        self.did("network back")
        silent = self.which(here=True, lost=True)
        name = silent[pick % len(silent)]
        device = self.devices[name]
        at = self.second if device.lost_at is None else device.lost_at
        gone = self.second - at
        device.lost_at = None
        if gone > SPLIT:
            self.goes(name, Kind.LEFT, at)
            self.begin(name)

    @precondition(lambda self: self.is_open() and self.which(here=True, lost=True))
    @rule()
    def losses_are_noticed(self) -> None:
        for name in self.which(here=True, lost=True):
            at = self.devices[name].last_packet(self.second)
            if self.second - at > NOTICED:
                self.did("loss noticed")
                self.goes(name, Kind.LEFT, at)

    # --- processes ---------------------------------------------------------------------------------------

    @precondition(lambda self: self.is_open() and self.which(here=True))
    @rule()
    def control_dies(self) -> None:
        self.did("crash of control")
        self.control_is_up = False

    @precondition(lambda self: not self.control_is_up)
    @rule()
    def control_is_back_and_the_node_vouches(self) -> None:
        self.did("restart of control")
        self.control_is_up = True
        for name, device in self.devices.items():
            if not device.here or device.stay is None:
                continue
            if device.lost_at is not None:
                self.goes(name, Kind.LEFT, device.lost_at)
            else:
                device.stay.reach = self.placed(self.second)
                self.record(name, Kind.RECOVERED, self.second)

    @precondition(lambda self: self.which(here=True) and self.model.closed is None)
    @rule(reboots=st.booleans())
    def everything_dies_and_starts_again(self, reboots: bool) -> None:
        self.did("reboot" if reboots else "crash of both")
        was = [name for name, device in self.devices.items() if device.here]
        for name in was:
            device = self.devices[name]
            assert device.stay is not None
            # The last that is durable; within a checkpoint of the truth, where control was up to write it.
            last = device.stay.reach - self.offsets[self.boot]
            if self.control_is_up:
                assert device.last_packet(self.second) - last <= CHECKPOINT
            self.goes(name, Kind.LEFT, last)
        self.control_is_up = True
        if reboots:
            self.boot, self.boot_began = self.boot + 1, self.second

    # --- in front of a shared device ---------------------------------------------------------------------

    def number(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}_{self.numbers}"

    @precondition(lambda self: self.is_open() and len(self.here) < len(BESIDE))
    @rule(pick=PICK)
    def check_in(self, pick: int) -> None:
        self.did("check in")
        away = [person for person in BESIDE if person not in self.here]
        person = away[pick % len(away)]
        of, fact = self.number("chk"), CheckIn(person, "ruiz", self.placed(self.second))
        self.here[person] = of, fact
        self.model.check_ins.append(fact)
        detail = {"gathering": "gth_1", "host": "ruiz", "way": "screen"}
        self.ledger.add(Kind.CHECKED_IN, person, of, self.instant(self.second), detail)

    @precondition(lambda self: self.is_open() and self.here)
    @rule(pick=PICK, still_here=st.booleans())
    def check_out(self, pick: int, still_here: bool) -> None:
        person = sorted(self.here)[pick % len(self.here)]
        of, fact = self.here[person]
        detail = {"gathering": "gth_1", "why": "self"}
        if still_here and fact.out is None:
            self.did("still here")
            of, detail = self.number("chk"), {}
            self.ledger.add(Kind.STILL_HERE, person, of, self.instant(self.second), detail)
            return
        self.did("check out")
        del self.here[person]
        fact.out = self.placed(self.second)
        self.ledger.add(Kind.CHECKED_OUT, person, of, self.instant(self.second), detail)

    # --- what people say ---------------------------------------------------------------------------------

    @precondition(lambda self: self.control_is_up)
    @rule(
        person=st.sampled_from(EVERYBODY),
        adds=st.booleans(),
        start=st.integers(0, 3700),
        length=st.integers(1, 900),
    )
    def correct(self, person: str, adds: bool, start: int, length: int) -> None:
        self.did("correction")
        self.model.said.append(Said(person, adds, start, start + length))
        detail = {
            "action": "add" if adds else "strike",
            "from": wall(start).isoformat(),
            "until": wall(start + length).isoformat(),
        }
        of, at = f"cor_{len(self.model.said)}", self.instant(self.second)
        self.ledger.add(Kind.CORRECTED, person, of, at, detail)

    @precondition(lambda self: self.control_is_up and self.model.said)
    @rule(pick=PICK)
    def take_a_correction_back(self, pick: int) -> None:
        which = pick % len(self.model.said)
        said = self.model.said[which]
        if said.undone:
            return
        self.did("correction undone")
        said.undone = True
        of = f"cor_{which + 1}"
        [first] = [link for link in self.ledger.links() if link.connection_id == of]
        detail = {"action": "undo", "event_id": first.event_id}
        self.ledger.add(Kind.CORRECTED, said.person, of, self.instant(self.second), detail, seq=2)

    @precondition(lambda self: self.is_open() and self.second > 60)
    @rule()
    def a_break_begins_or_ends(self) -> None:
        self.did("break")
        at = self.placed(self.second)
        if self.on_break:
            last = self.model.breaks[-1]
            last[1] = max(last[0], at)
            self.ledger.add(Kind.BREAK_ENDED, "", self.on_break, self.instant(self.second), {})
            self.on_break = ""
        else:
            self.on_break = self.number("brk")
            self.model.breaks.append([at, FOREVER])
            self.ledger.add(Kind.BREAK_BEGAN, "", self.on_break, self.instant(self.second), {})

    @precondition(lambda self: self.control_is_up and len(self.model.said) % 3 == 1)
    @rule(edges=st.lists(st.integers(0, 4000), min_size=2, max_size=4, unique=True).map(sorted))
    def say_what_counts(self, edges: list[int]) -> None:
        self.did("windows")
        self.model.windows = list(zip(edges[::2], edges[1::2], strict=False))
        pairs = [[wall(start).isoformat(), wall(end).isoformat()] for start, end in self.model.windows]
        self.ledger.add(Kind.COUNTED, "", self.number("win"), self.instant(self.second), {"windows": pairs})

    @precondition(lambda self: self.control_is_up and self.numbers % 4 == 3)
    @rule(merged=st.sampled_from(("bea", "cleo")))
    def a_record_turns_out_to_be_anas_or_not(self, merged: str) -> None:
        self.did("merge")
        if self.model.is_now.pop(merged, None) is None:
            self.model.is_now[merged] = "ana"
        self.ledger.merge(self.model.is_now)

    @precondition(lambda self: self.is_open() and self.second > 200)
    @rule()
    def the_session_ends(self) -> None:
        self.did("close")
        for name, device in self.devices.items():
            if device.here:
                self.goes(name, Kind.LEFT, device.last_packet(self.second))
        self.model.closed = self.second + self.jump
        self.ledger.close(wall(self.model.closed))

    # --- what always holds -------------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        type(self).steps += 1
        links = self.ledger.links()
        times, frame = self.ledger.times(links)
        self.figures_are_the_models(times, frame)
        self.intervals_are_in_order(times, frame)
        assert {link.event_id for link in links} >= set(self.acknowledged), "an acknowledged event is lost"
        if links and type(self).steps % self.look_every == 0:
            assert verify(links[0].session_id, links) == len(links)
            chance = Random(type(self).steps)
            shuffled = chance.sample([*links, *links], 2 * len(links))
            assert self.ledger.times(shuffled) == (times, frame), "order and repetition make a difference"
            self.one_altered_byte_breaks_it(links, chance)

    def figures_are_the_models(self, times: dict[str, PersonTime], frame: Frame) -> None:
        countable = self.model.countable()
        assert frame.seconds == seconds(countable)
        assert set(times) == self.model.people()
        for person, time in times.items():
            present = self.model.present(person)
            assert time.present_seconds == seconds(present), person
            assert time.counted_seconds == seconds(present & countable), person
            assert time.original_counted_seconds == seconds(self.model.original(person) & countable), person

    def intervals_are_in_order(self, times: dict[str, PersonTime], frame: Frame) -> None:
        now = wall(max([self.second + off for off in self.offsets.values()], default=0))
        for time in times.values():
            assert all(one.joined_at <= one.until for one in (*time.intervals, *time.counted))
            assert all(b.joined_at > a.until for a, b in pairwise(time.intervals))
            assert time.counted_seconds <= frame.seconds
            assert time.counted_seconds <= time.present_seconds
            if not time.corrections and time.intervals:
                assert time.intervals[-1].until <= now
                passed = time.intervals[-1].until - time.intervals[0].joined_at
                assert time.present_seconds <= passed.total_seconds()

    def one_altered_byte_breaks_it(self, links: list[Link], chance: Random) -> None:
        which = chance.randrange(len(links))
        name = chance.choice(("person_id", "boot_id", "connection_id", "reason", "detail", "hash"))
        value = getattr(links[which], name)
        place = chance.randrange(len(value)) if value else 0
        altered = value[:place] + chr(ord(value[place]) ^ 1 if value else 1) + value[place + 1 :]
        links[which] = replace(links[which], **{name: altered})
        with pytest.raises(BrokenChain) as broken:
            verify(links[0].session_id, links)
        assert broken.value.position == which + 1
