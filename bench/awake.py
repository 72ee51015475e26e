"""Keeps processor cores from halting, or figures would tell of halting and waking."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context

TURNS = 1_000_000
"""Of a spinner between two looks at whether somebody still needs it; some 20 ms."""


@contextmanager
def awake(cores: Sequence[int | None]) -> Iterator[list[int]]:
    """A spinner on each core that yields to everybody else; gives their process ids."""
    context = get_context("spawn")
    spinners = [
        context.Process(target=_spin, args=(core,), daemon=True) for core in cores if core is not None
    ]
    for spinner in spinners:
        spinner.start()
    try:
        yield [spinner.pid for spinner in spinners if spinner.pid is not None]
    finally:
        for spinner in spinners:
            spinner.terminate()
            spinner.join()


def _spin(core: int) -> None:
    """Body of a spinner; ends by being terminated, or soon after a benchmark that could not do that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the benchmark, which then ends us
    parent = os.getppid()
    os.sched_setaffinity(0, {core})
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    while os.getppid() == parent:
        for _ in range(TURNS):
            pass


def two_cores() -> tuple[int | None, int | None]:
    """One core for the server and one for the generator where there are two; else nobody is pinned."""
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[1]) if len(available) > 1 else (None, None)
