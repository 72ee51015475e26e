"""Excel workbooks of several sheets, whose numbers, dates and times are such. Nothing is ever a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO, Any

import xlsxwriter

Value = str | int | Decimal | date | datetime | timedelta | None
"""What a cell holds; a date and time is without a zone."""

MAX_TEXT = 32_767
"""Characters of a cell."""
MAX_NAME = 31
_FORMS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", timedelta: "[h]:mm:ss", Decimal: "#,##0.00"}
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


class Workbook:
    """Takes rows sheet by sheet, each one's header first; they wait in files until ``close``.

    One that is not to be closed is given up by ``discard``.
    """

    def __init__(self, file: IO[bytes], names: Iterable[str]) -> None:
        self._folder = TemporaryDirectory(prefix="echo-session-")
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._sheets = {name: self._book.add_worksheet(_sheet_name(name)) for name in names}
        self._next = dict.fromkeys(self._sheets, 0)
        self._head = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._text = self._book.add_format({"num_format": "@"})
        self._forms = {kind: self._book.add_format({"num_format": form}) for kind, form in _FORMS.items()}

    def head(self, name: str, titles: Sequence[str], widths: Sequence[float]) -> None:
        """The header of a sheet, with the widths of its columns in characters."""
        sheet = self._sheets[name]
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self._head)
        sheet.freeze_panes(1, 0)
        self._next[name] = 1

    def add(self, name: str, rows: Iterable[Sequence[Value]]) -> None:
        """Writes rows."""
        sheet = self._sheets[name]
        for row in rows:
            for column, value in enumerate(row):
                self._cell(sheet, self._next[name], column, value)
            self._next[name] += 1

    def _cell(self, sheet: Any, row: int, column: int, value: Value) -> None:
        match value:
            case None | "":
                pass
            case str():
                sheet.write_string(row, column, value[:MAX_TEXT], self._text)
            case int():
                sheet.write_number(row, column, value)
            case Decimal():
                sheet.write_number(row, column, float(value), self._forms[Decimal])
            case timedelta():
                sheet.write_datetime(row, column, value, self._forms[timedelta])
            case datetime():
                sheet.write_datetime(row, column, value, self._forms[datetime])
            case date():
                sheet.write_datetime(row, column, value, self._forms[date])

    def close(self) -> None:
        """Writes what is left."""
        self._book.close()
        self.discard()

    def discard(self) -> None:
        """Leaves nothing behind."""
        for sheet in self._sheets.values():
            sheet.row_data_fh.close()
        self._folder.cleanup()


def _sheet_name(name: str) -> str:
    return name.translate(_FORBIDDEN)[:MAX_NAME]
