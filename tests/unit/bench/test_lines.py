"""What is made of the recordings of a bad and of a narrow line."""

from __future__ import annotations

import pytest

from bench.narrow_verdict import Reading, Run, Step
from bench.network import Line, NetworkError
from bench.page import Change, Counters, ShownSlot, largest_gap

SECOND = 1000.0
STAGE = 30 * SECOND


def counters(at: float, **totals: int) -> Counters:
    names = set(Counters.model_fields) - {"at", "heights"}
    return Counters.model_validate(dict.fromkeys(names, 0) | {"at": at, "heights": []} | totals)


def shown(at: float, *layers: str) -> Change:
    slots = [
        ShownSlot(participant=str(n), state="live" if layer else "limited", layer=layer)
        for n, layer in enumerate(layers)
    ]
    return Change(at=at, slots=slots)


def run(
    *changes: Change,
    estimates: tuple[float | None, ...] = (2000, 400, 2000),
    concealed: int = 0,
    until: int = 60,
) -> Run:
    """Thirty seconds at each width, an estimate for each, and concealed samples a second when narrow."""
    readings = []
    total = 0
    for second in range(90):
        total += concealed if 30 <= second < until else 0
        at = second * SECOND + 500
        counted = counters(at, voice_packets=50 * second, voice_samples=48_000 * second, concealed=total)
        readings.append(Reading(counted=counted, estimate_kbit=estimates[second // 30]))
    steps = [Step(at=n * STAGE, kbit=kbit) for n, kbit in enumerate((2000, 400, 2000))]
    return Run(steps=steps, end=3 * STAGE, readings=readings, changes=list(changes))


def missed(recorded: Run) -> list[str]:
    return [one.what.partition(" within")[0] for one in recorded.findings() if one.met is False]


GOOD = (shown(0, "f", "h"), shown(31 * SECOND, "q", ""), shown(66 * SECOND, "f", "h"))


def test_the_longest_gap_counts_what_is_before_the_first_frame_and_after_the_last() -> None:
    assert largest_gap([130, 100, 250], 90, 260) == 120
    assert largest_gap([130, 100], 90, 260) == 130
    assert largest_gap([240], 90, 260) == 150
    assert largest_gap([], 90, 260) == 170
    assert largest_gap([10, 500], 90, 260) == 170


def test_growth_leaves_the_moment_and_the_heights() -> None:
    before, after = counters(1000, frames=30), counters(2000, frames=75).model_copy(update={"heights": [360]})
    grown = after.since(before)
    assert (grown.at, grown.heights, grown.frames) == (2000, [360], 45)


def test_a_run_as_it_should_be_misses_nothing() -> None:
    findings = run(*GOOD).findings()
    assert all(one.met for one in findings), findings
    figures = {one.what.partition(" within")[0]: one.figure for one in findings}
    assert (figures["lowered or paused"], figures["back"]) == ("1.0 s", "6.0 s")


def test_pictures_that_are_lowered_late_or_never_are_missed() -> None:
    late = (GOOD[0], shown(33 * SECOND, "q", ""), GOOD[2])
    assert missed(run(*late)) == ["lowered or paused"]
    never = run(GOOD[0]).findings()
    assert [one.met for one in never if "lowered" in one.what] == [False]
    assert [one.met for one in never if "back" in one.what] == [None]


def test_pictures_that_do_not_come_back_in_time_are_missed() -> None:
    assert missed(run(*GOOD[:2])) == ["back"]
    assert missed(run(*GOOD[:2], shown(71 * SECOND, "f", "h"))) == ["back"]


def test_two_switches_within_ten_seconds_are_missed_once_the_line_is_steady() -> None:
    restless = (GOOD[0], GOOD[1], shown(45 * SECOND, "h", ""), shown(50 * SECOND, "q", ""), GOOD[2])
    assert missed(run(*restless)) == ["at most one switch in 10 s once 400 kbit/s are old"]
    calm = (GOOD[0], GOOD[1], shown(42 * SECOND, "h", ""), shown(53 * SECOND, "q", ""), GOOD[2])
    assert missed(run(*calm)) == []


def test_going_down_and_up_in_several_steps_is_not_restless() -> None:
    gradual = (
        GOOD[0],
        shown(31 * SECOND, "h", ""),
        shown(33 * SECOND, "q", ""),
        shown(62 * SECOND, "q", "q"),
        shown(65 * SECOND, "h", "q"),
        GOOD[2],
    )
    assert missed(run(*gradual)) == []


def test_an_estimate_off_by_more_than_a_quarter_is_missed_and_none_is_not_judged() -> None:
    assert missed(run(*GOOD, estimates=(1510, 490, 2490))) == []
    assert missed(run(*GOOD, estimates=(2000, 510, 2000))) == ["estimate"]
    assert [one.met for one in run(*GOOD, estimates=(None, None, None)).findings()[:3]] == [None] * 3


def test_sound_that_was_concealed_is_missed() -> None:
    assert missed(run(*GOOD, concealed=900)) == []
    assert missed(run(*GOOD, concealed=2000)) == ["sound untouched at 400 kbit/s"]


def test_sound_that_was_concealed_just_as_the_line_became_narrow_is_missed() -> None:
    assert missed(run(*GOOD, concealed=48_000, until=31)) == ["sound untouched at 400 kbit/s"]


def test_a_line_without_root_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(NetworkError, match="needs root"):
        Line().__enter__()
