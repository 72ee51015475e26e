"""Reports over several sessions as a PDF."""

from __future__ import annotations

from collections.abc import Sequence

from echo_session.domain.reporting import ROLE_WORDS, About, Line
from echo_session.domain.tallying import By
from echo_session.reports import words
from echo_session.reports.drawing import MUTED
from echo_session.reports.paper import Paper
from echo_session.reports.printing import Printed, figures, head, section, table
from echo_session.reports.summary import Summary, notes
from echo_session.reports.summary import figures as numbers
from echo_session.reports.tables import As, Row

MOST_PEOPLE = 2000
"""On paper; a workbook holds any number."""
_PEOPLE = (
    Printed("Name", 26),
    Printed("Profession", 20),
    Printed("Site", 26),
    Printed("Sessions", 11, As.NUMBER, right=True),
    Printed("Hours", 10, As.HOURS, right=True),
    Printed("First", 14, As.DAY),
    Printed("Last", 14, As.DAY),
)
_SESSIONS = (
    Printed("Date", 15, As.DAY),
    Printed("Session", 42),
    Printed("People", 10, As.NUMBER, right=True),
    Printed("Participants", 13, As.NUMBER, right=True),
    Printed("Sites", 9, As.NUMBER, right=True),
    Printed("Hours attended", 12, As.HOURS, right=True),
)
_GROUPS = (
    Printed("", 36),
    Printed("People", 11, As.NUMBER, right=True),
    Printed("Participants", 13, As.NUMBER, right=True),
    Printed("Sites", 10, As.NUMBER, right=True),
    Printed("Sessions", 11, As.NUMBER, right=True),
    Printed("Hours", 12, As.HOURS, right=True),
)
_OF_ONE = (
    Printed("Date", 15, As.DAY),
    Printed("Session", 40),
    Printed("As", 14),
    Printed("There", 13, As.LENGTH, right=True),
    Printed("Counted", 13, As.LENGTH, right=True),
    Printed("Notes", 20),
)
_SHOWN = {
    About.SERIES: (By.PROFESSION, By.SITE),
    About.PROGRAM: (By.PROFESSION, By.SITE),
    About.SITE: (By.PROFESSION, By.PROGRAM),
    About.PERSON: (),
    About.GRANT: tuple(By),
}


def summary_pdf(summary: Summary) -> bytes:
    """The file."""
    printed = words.day(summary.made_at.date())
    foot = f"{summary.above}: {summary.name}. {summary.range}. Printed {printed}."
    paper = Paper(title=f"{summary.above}: {summary.name}", now=summary.made_at, footer=lambda _page: foot)
    head(paper, summary.above, summary.name, [summary.range])
    if summary.wanted.about is About.PERSON:
        _of_one(paper, summary)
        return paper.finish()
    figures(paper, numbers(summary.tally))
    for note in notes(summary.tally):
        paper.say(note, size=8, fill=MUTED)
    for by in _SHOWN[summary.wanted.about]:
        _groups(paper, summary, by)
    if summary.wanted.about is not About.GRANT:
        _sessions(paper, summary)
        _people(paper, summary)
    return paper.finish()


def _of_one(paper: Paper, summary: Summary) -> None:
    total = summary.tally.everything
    found = [
        (f"{len(total.sessions):,}", "session attended" if len(total.sessions) == 1 else "sessions attended"),
        (words.duration(total.seconds), "counted"),
        (f"{words.in_hours(total.seconds):,}", "hours"),
    ]
    figures(paper, found)
    section(paper, "Sessions")
    table(paper, _OF_ONE, map(_line, summary.lines), empty="They were in no session in this time.")


def _line(line: Line) -> Row:
    held = line.session
    series = f" ({held.series})" if held.series and held.series != held.title else ""
    note = "Shared camera" if line.way == "shared" else ""
    if line.corrected:
        note = f"Corrected, was {words.duration(line.original_seconds)}"
    role = ROLE_WORDS.get(line.role, line.role)
    return (held.day, f"{held.title}{series}", role, line.present_seconds, line.counted_seconds, note)


def _groups(paper: Paper, summary: Summary, by: By) -> None:
    section(paper, f"By {by.value.lower()}")
    found: Sequence[Row] = [
        (
            name,
            len(group.people),
            len(group.participants),
            len(group.sites),
            len(group.sessions),
            group.seconds,
        )
        for name, group in summary.tally.in_order(by)
    ]
    named = (Printed(by.value, _GROUPS[0].share), *_GROUPS[1:])
    table(paper, named, found, empty="Nobody was there in this time.")


def _sessions(paper: Paper, summary: Summary) -> None:
    section(paper, "Sessions")
    found = sorted(summary.tally.sessions.values(), key=lambda one: (one.held.starts_at, one.held.id))
    printed: list[Row] = [
        (
            one.held.day,
            one.held.title,
            len(one.group.people),
            len(one.group.participants),
            len(one.group.sites),
            one.group.seconds,
        )
        for one in found
    ]
    table(paper, _SESSIONS, printed, empty="No session was held in this time.")


def _people(paper: Paper, summary: Summary) -> None:
    section(paper, "People")
    totals = sorted(
        summary.tally.people.values(), key=lambda one: (one.latest.name.casefold(), one.latest.person_id)
    )
    printed: list[Row] = [
        (
            one.latest.name,
            one.latest.profession,
            one.latest.place.name,
            one.sessions,
            one.seconds,
            one.first_day,
            one.last_day,
        )
        for one in totals[:MOST_PEOPLE]
    ]
    table(paper, _PEOPLE, printed, empty="Nobody was there in this time.")
    if len(totals) > MOST_PEOPLE:
        rest = words.counted(len(totals) - MOST_PEOPLE, "more person is", "more people are")
        paper.say(f"{rest} in the Excel workbook of this report.", fill=MUTED)
