"""How a row of a file is read as a person."""

from __future__ import annotations

import pytest

from echo_session.domain.cells import CellProblem, Row, UnusableFile, guarded, is_formula, letters, unguarded
from echo_session.domain.import_columns import Header, read_header
from echo_session.domain.importing import Candidate
from echo_session.domain.importing import read_row as read_with

TITLES = ("Name", "E-mail", "Phone", "Profession", "Site", "State", "County", "Time zone", "Role")
HEADER = read_header(Row(1, TITLES))


def normal_phone(text: str) -> str | None:
    """Stands in for the one that knows the world's numbers."""
    return text if any(c.isdigit() for c in text) else None


def read_row(row: Row, header: Header) -> Candidate:
    return read_with(row, header, normal_phone)


GOOD = {"Name": "Ana Ortiz", "E-mail": "ana@clinic.example"}


def read(**cells: str) -> Candidate:
    said = GOOD | {title.replace("_", " "): text for title, text in cells.items()}
    return read_row(Row(7, tuple(said.get(title, "") for title in TITLES)), HEADER)


def problem_of(header: tuple[str, ...]) -> CellProblem:
    with pytest.raises(UnusableFile) as refused:
        read_header(Row(1, header))
    return refused.value.problems[0]


def test_a_good_row_is_somebody() -> None:
    said = read_row(
        Row(
            2,
            (
                " Dr.  Ana Ortiz ",
                "Ana@Clinic.Example",
                "'+1 505 555 0100",
                "Nurse",
                "Clinic 4",
                "new mexico",
                "Taos",
                "America/Denver",
                "Presenter",
            ),
        ),
        HEADER,
    )
    assert said == Candidate(
        number=2,
        name="Dr. Ana Ortiz",
        email="ana@clinic.example",
        phone="+1 505 555 0100",
        profession="Nurse",
        site="Clinic 4",
        state="NM",
        county="Taos",
        zone="America/Denver",
        role="panelist",
    )


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("Name", "", "is empty"),
        ("Name", "x" * 81, "has 81 characters"),
        ("E-mail", "", "is empty"),
        ("E-mail", "ana at clinic", "is not an e-mail address"),
        ("Phone", "call me", "is not a telephone number"),
        ("Profession", "x" * 201, "has 201 characters"),
        ("State", "QQ", "is not a state"),
        ("Time zone", "America/Denvr", "did you mean America/Denver"),
        ("Role", "king", "is not a role"),
        ("Name", "=1+1", "so that a spreadsheet would compute it"),
        ("Profession", "@SUM(A1)", "so that a spreadsheet would compute it"),
        ("Site", "+cmd|x", "so that a spreadsheet would compute it"),
        ("E-mail", "-2+3", "so that a spreadsheet would compute it"),
    ],
)
def test_a_wrong_cell_is_told_with_row_and_column(title: str, text: str, words: str) -> None:
    cells = dict.fromkeys([title], text)
    if title == "State":
        cells["Site"] = "Clinic 4"
    problems = read(**cells).problems
    assert problems[0].place.startswith("row 7, column ")
    assert problems[0].place.endswith(f"({title})")
    assert words in problems[0].message
    assert problems[0].allowed or title == "Name"


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(read(**{"Name": "", "E-mail": "x", "Role": "king"}).problems) == 3


def test_a_formula_counts_only_in_a_column_that_is_read() -> None:
    header = read_header(Row(1, ("Name", "E-mail", "Total")))
    fault = ("cell C2 holds a formula", "the value")
    good = read_row(Row(2, ("Ana", "a@b.example", ""), ((2, *fault),)), header)
    assert good.problems == ()
    [problem] = read_row(Row(2, ("Ana", "", ""), ((1, *fault),)), header).problems
    assert problem.message == "cell C2 holds a formula"


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Mountain", "America/Denver"),
        ("mountain time", "America/Denver"),
        ("Pacific", "America/Los_Angeles"),
        ("Central", "America/Chicago"),
        ("Eastern Time", "America/New_York"),
        ("Arizona", "America/Phoenix"),
        ("Alaska", "America/Anchorage"),
        ("Hawaii", "Pacific/Honolulu"),
    ],
)
def test_a_zone_may_be_said_as_the_console_says_it(words: str, zone: str) -> None:
    said = read(**{"Time zone": words})
    assert (said.zone, said.problems) == (zone, ())


def test_a_dash_alone_says_nothing() -> None:
    said = read(Profession="-", Site="–")
    assert (said.profession, said.site, said.problems) == ("", "", ())


def test_a_state_without_a_site_is_told() -> None:
    [problem] = read(State="NM").problems
    assert problem.column == "E (Site)"


def test_more_cells_than_the_header_are_told_rather_than_lost() -> None:
    header = read_header(Row(1, ("Name", "E-mail", "")))
    [problem] = read_row(Row(2, ("Ana", "a@b.example", "", "Nurse")), header).problems
    assert problem.place == "row 2, column D"
    assert "'Nurse'" in problem.message


def test_a_name_may_stand_in_two_columns() -> None:
    header = read_header(Row(1, ("Last name", "First name", "Email")))
    assert read_row(Row(2, ("Ortiz", "Ana", "a@b.example")), header).name == "Ana Ortiz"
    [problem] = read_row(Row(3, ("", "", "a@b.example")), header).problems
    assert problem.column == "A (Last name)"


@pytest.mark.parametrize(
    "titles", [("NAME *", "e_mail"), ("Full Name", "Email Address"), ("Participant:", "Work e-mail", "Notes")]
)
def test_headers_are_known_by_other_words(titles: tuple[str, ...]) -> None:
    assert {"name", "email"} <= read_header(Row(1, titles)).read().keys()


def test_columns_that_nobody_reads_are_named() -> None:
    [note] = read_header(Row(1, ("Name", "E-mail", "Shoe size"))).notes()
    assert (note.column, note.message) == ("C (Shoe size)", "is not read")


@pytest.mark.parametrize(
    ("titles", "column", "words"),
    [
        (("Name", "E-mail", "Email"), "C (Email)", "second column for the same: column B, 'E-mail',"),
        (("Name", "E-mail", "Notes", "notes"), "D (notes)", "second column for the same: column C, 'Notes',"),
        (("Name",), "", "no column holds the e-mail address; the columns are: Name"),
        (("E-mail", "First name"), "", "no column holds the name"),
        (("Name", "First name", "E-mail"), "", "one for a part of the name"),
        (("Ana Ortiz", "ana@clinic.example"), "", "the first row holds somebody already"),
    ],
)
def test_a_header_that_cannot_be_meant_is_told(titles: tuple[str, ...], column: str, words: str) -> None:
    problem = problem_of(titles)
    assert (problem.row, problem.column) == (1, column)
    assert words in problem.message
    assert problem.allowed


def test_a_formula_in_the_header_is_told() -> None:
    with pytest.raises(UnusableFile) as refused:
        read_header(Row(1, ("Name", ""), ((1, "cell B1 holds a formula", "the value"),)))
    assert refused.value.problems[0].place == "row 1, column B"


def test_an_empty_file_is_told() -> None:
    with pytest.raises(UnusableFile, match="the file is empty"):
        read_header(None)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "'x", "'=1", "x", "", "+1 505"])
def test_a_guarded_cell_comes_back_as_it_was(text: str) -> None:
    if text != "'=1":
        assert unguarded(guarded(text)) == text
    assert not is_formula(guarded(text))


def test_columns_have_the_names_of_a_spreadsheet() -> None:
    assert [letters(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_a_header_names_its_columns() -> None:
    assert isinstance(HEADER, Header)
    assert HEADER.name(40) == "AO"
