"""From a session's whole ledger to everybody's time, and to what of it counts.

Pure. A person's time is the union of the stays of their devices, of their check-ins in front of another
person's device for as long as that device was there, and of what corrections add, less what those strike.
What counts is this clipped to the countable windows of the session. Whole seconds come last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from echo_session.domain.attendance import Clock, Interval, Seen, Way, fold, whole_seconds
from echo_session.domain.corrections import Correction, corrections_of
from echo_session.domain.frames import FOREVER, Frame
from echo_session.domain.ledger import OF_DEVICES, OF_SESSION, Kind, Link, ordered
from echo_session.domain.spans import Span, clip, length

__all__ = ["Frame", "PersonTime", "session_times"]

_WAYS = tuple(Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTime:
    """One person's time in one session."""

    person_id: str
    intervals: tuple[Interval, ...]
    counted: tuple[Interval, ...]
    original_counted_seconds: int
    """What would count without any correction."""
    present_seconds: int
    counted_seconds: int
    way: Way
    corrected: bool
    """A correction of it stands."""
    events: tuple[str, ...]
    """Ids of the links that it stands on, in their order."""
    first_at: datetime
    last_at: datetime
    """With what was struck: when they were first and last heard of."""
    corrections: tuple[Correction, ...] = ()
    """Those too that were taken back."""
    shared_with: str = ""
    """The person in front of whose device they were last; empty where there was none."""

    @property
    def here(self) -> bool:
        """True while one of the intervals goes on."""
        return any(interval.open for interval in self.intervals)


@dataclass(slots=True)
class _Piece:
    start: datetime
    end: datetime
    way: Way
    open: bool = False


@dataclass(slots=True)
class _Person:
    pieces: list[_Piece] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)
    """Ids with their positions."""
    heard: list[datetime] = field(default_factory=list)
    host: str = ""


def session_times(
    links: Iterable[Link], seen: Iterable[Seen], frame: Frame, survivors: Mapping[str, str]
) -> dict[str, PersonTime]:
    """Everybody whom the chain names, by who they turned out to be.

    Order and repetition of ``links`` make no difference. Nobody's present time is more than the time that
    passed, and nobody's counted time more than the countable windows.
    """
    chain = [_of(link, survivors) for link in ordered(links)]
    clock = Clock(chain)
    devices = fold(chain, seen)
    people: dict[str, _Person] = defaultdict(_Person)
    for person_id, intervals in devices.items():
        people[person_id].pieces += [_Piece(i.joined_at, i.until, i.way, i.open) for i in intervals]
    for link in chain:
        if link.person_id:
            people[link.person_id].events[link.event_id] = link.position
    _add_check_ins(chain, clock, devices, people, survivors)
    for correction in corrections_of(chain):
        people[correction.person_id].corrections.append(correction)
    _add_frame(chain, frame, people)
    return {
        person_id: _result(person_id, person, frame)
        for person_id, person in people.items()
        if person.pieces or person.corrections or person.heard
    }


def _add_check_ins(
    chain: Sequence[Link],
    clock: Clock,
    devices: Mapping[str, tuple[Interval, ...]],
    people: dict[str, _Person],
    survivors: Mapping[str, str],
) -> None:
    outs: dict[str, datetime] = {}
    of_devices: dict[str, list[Link]] = defaultdict(list)
    for link in chain:
        if link.kind is Kind.CHECKED_OUT:
            at = clock.when(link)
            outs[link.connection_id] = min(at, outs.get(link.connection_id, at))
        elif link.kind in OF_DEVICES:
            of_devices[link.person_id].append(link)
    for link in chain:
        if link.kind is not Kind.CHECKED_IN:
            continue
        host = link.said.get("host", "")
        host = survivors.get(host, host)
        person = people[link.person_id]
        person.host = host
        person.heard.append(clock.when(link))
        person.events |= {other.event_id: other.position for other in of_devices[host]}
        person.pieces += _beside(clock.when(link), outs.get(link.connection_id), devices.get(host, ()))


