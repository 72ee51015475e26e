"""Wall time in a zone, and the instant that it means."""

from __future__ import annotations

from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from echo_session.domain.errors import FieldProblem


@cache
def zones() -> frozenset[str]:
    """Every IANA zone that this machine knows."""
    return frozenset(available_timezones())


def to_utc(local: datetime, zone: str) -> datetime:
    """The instant at which clocks in ``zone`` show ``local`` (naive).

    A time that the spring change skips moves forward by the gap; one that comes twice in autumn is the first.
    Both are what ``fold=0`` means (PEP 495): the offset from before the change holds.
    """
    if local.tzinfo is not None:
        raise ValueError(f"{local!r} has a time zone; a wall time has none")
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_local(instant: datetime, zone: str) -> datetime:
    """What clocks in ``zone`` show at this instant; naive."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def check_zone(zone: str, field: str = "zone") -> FieldProblem | None:
    """Nothing if this is a zone, else what is wrong, with the nearest names."""
    if zone in zones():
        return None
    near = get_close_matches(zone, zones(), n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return FieldProblem(
        field, f"{zone[:64]!r} is not a time zone{hint}", 'an IANA time zone such as "America/Denver"'
    )
