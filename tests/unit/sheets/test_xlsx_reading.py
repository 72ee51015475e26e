"""Rows out of Excel workbooks, honest ones and hostile ones."""

from __future__ import annotations

import contextlib
import tracemalloc
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from echo_session.domain.cells import CellProblem, Row, UnusableFile
from echo_session.sheets.reading import read_table

SHEET = "xl/worksheets/sheet1.xml"


def read(tmp_path: Path, data: bytes) -> tuple[list[Row], tuple[CellProblem, ...]]:
    file = tmp_path / "people.xlsx"
    file.write_bytes(data)
    with read_table(file) as table:
        return list(table.rows), table.notes


def workbook(*rows: tuple[object, ...], others: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "People"
    for row in rows:
        sheet.append(list(row))
    for title in others:
        book.create_sheet(title)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part replaced."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for part in before.namelist():
            if part != name:
                after.writestr(part, before.read(part))
        after.writestr(name, content)
    return out.getvalue()


def sheet_of(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0"?><worksheet xmlns="'
        + space
        + b'"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def refusal_of(tmp_path: Path, data: bytes) -> CellProblem:
    with pytest.raises(UnusableFile) as refused:
        read(tmp_path, data)
    [problem] = refused.value.problems
    return problem


def test_cells_come_as_the_text_that_they_show(tmp_path: Path) -> None:
    data = workbook(
        ("Name", "Phone"), ("Ana", 5055550100), (), ("Lee", 5055550101.0, date(2026, 11, 21), True)
    )
    assert read(tmp_path, data)[0] == [
        Row(1, ("Name", "Phone")),
        Row(2, ("Ana", "5055550100")),
        Row(4, ("Lee", "5055550101", "2026-11-21", "TRUE")),
    ]


def test_a_formula_is_a_fault_with_the_address_of_its_cell(tmp_path: Path) -> None:
    [_, row] = read(tmp_path, workbook(("Name", "E-mail"), ("Ana", "=HYPERLINK(1)")))[0]
    [(index, message, allowed)] = row.faults
    assert (index, message) == (1, "cell B2 holds a formula")
    assert "paste it as values" in allowed


def test_an_error_in_a_cell_is_a_fault(tmp_path: Path) -> None:
    cell = b'<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
    [row] = read(tmp_path, with_part(workbook(("Name",)), SHEET, sheet_of(cell)))[0]
    assert row.faults == ((0, "cell A2 holds the error #N/A", "a value, or nothing"),)


def test_other_sheets_are_named_since_they_are_not_read(tmp_path: Path) -> None:
    [note] = read(tmp_path, workbook(("Name",), others=("Old", "Notes")))[1]
    assert note.message == "only the first sheet, 'People', is read; not 'Old', 'Notes'"


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert "no Excel workbook" in refusal_of(tmp_path, data.getvalue()).message


def test_damage_is_refused_with_the_row_where_reading_ended(tmp_path: Path) -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>99</v></c></row>'
    problem = refusal_of(tmp_path, with_part(workbook(("Name",)), SHEET, sheet_of(rows)))
    assert (problem.row, problem.message) == (2, "the workbook cannot be read")


@pytest.mark.parametrize("cell", [b"<v>1e999</v>", b"<v>" + b"9" * 5000 + b"</v>", b"<v>x</v>"])
def test_numbers_that_are_none_do_no_harm(tmp_path: Path, cell: bytes) -> None:
    rows = b'<row r="1"><c r="A1">' + cell + b"</c></row>"
    with contextlib.suppress(UnusableFile):
        assert len(read(tmp_path, with_part(workbook(("Name",)), SHEET, sheet_of(rows)))[0]) == 1


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    content = sheet_of(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>')
    content = content.replace(b"?>", b"?>" + bomb, 1)
    assert "cannot be read" in refusal_of(tmp_path, with_part(workbook(("Name",)), SHEET, content)).message


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (
            SHEET,
            sheet_of(
                b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 20_000_000 + b"</t></is></c></row>"
            ),
        ),
        (SHEET, sheet_of(b" " * 500_000_000)),
        ("xl/sharedStrings.xml", b"<sst>" + b" " * 70_000_000 + b"</sst>"),
    ],
    ids=["one cell of 20 MB", "a sheet of 500 MB", "texts of 70 MB"],
)
def test_a_small_archive_with_a_large_content_is_refused_without_unpacking_it(
    tmp_path: Path, part: str, content: bytes
) -> None:
    data = with_part(workbook(("Name",)), part, content)
    assert len(data) < 1_000_000
    tracemalloc.start()
    try:
        problem = refusal_of(tmp_path, data)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "too large" in problem.message
    assert held < 8_000_000


def test_a_row_with_a_wild_number_ends_the_reading(tmp_path: Path) -> None:
    rows = b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    problem = refusal_of(tmp_path, with_part(workbook(("Name",)), SHEET, sheet_of(rows)))
    assert "beyond number 1048576" in problem.message
