"""What people type, made fit to be kept."""

from __future__ import annotations

MAX_KEY = 200
"""As long as the records keep; folding can lengthen a text."""


def tidy(text: str) -> str:
    """One line: no control characters, no runs of spaces, none at the ends."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tidy_lines(text: str) -> str:
    """Several lines: no control characters but line feeds, nothing empty at the ends."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in unix).strip()


def sort_key(text: str) -> str:
    """By which names are put in order and compared: case does not matter."""
    return tidy(text).casefold()[:MAX_KEY]
