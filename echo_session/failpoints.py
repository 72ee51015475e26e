"""Named places at which a test has this process die: around every commit that attendance stands on.

    ECHO_SESSION_FAILPOINTS="record.joined.before_commit@2"

kills the process with SIGKILL as it passes that place for the second time. Without the variable nothing is
armed, and a place costs one look at an empty table.
"""

from __future__ import annotations

import os
import signal

__all__ = ["NAMES", "VARIABLE", "arm", "reached"]

VARIABLE = "ECHO_SESSION_FAILPOINTS"

NAMES = frozenset(
    f"{place}.{side}"
    for place, sides in {
        "record.joined": ("before_commit", "after_commit"),
        "record.left": ("before_commit", "after_commit"),
        "record.evicted": ("before_commit", "after_commit"),
        "record.recovered": ("before_commit", "after_commit"),
        "presence.put": ("before_commit", "after_commit"),
        "presence.seen": ("before_commit", "after_commit"),
        "session.close": ("before_leaves", "before_commit", "after_commit"),
        "session.finalise": ("before_commit", "after_commit"),
        "control.event": ("taken", "before_acknowledge", "after_acknowledge"),
        "node.event": ("before_log", "after_log", "before_forget", "after_forget"),
    }.items()
    for side in sides
)
"""Every place there is."""

_armed: dict[str, int] = {}
"""How often each is still passed before it kills."""


def arm(text: str) -> None:
    """Takes the place of what was armed before: names, each with ``@`` and a count if it is not the first
    passing that kills, with commas between.

    Raises ValueError where there is no such place.
    """
    wanted: dict[str, int] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, count = item.partition("@")
        if name not in NAMES:
            raise ValueError(f"there is no failpoint {name!r}")
        wanted[name] = int(count or 1)
    _armed.clear()
    _armed.update(wanted)


def reached(name: str) -> None:
    """Kills this process where the place is armed and its turn has come."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
