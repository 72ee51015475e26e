"""What somebody is told whose change comes after another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from echo_session.api.problems import Changed, Problem
from echo_session.api.run import etag
from echo_session.domain.times import to_local

By = tuple[str, datetime]
"""Who changed it last, by name, and when."""


def changed_meanwhile(
    what: str, by: By | None, zone: str, revision: int, expected: int, changed: Sequence[Changed]
) -> Problem:
    """412, with where what is there is not what is asked for."""
    who = f"Somebody changed {what} in the meantime"
    if by is not None:
        at = to_local(by[1], zone)
        who = f"{by[0]} changed {what} on {at.day} {at:%B %Y at %H:%M} ({zone})"
    return Problem(
        412,
        f"{who}; it is at revision {revision}, not {expected}. Nothing was overwritten: read it again, then"
        " decide.",
        headers=etag(revision),
        changed=changed,
    )
