"""The file of results: what is done is not done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cases import OURS, Case
from bench.figures import Figures
from bench.measure import Bench
from bench.results import Attempt, Results
from bench.rounds import reason, run

BENCH = Bench(None, None, "127.0.0.1", 1.0)
CASES = [Case(server=name, scenario="webinar", size=1) for name in (OURS, "Janus", "LiveKit")]


def empty(**changes: object) -> Results:
    """Results of no rounds yet."""
    machine = {"processor": "one", "commit": "abc"}
    whole = {"machine": machine, "versions": {"Janus": "1"}, "missing": {}, "seconds": 1.0}
    return Results.model_validate(whole | changes)


def test_rounds_are_interleaved_and_each_begins_with_another_case(tmp_path: Path) -> None:
    order: list[str] = []

    def measure(_: Bench, case: Case) -> Figures:
        order.append(case.server)
        return Figures(server_us=1.0)

    run(empty(), tmp_path / "r.json", CASES, 2, BENCH, measure=measure)
    assert order == [OURS, "Janus", "LiveKit", "Janus", "LiveKit", OURS]


def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    done: list[str] = []

    def until_killed(_: Bench, case: Case) -> Figures:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(case.server)
        return Figures(server_us=1.0)

    with pytest.raises(KeyboardInterrupt):
        run(empty(), path, CASES, 2, BENCH, measure=until_killed)
    again: list[str] = []

    def rest(_: Bench, case: Case) -> Figures:
        again.append(case.server)
        return Figures(server_us=2.0)

    kept = Results.load(path)
    run(kept, path, CASES, 2, BENCH, measure=rest)
    assert (done, again) == ([OURS, "Janus", "LiveKit", "Janus"], ["LiveKit", OURS])
    assert [len(row.rounds) for row in Results.load(path).rows] == [2, 2, 2]


def test_who_fails_is_marked_and_the_others_go_on(tmp_path: Path) -> None:
    tries: list[str] = []

    def measure(_: Bench, case: Case) -> Figures:
        tries.append(case.server)
        if case.server == "Janus":
            raise RuntimeError("no such feed")
        return Figures(server_us=1.0)

    results = empty()
    run(results, tmp_path / "r.json", CASES, 3, BENCH, measure=measure)
    assert results.row(CASES[1]).failures == ["RuntimeError: no such feed"] * 2
    assert tries.count("Janus") == 2, "who failed twice is not tried a third time"
    assert len(results.row(CASES[2]).rounds) == 3


def test_the_reason_of_a_group_is_that_of_its_first_error() -> None:
    inner = ExceptionGroup("inner", [ValueError("bad\nSDP"), KeyError("x")])
    assert reason(ExceptionGroup("outer", [inner])) == "ValueError: bad SDP"
    assert reason(TimeoutError()).startswith("not done after")


def test_rounds_of_another_machine_version_or_length_do_not_mix() -> None:
    assert empty().differs(empty(missing={"LiveKit": "install it"})) == []
    assert empty().differs(empty(seconds=2.0)) == ["rounds of 1 s against 2 s"]
    assert empty().differs(empty(versions={"Janus": "2"})) == ["another Janus"]
    assert empty().differs(empty(machine={"processor": "two"})) == ["another machine or commit"]


def test_cases_of_different_shape_are_different_rows() -> None:
    results = empty()
    three, many = (Case(server=OURS, scenario="webinar", size=1, slots=slots) for slots in (3, 25))
    results.row(three).attempts.append(Attempt(round=1, at="now", figures=Figures(server_us=1.0)))
    assert results.row(many).attempts == []
    assert three.key == "webinar 1, 3 slots: ours"
