"""Zones in the file say what the zone database says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from echo_session.calendar.zones import vtimezone
from echo_session.domain.times import zones

FIRST, LAST = date(2024, 9, 1), date(2028, 6, 30)
CHUNKS = 4


def offsets(data: bytes) -> list[tuple[datetime, timedelta]]:
    """From which instants on which offset holds, as the component alone says."""
    found = []
    zone: Any = icalendar.Timezone.from_ical(data)
    for part in zone.subcomponents:
        begin = part["DTSTART"].dt
        rule = part.get("RRULE")
        starts = [begin]
        if rule is not None:
            until = datetime.combine(LAST, time()) + timedelta(days=200)
            text = ";".join(p for p in rule.to_ical().decode().split(";") if not p.startswith("UNTIL"))
            starts = list(rrulestr(text, dtstart=begin).between(begin, until, inc=True))
            if "UNTIL" in rule:
                last = rule["UNTIL"][0].replace(tzinfo=None) + part["TZOFFSETFROM"].td
                starts = [one for one in starts if one <= last]
        found += [((one - part["TZOFFSETFROM"].td), part["TZOFFSETTO"].td) for one in starts]
    return sorted(found)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_zone_has_its_own_offsets(chunk: int) -> None:
    wrong = []
    for name in sorted(zones())[chunk::CHUNKS]:
        told = offsets(vtimezone(name, FIRST, LAST).to_ical())
        there = ZoneInfo(name)
        moment = datetime.combine(FIRST, time())
        place = 0
        while moment.date() <= LAST:
            while place + 1 < len(told) and told[place + 1][0] <= moment:
                place += 1
            if told[place][1] != moment.replace(tzinfo=UTC).astimezone(there).utcoffset():
                wrong.append((name, moment, told[place][1]))
                break
            moment += timedelta(hours=12)
    assert not wrong


def test_yearly_changes_are_one_rule_each() -> None:
    text = vtimezone("America/Denver", FIRST, LAST).to_ical().decode()
    assert text.count("BEGIN:DAYLIGHT") == text.count("BEGIN:STANDARD") == 1
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in text


def test_a_zone_whose_clocks_stay_needs_no_rule() -> None:
    text = vtimezone("America/Phoenix", FIRST, LAST).to_ical().decode()
    assert "DAYLIGHT" not in text
    assert "RRULE" not in text
