"""Rows out of CSV, as spreadsheets and people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from echo_session.domain.cells import CellProblem, UnusableFile
from echo_session.sheets.reading import read_table

PEOPLE = "Name,E-mail\nAna Ortiz,ana@clinic.example\nJosé Núñez,jose@clinic.example\n"


def rows_of(tmp_path: Path, data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    file = tmp_path / "people.csv"
    file.write_bytes(data)
    with read_table(file) as table:
        return [(row.number, row.cells) for row in table.rows]


@pytest.mark.filterwarnings("error")
def test_a_file_that_is_read_in_part_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    with read_table(file) as table:
        rows = table.rows
        assert next(rows).number == 1
    assert list(rows) == []


def refusal_of(tmp_path: Path, data: bytes) -> CellProblem:
    with pytest.raises(UnusableFile) as refused:
        rows_of(tmp_path, data)
    [problem] = refused.value.problems
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_that_say_what_they_are(tmp_path: Path, encoding: str) -> None:
    assert rows_of(tmp_path, PEOPLE.encode(encoding))[2] == (3, ("José Núñez", "jose@clinic.example"))


def test_another_encoding_is_refused_with_the_cell_where_it_shows(tmp_path: Path) -> None:
    problem = refusal_of(tmp_path, PEOPLE.encode("cp1252"))
    assert problem.place == "row 3, column A"
    assert "'Jos? N??ez' is not UTF-8" in problem.message
    assert "CSV UTF-8" in problem.allowed


def test_half_a_character_at_the_end_is_found_too(tmp_path: Path) -> None:
    data = "Name,E-mail\nAna,é".encode()[:-1]
    assert refusal_of(tmp_path, data).place == "row 2, column B"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_tells_what_separates_the_cells(tmp_path: Path, separator: str) -> None:
    data = PEOPLE.replace(",", separator) + f'"Lee, Wong; MD"{separator}lee@hub.example\n'
    assert rows_of(tmp_path, data.encode())[3] == (4, ("Lee, Wong; MD", "lee@hub.example"))


def test_a_separator_that_the_file_names_is_no_row_of_people(tmp_path: Path) -> None:
    assert rows_of(tmp_path, b"sep=;\r\nName;E-mail\r\n") == [(2, ("Name", "E-mail"))]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    data = b'Name,E-mail\r\n\r\n , \r\n"Two\r\nlines",a@b.example\r\nLee,c@d.example\r\n'
    assert [number for number, _ in rows_of(tmp_path, data)] == [1, 4, 5]


@pytest.mark.parametrize(
    "row", ['Ana "the nurse,a@b.example\nx', '"Ana" Ortiz,a@b.example', '"Ana,a@b.example\n']
)
def test_quotation_marks_that_do_not_fit_are_refused_with_their_row(tmp_path: Path, row: str) -> None:
    data = f"Name,E-mail\nLee,c@d.example\n{row}\n".encode()
    if row.startswith("Ana"):
        assert rows_of(tmp_path, data)[2][1][0] == 'Ana "the nurse'
        return
    problem = refusal_of(tmp_path, data)
    assert (problem.row, problem.message) == (3, "the quotation marks do not fit together")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02", "not text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old kind"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"Name,E-mail\n" + b"x" * 200_000 + b",a@b.example\n", "longer than 128 KiB"),
        (b"Name,E-mail\n" + b"," * 300 + b"x\n", "301 cells"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    problem = refusal_of(tmp_path, data)
    assert words in problem.message
    assert problem.allowed
