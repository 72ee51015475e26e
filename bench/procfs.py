"""What processes use, as the kernel counts it. Linux only; see proc(5)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pids: Iterable[int]) -> float:
    """Processor time of processes with all their living threads, exact to the nanosecond.

    From each thread's ``schedstat``, since ``stat`` counts in ticks of 10 ms. Threads that end between two
    readings are missed; no server measured here ends threads while media merely flow.
    """
    return sum(_thread_seconds(task) for pid in pids for task in _tasks(pid))


def threads(pids: Iterable[int]) -> int:
    """How many threads processes have."""
    return sum(len(_tasks(pid)) for pid in pids)


def _tasks(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except FileNotFoundError:
        return []


def _thread_seconds(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text().split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def proportional_bytes(pids: Iterable[int]) -> int:
    """Proportional set size (PSS) of processes: what is shared counts by its share."""
    return sum(rollup_bytes((PROC / str(pid) / "smaps_rollup").read_text()) for pid in pids)


def own_bytes(pid: int) -> int:
    """What a process has allocated. Unlike its PSS, it is the same whoever else runs Python."""
    return rollup_bytes((PROC / str(pid) / "smaps_rollup").read_text(), "Pss_Anon")


def rollup_bytes(text: str, name: str = "Pss") -> int:
    """A line of ``smaps_rollup``."""
    for line in text.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"smaps_rollup has no line {name}:")


def machine_seconds(spinners: Sequence[int]) -> float:
    """Processor time of the whole machine that was neither idle nor spent by spinners."""
    return busy_seconds((PROC / "stat").read_text()) - processor_seconds(spinners)


def busy_seconds(text: str) -> float:
    """User, nice, system, interrupts and stolen time from the first line of ``/proc/stat``."""
    user, nice, system, _idle, _waiting, hard, soft, stolen = map(int, text.split(maxsplit=9)[1:9])
    return (user + nice + system + hard + soft + stolen) / _TICKS


def open_files(pid: int) -> Counter[str]:
    """Open descriptors of a process by what they lead to, without the numbers of sockets and pipes."""
    kinds: Counter[str] = Counter()
    for descriptor in (PROC / str(pid) / "fd").iterdir():
        with suppress(FileNotFoundError):
            target = str(descriptor.readlink())
            kinds[target.partition("[")[0] if target.startswith(("socket:", "pipe:")) else target] += 1
    return kinds


def thread_names(pid: int) -> Counter[str]:
    """Threads of a process by their names."""
    names: Counter[str] = Counter()
    for task in _tasks(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            names[(task / "comm").read_text().strip()] += 1
    return names
