"""What the report of one session says beside its lines: how final it is, what counts, what was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from echo_session.domain.reporting import Held, Line
from echo_session.domain.spans import Span, length
from echo_session.domain.us_words import zone_words
from echo_session.reports import words
from echo_session.reports.tables import Row

State = Literal["live", "ready", "final"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One edition of the session's attendance."""

    number: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A correction, in names."""

    name: str
    action: str
    """``add`` or ``strike``."""
    start: datetime
    end: datetime
    by: str
    reason: str
    at: datetime
    undone: str = ""
    """By whom and why it was taken back; empty where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """Everything that the report of a session is made of."""

    held: Held
    state: State
    editions: tuple[Told, ...]
    countable: tuple[Span, ...]
    breaks: tuple[tuple[datetime, datetime | None], ...]
    lines: tuple[Line, ...]
    corrections: tuple[Changed, ...]
    links: int
    head: str
    made_at: datetime

    @property
    def countable_seconds(self) -> int:
        """The most that anybody's time can count."""
        return round(length(self.countable).total_seconds())

    @property
    def sites(self) -> int:
        """Different places, of those who have one."""
        return len({line.place.key for line in self.lines if line.place.key})


def when(report: SessionReport) -> str:
    """Day, hours and zone."""
    held = report.held
    start = words.clock(held.starts_at, held.zone)
    zone = zone_words(held.starts_at, held.zone)
    return f"{words.weekday(held.day)}, {start} {zone}, {held.minutes} minutes planned"


def standing(report: SessionReport) -> str:
    """How final it is, in a sentence."""
    zone = report.held.zone
    match report.state:
        case "live":
            return f"The session is still on: as of {words.clock(report.made_at, zone)}."
        case "ready":
            return "Not final yet: the coordinator has not closed the attendance."
    first = next(one for one in report.editions if one.number == 1)
    final = f"Final since {_moment(first.at, zone)}{_by(first)}."
    last = report.editions[-1]
    if last.number == 1:
        return final
    because = f", because: {last.reason}" if last.reason else ""
    told = f"{final} Amendment {last.number - 1} on {_moment(last.at, zone)}{_by(last)}{because}"
    return told if told.endswith((".", "!", "?")) else f"{told}."


def what_counts(report: SessionReport) -> str:
    """Which hours count, and the breaks in them."""
    zone = report.held.zone
    windows = ", ".join(_span(span.start, span.end, zone) for span in report.countable)
    counts = f"Time that counts: {windows} ({words.duration(report.countable_seconds)})."
    if not report.breaks:
        return counts if windows else "None of the session's time counts."
    breaks = ", ".join(_span(start, end, zone) for start, end in report.breaks)
    return f"{counts} Without the break{'s' * (len(report.breaks) > 1)} {breaks}."


def correction_rows(report: SessionReport) -> list[Row]:
    """Who, what, by whom and why."""
    zone = report.held.zone
    return [
        (
            one.name,
            f"{'Was there' if one.action == 'add' else 'Was not there'} {_span(one.start, one.end, zone)}",
            f"{one.by}, {_moment(one.at, zone)}",
            one.reason,
            f"Taken back by {one.undone}" if one.undone else "",
        )
        for one in report.corrections
    ]


def _span(start: datetime, end: datetime | None, zone: str) -> str:
    until = "now" if end is None else words.clock(end, zone)
    return f"{words.clock(start, zone)} to {until}"


def _moment(at: datetime, zone: str) -> str:
    return f"{words.short_day(words.there(at, zone).date())}, {words.clock(at, zone)}"


def _by(told: Told) -> str:
    return f", by {told.by}" if told.by else ""
