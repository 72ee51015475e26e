"""Processes die at named failpoints; `tests.faults.crashes` does it by the hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.crashes import run

pytestmark = [pytest.mark.alone, pytest.mark.slow]


async def test_nothing_acknowledged_is_lost_or_doubled_whatever_dies_when(tmp_path: Path) -> None:
    report = await run(tmp_path, "", crashes=12, seed=5, tolerance=10.0)
    assert not report.wrong, report.text()
    assert report.crashes >= 12