def _beside(start: datetime, out: datetime | None, host: Iterable[Interval]) -> Iterator[_Piece]:
    """The time of a check-in: while the host's device was there."""
    end = FOREVER if out is None else max(start, out)
    for interval in host:
        goes_on = interval.open and out is None
        if interval.until <= start and goes_on:
            # The device has not been heard of yet since they checked in: it is in the room.
            yield _Piece(start, start, Way.SHARED, open=True)
        elif interval.joined_at < end and start < interval.until:
            reach = min(interval.until, end)
            yield _Piece(max(start, interval.joined_at), reach, Way.SHARED, open=goes_on)


def _add_frame(chain: Sequence[Link], frame: Frame, people: dict[str, _Person]) -> None:
    """Everybody's counted time stands on what says what counts, too."""
    positions = {link.event_id: link.position for link in chain if link.kind in OF_SESSION}
    said = {event_id: positions[event_id] for event_id in frame.events if event_id in positions}
    for person in people.values():
        person.events |= said


def _result(person_id: str, person: _Person, frame: Frame) -> PersonTime:
    countable = frame.countable
    standing = [one for one in person.corrections if not one.undone]
    pieces = list(person.pieces)
    for one in standing:
        if one.action == "add":
            pieces.append(_Piece(one.start, one.end, Way.HAND))
        else:
            pieces = [rest for piece in pieces for rest in _strike(piece, one.span)]
    intervals = _intervals(pieces)
    counted = _counted(intervals, countable)
    original = clip((Span(piece.start, piece.end) for piece in person.pieces), countable)
    ends = [piece.start for piece in person.pieces] + [piece.end for piece in person.pieces]
    ends += [at for one in standing if one.action == "add" for at in (one.start, one.end)]
    ends += person.heard if not ends else []
    ends += [] if ends else [one.start for one in person.corrections]
    return PersonTime(
        person_id=person_id,
        intervals=intervals,
        counted=counted,
        original_counted_seconds=whole_seconds(length(original)),
        present_seconds=_seconds(intervals),
        counted_seconds=_seconds(counted),
        way=_first_way([*pieces, *person.pieces]),
        corrected=bool(standing),
        events=tuple(sorted(person.events, key=lambda event_id: person.events[event_id])),
        first_at=min(ends),
        last_at=max(ends),
        corrections=tuple(person.corrections),
        shared_with=person.host,
    )


def _strike(piece: _Piece, hole: Span) -> Iterator[_Piece]:
    if hole.end < piece.start or piece.end < hole.start:
        yield piece
        return
    if piece.start < hole.start:
        yield _Piece(piece.start, hole.start, piece.way)
    if hole.end < piece.end:
        yield _Piece(hole.end, piece.end, piece.way, piece.open)


def _intervals(pieces: Iterable[_Piece]) -> tuple[Interval, ...]:
    """Joined where they overlap or touch. A joined one is as good as the best of its ways."""
    found: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
        if found and piece.start <= found[-1].end:
            last = found[-1]
            is_open = last.open or piece.open
            found[-1] = _Piece(last.start, max(last.end, piece.end), _first_way([last, piece]), is_open)
        else:
            found.append(piece)
    return tuple(Interval(piece.start, piece.end, piece.open, piece.way) for piece in found)


def _counted(intervals: Iterable[Interval], countable: Collection[Span]) -> tuple[Interval, ...]:
    found = []
    for interval in intervals:
        for span in clip([Span(interval.joined_at, interval.until)], countable):
            goes_on = interval.open and span.end == interval.until
            found.append(Interval(span.start, span.end, goes_on, interval.way))
    return tuple(found)


def _seconds(intervals: Iterable[Interval]) -> int:
    return whole_seconds(length(Span(interval.joined_at, interval.until) for interval in intervals))


def _first_way(pieces: Iterable[_Piece]) -> Way:
    return min((piece.way for piece in pieces), key=_WAYS.index, default=Way.HAND)


def _of(link: Link, survivors: Mapping[str, str]) -> Link:
    now_is = survivors.get(link.person_id, link.person_id)
    return link if now_is == link.person_id else replace(link, person_id=now_is)
