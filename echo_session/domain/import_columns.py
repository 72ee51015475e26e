"""Which column of a file of people holds what, by its header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from echo_session.domain.cells import CellProblem, Row, UnusableFile, letters
from echo_session.domain.text import tidy


class Column(StrEnum):
    """What a column can hold."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    PROFESSION = "profession"
    CREDENTIALS = "credentials"
    SITE = "site"
    STATE = "state"
    COUNTY = "county"
    ZONE = "zone"
    ROLE = "role"


HEADERS: Mapping[Column, str] = {
    Column.NAME: "Name",
    Column.EMAIL: "E-mail",
    Column.PHONE: "Phone",
    Column.PROFESSION: "Profession",
    Column.CREDENTIALS: "Credentials",
    Column.SITE: "Site",
    Column.STATE: "State",
    Column.COUNTY: "County",
    Column.ZONE: "Time zone",
    Column.ROLE: "Role",
}
"""What our own files call them."""

_SYNONYMS: Mapping[Column, str] = {
    Column.NAME: "name, full name, display name, participant, participant name, attendee, attendee name",
    Column.FIRST_NAME: "first name, first, given name, forename",
    Column.LAST_NAME: "last name, last, surname, family name",
    Column.EMAIL: "e-mail, email, mail, e-mail address, email address, work email, work e-mail,"
    " primary email",
    Column.PHONE: "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell,"
    " cell phone, work phone",
    Column.PROFESSION: "profession, discipline, occupation, job, job title, specialty",
    Column.CREDENTIALS: "credentials, credential, degree, degrees, credential(s), degree(s)",
    Column.SITE: "site, site name, clinic, clinic name, organization, organisation, organization name,"
    " organisation name, practice, agency, employer, school, workplace, facility, health center",
    Column.STATE: "state, site state, state/province, province, state or province",
    Column.COUNTY: "county, site county, parish",
    Column.ZONE: "time zone, timezone, zone, tz",
    Column.ROLE: "role, role in session, role in program, participant role",
}


def _plain(header: str) -> str:
    """A header without case, hyphens, and marks of a field that is needed."""
    return re.sub(r"[\s_-]+", " ", tidy(header).casefold()).strip(" *:")


_COLUMNS = {
    _plain(synonym): column for column, synonyms in _SYNONYMS.items() for synonym in synonyms.split(",")
}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: which cell of a row holds what."""

    at: Mapping[Column, int]
    titles: tuple[str, ...]
    """As the file has them."""

    @property
    def width(self) -> int:
        """Columns up to the last that has a title."""
        return max((index + 1 for index, title in enumerate(self.titles) if title), default=0)

    def name(self, index: int) -> str:
        """A column in words: ``B (E-mail)``."""
        title = self.titles[index] if index < len(self.titles) else ""
        return f"{letters(index)} ({title})" if title else letters(index)

    def column(self, column: Column) -> str:
        """A column in words; where the file has none, what it would be called."""
        index = self.at.get(column)
        return HEADERS.get(column, column.value) if index is None else self.name(index)

    def read(self) -> dict[str, str]:
        """The header of the file by what is read from it."""
        return {column.value: self.titles[index] for column, index in self.at.items()}

    def notes(self) -> list[CellProblem]:
        """Columns that nobody reads, so that it is no surprise."""
        used = set(self.at.values())
        return [
            CellProblem(row=None, column=self.name(index), message="is not read", allowed=_KNOWN)
            for index, title in enumerate(self.titles)
            if title and index not in used
        ]


_KNOWN = "columns called " + ", ".join(HEADERS.values())


def read_header(row: Row | None) -> Header:
    """The header.

    Raises:
        UnusableFile: there is none, it names a thing twice, or name or e-mail are missing.
    """
    if row is None:
        raise UnusableFile(
            [
                CellProblem(
                    row=None, column="", message="the file is empty", allowed="a header and rows below it"
                )
            ]
        )
    titles = tuple(tidy(cell)[:200] for cell in row.cells)
    header = Header(at=_positions(row, titles), titles=titles)
    problems = _missing(row, header)
    if problems:
        raise UnusableFile(problems)
    return header


def _positions(row: Row, titles: Sequence[str]) -> dict[Column, int]:
    at: dict[Column, int] = {}
    seen: dict[str, int] = {}
    problems: list[CellProblem] = []
    for index, message, allowed in row.faults:
        problems.append(CellProblem(row=row.number, column=letters(index), message=message, allowed=allowed))
    for index, title in enumerate(titles):
        plain = _plain(title)
        if not plain:
            continue
        column = _COLUMNS.get(plain)
        before = at.get(column) if column else None
        before = seen.get(plain) if before is None else before
        if before is not None:
            other = f"column {letters(before)}, {titles[before]!r},"
            what = f"a second column for the same: {other} is there already"
            problems.append(
                _in_header(row, index, title, f"{title!r} is {what}", "one column for each thing")
            )
        elif column:
            at[column] = index
        seen.setdefault(plain, index)
    if problems:
        raise UnusableFile(problems)
    return at


def _missing(row: Row, header: Header) -> list[CellProblem]:
    read = ", ".join(title for title in header.titles if title)[:200] or "nothing"
    if any("@" in title for title in header.titles):
        message = f"the first row holds somebody already: {read}"
        return [
            _about_header(row, message, 'a first row that names the columns, such as "Name" and "E-mail"')
        ]
    problems = []
    if Column.NAME in header.at and (Column.FIRST_NAME in header.at or Column.LAST_NAME in header.at):
        problems.append(
            _about_header(
                row,
                'there is a column "Name" and one for a part of the name',
                '"Name", or "First name" and "Last name"',
            )
        )
    halves = {Column.FIRST_NAME, Column.LAST_NAME} <= header.at.keys()
    if Column.NAME not in header.at and not halves:
        allowed = 'a column called "Name", or two called "First name" and "Last name"'
        problems.append(_about_header(row, f"no column holds the name; the columns are: {read}", allowed))
    if Column.EMAIL not in header.at:
        allowed = 'a column called "E-mail"'
        problems.append(
            _about_header(row, f"no column holds the e-mail address; the columns are: {read}", allowed)
        )
    return problems


def _in_header(row: Row, index: int, title: str, message: str, allowed: str) -> CellProblem:
    return CellProblem(row=row.number, column=f"{letters(index)} ({title})", message=message, allowed=allowed)


def _about_header(row: Row, message: str, allowed: str) -> CellProblem:
    return CellProblem(row=row.number, column="", message=message, allowed=allowed)
