"""Runs a plan: one round of every case, then the next round, and writes down each as it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.cases import Case
from bench.figures import Figures
from bench.floor import floor
from bench.measure import Bench, flow, joins
from bench.results import Attempt, Results

CASE_SECONDS = 180.0
"""No round of a case takes longer; a server that hangs fails."""

Measure = Callable[[Bench, Case], Awaitable[Figures]]
MEASURES: dict[str, Measure] = {
    "webinar": flow,
    "meeting": flow,
    "rooms": flow,
    "joins": joins,
    "floor": floor,
}


def run(
    results: Results,
    path: Path,
    cases: Sequence[Case],
    rounds: int,
    bench: Bench,
    *,
    measure: Callable[[Bench, Case], Figures] | None = None,
) -> None:
    """Does what is not done yet. A case that fails is marked, and the others go on."""
    for number, case in results.pending(cases, rounds):
        began = time.monotonic()
        attempt = Attempt(round=number, at=datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            attempt.figures = (measure or one_round)(bench, case)
        except Exception as error:
            attempt.error = reason(error)
        results.row(case).attempts.append(attempt)
        results.save(path)
        said = attempt.error or _short(attempt.figures)
        print(f"round {number}  {case.key:40} {time.monotonic() - began:5.1f} s  {said}", flush=True)


def one_round(bench: Bench, case: Case) -> Figures:
    """Measures a case once."""

    async def limited() -> Figures:
        async with asyncio.timeout(CASE_SECONDS):
            return await MEASURES[case.scenario](bench, case)

    return asyncio.run(limited())


def reason(error: BaseException) -> str:
    """What went wrong, in one line: of a group the first of its errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, TimeoutError) and not str(error):
        return f"not done after {CASE_SECONDS:.0f} s"
    return f"{type(error).__name__}: {error}".replace("\n", " ")


def _short(figures: Figures | None) -> str:
    if figures is None:
        return ""
    if figures.join_p50_ms is not None:
        return f"joins {figures.join_p50_ms:.0f} ms, p99 {figures.join_p99_ms:.0f} ms"
    delay = "" if figures.p99_ms is None else f", p99 {figures.p99_ms:.2f} ms"
    return f"{figures.server_us:.2f} us a packet{delay}"
