"""The picture of a session's attendance: a line of time per person. Pure; drawn as SVG and in the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from echo_session.domain.attendance import Interval, Way
from echo_session.domain.reporting import Line
from echo_session.domain.spans import Span
from echo_session.reports.drawing import (
    ACCENT,
    ACCENT_SOFT,
    BAND,
    INK,
    LINE,
    MUTED,
    WHITE,
    Box,
    Drawing,
    Measure,
    Rule,
    Shape,
    Words,
    fitted,
    roughly,
)
from echo_session.reports.words import clock, duration

ROW = 24.0
TOP = 30.0
BAR = 9.0
LEGEND = 26.0
_STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 240, 480))
_MOST_MARKS = 9
_LEAST = 1.2
"""A stay of a second is still to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the line stands for: from when until when, on whose clock, and what of it counts."""

    start: datetime
    end: datetime
    zone: str
    windows: tuple[Span, ...]


def frame_of(lines: Iterable[Line], windows: Sequence[Span], zone: str, starts_at: datetime) -> Frame:
    """A little more than the session and everybody's time in it."""
    stays = [interval for line in lines for interval in line.intervals]
    starts = [starts_at, *(window.start for window in windows), *(stay.joined_at for stay in stays)]
    ends = [*(window.end for window in windows), *(stay.until for stay in stays)]
    start, end = min(starts), max([*ends, min(starts) + timedelta(minutes=1)])
    return Frame(start=start, end=end, zone=zone, windows=tuple(windows))


def timeline(
    lines: Sequence[Line],
    frame: Frame,
    *,
    width: float = 720,
    title: str = "Attendance",
    measure: Measure = roughly,
    legend: bool = True,
) -> Drawing:
    """Everybody's time, one under the other."""
    left, right = width * 0.26, width * 0.14
    scale = _Scale(frame, left, width - left - right)
    bottom = TOP + ROW * len(lines)
    shapes: list[Shape] = [*_ground(scale, bottom)]
    for index, line in enumerate(lines):
        shapes += _row(line, TOP + ROW * index, scale, width, measure)
    if legend:
        shapes += _legend(bottom + 17, left, measure)
    height = bottom + (LEGEND if legend else 4)
    return Drawing(width=width, height=height, title=title, shapes=tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Scale:
    frame: Frame
    left: float
    width: float

    def x(self, instant: datetime) -> float:
        share = (instant - self.frame.start) / (self.frame.end - self.frame.start)
        return self.left + self.width * min(1.0, max(0.0, share))


def _ground(scale: _Scale, bottom: float) -> Iterator[Shape]:
    """What counts, as a band behind everybody, and the clock above."""
    frame = scale.frame
    for window in frame.windows:
        x = scale.x(window.start)
        about = f"Counts: {clock(window.start, frame.zone)} to {clock(window.end, frame.zone)}"
        width = scale.x(window.end) - x
        yield Box(x=x, y=TOP - 8, width=width, height=bottom - TOP + 8, fill=BAND, about=about)
    for mark in marks(frame):
        x = scale.x(mark)
        yield Rule(x1=x, y1=TOP - 12, x2=x, y2=bottom, stroke=LINE)
        yield Words(x=x, y=TOP - 16, text=clock(mark, frame.zone), size=8, fill=MUTED, anchor="middle")
    yield Rule(x1=scale.left, y1=TOP - 8, x2=scale.left + scale.width, y2=TOP - 8, stroke=MUTED, width=0.75)


def marks(frame: Frame) -> list[datetime]:
    """Round times to write above the line, on the hub's clock."""
    whole = frame.end - frame.start
    step = next((step for step in _STEPS if whole / step <= _MOST_MARKS), whole)
    local = frame.start.astimezone(ZoneInfo(frame.zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    since = frame.start - midnight.astimezone(frame.start.tzinfo)
    mark = frame.start + (-since % step)
    found = []
    while mark <= frame.end:
        found.append(mark)
        mark += step
    return found


def _row(line: Line, top: float, scale: _Scale, width: float, measure: Measure) -> Iterator[Shape]:
    room = scale.left - 12
    place = line.place.name
    yield Words(x=0, y=top + (11 if place else 15), text=fitted(line.name, room, 9, False, measure), size=9)
    if place:
        yield Words(x=0, y=top + 20, text=fitted(place, room, 7, False, measure), size=7, fill=MUTED)
    middle = top + (ROW - BAR) / 2
    for interval in line.intervals:
        yield _bar(interval, scale, middle, ACCENT_SOFT, "Not counted")
    for interval in line.counted:
        by_hand = interval.way is Way.HAND
        yield _bar(interval, scale, middle, WHITE if by_hand else ACCENT, "Counted")
    right = scale.left + scale.width + 10
    yield Words(x=right, y=top + (11 if line.corrected else 15), text=duration(line.counted_seconds), size=9)
    if line.corrected:
        yield Words(x=right, y=top + 20, text="corrected", size=7, fill=MUTED)
    yield Rule(x1=0, y1=top + ROW, x2=width, y2=top + ROW, stroke=LINE, width=0.35)


def _bar(interval: Interval, scale: _Scale, y: float, fill: str, word: str) -> Box:
    x = scale.x(interval.joined_at)
    zone = scale.frame.zone
    end = "now" if interval.open else clock(interval.until, zone)
    return Box(
        x=x,
        y=y,
        width=max(_LEAST, scale.x(interval.until) - x),
        height=BAR,
        fill=fill,
        stroke=ACCENT if fill == WHITE else "",
        about=f"{word}: {clock(interval.joined_at, zone)} to {end}",
    )


def _legend(base: float, left: float, measure: Measure) -> Iterator[Shape]:
    x = left
    for fill, stroke, word in (
        (ACCENT, "", "Counted"),
        (ACCENT_SOFT, "", "There, not counted"),
        (WHITE, ACCENT, "Counted, added by hand"),
        (BAND, LINE, "Time that counts"),
    ):
        yield Box(x=x, y=base - 7, width=14, height=8, fill=fill, stroke=stroke)
        yield Words(x=x + 19, y=base, text=word, size=8, fill=INK)
        x += 19 + measure(word, 8, False) + 16
