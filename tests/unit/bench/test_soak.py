"""What is made of a long run's recordings."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bench.drive import Generator, Received
from bench.soak_crowd import Crowd, Guest, Room
from bench.soak_verdict import KIB, MIB, Leftover, Soak, Usage, Viewing, leftovers, slope
from tests.native import NativePeer

HOUR = 3600.0


def usage(at: float, size: float = 100 * MIB, **tasks: int) -> Usage:
    return Usage(at=at, bytes=int(size), descriptors={"socket:": 20}, threads={"python": 4}, tasks=tasks)


def hour(growth: float, warm: float = 0.0) -> Soak:
    """An hour of joins, whose memory grows by so many bytes a second, and by ``warm`` at first."""
    usages = [
        usage(at, 100 * MIB + growth * at + min(at / 600, 1) * warm + (at // 10 % 2) * 64 * KIB)
        for at in range(0, int(HOUR), 10)
    ]
    return Soak(seconds=HOUR, joins=3600, looks=5, usages={"media-node": usages})


def test_the_slope_is_that_of_the_line_through_the_points() -> None:
    line = slope(
        [usage(0, 500), usage(10, 1000), usage(20, 3000), usage(30, 5000), usage(40, 7000)], since=10
    )
    assert line is not None
    assert line.bytes_a_second == pytest.approx(200)
    assert line.error == pytest.approx(0)
    assert slope([usage(0), usage(10)], since=0) is None


def test_memory_that_grows_with_every_join_is_a_fault_and_warming_up_is_none() -> None:
    assert hour(0).faults() == []
    assert hour(0, warm=50 * MIB).faults() == []
    assert hour(1 * KIB).faults() == []
    assert hour(3 * KIB).faults() == ["memory of media-node grows by 3.0 KiB a join"]


def test_a_short_run_does_not_judge_memory() -> None:
    run = hour(100 * KIB).model_copy(update={"seconds": 60.0})
    assert run.faults() == []
    assert "too short" in run.text()


def test_somebody_stuck_something_left_and_nobody_looked_at_are_faults() -> None:
    run = hour(0)
    run.stuck = [Viewing(viewer="a", publisher="b", packets=0)]
    run.left = [
        Leftover(what="descriptors of control", before=9, after=10, kinds={"socket:": 1}),
        Leftover(what="x", before=3, after=2),
    ]
    run.files = ["data/leftover"]
    run.failures = ["TimeoutError()"]
    assert run.faults() == [
        "a got nothing of b for a whole look",
        "left over: descriptors of control 9 -> 10 (more: 1 socket:)",
        "a join or leave failed: TimeoutError()",
        "left over: file data/leftover",
    ]
    assert hour(0).model_copy(update={"looks": 0}).faults() != []


def test_leftovers_are_compared_process_by_process() -> None:
    before, after = {"control": usage(0, beat=9, serve=3)}, {"control": usage(5, beat=11, serve=2)}
    grown = [one for one in leftovers(before, after) if one.after > one.before]
    assert grown == [Leftover(what="tasks of control", before=12, after=13, kinds={"beat": 2})]


class Seat:
    """As much of a ``NativePeer`` as a look reads."""

    def __init__(self, peer: str) -> None:
        self.peer = peer


def guest(name: str, since: float) -> Guest:
    return Guest(name=name, link="", peer=cast("NativePeer", Seat(name)), since=since)


def received(**packets: int) -> dict[str, dict[str, Received]]:
    """What ``viewer`` received of cameras."""
    rest: dict[str, Any] = dict.fromkeys(Received.model_fields, 0) | {"layers": {}}
    by = {
        f"{name}/camera": Received.model_validate(rest | {"packets": count})
        for name, count in packets.items()
    }
    return {"viewer": by}


def looked(viewer: Guest, *others: Guest, at: float, **packets: int) -> list[Viewing]:
    crowd = Crowd(cast("Generator", None), "", [Room([viewer, *others])])
    return list(crowd.viewings(received(**packets), at))


def test_a_look_counts_who_has_watched_all_the_while() -> None:
    viewer, other = guest("viewer", 10), guest("other", 10)
    viewer.watches, viewer.watching_since = other, 20
    assert looked(viewer, other, at=30, other=7) == [Viewing(viewer="viewer", publisher="other", packets=7)]
    assert looked(viewer, other, at=30, else_=7) == [Viewing(viewer="viewer", publisher="other", packets=0)]
    assert looked(viewer, other, at=21, other=7) == []
    other.since = 29
    assert looked(viewer, other, at=30) == []
    other.since, other.peer = 10, None
    assert looked(viewer, other, at=30) == []
