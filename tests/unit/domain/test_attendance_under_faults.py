"""Attendance against a model, whatever crashes, restarts or sets a clock.

`make ledger-model` goes on for longer, and looks for the shortest way to a difference.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.domain.ledger_machine import Meeting

STEPS = 10_000
EXAMPLES = 300


@pytest.mark.timeout(600)
def test_whatever_happens_the_figures_are_the_models() -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    Meeting.steps = 0
    while Meeting.steps < STEPS:
        run_state_machine_as_test(
            Meeting,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=50,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=quiet,
            ),
        )
