"""The judge of the crashes is right itself."""

from __future__ import annotations

import pytest

from tests.faults.truth import Span, compare


@pytest.mark.parametrize(
    ("truth", "recorded"),
    [
        ([(0, 100)], [(0, 100)]),
        ([(0, 100)], [(0.4, 96)]),
        ([(0, 40), (48, 100)], [(0, 100)]),
        ([(0, 40), (80, 100)], [(0, 40), (80, 100)]),
        ([(0, 40), (58, 100)], [(0, 100)]),
        ([(0, 40), (58, 100)], [(0, 40), (58, 100)]),
        ([(0, 3), (30, 100)], [(30, 100)]),
    ],
)
def test_a_record_within_the_bounds_is_right(truth: list[Span], recorded: list[Span]) -> None:
    assert compare(truth, recorded, tolerance=5).wrong == ()


@pytest.mark.parametrize(
    ("truth", "recorded", "what"),
    [
        ([(0, 100)], [(0, 94)], "ends -6.00 s off"),
        ([(0, 100)], [(0, 106)], "ends +6.00 s off"),
        ([(0, 100)], [(6, 100)], "starts +6.00 s off"),
        ([(0, 100)], [], "100.00 s are missing"),
        ([(0, 100)], [(0, 40), (60, 100)], "20.00 s are missing"),
        ([(0, 40), (80, 100)], [(0, 100)], "covers an absence from 40.00 to 80.00"),
        ([(0, 40)], [(0, 40), (60, 80)], "was not there from 60.00 to 80.00"),
    ],
)
def test_a_record_beyond_them_is_not(truth: list[Span], recorded: list[Span], what: str) -> None:
    assert any(what in line for line in compare(truth, recorded, tolerance=5).wrong)


def test_what_a_node_took_with_it_while_control_was_away_may_be_missing() -> None:
    unknown = [(70.0, 100.0)]
    for end in (66, 70, 85, 100):
        found = compare([(0, 100)], [(0, end)], unknown=unknown, tolerance=5)
        assert found.wrong == ()
    assert compare([(0, 100)], [(0, 60)], unknown=unknown, tolerance=5).wrong
