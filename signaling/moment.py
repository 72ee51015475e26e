"""Instants that survive a changed wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: wall time (UTC), and nanoseconds of CLOCK_BOOTTIME within one kernel
    boot."""

    wall: datetime
    boottime_ns: int
    boot_id: str

    def seconds_since(self, earlier: Moment) -> float:
        """Elapsed time; by the boot clock where both are of one boot, else by the wall."""
        if self.boot_id == earlier.boot_id:
            return (self.boottime_ns - earlier.boottime_ns) / 1e9
        return (self.wall - earlier.wall).total_seconds()


class Clock(Protocol):
    """The time, passed in."""

    def monotonic(self) -> float:
        """Seconds that never jump, for deadlines."""

    def moment(self) -> Moment:
        """Now, for records."""


@dataclass(frozen=True, slots=True)
class Now:
    """The time of one input to a state machine."""

    monotonic: float
    moment: Moment

    @classmethod
    def of(cls, clock: Clock) -> Now:
        """Reads both clocks."""
        return cls(clock.monotonic(), clock.moment())
