"""Instants as text, for whoever reads them outside."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(instant: datetime) -> str:
    """In UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def rfc3339_or_none(instant: datetime | None) -> str | None:
    """The same of one that may not be."""
    return None if instant is None else rfc3339(instant)
