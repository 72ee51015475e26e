"""Tables of a report: what their columns mean, and how each kind of file shows a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from echo_session.reports import words
from echo_session.sheets.workbook import Value

Cell = str | int | Decimal | date | datetime | bool | None
Row = Sequence[Cell]


class As(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    LENGTH = "length"
    """Seconds; shown as hours, minutes and seconds."""
    HOURS = "hours"
    """Seconds; shown as hours with two decimals."""
    DAY = "day"
    MOMENT = "moment"
    """An instant on the hub's clock."""
    YES = "yes"
    """True, False, or None where it is not known."""


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names it in JSON. ``width`` is in characters."""

    key: str
    title: str
    kind: As = As.TEXT
    width: float = 14

    @property
    def right(self) -> bool:
        """Stands at the right, so that its digits stand under each other."""
        return self.kind in (As.NUMBER, As.LENGTH, As.HOURS)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is still without rows."""

    key: str
    title: str
    columns: tuple[Column, ...]


def as_text(cell: Cell, kind: As) -> str:
    """For CSV."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int() if kind is As.LENGTH:
            return words.exactly(cell)
        case int() if kind is As.HOURS:
            return str(words.in_hours(cell))
        case datetime():
            return cell.replace(tzinfo=None).isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def as_value(cell: Cell, kind: As) -> Value:
    """For a workbook."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case int() if kind is As.LENGTH:
            return timedelta(seconds=cell)
        case int() if kind is As.HOURS:
            return words.in_hours(cell)
        case datetime():
            return cell.replace(tzinfo=None, microsecond=0)
        case _:
            return cell


def as_json(cell: Cell, kind: As) -> Any:
    """For JSON: lengths in seconds, instants with their offset."""
    match cell:
        case int() if kind is As.HOURS:
            return float(words.in_hours(cell))
        case Decimal():
            return float(cell)
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case _:
            return cell


def as_print(cell: Cell, kind: As) -> str:
    """For paper."""
    match cell:
        case int() if kind is As.LENGTH:
            return words.duration(cell)
        case int() if kind is As.NUMBER and not isinstance(cell, bool):
            return f"{cell:,}"
        case datetime():
            return words.on_clock(cell)
        case date():
            return words.short_day(cell)
        case _:
            return as_text(cell, kind)
