"""Rows out of CSV: UTF-8, or UTF-16 with its mark; separated by commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Generator, Iterator
from io import TextIOWrapper
from typing import IO

from echo_session.domain.cells import CellProblem, Row, UnusableFile, letters

SEPARATORS = ",;\t"
MAX_CELLS = 200
"""In one row; more is a file of something else."""

_MARK = "\udcff"
_MARKED = "echo-mark"
"""Name of the error handler that leaves a mark where text cannot be decoded."""
_FIRST = 64 * 1024
_ENCODING = 'text in UTF-8: in Excel, save as "CSV UTF-8", or as an Excel workbook (.xlsx)'


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _MARK, error.end


codecs.register_error(_MARKED, _mark)


def read(file: IO[bytes]) -> Generator[Row, None, None]:
    """The rows that are not empty. To be closed before the file is.

    Raises:
        UnusableFile: it is not text of a known encoding, or quotation marks do not fit together.
    """
    start = file.read(len(codecs.BOM_UTF16))
    file.seek(0)
    text = TextIOWrapper(file, _encoding(start), _MARKED, newline="")
    try:
        beginning = text.read(_FIRST)
        if "\0" in beginning:
            raise _wrong(None, "", "this is not text", "CSV, or an Excel workbook (.xlsx)")
        separator, skipped = _separator(beginning)
        text.seek(0)
        yield from _rows(text, separator, skipped)
    finally:
        text.detach()


def _rows(text: TextIOWrapper, separator: str, skipped: int) -> Iterator[Row]:
    lines = csv.reader(text, delimiter=separator, strict=True, skipinitialspace=True)
    number = 0
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise _wrong(number + 1, "", *_quoting(error)) from error
        number += 1
        if number <= skipped or not any(cell.strip() for cell in cells):
            continue
        if len(cells) > MAX_CELLS:
            message = f"has {len(cells)} cells"
            raise _wrong(number, "", message, f"at most {MAX_CELLS} cells in a row")
        for index, cell in enumerate(cells):
            if _MARK in cell:
                message = f"{cell.replace(_MARK, '?')[:60]!r} is not UTF-8 text"
                raise _wrong(number, letters(index), message, _ENCODING)
        yield Row(number, tuple(cells))


def _encoding(start: bytes) -> str:
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _separator(start: str) -> tuple[str, int]:
    """What separates the cells, and how many rows at the start only say so, as Excel's ``sep=;``."""
    said = re.match(r"sep=(.)\r?\n", start, re.IGNORECASE)
    if said:
        return said[1], 1
    first = re.sub(r'"[^"]*"', "", start.lstrip().split("\n", 1)[0])
    return max(SEPARATORS, key=first.count), 0


def _quoting(error: csv.Error) -> tuple[str, str]:
    if "field limit" in str(error):
        return "a cell is longer than 128 KiB; a quotation mark may be missing", "shorter text"
    return (
        "the quotation marks do not fit together",
        'text with a comma or quotation mark in quotation marks, and each of its own doubled: "say ""aah"""',
    )


def _wrong(row: int | None, column: str, message: str, allowed: str) -> UnusableFile:
    return UnusableFile([CellProblem(row=row, column=column, message=message, allowed=allowed)])
