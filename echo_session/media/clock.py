"""Boot time of this kernel and wall time, and the way from one to the other.

Durations come from CLOCK_BOOTTIME, which runs on while the machine sleeps and never jumps; wall time is read
once per anchor, so that a jump of the wall clock changes no duration.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from echo_session.media.protocol import Anchor

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boottime_ns() -> int:
    """CLOCK_BOOTTIME of this machine, in nanoseconds."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Names this start of the kernel; boot times of different ids cannot be compared."""
    return _BOOT_ID.read_text(encoding="ascii").strip()


def read_anchor() -> Anchor:
    """Wall time and boot time of now."""
    return Anchor(boot_id=boot_id(), boottime_ns=boottime_ns(), wall_ns=time.time_ns())


def to_wall(anchor: Anchor, at_boottime_ns: int) -> datetime:
    """Wall time, in UTC, of an instant of the anchor's boot."""
    wall_ns = anchor.wall_ns + at_boottime_ns - anchor.boottime_ns
    seconds, nanoseconds = divmod(wall_ns, 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanoseconds // 1000)


def to_boottime_ns(anchor: Anchor, at: datetime) -> int:
    """Boot time, in nanoseconds, of an aware wall time; the way back of ``to_wall``."""
    since_epoch = at - datetime(1970, 1, 1, tzinfo=UTC)
    wall_ns = (
        since_epoch.days * 86_400 + since_epoch.seconds
    ) * 1_000_000_000 + since_epoch.microseconds * 1000
    return anchor.boottime_ns + wall_ns - anchor.wall_ns
