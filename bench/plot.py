"""A picture of the prices: lines over the number of viewers, or bars where there is but one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from bench.cases import FLOORS
from bench.figures import Spread
from bench.results import Results
from bench.table import label

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 40, 50
BAR = 26
TITLE = "Processor time of the server, microseconds a delivered packet"
COLOURS = (
    "#0b6e4f",
    "#4f9d69",
    "#c0392b",
    "#1f5fa8",
    "#8e44ad",
    "#b9770e",
    "#444444",
    "#666666",
    "#808080",
    "#bbbbbb",
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One server: size and price of each case."""

    name: str
    points: list[tuple[int, Spread]]


def curves(results: Results) -> list[Curve]:
    """Of all usual webinars, and of the floor."""
    found: dict[str, list[tuple[int, Spread]]] = {}
    for row in results.rows:
        case, price = row.case, row.spreads().get("server_us")
        usual = case.layers == 1 and case.slots == 9 and case.rooms == 1
        if case.scenario in ("webinar", "floor") and usual and price is not None:
            found.setdefault(label(case), []).append((case.size, price))
    order = {f"floor: {name}": at for at, name in enumerate(FLOORS)}
    names = sorted(found, key=lambda name: order.get(name, -1))
    return [Curve(name, sorted(found[name], key=lambda point: point[0])) for name in names]


def svg(results: Results) -> str:
    """The whole picture."""
    drawn = curves(results)
    sizes = {size for curve in drawn for size, _ in curve.points}
    return _lines(drawn) if len(sizes) > 2 else _bars(drawn)


def _lines(drawn: Sequence[Curve]) -> str:
    """Both axes logarithmic: prices differ by a factor of hundreds."""
    points = [point for curve in drawn for point in curve.points]
    across = _Scale(min(s for s, _ in points), max(s for s, _ in points), LEFT, WIDTH - RIGHT)
    up = _Scale(min(p.low for _, p in points), max(p.high for _, p in points), HEIGHT - BOTTOM, TOP)
    parts = [_text(LEFT, 20, TITLE, size=14)]
    for tick in _ticks(up.low, up.high):
        y = up.at(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{tick:g}", anchor="end"))
    for size in sorted({size for size, _ in points}):
        parts.append(_text(across.at(size), HEIGHT - BOTTOM + 20, str(size), anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "viewers of one publisher", anchor="middle"))
    heights = _apart([up.at(curve.points[-1][1].median) for curve in drawn])
    for at, (curve, height) in enumerate(zip(drawn, heights, strict=True)):
        colour = COLOURS[at % len(COLOURS)]
        places = [(across.at(size), price) for size, price in curve.points]
        path = "L".join(f"{x:.1f} {up.at(price.median):.1f}" for x, price in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, price in places:
            parts.append(
                f'<path d="M{x:.1f} {up.at(price.low):.1f}V{up.at(price.high):.1f}" stroke="{colour}"/>'
            )
            parts.append(f'<circle cx="{x:.1f}" cy="{up.at(price.median):.1f}" r="3" fill="{colour}"/>')
        parts.append(_text(WIDTH - RIGHT + 12, height + 4, curve.name, colour=colour))
    return _page(HEIGHT, parts)


def _bars(drawn: Sequence[Curve]) -> str:
    """One bar a server and size, with a line from the least to the most."""
    bars = [(curve.name, size, price) for curve in drawn for size, price in curve.points]
    height = TOP + BAR * len(bars) + 20
    most = max((price.high for *_, price in bars), default=1.0)
    across = _Scale(min((price.low for *_, price in bars), default=1.0) / 2, most, 2 * LEFT + 40, WIDTH - 90)
    parts = [_text(10, 20, f"{TITLE} (logarithmic)", size=14)]
    for at, (name, size, price) in enumerate(bars):
        y = TOP + BAR * at
        colour = COLOURS[at % len(COLOURS)]
        end = across.at(price.median)
        parts.append(_text(10, y + 14, f"{name}, {size}"))
        parts.append(
            f'<rect x="{across.start:.1f}" y="{y}" width="{end - across.start:.1f}" height="{BAR - 8}"'
            f' fill="{colour}"/>'
        )
        middle = y + (BAR - 8) / 2
        parts.append(
            f'<path d="M{across.at(price.low):.1f} {middle}H{across.at(price.high):.1f}" stroke="#111111"/>'
        )
        parts.append(_text(across.at(price.high) + 6, y + 14, f"{price.median:.2f}"))
    return _page(height, parts)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values, logarithmically, to places."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        if self.high <= self.low:
            return (self.start + self.end) / 2
        share = log10(value / self.low) / log10(self.high / self.low)
        return self.start + share * (self.end - self.start)


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each power of ten between two values."""
    found = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]
    return [tick for tick in found if low <= tick <= high]


def _apart(heights: Sequence[float], least: float = 15.0) -> list[float]:
    """Places for names beside the ends of lines, none on another."""
    placed = dict.fromkeys(range(len(heights)), 0.0)
    last = float("-inf")
    for at in sorted(placed, key=lambda at: heights[at]):
        last = placed[at] = max(heights[at], last + least)
    return [placed[at] for at in range(len(heights))]


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, colour: str = "#222222"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def _page(height: int, parts: Sequence[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )
