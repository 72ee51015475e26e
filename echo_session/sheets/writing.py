"""Tables into files. Nothing that is written is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from tempfile import TemporaryDirectory
from typing import IO, Protocol

import xlsxwriter

from echo_session.domain.cells import guarded

_WIDTH = 24


class Writer(Protocol):
    """Takes rows, the header first; ``close`` ends the file and leaves it open for reading.

    One that is not to be closed is given up by ``discard``.
    """

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Writes rows."""

    def close(self) -> None:
        """Writes what is left."""

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""


class CsvWriter:
    """UTF-8 with its mark, which Excel needs; a cell that would be a formula gets an apostrophe."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Writes rows."""
        self._rows.writerows([guarded(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Writes what is left."""
        self._text.flush()
        self._text.detach()

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""


class XlsxWriter:
    """A workbook with one sheet on which every cell is text."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        self._folder = TemporaryDirectory(prefix="echo-session-")
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._book = xlsxwriter.Workbook(file, options)
        self._sheet = self._book.add_worksheet(title)
        self._text = self._book.add_format({"num_format": "@"})
        self._head = self._book.add_format({"bold": True, "num_format": "@"})
        self._next = 0

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Writes rows."""
        for row in rows:
            if self._next == 0:
                self._sheet.set_column(0, len(row) - 1, _WIDTH)
                self._sheet.freeze_panes(1, 0)
            form = self._text if self._next else self._head
            for column, cell in enumerate(row):
                if cell:
                    self._sheet.write_string(self._next, column, cell, form)
            self._next += 1

    def close(self) -> None:
        """Writes what is left."""
        self._book.close()
        self.discard()

    def discard(self) -> None:
        """Leaves nothing behind: rows wait in a file until the end."""
        self._sheet.row_data_fh.close()
        self._folder.cleanup()
