"""Files that we write: read back they say the same, and nothing in them is a formula."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

import pytest

from echo_session.domain.cells import unguarded
from echo_session.sheets.reading import read_table
from echo_session.sheets.writing import CsvWriter, XlsxWriter

ROWS = [
    ("Name", "E-mail", "Phone"),
    ("José Núñez", "jose@clinic.example", "+1 505 555 0100"),
    ("=cmd|' /C calc'!A0", "@SUM(A1)", "-1"),
    ('Comma, "quote"', "a;b", ""),
]


def written(kind: str) -> bytes:
    file = BytesIO()
    writer = CsvWriter(file) if kind == "csv" else XlsxWriter(file, "People")
    writer.add(ROWS[:2])
    writer.add(ROWS[2:])
    writer.close()
    return file.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_comes_back(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(written(kind))
    with read_table(file) as table:
        rows = list(table.rows)
    back = [tuple(unguarded(cell) for cell in row.cells) for row in rows]
    assert [(*row, *[""] * (3 - len(row))) for row in back] == [tuple(row) for row in ROWS]
    assert all(not row.faults for row in rows)


def test_no_cell_of_csv_begins_as_a_formula_does() -> None:
    text = written("csv").decode("utf-8-sig")
    assert "'=cmd" in text
    assert "'@SUM" in text
    assert "'-1" in text
    assert "'+1 505 555 0100" in text


def test_a_file_that_is_given_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for end in (XlsxWriter.discard, XlsxWriter.close):
        writer = XlsxWriter(BytesIO(), "People")
        writer.add(ROWS)
        assert list(tmp_path.iterdir())
        end(writer)
        assert not list(tmp_path.iterdir())
