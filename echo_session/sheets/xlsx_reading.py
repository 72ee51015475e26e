"""Rows out of an Excel workbook (ECMA-376) by openpyxl, within bounds that a small file cannot blow up."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import openpyxl

from echo_session.domain.cells import CellProblem, Row, UnusableFile, letters

MIB = 1024 * 1024
MAX_UNPACKED = 512 * MIB
MAX_SHEET = 384 * MIB
MAX_PART = 64 * MIB
"""Of the parts that are held in memory as a whole: shared texts, styles and the list of sheets."""
MAX_PARTS = 5_000
MAX_BETWEEN_ROWS = 8 * MIB
"""A row is held in memory as a whole, and so is what follows the last one."""
MAX_ROW_NUMBER = 1_048_576
"""Rows of a sheet of Excel. A file may give any number, and every row up to it would come out, empty."""
MAX_COLUMNS = 200
"""Those beyond are not looked at: a row may claim 16,384."""

_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CHUNK = 256 * 1024
_ALLOWED = "an Excel workbook (.xlsx) as a spreadsheet saves it, or CSV"

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
"""It says on stderr what it leaves out, such as the look of cells."""

assert openpyxl.DEFUSEDXML, "openpyxl reads files from outside: install defusedxml"


def read(file: IO[bytes]) -> tuple[Iterator[Row], tuple[CellProblem, ...]]:
    """The rows of the first sheet that is not hidden, without empty ones, and notes about the others.

    Raises:
        UnusableFile: it is no workbook, or too large once unpacked.
    """
    _check(file)
    with _refusing():
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise _unusable("there is no sheet in this workbook", _ALLOWED)
    return _rows(shown[0]), tuple(_other_sheets(shown))


def _other_sheets(shown: list[Any]) -> Iterator[CellProblem]:
    if len(shown) > 1:
        others = ", ".join(repr(sheet.title) for sheet in shown[1:6])
        message = f"only the first sheet, {shown[0].title!r}, is read; not {others}"
        yield CellProblem(row=None, column="", message=message, allowed="all people on the first sheet")


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    cells = sheet.iter_rows(max_col=MAX_COLUMNS)
    number = 0
    missing: tuple[Any, ...] | None = None
    while True:
        with _refusing(number + 1):
            row = next(cells, None)
        if row is None:
            return
        number += 1
        if number > MAX_ROW_NUMBER:
            raise _unusable(f"there is a row beyond number {MAX_ROW_NUMBER}", _ALLOWED)
        if row is missing:
            continue
        read_row = _row(number, row)
        if read_row is not None:
            yield read_row
        else:
            missing = row  # openpyxl gives one and the same for all rows that the file leaves out


def _row(number: int, row: tuple[Any, ...]) -> Row | None:
    texts: list[str] = []
    faults: list[tuple[int, str, str]] = []
    last = -1
    for index, cell in enumerate(row):
        value = cell.value
        if value is None:
            texts.append("")
            continue
        last = index
        address = f"{letters(index)}{number}"
        if cell.data_type == "f":
            allowed = "the value itself: copy the column and paste it as values"
            faults.append((index, f"cell {address} holds a formula", allowed))
            texts.append("")
        elif cell.data_type == "e":
            faults.append((index, f"cell {address} holds the error {value}", "a value, or nothing"))
            texts.append("")
        else:
            texts.append(_text(value))
    texts = texts[: last + 1]
    return Row(number, tuple(texts), tuple(faults)) if faults or any(text.strip() for text in texts) else None


def _text(value: object) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return f"{value:.0f}"  # a telephone number that was typed without spaces
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _check(file: IO[bytes]) -> None:
    """Refuses an archive that is no workbook or would not stay within bounds."""
    with _refusing(), ZipFile(file) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names:
            raise _unusable("this is an archive, but no Excel workbook", _ALLOWED)
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _too_large()
        for part in parts:
            _check_part(archive, part)


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    if part.flag_bits & 1:
        raise _unusable("the workbook has a password", "one without a password")
    sheet = "worksheets/" in part.filename
    if part.file_size > (MAX_SHEET if sheet else MAX_PART):
        raise _too_large()
    if sheet and part.file_size > MAX_BETWEEN_ROWS:
        with archive.open(part) as opened:
            _check_rows(opened)


def _check_rows(opened: IO[bytes]) -> None:
    """Unpacks a sheet once, keeping nothing, so that no row fills the memory later."""
    since = 0
    tail = b""
    while chunk := opened.read(_CHUNK):
        window = tail + chunk
        starts = [found.start() for found in _ROW.finditer(window)]
        since = len(window) - starts[-1] if starts else since + len(chunk)
        if since > MAX_BETWEEN_ROWS:
            raise _too_large()
        tail = window[-16:]


class _refusing:
    """Turns whatever openpyxl raises over a file that is damaged, or made to damage, into UnusableFile."""

    def __init__(self, row: int | None = None) -> None:
        self._row = row

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, UnusableFile) or not isinstance(error, Exception):
            return
        message = "the archive is damaged" if isinstance(error, BadZipFile) else "the workbook cannot be read"
        problem = CellProblem(row=self._row, column="", message=message, allowed=_ALLOWED)
        raise UnusableFile([problem]) from error


def _unusable(message: str, allowed: str) -> UnusableFile:
    return UnusableFile([CellProblem(row=None, column="", message=message, allowed=allowed)])


def _too_large() -> UnusableFile:
    return _unusable("the workbook is too large once it is unpacked", "a file with the people only, or CSV")
