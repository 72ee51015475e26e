"""iCalendar read back by parsers that know nothing of how it was written."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import recurring_ical_events

WEB = Path(__file__).parents[3] / "web"
SCRIPT = WEB / "scripts" / "read-calendar.mjs"


class Shown(NamedTuple):
    """One occurrence as a calendar shows it."""

    starts_at: datetime
    minutes: int
    title: str


def by_icalendar(data: bytes, first: datetime, last: datetime) -> list[Shown]:
    """As icalendar and recurring-ical-events understand it."""
    calendar = icalendar.Calendar.from_ical(data)
    found = recurring_ical_events.of(calendar).between(first, last)
    shown = [
        Shown(
            event["DTSTART"].dt.astimezone(UTC),
            (event["DTEND"].dt - event["DTSTART"].dt) // timedelta(minutes=1),
            str(event["SUMMARY"]),
        )
        for event in found
    ]
    return sorted(shown)


def by_ical_js(data: bytes, first: datetime, last: datetime) -> list[Shown]:
    """As ical.js understands it, with nothing but the zones in the file."""
    return sorted(
        Shown(datetime.fromisoformat(one["start"]).astimezone(UTC), one["minutes"], one["summary"])
        for one in told_by_ical_js(data, first, last)["occurrences"]
    )


def told_by_ical_js(data: bytes, first: datetime, last: datetime) -> dict[str, Any]:
    """What the script makes of it: method, events and occurrences."""
    done = subprocess.run(
        ["node", str(SCRIPT), first.isoformat(), last.isoformat()],
        input=data,
        capture_output=True,
        check=False,
        cwd=WEB,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    return told
