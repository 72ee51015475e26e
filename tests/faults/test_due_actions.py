"""Actions fall due while control processes are killed; `tests.faults.due_actions` does it by the thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from echo_session.store.engine import Database
from tests.faults.controls import Controls
from tests.faults.due_actions import PROCESSES, run

pytestmark = pytest.mark.slow


async def test_each_due_action_takes_effect_once_whoever_is_killed(
    database: Database, database_address: str, tmp_path: Path
) -> None:
    processes = PROCESSES["sqlite" if database.is_sqlite else "postgresql"]
    controls = Controls(database_address, tmp_path, processes)
    report = await run(database, controls, actions=60, kills=12, window=8)
    assert not report.wrong, report.text() + controls.log()
    assert (report.actions, report.kills, report.states) == (60, 12, {"done": 60})
