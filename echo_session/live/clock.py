"""The time, as signaling wants it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from echo_session.media.clock import boot_id, boottime_ns
from signaling.moment import Moment


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._boot_id = boot_id()

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def moment(self) -> Moment:
        """Now, on both clocks."""
        return Moment(wall=datetime.now(UTC), boottime_ns=boottime_ns(), boot_id=self._boot_id)


def utc_now() -> datetime:
    """Wall time, in UTC."""
    return datetime.now(UTC)
