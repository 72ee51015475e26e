"""Drawings made of rectangles, lines and words, which the SVG and the PDF show alike. Sizes are in points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Measure = Callable[[str, float, bool], float]
"""How wide words are at a size, in bold or not."""

INK = "#16201e"
MUTED = "#52605c"
LINE = "#d3dad7"
BAND = "#eef3f1"
ACCENT = "#0f6b66"
ACCENT_SOFT = "#9fc9c4"
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle; with a border where ``stroke`` is given."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = ""
    about: str = ""
    """What it stands for, for whoever points at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = LINE
    width: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float = 9
    bold: bool = False
    fill: str = INK
    anchor: Anchor = "start"


Shape = Box | Rule | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Shapes on a sheet, the first at the bottom."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


def roughly(text: str, size: float, bold: bool) -> float:
    """How wide words are about, where the font is not known."""
    return len(text) * size * (0.6 if bold else 0.56)


def fitted(text: str, room: float, size: float, bold: bool, measure: Measure) -> str:
    """The text, cut off with an ellipsis where it is wider than the room."""
    if measure(text, size, bold) <= room:
        return text
    cut = text
    while cut and measure(f"{cut}…", size, bold) > room:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"
