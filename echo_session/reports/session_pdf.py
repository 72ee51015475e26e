"""The report of a session as a PDF: who was there, as a picture and as a table."""

from __future__ import annotations

from echo_session.domain.reporting import ROLE_WORDS, Line
from echo_session.reports import words
from echo_session.reports.drawing import MUTED
from echo_session.reports.paper import Paper
from echo_session.reports.printing import Printed, figures, head, section, table
from echo_session.reports.session_report import SessionReport, correction_rows, standing, what_counts, when
from echo_session.reports.tables import As, Row
from echo_session.reports.timeline import LEGEND, ROW, TOP, frame_of, timeline

_COLUMNS = (
    Printed("Name", 21),
    Printed("Profession", 14),
    Printed("Site", 20),
    Printed("Came", 8.5),
    Printed("Left", 8.5),
    Printed("There", 10, As.LENGTH, right=True),
    Printed("Counted", 10, As.LENGTH, right=True),
    Printed("Notes", 16),
)
_CORRECTIONS = (
    Printed("Name", 18),
    Printed("What", 26),
    Printed("Corrected by", 22),
    Printed("Because", 26),
    Printed("Since then", 14),
)


def session_pdf(report: SessionReport) -> bytes:
    """The file."""
    held = report.held
    today = words.there(report.made_at, held.zone).date()
    foot = f"{held.title}, {words.day(held.day)}. Printed {words.day(today)}."
    paper = Paper(
        title=f"Attendance: {held.title}",
        now=report.made_at,
        orientation="landscape",
        footer=lambda _page: foot,
    )
    above = " · ".join(part for part in (held.program, held.series) if part) or "Attendance"
    head(paper, above, held.title, [when(report), what_counts(report), standing(report)])
    figures(paper, _figures(report))
    _pictures(paper, report)
    section(paper, "Everybody")
    table(paper, _COLUMNS, map(_row, report.lines), empty="Nobody was there.")
    if report.corrections:
        section(paper, "Corrections")
        table(paper, _CORRECTIONS, correction_rows(report), empty="", most=6)
    _check_value(paper, report)
    return paper.finish()


def _figures(report: SessionReport) -> list[tuple[str, str]]:
    people = [line for line in report.lines if line.counted_seconds > 0]
    together = sum(line.counted_seconds for line in people)
    return [
        (f"{len(people):,}", "people" if len(people) != 1 else "person"),
        (f"{sum(line.is_participant for line in people):,}", "of them participants"),
        (f"{report.sites:,}", "sites" if report.sites != 1 else "site"),
        (words.duration(report.countable_seconds), "count for each"),
        (words.duration(together), "counted together"),
        (f"{sum(line.corrected for line in report.lines):,}", "corrected by hand"),
    ]


def _pictures(paper: Paper, report: SessionReport) -> None:
    if not report.lines:
        return
    frame = frame_of(report.lines, report.countable, report.held.zone, report.held.starts_at)
    section(paper, "Who was there when", needs=TOP + ROW * 2 + LEGEND)
    rest = list(report.lines)
    while rest:
        most = max(1, int((paper.bottom - paper.y - TOP - LEGEND) // ROW))
        some, rest = rest[:most], rest[most:]
        drawing = timeline(some, frame, width=paper.inner, measure=paper.measure)
        paper.draw(drawing, paper.margin, paper.y)
        paper.y += drawing.height
        if rest:
            paper.turn()


def _row(line: Line) -> Row:
    held = line.session
    return (
        f"{line.name}, {line.credentials}" if line.credentials else line.name,
        line.profession if line.is_participant else line.profession or ROLE_WORDS.get(line.role, ""),
        line.place.name,
        words.clock(line.first_at, held.zone),
        "here now" if line.here else words.clock(line.last_at, held.zone),
        line.present_seconds,
        line.counted_seconds,
        ". ".join(_notes(line)),
    )


def _notes(line: Line) -> list[str]:
    notes = []
    if line.way == "shared":
        notes.append("Shared camera")
    if line.corrected:
        notes.append(f"Corrected, was {words.duration(line.original_seconds)}")
    if not line.matched:
        notes.append("Not matched yet")
    return notes


def _check_value(paper: Paper, report: SessionReport) -> None:
    if not report.head:
        return
    paper.y += 12
    paper.say(
        f"Stands on {words.counted(report.links, 'recorded event')}, each sealing the one before."
        f" Check value of the last: {report.head}",
        size=7,
        fill=MUTED,
    )
