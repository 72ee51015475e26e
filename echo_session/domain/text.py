"""What people type, made fit to be kept."""

from __future__ import annotations


def tidy(text: str) -> str:
    """One line: no control characters, no runs of spaces, none at the ends."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tidy_lines(text: str) -> str:
    """Several lines: no control characters but line feeds, nothing empty at the ends."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in unix).strip()
