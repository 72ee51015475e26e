"""What two cases cost against each other. Pure.

A machine that others share is half as fast at one moment as at another. Rounds are interleaved, so the two
figures of one round are of about the same moment, and the median of their ratios is steadier than the ratio
of the medians. Both are told.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.cases import GALENE, OURS, ROOM_OF, SHORT_SIZE, Case, roomed, slotted
from bench.figures import Spread
from bench.results import Results, Row


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of processor time a packet."""

    what: str
    medians: float
    """The ratio of the medians of the rounds that both have."""
    rounds: Spread
    """Of the ratios of each round."""
    count: int
    """How many rounds both have."""


def ratios(results: Results) -> Iterator[Ratio]:
    """Of whatever was measured: ours against others, many slots against few, many rooms against one."""
    for one, other, what in _pairs():
        rows = [row for case in (one, other) for row in results.rows if row.case == case]
        if len(rows) == 2 and (found := _ratio(what, *rows)) is not None:
            yield found


def _pairs() -> Iterator[tuple[Case, Case, str]]:
    ours = Case(server=OURS, scenario="webinar", size=SHORT_SIZE)
    for name in ("LiveKit", "Janus", GALENE):
        yield ours, ours.model_copy(update={"server": name}), f"{ours.setting}: ours, of {name}"
    floor = Case(server="sendto + seal", scenario="floor", size=SHORT_SIZE)
    yield ours, floor, f"{ours.setting}: ours, of the floor {floor.server}"
    few, many = (case for case in slotted() if case.server == OURS)
    yield many, few, f"ours with {many.slots} slots, of {few.slots} slots"
    one, rooms = roomed()
    yield rooms, one, f"ours in {rooms.rooms} rooms of {ROOM_OF}, of one room of {one.size}"


def _ratio(what: str, one: Row, other: Row) -> Ratio | None:
    mine, theirs = _costs(one), _costs(other)
    both = [(mine[number], theirs[number]) for number in mine if number in theirs]
    if not both:
        return None
    by_round = [cost / against for cost, against in both]
    medians = [statistics.median(costs) for costs in zip(*both, strict=True)]
    return Ratio(
        what=what,
        medians=medians[0] / medians[1],
        rounds=Spread(median=statistics.median(by_round), low=min(by_round), high=max(by_round)),
        count=len(both),
    )


def _costs(row: Row) -> dict[int, float]:
    """By the number of the round."""
    return {
        attempt.round: attempt.figures.server_us
        for attempt in row.attempts
        if attempt.figures is not None and attempt.figures.server_us is not None
    }
