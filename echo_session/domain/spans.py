"""Stretches of time: joined, cut to others, and with others taken out. Each result is in order, its stretches
apart from each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``start`` until ``end``, which is never before it."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long."""
        return self.end - self.start


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """What at least one of them covers; those that touch become one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def clip(spans: Iterable[Span], windows: Iterable[Span]) -> tuple[Span, ...]:
    """What of ``spans`` lies within ``windows``; nothing of no length is left."""
    frame = union(windows)
    parts = (
        Span(max(span.start, window.start), min(span.end, window.end))
        for span in union(spans)
        for window in frame
        if span.start < window.end and window.start < span.end
    )
    return union(part for part in parts if part.start < part.end)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What of ``spans`` lies outside of ``holes``; nothing of no length is left."""
    found = []
    gaps = union(holes)
    for span in union(spans):
        start = span.start
        for gap in gaps:
            if gap.end <= start or gap.start >= span.end:
                continue
            found.append(Span(start, max(start, gap.start)))
            start = gap.end
        found.append(Span(start, max(start, span.end)))
    return union(span for span in found if span.start < span.end)


def length(spans: Iterable[Span]) -> timedelta:
    """Of all of them together."""
    return sum((span.length for span in spans), timedelta())
