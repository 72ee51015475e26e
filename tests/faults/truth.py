"""When people were really there, and how far the records are from it. Pure.

A person's truth is the time in which a transport of theirs was up at a living media node. What the rules make
of it: absences of up to 15 s are none. An absence so near to that that the tolerated error decides counts
either way, and so does a stay that is shorter than the tolerated error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

SPLIT = 15.0

Span = tuple[float, float]
"""From and until, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with one person's record, and how far its ends are from the truth."""

    wrong: tuple[str, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]


def span(joined_at: str, left_at: str) -> Span:
    """Of two times as the API gives them."""
    return datetime.fromisoformat(joined_at).timestamp(), datetime.fromisoformat(left_at).timestamp()


def compare(
    truth: Iterable[Span], recorded: Sequence[Span], *, unknown: Sequence[Span] = (), tolerance: float
) -> Found:
    """Every end of every recorded interval stands within `tolerance` of one in the truth, every stay is in
    the record, and no absence is covered that should not be.

    Args:
        unknown: times that may be in the record or not.
    """
    spans = _union(truth)
    wrong, starts, ends = [], [], []
    for first, last in recorded:
        inside = [one for one in spans if one[1] >= first - tolerance and one[0] <= last + tolerance]
        if not inside:
            wrong.append(f"was not there from {first:.2f} to {last:.2f}")
            continue
        starts.append(min((first - one[0] for one in inside), key=abs))
        ends.append(min((_beyond(last, one[1], unknown) for one in inside), key=abs))
        for before, after in pairwise(inside):
            if after[0] - before[1] > SPLIT + 2 * tolerance:
                wrong.append(f"covers an absence from {before[1]:.2f} to {after[0]:.2f}")
    wrong += [f"starts {error:+.2f} s off" for error in starts if abs(error) > tolerance]
    wrong += [f"ends {error:+.2f} s off" for error in ends if abs(error) > tolerance]
    wrong += [
        f"{lost:.2f} s are missing from {one[0]:.2f} to {one[1]:.2f}"
        for one in spans
        if (lost := one[1] - one[0] - _covered(one, _union([*recorded, *unknown]))) > tolerance
    ]
    return Found(tuple(wrong), tuple(starts), tuple(ends))


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _beyond(last: float, truth: float, unknown: Iterable[Span]) -> float:
    """How far an end is from the truth, or from the unknown that the truth ends with."""
    least = min((since for since, until in unknown if since <= truth <= until), default=truth)
    return max(0.0, last - truth) if last > truth else min(0.0, last - min(least, truth))


def _covered(one: Span, recorded: Iterable[Span]) -> float:
    return sum(max(0.0, min(one[1], last) - max(one[0], first)) for first, last in recorded)
