"""Boot time and wall time of one instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.media.clock import boottime_ns, read_anchor, to_boottime_ns, to_wall
from echo_session.media.protocol import Anchor

ANCHOR = Anchor(boot_id="boot", boottime_ns=5_000_000_000, wall_ns=1_795_000_000_000_000_000)


def test_wall_time_moves_with_boot_time() -> None:
    anchored = datetime.fromtimestamp(1_795_000_000, UTC)
    assert to_wall(ANCHOR, 5_000_000_000) == anchored
    assert to_wall(ANCHOR, 7_500_000_000) == anchored + timedelta(seconds=2.5)
    assert to_wall(ANCHOR, 4_000_000_000) == anchored - timedelta(seconds=1)


@given(st.integers(0, 10**18))
def test_there_and_back_loses_less_than_a_microsecond(at: int) -> None:
    assert 0 <= at - to_boottime_ns(ANCHOR, to_wall(ANCHOR, at)) < 1000


def test_anchor_is_now() -> None:
    before = boottime_ns()
    anchor = read_anchor()
    assert before <= anchor.boottime_ns <= boottime_ns()
    assert abs(to_wall(anchor, anchor.boottime_ns) - datetime.now(UTC)) < timedelta(seconds=1)
