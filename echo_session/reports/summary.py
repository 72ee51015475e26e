"""What reports over several sessions say: of a series, a program, a person, a site, or for a grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from echo_session.domain.reporting import About, Line, Wanted
from echo_session.domain.tallying import By, Tally
from echo_session.reports import words
from echo_session.reports.tables import Row

_HEADINGS = {
    About.SERIES: "Series",
    About.PROGRAM: "Program",
    About.PERSON: "Person",
    About.SITE: "Site",
    About.GRANT: "Figures for grants and yearly reports",
}
MORE_THAN_ONE = (
    "People count once, however often they came, and so do sites. Somebody counts who was there while time"
    " counted, with the profession and the site that they had on that day."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything that such a report is made of. ``lines`` are there where it is about one person."""

    wanted: Wanted
    title: str
    tally: Tally
    made_at: datetime
    lines: Sequence[Line] = ()

    @property
    def above(self) -> str:
        """What kind of thing it is about."""
        return _HEADINGS[self.wanted.about]

    @property
    def name(self) -> str:
        """What it is about."""
        return self.title or "All programs"

    @property
    def range(self) -> str:
        """The days that it takes in, in words."""
        first, last = self.wanted.first, self.wanted.last
        if first and last:
            return f"{words.day(first)} to {words.day(last)}"
        if first:
            return f"Since {words.day(first)}"
        if last:
            return f"Until {words.day(last)}"
        return f"All sessions{self._seen()}"

    def _seen(self) -> str:
        days = sorted(total.held.day for total in self.tally.sessions.values())
        if not days:
            return ""
        return (
            f", {words.day(days[0])} to {words.day(days[-1])}"
            if days[0] != days[-1]
            else f", {words.day(days[0])}"
        )


def figures(tally: Tally) -> list[tuple[str, str]]:
    """The numbers that grants ask for, with what they count."""
    everything = tally.everything
    professions = [name for name in tally.groups[By.PROFESSION] if name != "Not known"]
    return [
        (f"{len(everything.people):,}", "different people"),
        (f"{len(everything.participants):,}", "of them participants"),
        (f"{len(professions):,}", "professions"),
        (f"{len(tally.places):,}", "sites"),
        (f"{tally.places_where(rural=True):,}", "rural sites"),
        (f"{tally.places_where(shortage_area=True):,}", "sites in a shortage area"),
        (f"{tally.counties:,}", "counties"),
        (f"{len(tally.sessions):,}", "sessions held"),
        (f"{everything.attendances:,}", "attendances"),
        (f"{words.in_hours(everything.seconds):,}", "hours attended, together"),
        (f"{words.in_hours(tally.minutes_held * 60):,}", "hours of sessions"),
    ]


def notes(tally: Tally) -> list[str]:
    """What somebody who uses the figures should know."""
    found = [MORE_THAN_ONE]
    unknown_rural = sum(place.rural is None for place in tally.places.values())
    unknown_shortage = sum(place.shortage_area is None for place in tally.places.values())
    if unknown_rural or unknown_shortage:
        found.append(
            f"Not known whether rural: {words.counted(unknown_rural, 'site')}; whether in a shortage area:"
            f" {words.counted(unknown_shortage, 'site')}."
        )
    if tally.unmatched:
        many = words.counted(len(tally.unmatched), "person", "people")
        found.append(f"Not matched yet, so that they may be counted twice: {many}.")
    return found


def summary_rows(summary: Summary) -> list[Row]:
    """Rows of ``rows.SUMMARY``."""
    about: list[Row] = [
        ("Report", f"{summary.above}: {summary.name}"),
        ("Days", summary.range),
        ("As of", summary.made_at.isoformat(timespec="seconds")),
    ]
    about += [(_sentence(what), number.replace(",", "")) for number, what in figures(summary.tally)]
    return [*about, *(("Note", note) for note in notes(summary.tally))]


def about_json(summary: Summary) -> dict[str, object]:
    """What the report is about, in JSON."""
    wanted = summary.wanted
    return {
        "report": wanted.about.value,
        "id": wanted.id or None,
        "title": summary.name,
        "from": _iso(wanted.first),
        "to": _iso(wanted.last),
        "generated_at": summary.made_at.isoformat(timespec="seconds"),
    }


def figures_json(summary: Summary) -> dict[str, object]:
    """The figures as numbers, and people by profession and state."""
    tally = summary.tally
    everything = tally.everything
    return {
        "people": len(everything.people),
        "participants": len(everything.participants),
        "sessions": len(tally.sessions),
        "attendances": everything.attendances,
        "hours": float(words.in_hours(everything.seconds)),
        "session_hours": float(words.in_hours(tally.minutes_held * 60)),
        "sites": len(tally.places),
        "rural_sites": tally.places_where(rural=True),
        "shortage_sites": tally.places_where(shortage_area=True),
        "counties": tally.counties,
        "people_not_matched": len(tally.unmatched),
        "professions": _by(tally, By.PROFESSION),
        "states": _by(tally, By.STATE),
        "notes": notes(tally),
    }


def _by(tally: Tally, by: By) -> list[dict[str, object]]:
    return [
        {"name": name, "people": len(group.people), "participants": len(group.participants)}
        for name, group in tally.in_order(by)
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
