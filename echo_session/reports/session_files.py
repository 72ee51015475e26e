"""The report of one session as CSV, an Excel workbook or JSON."""

from __future__ import annotations

import json
from typing import IO, Any

from echo_session.domain.attendance import Interval
from echo_session.domain.reporting import Line
from echo_session.reports import rows, words
from echo_session.reports.books import Book, CsvBook, Format, XlsxBook
from echo_session.reports.session_report import SessionReport, correction_rows, standing, what_counts, when
from echo_session.reports.tables import Column, Row, Table, as_json

CORRECTIONS = Table(
    "corrections",
    "Corrections",
    (
        Column("name", "Name", width=26),
        Column("what", "What", width=34),
        Column("by", "Corrected by", width=34),
        Column("because", "Because", width=60),
        Column("since", "Since then", width=40),
    ),
)


def write_session(report: SessionReport, file: IO[bytes], form: Format) -> None:
    """Writes the file."""
    if form == "json":
        text = json.dumps(_json(report), ensure_ascii=False, indent=1)
        file.write(text.encode())
        return
    tables = (rows.SUMMARY, rows.OF_SESSION, CORRECTIONS)
    book: Book = CsvBook(file, rows.OF_SESSION) if form == "csv" else XlsxBook(file, tables)
    try:
        book.add(rows.SUMMARY, _summary(report))
        book.add(rows.OF_SESSION, rows.of_session(report.lines))
        book.add(CORRECTIONS, correction_rows(report))
        book.close()
    except BaseException:
        book.discard()
        raise


def _summary(report: SessionReport) -> list[Row]:
    held = report.held
    there = [line for line in report.lines if line.counted_seconds > 0]
    return [
        ("Session", held.title),
        ("Series", held.series),
        ("Program", held.program),
        ("When", when(report)),
        ("What counts", what_counts(report)),
        ("Standing", standing(report)),
        ("People", str(len(there))),
        ("Participants", str(sum(line.is_participant for line in there))),
        ("Sites", str(report.sites)),
        ("Hours together", str(words.in_hours(sum(line.counted_seconds for line in there)))),
        ("Check value", report.head),
        ("As of", report.made_at.isoformat(timespec="seconds")),
    ]


def _json(report: SessionReport) -> dict[str, Any]:
    held = report.held
    return {
        "report": "session",
        "id": held.id,
        "title": held.title,
        "series": held.series,
        "program": held.program,
        "starts_at": _instant(held.starts_at),
        "zone": held.zone,
        "minutes": held.minutes,
        "state": report.state,
        "editions": [
            {"number": one.number, "at": _instant(one.at), "by": one.by, "reason": one.reason}
            for one in report.editions
        ],
        "generated_at": _instant(report.made_at),
        "countable_seconds": report.countable_seconds,
        "countable": [{"from": _instant(one.start), "until": _instant(one.end)} for one in report.countable],
        "chain": {"links": report.links, "head": report.head},
        "people": [_person(line) for line in report.lines],
        "corrections": [
            {
                "name": one.name,
                "action": one.action,
                "from": _instant(one.start),
                "until": _instant(one.end),
                "by": one.by,
                "reason": one.reason,
                "at": _instant(one.at),
                "undone": one.undone,
            }
            for one in report.corrections
        ],
    }


def _person(line: Line) -> dict[str, Any]:
    columns = rows.OF_SESSION.columns
    [row] = rows.of_session([line])
    values = {column.key: as_json(cell, column.kind) for column, cell in zip(columns, row, strict=True)}
    return {
        **values,
        "intervals": [_stay(interval) for interval in line.intervals],
        "counted": [_stay(interval) for interval in line.counted],
    }


def _stay(interval: Interval) -> dict[str, Any]:
    return {
        "from": _instant(interval.joined_at),
        "until": None if interval.open else _instant(interval.until),
        "way": interval.way.value,
    }


def _instant(at: Any) -> str:
    return str(at.isoformat(timespec="seconds"))
