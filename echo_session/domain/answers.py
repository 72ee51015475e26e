"""Answers, kind by kind: each function gives the value as it is kept, or raises ValueError with two
arguments, what is wrong and what would be right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from echo_session.domain.states import state_code
from echo_session.domain.text import tidy, tidy_lines

MAX_TEXT = 300
MAX_LONG_TEXT = 5000
MAX_NUMBER = 10**12
MAX_LICENSE = 60
MAX_BOARD = 120
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month, in a leap year: the year of birth is not asked."""


def checked_text(value: object, most: int = MAX_TEXT) -> str:
    """One line."""
    return _within(tidy(_text(value)), most)


def checked_long_text(value: object) -> str:
    """Several lines."""
    return _within(tidy_lines(_text(value)), MAX_LONG_TEXT)


def checked_number(value: object) -> int | float:
    """A whole or a decimal number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("is not a number", "a number such as 12 or 3.5")
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > MAX_NUMBER:
        raise ValueError("is out of range", f"{-MAX_NUMBER} to {MAX_NUMBER}")
    return value


def checked_date(value: object) -> str:
    """A day, as in ISO 8601."""
    allowed = f'a day of the years {FIRST_YEAR} to {LAST_YEAR}, such as "2026-11-21"'
    text = _text(value).strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day", allowed) from None
    if len(text) != len("2026-11-21") or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("is not a day", allowed)
    return day.isoformat()


def checked_yes_no(value: object) -> bool:
    """True for yes."""
    if not isinstance(value, bool):
        raise ValueError("is neither yes nor no", "true or false")
    return value


def checked_choice(value: object, options: Sequence[str]) -> str:
    """One of the options, in its own spelling."""
    wanted = tidy(_text(value))
    if wanted not in options:
        raise ValueError("is none of the options", _listed(options))
    return wanted


def checked_choices(value: object, options: Sequence[str]) -> list[str]:
    """Some of the options, in their order."""
    if not isinstance(value, list):
        raise ValueError("is not a list", _listed(options))
    wanted = {checked_choice(entry, options) for entry in value}
    return [option for option in options if option in wanted]


def checked_license(value: object) -> dict[str, str]:
    """``{"state", "number"}``: states of the USA by their postal code, others by their name."""
    parts = _parts(value, ("state", "number"), "a state and the license's number there")
    return {"state": state_code(_text(parts["state"])), "number": _filled(parts, "number", MAX_LICENSE)}


def checked_board_id(value: object) -> dict[str, Any]:
    """``{"board", "number", "birth_month", "birth_day"}``, by which boards know whom a credit is for."""
    names = ("board", "number", "birth_month", "birth_day")
    parts = _parts(value, names, "the board, your number there, and month and day of your birth")
    month, day = parts["birth_month"], parts["birth_day"]
    if type(month) is not int or not 1 <= month <= len(DAYS):
        raise ValueError("birth_month is not a month", "1 to 12")
    if type(day) is not int or not 1 <= day <= DAYS[month - 1]:
        raise ValueError("birth_day is not a day of that month", f"1 to {DAYS[month - 1]}")
    board, number = _filled(parts, "board", MAX_BOARD), _filled(parts, "number", MAX_LICENSE)
    return {"board": board, "number": number, "birth_month": month, "birth_day": day}


def _parts(value: object, names: tuple[str, ...], allowed: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("is not an object", f"{allowed}: an object with {', '.join(names)}")
    unknown = [str(name)[:40] for name in value if name not in names]
    missing = [name for name in names if value.get(name) in (None, "")]
    if unknown:
        raise ValueError(f"{unknown[0]} is not part of it", f"only {', '.join(names)}")
    if missing:
        raise ValueError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing", allowed)
    return value


def _filled(parts: dict[str, object], name: str, most: int) -> str:
    try:
        text = checked_text(parts[name], most)
    except ValueError as wrong:
        message, allowed = wrong.args
        raise ValueError(f"{name} {message}", allowed) from None
    if not text:
        raise ValueError(f"{name} is empty", f"1 to {most} characters")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is not text", "text")
    return value


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(f"has {len(text)} characters", f"at most {most} characters")
    return text


def _listed(options: Sequence[str]) -> str:
    shown = " | ".join(options[:12])
    return shown if len(options) <= 12 else f"{shown} | ..."
