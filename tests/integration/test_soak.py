"""The soak in small: it looks at people who watch each other, and an hour's faults would show in it."""

from __future__ import annotations

import pytest

from bench.soak import Plan, soak
from bench.soak_crowd import CLICK


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_people_come_and_go_and_leave_nothing_behind() -> None:
    """All leave by a click here: of any other end the service is sure only half a minute later."""
    run = await soak(Plan(seconds=6.5, endpoints=4, rooms=1, every=2.0, pace=20.0, ways=[CLICK], quiet=True))
    assert run.faults() == []
    assert run.joins == 5
    assert run.looks > 0
    assert {sum(usages[-1].descriptors.values()) > 0 for usages in run.usages.values()} == {True}
