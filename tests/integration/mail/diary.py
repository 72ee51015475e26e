"""A calendar that takes what comes by mail, to be compared with the series."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import icalendar

from tests.unit.calendar.reading import Shown, by_ical_js, by_icalendar, told_by_ical_js

from .samples import NOW, World, calendar_of

FAR = NOW + timedelta(days=800)


def shown(world: World) -> list[Shown]:
    """What calendars are to show of the series."""
    there = [one for one in world.sessions if one.status != "cancelled"]
    return sorted(Shown(one.starts_at, one.duration_minutes, one.title) for one in there)


class Diary:
    """Keeps events by UID and RECURRENCE-ID as iTIP (RFC 5546) has it: a whole event replaces all of its UID.

    What comes must have one UID a message, and a SEQUENCE that never falls under its UID.
    """

    def __init__(self) -> None:
        self.sequences: defaultdict[str, list[int]] = defaultdict(list)
        self._events: dict[tuple[str, str], Any] = {}
        self._zones: dict[str, Any] = {}

    def take(self, messages: list[EmailMessage]) -> None:
        """What the messages bring, in their order."""
        for message in messages:
            data = calendar_of(message)
            if data:
                calendar = icalendar.Calendar.from_ical(data)
                assert told_by_ical_js(data, NOW, FAR)["method"] == calendar["METHOD"]
                self._take(calendar)

    def shows(self) -> list[Shown]:
        """What is in it; two parsers agree on that."""
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "test")
        for component in (*self._zones.values(), *self._events.values()):
            calendar.add_component(component)
        data = bytes(calendar.to_ical())
        one, other = by_icalendar(data, NOW, FAR), by_ical_js(data, NOW, FAR)
        assert one == other
        return one

    def _take(self, calendar: Any) -> None:
        for zone in calendar.walk("VTIMEZONE"):
            self._zones[str(zone["TZID"])] = zone
        events = calendar.walk("VEVENT")
        [uid] = {str(event["UID"]) for event in events}
        before = max(self.sequences[uid], default=0)
        if any("RECURRENCE-ID" not in event for event in events):
            self._events = {key: one for key, one in self._events.items() if key[0] != uid}
        for event in events:
            assert event["SEQUENCE"] >= before
            self.sequences[uid].append(int(event["SEQUENCE"]))
            at = event["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in event else ""
            if calendar["METHOD"] == "REQUEST":
                self._events[uid, at] = event
            elif at:
                self._events.pop((uid, at), None)
                moment = event["RECURRENCE-ID"]
                self._leave_out(self._events[uid, ""], moment)

    def _leave_out(self, master: Any, moment: Any) -> None:
        found = master.pop("EXDATE", [])
        groups = found if isinstance(found, list) else [found]
        dates = [one.dt for group in groups for one in group.dts]
        master.add("exdate", [*dates, moment.dt], parameters={"TZID": moment.params["TZID"]})
