"""Who was there, by brute force: every second is a thing of its own, and nothing is an interval.

A whole second lies between two instants. Instants are even numbers and the seconds between them odd ones, so
that a set of numbers does for both, and a stay of no length is still somewhere. The sets are the bits of
large integers. What the figures of the ledger are held against knows neither links nor clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SPLIT = 15
FOREVER = 20_000
FIRST = -10_000
"""No instant is before it, however somebody sets the clock."""

_SIZE = 2 * (FOREVER - FIRST) + 1
_SECONDS = sum(1 << at for at in range(1, _SIZE, 2))
_ALL = (1 << _SIZE) - 1


def between(start: int, end: int) -> int:
    """The instants from ``start`` to ``end``, and the seconds between them."""
    return ((1 << (2 * (end - start) + 1)) - 1) << (2 * (start - FIRST))


def seconds(points: int) -> int:
    """How many whole seconds are in it."""
    return (points & _SECONDS).bit_count()


def bridged(points: int) -> int:
    """With every gap of up to fifteen seconds filled: widened by so much, and narrowed again."""
    wide = points
    for step in (1, 2, 4, 8, 14):
        wide |= wide << step
    narrow = wide
    for step in (1, 2, 4, 8, 14):
        narrow &= narrow >> step
    return narrow & _ALL


@dataclass
class Stay:
    """One device of one person, from when to how far it was recorded; ``end`` is None while it goes on."""

    person: str
    start: int
    reach: int
    end: int | None = None


@dataclass
class CheckIn:
    """Somebody in front of the host's device."""

    person: str
    host: str
    start: int
    out: int | None = None


@dataclass
class Said:
    """A correction."""

    person: str
    adds: bool
    start: int
    end: int
    undone: bool = False


@dataclass
class Model:
    """What was recorded of a session, in seconds since its start."""

    planned_end: int
    stays: list[Stay] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    breaks: list[list[int]] = field(default_factory=list)
    windows: list[tuple[int, int]] | None = None
    closed: int | None = None
    is_now: dict[str, str] = field(default_factory=dict)
    """Who turned out to be whom."""

    def who(self, person: str) -> str:
        """Who they turned out to be."""
        return self.is_now.get(person, person)

    def people(self) -> set[str]:
        """Everybody of whom something is recorded."""
        facts: list[Stay | CheckIn | Said] = [*self.stays, *self.check_ins, *self.said]
        return {self.who(one.person) for one in facts}

    def original(self, person: str) -> int:
        """Without corrections."""
        return self._at_devices(person) | self._beside(person)

    def present(self, person: str) -> int:
        """As it stands."""
        found = self.original(person)
        for one in self.said:
            if self.who(one.person) == person and not one.undone:
                points = between(one.start, one.end)
                found = found | points if one.adds else found & ~points
        return found

    def countable(self) -> int:
        """What counts."""
        found = 0
        for start, end in [(0, self._end())] if self.windows is None else self.windows:
            found |= between(start, end) if start < end else 0
        for start, end in self.breaks:
            found &= ~between(start, end)
        return found

    def _end(self) -> int:
        if self.closed is None:
            return self.planned_end
        heard = [at for one in self.stays for at in (one.start, one.end) if at is not None]
        return min(self.planned_end, max([self.closed, *heard]))

    def _beside(self, person: str) -> int:
        found = 0
        for one in self.check_ins:
            if self.who(one.person) == person:
                out = FOREVER if one.out is None else max(one.start, one.out)
                found |= self._at_devices(self.who(one.host)) & between(one.start, out)
        return found

    def _at_devices(self, person: str) -> int:
        found = 0
        for one in self.stays:
            if self.who(one.person) == person:
                reach = one.end if one.end is not None else one.reach
                found |= between(one.start, max(one.start, reach))
        return bridged(found)
