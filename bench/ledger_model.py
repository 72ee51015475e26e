"""Attendance against its model for long: ``python -m bench.ledger_model [--steps 200000]``.

Each step is one thing that happens to a session (somebody joins, a process dies, a clock is set, a correction
is made), after which every figure that the ledger gives is compared with the model's. Ends at the first
difference, with the shortest way to it that could be found.
"""

from __future__ import annotations

import argparse
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.domain.ledger_machine import Meeting

SESSIONS = 500
"""In one run of the machine; each goes on for at most so many steps."""
LENGTH = 80


def main() -> None:
    """Runs until there were enough steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=200_000)
    wanted = parser.parse_args().steps
    how = settings(
        max_examples=SESSIONS,
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    began, runs = time.monotonic(), 0
    while Meeting.steps < wanted:
        run_state_machine_as_test(Meeting, settings=how)
        runs += 1
    took = time.monotonic() - began
    print(
        f"{Meeting.steps} steps of {runs * SESSIONS} sessions in {took:.0f} s, no difference from the model:"
    )
    for what, count in Meeting.done.most_common():
        print(f"{count:9} {what}")


if __name__ == "__main__":
    main()
