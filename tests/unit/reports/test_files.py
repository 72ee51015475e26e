"""Files of reports: no formula, no row lost, every script, any number of sheets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
from pypdf import PdfReader

from echo_session.domain.attendance import Interval
from echo_session.domain.reporting import About, Wanted
from echo_session.domain.tallying import Tally
from echo_session.reports.drawing import Box, Words
from echo_session.reports.session_files import write_session
from echo_session.reports.session_pdf import session_pdf
from echo_session.reports.session_report import standing
from echo_session.reports.summary import Summary
from echo_session.reports.summary_files import SummaryFile
from echo_session.reports.svg import to_svg
from echo_session.reports.timeline import BAR, frame_of, marks, timeline
from tests.unit.reports.samples import START, a_report, at, held, line


def test_a_session_of_many_people_goes_over_the_sheets_and_loses_nobody() -> None:
    report = a_report(extra=60)
    pages = PdfReader(BytesIO(session_pdf(report))).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) > 4
    for number in range(60):
        assert text.count(f"Participant {number:03}") == 2, "once in the picture and once in the table"
    assert f"Page {len(pages)} of {len(pages)}" in text
    for words in ("Nguyễn Thị Ngọc", "=HYPERLINK(1)", "Corrected, was 0 min", "Rosa Lee", "she confirmed it"):
        assert words in text
    assert "Without the break 4:30 PM to 4:35 PM" in text


def test_an_amendment_ends_with_one_full_stop_whether_or_not_its_reason_has_one() -> None:
    report = a_report()
    assert standing(report).endswith("because: Tom was in the room with Lena.")
    last = replace(report.editions[-1], reason="He was in the room.")
    assert standing(replace(report, editions=(*report.editions[:-1], last))).endswith(
        "because: He was in the room."
    )


def test_a_name_of_any_script_or_of_control_characters_breaks_nothing() -> None:
    names = ["محمد علي", "山田太郎", "अनिल", "a\x00b\x1b[31m", "😀 Ana", "\u202eevil", "]]>&<script>", ""]
    lines = tuple(line(name, (0, 60)) for name in ["Ana", *names[:-1]])
    report = replace(a_report(), lines=(*lines, replace(lines[0], name="", person_id="per_none")))
    assert session_pdf(report).startswith(b"%PDF-")
    frame = frame_of(report.lines, report.countable, "America/Denver", START)
    drawn = to_svg(timeline(report.lines, frame, title="\x00&"))
    assert "]]>&<script>" in {element.text for element in ElementTree.fromstring(drawn).iter()}
    file = BytesIO()
    write_session(report, file, "xlsx")
    sheet = openpyxl.load_workbook(file)["People"]
    assert sheet.max_row == len(report.lines) + 1


def test_a_line_of_time_begins_and_ends_where_somebody_did() -> None:
    half = line("Ana", (0, 30))
    frame = frame_of([half, line("Ben", (0, 60))], a_report().countable, "America/Denver", START)
    drawing = timeline([half], frame, width=1000)
    scale = next(shape for shape in drawing.shapes if isinstance(shape, Box) and shape.height == BAR)
    assert (scale.x, scale.width) == (260.0, 300.0)
    assert scale.about == "Not counted: 4:00 PM to 4:30 PM"
    assert [f"{mark:%H:%M}" for mark in marks(frame)][:3] == ["23:00", "23:10", "23:20"]
    assert "30 min" in {shape.text for shape in drawing.shapes if isinstance(shape, Words)}
    nobody = timeline([], frame_of([], (), "America/Denver", START))
    assert ElementTree.fromstring(to_svg(nobody)) is not None
    now = replace(half, intervals=(Interval(START, at(30), True),), here=True)
    assert "to now" in to_svg(timeline([now], frame))


def test_rows_of_a_series_come_in_parts_and_are_all_there() -> None:
    lines = [line(f"Person {n % 7}", (0, 50), session=held(n // 7 + 1)) for n in range(70)]
    wanted, tally = Wanted(about=About.SERIES, id="srs_1"), Tally()
    file, book_file = BytesIO(), BytesIO()
    told = SummaryFile(file, "json", wanted, "attendance")
    book = SummaryFile(book_file, "xlsx", wanted, "attendance")
    for start in range(0, 70, 20):
        tally.add(lines[start : start + 20])
        told.add(lines[start : start + 20])
        book.add(lines[start : start + 20])
    summary = Summary(wanted=wanted, title="Asthma", tally=tally, made_at=START + timedelta(days=90))
    told.finish(summary)
    book.finish(summary)
    report = json.loads(file.getvalue())
    assert [len(report[key]) for key in ("attendance", "people", "sessions")] == [70, 7, 10]
    assert report["figures"]["hours"] == round(70 * 50 / 60, 2)
    opened = openpyxl.load_workbook(book_file)
    assert [opened[name].max_row for name in ("Attendance", "People", "Sessions")] == [71, 8, 11]
    people = {row[0].value: row for row in opened["People"].iter_rows(min_row=2)}
    assert people["Person 3"][7].value == 10
