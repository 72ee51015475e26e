"""Rows out of a file of either kind, told apart by what is in it rather than by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from echo_session.domain.cells import CellProblem, Row, UnusableFile
from echo_session.sheets import csv_reading, xlsx_reading

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of Excel's files before 2007, and of workbooks with a password."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that is being read. Rows that are empty are left out; a row keeps its number."""

    rows: Iterator[Row]
    notes: tuple[CellProblem, ...]
    """About the file, such as sheets that are not read."""


@contextmanager
def read_table(file: Path) -> Iterator[Table]:
    """The table in the file. Rows come as they are asked for, and may raise UnusableFile then.

    Raises:
        UnusableFile: it is no table, or cannot be read.
    """
    with file.open("rb") as opened:
        start = opened.read(8)
        opened.seek(0)
        if start.startswith(_ZIP):
            rows, notes = xlsx_reading.read(opened)
            yield Table(rows, notes)
        elif start.startswith(_OLE):
            message = "an Excel file of the old kind (.xls), or one with a password"
            raise unusable(message, "an Excel workbook (.xlsx) without a password, or CSV")
        else:
            with closing(csv_reading.read(opened)) as lines:  # it lets go of the file before that is closed
                yield Table(lines, ())


def unusable(message: str, allowed: str) -> UnusableFile:
    """The error for a file of which nothing can be taken."""
    return UnusableFile([CellProblem(row=None, column="", message=message, allowed=allowed)])
