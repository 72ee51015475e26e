"""Webhooks in a storm; `tests.faults.webhooks_storm` sends a hundred thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from echo_session.store.engine import Database
from tests.faults.controls import Controls
from tests.faults.webhooks_storm import Storm, run

pytestmark = pytest.mark.slow

STORM = Storm(
    webhooks=240,
    kills=2,
    sessions=12,
    down_seconds=1,
    retry_scale=0.0005,
    timeout_seconds=0.5,
    stuck_after=40,
)


async def test_each_webhook_takes_effect_once_and_in_order_whoever_is_killed(
    database: Database, database_address: str, tmp_path: Path
) -> None:
    controls = Controls(database_address, tmp_path, 1, STORM.settings())
    report = await run(database, controls, STORM)
    assert report.good, report.text() + controls.log()
