"""Cells of a table in a file: how they are called, what is wrong with them, which of them are formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from echo_session.domain.errors import DomainError

_GUARDED = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """What is wrong with a cell, a row or a whole file, and what would be right.

    ``row`` counts as a spreadsheet does, and is None for a problem of the whole file. ``column`` is its
    letter, with its header where that is known: ``B (E-mail)``; empty for a problem of a whole row.
    """

    row: int | None
    column: str
    message: str
    allowed: str = ""

    @property
    def place(self) -> str:
        """Where to look: ``row 7, column B (E-mail)``."""
        row = "" if self.row is None else f"row {self.row}"
        column = self.column and f"column {self.column}"
        return ", ".join(part for part in (row, column) if part) or "file"


class UnusableFile(DomainError):
    """Nothing of the file can be taken; ``problems`` say where it fails."""

    def __init__(self, problems: Iterable[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file as text. ``faults`` are cells whose text is not what they mean, by index."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[tuple[int, str, str], ...] = ()
    """``(index of the cell, message, allowed)``."""


def letters(index: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def is_formula(text: str) -> bool:
    """True where a spreadsheet might compute the text instead of showing it."""
    return text.startswith(("=", "+", "-", "@"))


def guarded(text: str) -> str:
    """The text for a CSV file, so that no spreadsheet computes it, or takes a telephone number for a sum."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """What was written before ``guarded``."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text[1:]) else text
