"""What a long run has shown: how memory grew, who was stuck, what is left over. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

WARM_SECONDS = 600.0
"""Until then memory may grow: pools fill and caches come to their size."""
SHORT_SECONDS = 1200.0
"""A run that is shorter says nothing about a slope."""
BYTES_A_JOIN = 2048.0
"""What may remain of a join in memory, on the average. One peer that is kept is a hundred times that."""
KIB = 1024.0
MIB = KIB * 1024.0


class Usage(BaseModel):
    """One process at a time (s since the start of the run)."""

    at: float
    bytes: int
    """Allocated, without libraries that others share."""
    descriptors: dict[str, int]
    """How many of each kind: a path, ``socket:``, ``anon_inode:[eventpoll]``."""
    threads: dict[str, int]
    """By the name of the thread."""
    tasks: dict[str, int]
    """asyncio's, by coroutine."""


class Slope(BaseModel):
    """A straight line through memory by least squares, in bytes a second, and its standard error."""

    bytes_a_second: float
    error: float


def slope(usages: Sequence[Usage], since: float) -> Slope | None:
    """From a time on; None with fewer than three points."""
    points = [(one.at, float(one.bytes)) for one in usages if one.at >= since]
    if len(points) < 3:
        return None
    count = len(points)
    mean_at = sum(at for at, _ in points) / count
    mean_bytes = sum(size for _, size in points) / count
    spread = sum((at - mean_at) ** 2 for at, _ in points)
    steep = sum((at - mean_at) * (size - mean_bytes) for at, size in points) / spread
    off = sum((size - mean_bytes - steep * (at - mean_at)) ** 2 for at, size in points)
    return Slope(bytes_a_second=steep, error=math.sqrt(off / (count - 2) / spread))


class Viewing(BaseModel):
    """One viewer who has watched one flowing publication for a whole look."""

    viewer: str
    publisher: str
    packets: int


class Leftover(BaseModel):
    """What was there before anybody came and what is there after all have gone."""

    what: str
    before: int
    after: int
    kinds: dict[str, int] = {}
    """What there is more of, and how much more."""

    def text(self) -> str:
        """For people to read."""
        more = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        return f"{self.what} {self.before} -> {self.after}{f' (more: {more})' if more else ''}"


class Soak(BaseModel):
    """Everything a run has recorded. ``usages`` by process: ``control``, ``media-node``."""

    seconds: float
    joins: int = 0
    leaves: dict[str, int] = {}
    """By how people went."""
    usages: dict[str, list[Usage]] = {}
    looks: int = 0
    """Viewers looked at, all together."""
    stuck: list[Viewing] = []
    failures: list[str] = []
    """Joins and leaves that did not succeed."""
    left: list[Leftover] = []
    files: list[str] = []
    """In the data folder that were not there before."""

    def warm(self) -> float:
        """When the slope begins: after ten minutes, sooner in a short run."""
        return min(WARM_SECONDS, self.seconds / 3)

    def faults(self) -> list[str]:
        """Why the run is not as it should be; empty if it is."""
        found = [f"{one.viewer} got nothing of {one.publisher} for a whole look" for one in self.stuck]
        found += [f"left over: {one.text()}" for one in self.left if one.after > one.before]
        found += [f"a join or leave failed: {one}" for one in self.failures]
        found += [f"left over: file {name}" for name in self.files]
        if self.looks == 0:
            found.append("nobody watched anybody for long enough to be looked at")
        if self.seconds >= SHORT_SECONDS:
            found += [
                f"memory of {process} grows by {kept / KIB:.1f} KiB a join"
                for process in self.usages
                if (kept := self.bytes_a_join(process)) is not None and kept > BYTES_A_JOIN
            ]
        return found

    def bytes_a_join(self, process: str) -> float | None:
        """How much memory remained of each join, by the slope."""
        line = slope(self.usages[process], self.warm())
        return None if line is None else line.bytes_a_second * self.seconds / max(self.joins, 1)

    def text(self) -> str:
        """For people to read."""
        went = ", ".join(f"{count} {how}" for how, count in sorted(self.leaves.items()))
        lines = [
            f"{self.seconds / 60:.1f} minutes, {self.joins} joins,"
            f" {sum(self.leaves.values())} leaves ({went});"
            f" looked at {self.looks} viewers, {len(self.stuck)} stuck"
        ]
        for process, usages in self.usages.items():
            if line := slope(usages, self.warm()):
                kept = (self.bytes_a_join(process) or 0.0) / KIB
                lines.append(
                    f"{process}: memory after {self.warm() / 60:.1f} minutes grows by"
                    f" {line.bytes_a_second * 3600 / MIB:.2f} ± {line.error * 3600 / MIB:.2f} MiB an hour,"
                    f" {kept:.2f} KiB a join"
                )
        lines += [one.text() for one in self.left]
        if self.seconds < SHORT_SECONDS:
            lines.append("(too short a run for its slope to be judged)")
        faults = self.faults()
        return "\n".join([*lines, *(f"FAULT: {one}" for one in faults), *([] if faults else ["no fault"])])


def leftovers(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> list[Leftover]:
    """Descriptors, threads and tasks of each process."""
    return [
        _leftover(f"{what} of {process}", getattr(before[process], what), getattr(after[process], what))
        for process in before
        for what in ("descriptors", "threads", "tasks")
    ]


def _leftover(what: str, before: Mapping[str, int], after: Mapping[str, int]) -> Leftover:
    more = {kind: count - before.get(kind, 0) for kind, count in after.items()}
    return Leftover(
        what=what,
        before=sum(before.values()),
        after=sum(after.values()),
        kinds={kind: count for kind, count in more.items() if count > 0},
    )
