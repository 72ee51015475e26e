"""Medians, spreads, quantiles."""

from __future__ import annotations

import pytest

from bench.figures import Figures, quantile, spreads


def test_each_figure_has_its_own_median_and_extremes() -> None:
    rounds = [
        Figures(server_us=5.0, p99_ms=1.0),
        Figures(server_us=3.0, p99_ms=9.0),
        Figures(server_us=4.0, p99_ms=2.0),
    ]
    found = spreads(rounds)
    assert (found["server_us"].median, found["server_us"].low, found["server_us"].high) == (4.0, 3.0, 5.0)
    assert found["p99_ms"].median == 2.0
    assert "worker_us" not in found


def test_a_round_that_cannot_tell_a_figure_does_not_count_for_it() -> None:
    found = spreads([Figures(server_us=5.0), Figures(server_us=7.0, worker_us=2.0)])
    assert found["server_us"].median == 6.0
    assert (found["worker_us"].low, found["worker_us"].high) == (2.0, 2.0)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 3), (0.99, 5), (0.2, 1), (0.21, 2), (0.0, 1)])
def test_quantiles_are_values_that_occurred(share: float, expected: int) -> None:
    assert quantile([5, 1, 4, 2, 3], share) == expected


def test_nothing_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)
