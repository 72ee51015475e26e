"""Errors of the clock."""

from __future__ import annotations

__all__ = ["ClaimLost", "SchedulerError"]


class SchedulerError(Exception):
    """Base of everything the clock raises."""


class ClaimLost(SchedulerError):
    """The due work was claimed by another runner, or cancelled, while we held it.

    Raised inside the transaction of an effect, it rolls the effect back.
    """

    def __init__(self, work_id: str, epoch: int) -> None:
        super().__init__(f"due work {work_id} no longer belongs to claim {epoch}")
        self.work_id = work_id
        self.epoch = epoch
