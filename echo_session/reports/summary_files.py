"""Reports over several sessions as files: lines go out as they come, totals at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO

from echo_session.domain.reporting import About, Line, Wanted
from echo_session.reports import rows
from echo_session.reports.books import Book, CsvBook, Format, JsonBook, XlsxBook
from echo_session.reports.summary import Summary, about_json, figures_json, summary_rows
from echo_session.reports.tables import Row, Table

TABLES = {table.key: table for table in (rows.ATTENDANCE, rows.PEOPLE, rows.SESSIONS, rows.GROUPS)}
_OF: dict[About, tuple[Table, ...]] = {
    About.GRANT: (rows.SUMMARY, rows.GROUPS, rows.SESSIONS),
    About.PERSON: (rows.SUMMARY, rows.ATTENDANCE),
}
_USUAL = (rows.SUMMARY, rows.PEOPLE, rows.SESSIONS, rows.GROUPS, rows.ATTENDANCE)


class SummaryFile:
    """One such file under way. ``finish`` ends it and leaves it open; ``discard`` gives it up."""

    def __init__(self, file: IO[bytes], form: Format, wanted: Wanted, table: str) -> None:
        self._tables = _OF.get(wanted.about, _USUAL)
        self._flat = wanted.about is About.GRANT
        """In JSON the figures stand for themselves, rather than beside the tables that they come from."""
        self._told_as_figures = (rows.SESSIONS,) if self._flat else ()
        self._json: JsonBook | None = None
        self._book: Book
        match form:
            case "csv":
                self._book = CsvBook(file, TABLES[table])
            case "xlsx":
                self._book = XlsxBook(file, self._tables)
            case "json":
                self._book = self._json = JsonBook(file, {"report": wanted.about.value})

    def add(self, lines: Sequence[Line]) -> None:
        """Some lines more."""
        if rows.ATTENDANCE in self._tables:
            self._book.add(rows.ATTENDANCE, rows.attendance(lines))

    def finish(self, summary: Summary) -> None:
        """The totals, and the end."""
        tally = summary.tally
        found: dict[str, Iterable[Row]] = {
            rows.PEOPLE.key: rows.people(tally.people.values()),
            rows.SESSIONS.key: rows.sessions(tally.sessions.values()),
            rows.GROUPS.key: rows.groups(tally),
        }
        for table in self._tables:
            if table.key in found and (self._json is None or table not in self._told_as_figures):
                self._book.add(table, found[table.key])
        if self._json is not None:
            figures = figures_json(summary)
            self._json.say(about_json(summary) | (figures if self._flat else {"figures": figures}))
        else:
            self._book.add(rows.SUMMARY, summary_rows(summary))
        self._book.close()

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""
        self._book.discard()
