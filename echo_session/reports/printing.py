"""Parts that printed reports share: their head, a row of figures, tables that go on over the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from echo_session.reports.drawing import ACCENT, BAND, INK, LINE, MUTED, Box, Drawing, Rule
from echo_session.reports.paper import Paper
from echo_session.reports.tables import As as Kind
from echo_session.reports.tables import Cell, as_print

SIZE = 8.5
LEADING = 11.5
_GAP = 8.0
_RIGHT = 16.0
"""Between digits that stand at the right of a column and the words of the next."""
_PAD = 4.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A column on paper; ``share`` is its part of the width."""

    title: str
    share: float
    kind: Kind = Kind.TEXT
    right: bool = False


def head(paper: Paper, above: str, title: str, below: Sequence[str]) -> None:
    """What the report is about."""
    if above:
        paper.say(above.upper(), size=7.5, bold=True, fill=ACCENT)
        paper.y += 2
    paper.say(title, size=19, bold=True, leading=1.25)
    paper.y += 2
    for line in below:
        paper.say(line, size=9.5, fill=MUTED)
    paper.y += 10


def section(paper: Paper, title: str, needs: float = 60) -> None:
    """A heading, on the next sheet where not even a little of what follows fits below it."""
    if not paper.has(28 + needs):
        paper.turn()
    else:
        paper.y += 14
    paper.say(title, size=12, bold=True)
    paper.y += 4


def figures(paper: Paper, found: Sequence[tuple[str, str]]) -> None:
    """Numbers with what they count, side by side: ``("32", "people")``."""
    most = 6 if paper.width > paper.height else 4
    for start in range(0, len(found), most):
        row = found[start : start + most]
        width = (paper.inner - _GAP * (most - 1)) / most
        if not paper.has(46):
            paper.turn()
        for index, (number, what) in enumerate(row):
            x = paper.margin + index * (width + _GAP)
            tile = Box(x=0, y=0, width=width, height=42, fill=BAND)
            paper.draw(Drawing(width=width, height=42, title="", shapes=(tile,)), x, paper.y)
            paper.write(x + 9, paper.y + 19, number, size=14, bold=True)
            [words] = paper.lines_of(what, width - 14, size=8, most=1)
            paper.write(x + 9, paper.y + 33, words, size=8, fill=MUTED)
        paper.y += 42 + _GAP


def table(
    paper: Paper, columns: Sequence[Printed], rows: Iterable[Sequence[Cell]], *, empty: str, most: int = 2
) -> None:
    """Rows under a header that each sheet repeats.

    Args:
        empty: what to say where there are none.
        most: lines in a cell.
    """
    whole = sum(column.share for column in columns)
    widths = [paper.inner * column.share / whole for column in columns]
    begun = False
    for row in rows:
        cells = [
            paper.lines_of(as_print(cell, column.kind), width - _GAP, size=SIZE, most=most)
            for cell, column, width in zip(row, columns, widths, strict=True)
        ]
        height = LEADING * max(map(len, cells)) + 2 * _PAD
        if not begun or not paper.has(height):
            if begun or not paper.has(height + 20):
                paper.turn()
            _header(paper, columns, widths)
            begun = True
        _row(paper, columns, widths, cells)
        paper.y += height
        _line(paper, LINE, 0.4)
    if not begun:
        paper.say(empty, fill=MUTED)


def _header(paper: Paper, columns: Sequence[Printed], widths: Sequence[float]) -> None:
    titles = [
        paper.lines_of(column.title, width - _GAP, size=7.5, bold=True, most=2)
        for column, width in zip(columns, widths, strict=True)
    ]
    height = 10 * max(map(len, titles)) + _PAD
    x = paper.margin
    for column, width, lines in zip(columns, widths, titles, strict=True):
        base = paper.y + height - _PAD - 10 * (len(lines) - 1)
        for index, line in enumerate(lines):
            _put(paper, column, x, width, base + 10 * index, line, size=7.5, bold=True, fill=MUTED)
        x += width
    paper.y += height
    _line(paper, MUTED, 0.8)


def _row(
    paper: Paper, columns: Sequence[Printed], widths: Sequence[float], cells: Sequence[list[str]]
) -> None:
    x = paper.margin
    for column, width, lines in zip(columns, widths, cells, strict=True):
        for index, line in enumerate(lines):
            _put(paper, column, x, width, paper.y + _PAD + 8.5 + LEADING * index, line, size=SIZE)
        x += width


def _put(
    paper: Paper,
    column: Printed,
    x: float,
    width: float,
    base: float,
    text: str,
    *,
    size: float,
    bold: bool = False,
    fill: str = INK,
) -> None:
    if column.right:
        paper.write(x + width - _RIGHT, base, text, size=size, bold=bold, fill=fill, anchor="end")
    else:
        paper.write(x, base, text, size=size, bold=bold, fill=fill)


def _line(paper: Paper, stroke: str, width: float) -> None:
    rule = Rule(x1=0, y1=0, x2=paper.inner, y2=0, stroke=stroke, width=width)
    paper.draw(Drawing(width=paper.inner, height=0, title="", shapes=(rule,)), paper.margin, paper.y)
