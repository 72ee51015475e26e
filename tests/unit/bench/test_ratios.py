"""Ratios of what two cases cost."""

from __future__ import annotations

import pytest

from bench.cases import OURS, Case
from bench.figures import Figures
from bench.ratios import ratios
from bench.results import Attempt, Results
from bench.table import markdown, text

ONE = Case(server=OURS, scenario="rooms", size=200)
TWENTY = ONE.model_copy(update={"rooms": 20})


def results(rows: dict[Case, list[float | None]]) -> Results:
    """Rows of so many microseconds a packet in each round; None has failed."""
    made = Results(machine={}, versions={}, missing={}, seconds=10)
    for case, costs in rows.items():
        made.row(case).attempts = [
            Attempt(
                round=number,
                at="now",
                figures=None if cost is None else Figures(server_us=cost),
                error="gone" if cost is None else None,
            )
            for number, cost in enumerate(costs, 1)
        ]
    return made


def test_rounds_are_compared_with_themselves_since_the_machine_changes_between_them() -> None:
    (found,) = ratios(results({ONE: [2.0, 4.0, 2.0], TWENTY: [2.2, 4.4, 4.4]}))
    assert found.what == "ours in 20 rooms of 10, of one room of 200"
    assert found.medians == pytest.approx(2.2)
    assert (found.rounds.median, found.rounds.low, found.rounds.high) == pytest.approx((1.1, 1.1, 2.2))
    assert found.count == 3


def test_a_round_that_one_of_them_lacks_is_left_out() -> None:
    (found,) = ratios(results({ONE: [2.0, None, 2.0, 2.0], TWENTY: [2.4, 9.0, 2.4]}))
    assert found.count == 2
    assert found.rounds.median == pytest.approx(1.2)


def test_what_was_not_measured_is_not_compared() -> None:
    assert list(ratios(results({ONE: [2.0]}))) == []
    assert list(ratios(results({ONE: [2.0], TWENTY: [None]}))) == []


def test_the_ratios_are_told() -> None:
    measured = results({ONE: [2.0], TWENTY: [2.2]})
    assert "ours in 20 rooms of 10, of one room of 200: 1.100; round by round 1.100 (1.10-1.10)" in text(
        measured
    )
    assert "| ours in 20 rooms of 10, of one room of 200 | 1.100 | 1.100 (1.10-1.10) | 1 |" in markdown(
        measured
    )
