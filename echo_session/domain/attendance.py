"""From the ledger to who was there from when to when.

Pure. A person's time is the union of the stays of all their devices. Within one boot of the node's kernel,
times come from CLOCK_BOOTTIME, anchored to wall time once, so that a clock that is set changes no duration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from echo_session.domain.ledger import Kind, Link

SPLIT = timedelta(seconds=15)
"""An absence longer than this splits a person's time in two."""

STARTS = frozenset({Kind.JOINED, Kind.RECOVERED})
ENDS = frozenset({Kind.LEFT, Kind.EVICTED})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPLIT_NS = SPLIT // timedelta(microseconds=1) * 1000


class Way(StrEnum):
    """How somebody was there; of several ways the first."""

    DEVICE = "device"
    SHARED = "shared"
    """In front of somebody else's device."""
    HAND = "hand"
    """A correction says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Last authenticated packet of a connection that is in the room now: how far its open stay reaches."""

    connection_id: str
    seq: int
    boot_id: str
    wall_utc: datetime
    boottime_ns: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A person was there from ``joined_at`` until ``until``; while ``open``, that is how far we know."""

    joined_at: datetime
    until: datetime
    open: bool
    way: Way = Way.DEVICE

    @property
    def left_at(self) -> datetime | None:
        """The end, once there is one."""
        return None if self.open else self.until

    @property
    def length(self) -> timedelta:
        """How long, so far."""
        return self.until - self.joined_at

    @property
    def seconds(self) -> int:
        """The length in whole seconds, rounded last."""
        return whole_seconds(self.length)


@dataclass(slots=True)
class _Stay:
    person: str
    start: int | None = None
    end: int | None = None
    seen: int | None = None


def whole_seconds(length: timedelta) -> int:
    """To the nearest second, a half up."""
    return (length + timedelta(milliseconds=500)) // timedelta(seconds=1)


def fold(
    links: Iterable[Link], seen: Iterable[Seen] = (), *, anchors: Iterable[Link] = ()
) -> dict[str, tuple[Interval, ...]]:
    """Each person's intervals, in order and apart from each other.

    Order and repetition of ``links`` make no difference. A stay without an end reaches to what was last seen
    of it. ``corrected`` tells of no packet and changes nothing here. Where ``links`` are not the whole chain,
    ``anchors`` has the first link of each boot, so that a part is placed as the whole would be.
    """
    ordered = sorted(links, key=lambda link: link.position)
    clock = Clock(sorted([*ordered, *anchors], key=lambda link: link.position))
    stays: dict[tuple[str, int], _Stay] = {}
    for link in ordered:
        stay = stays.setdefault((link.connection_id, link.seq), _Stay(link.person_id))
        at = clock.place(link.boot_id, link.wall_utc, link.boottime_ns)
        if link.kind in STARTS:
            stay.start = _least(stay.start, at)
        elif link.kind in ENDS:
            stay.end = _least(stay.end, at)
        elif link.kind is Kind.SEEN:
            stay.seen = _most(stay.seen, at)
    for mark in seen:
        known = stays.get((mark.connection_id, mark.seq))
        if known is not None:
            known.seen = _most(known.seen, clock.place(mark.boot_id, mark.wall_utc, mark.boottime_ns))
    by_person: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    for stay in stays.values():
        if stay.start is not None:
            by_person[stay.person].append(_span(stay, stay.start))
    return {person: _union(spans) for person, spans in by_person.items()}


def open_stays(links: Iterable[Link]) -> dict[tuple[str, int], Link]:
    """Stays without an end, by connection and number, each with the last link that tells of it."""
    ordered = sorted(links, key=lambda link: link.position)
    ended = {(link.connection_id, link.seq) for link in ordered if link.kind in ENDS}
    begun = {(link.connection_id, link.seq) for link in ordered if link.kind in STARTS}
    return {
        (link.connection_id, link.seq): link
        for link in ordered
        if link.kind is not Kind.CORRECTED and (link.connection_id, link.seq) in begun - ended
    }


def total(intervals: Iterable[Interval]) -> int:
    """Seconds of all of them together, rounded once, at the end."""
    return whole_seconds(sum((interval.length for interval in intervals), timedelta()))


class Clock:
    """Places events on one line of time, in nanoseconds since 1970.

    The first event of each boot anchors it; the others of that boot are placed by how much later they were by
    CLOCK_BOOTTIME. An event without a boot id has only its wall time.
    """

    def __init__(self, ordered: Iterable[Link]) -> None:
        self._anchors: dict[str, int] = {}
        for link in ordered:
            if link.boot_id:
                self._anchors.setdefault(link.boot_id, _nanoseconds(link.wall_utc) - link.boottime_ns)

    def place(self, boot_id: str, wall: datetime, boottime_ns: int) -> int:
        """Nanoseconds since 1970."""
        anchor = self._anchors.get(boot_id)
        return _nanoseconds(wall) if anchor is None else anchor + boottime_ns

    def when(self, link: Link) -> datetime:
        """The link's own instant."""
        return _instant(self.place(link.boot_id, link.wall_utc, link.boottime_ns))


def _span(stay: _Stay, start: int) -> tuple[int, int, bool]:
    reach = stay.end if stay.end is not None else stay.seen
    return start, max(start, reach if reach is not None else start), stay.end is None


def _union(spans: list[tuple[int, int, bool]]) -> tuple[Interval, ...]:
    merged: list[tuple[int, int, bool]] = []
    for start, end, is_open in sorted(spans):
        if merged and start - merged[-1][1] <= _SPLIT_NS:
            first, last, was_open = merged[-1]
            merged[-1] = (first, max(last, end), was_open or is_open)
        else:
            merged.append((start, end, is_open))
    return tuple(Interval(_instant(start), _instant(end), is_open) for start, end, is_open in merged)


def _nanoseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1) * 1000


def _instant(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def _least(a: int | None, b: int) -> int:
    return b if a is None else min(a, b)


def _most(a: int | None, b: int) -> int:
    return b if a is None else max(a, b)
