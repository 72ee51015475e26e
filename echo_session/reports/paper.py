"""Sheets of a PDF: fonts, words of any script, lines of text, drawings, page numbers. Sizes are in points.

Noto Sans has the letters of the languages of the Americas and of Europe. For others the fonts of the machine
help out where they are installed: Debian's fonts-dejavu-core (Arabic, Hebrew, Armenian, Georgian) and
fonts-droid-fallback (Chinese, Japanese, Korean).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import normalize

from echo_session.reports.drawing import INK, MUTED, Anchor, Box, Drawing, Rule, Words, fitted

_FONTS = Path(__file__).parent / "fonts"
_REGULAR = _FONTS / "NotoSans-Regular.ttf"
_BOLD = _FONTS / "NotoSans-SemiBold.ttf"
_SYSTEM = Path("/usr/share/fonts/truetype")
_FURTHER = (
    (_SYSTEM / "dejavu/DejaVuSans.ttf", _SYSTEM / "dejavu/DejaVuSans-Bold.ttf"),
    (_SYSTEM / "droid/DroidSansFallbackFull.ttf", _SYSTEM / "droid/DroidSansFallbackFull.ttf"),
)
_FAMILY = "sans"
_PLAIN = (
    range(0x20, 0x300),
    range(0x370, 0x483),
    range(0x48A, 0x530),
    range(0x1E00, 0x2000),
    range(0x2010, 0x2028),
)
"""Latin, Greek and Cyrillic letters and their punctuation, which stand side by side as they are. Others, and
marks above letters, are shaped: it takes several times as long, and some programs do not find such words."""

MARGIN = 46.0
LETTER = (612.0, 792.0)
Orientation = Literal["portrait", "landscape"]


class Paper:
    """A document under way. ``y`` is how far the sheet is written on."""

    def __init__(
        self,
        *,
        title: str,
        now: datetime,
        orientation: Orientation = "portrait",
        footer: Callable[[int], str] | None = None,
        margin: float = MARGIN,
    ) -> None:
        # A quarter of control's start otherwise, and many a life of it prints nothing.
        from fpdf import FPDF

        self._pdf = FPDF(orientation=orientation, unit="pt", format="letter")
        self.width, self.height = LETTER if orientation == "portrait" else LETTER[::-1]
        self.margin = margin
        self._footer = footer
        self._fallback = False
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_title(_clean(title))
        self._pdf.set_lang("en")
        self._pdf.set_creator("echo-session")
        self._pdf.set_producer("echo-session")
        self._pdf.set_creation_date(now)
        self._pdf.add_font(_FAMILY, "", _REGULAR)
        self._pdf.add_font(_FAMILY, "B", _BOLD)
        self._pdf.set_font(_FAMILY, size=9)
        self.y = 0.0
        self.turn()

    @property
    def inner(self) -> float:
        """Room from margin to margin."""
        return self.width - 2 * self.margin

    @property
    def bottom(self) -> float:
        """Where the foot begins."""
        return self.height - self.margin - (16 if self._footer else 0)

    @property
    def pages(self) -> int:
        """How many there are so far."""
        return self._pdf.page

    def turn(self) -> None:
        """A new sheet."""
        self._pdf.add_page()
        self.y = self.margin

    def has(self, height: float) -> bool:
        """True where so much still goes on this sheet."""
        return self.y + height <= self.bottom

    def measure(self, text: str, size: float, bold: bool) -> float:
        """How wide the words are."""
        self._set(text, size, bold)
        return float(self._pdf.get_string_width(_clean(text)))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        fill: str = INK,
        anchor: Anchor = "start",
    ) -> None:
        """One line of text; ``y`` is its base line."""
        plain = _clean(text)
        if not plain:
            return
        width = self.measure(plain, size, bold)
        start = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        self._pdf.set_text_color(*_rgb(fill))
        self._pdf.set_xy(start, y - 0.8 * size)
        self._pdf.cell(width, size, plain)

    def lines_of(
        self, text: str, room: float, *, size: float = 9, bold: bool = False, most: int = 99
    ) -> list[str]:
        """The text in lines that fit; the last of the most ends with an ellipsis where there is more."""
        found: list[str] = []
        for paragraph in _clean(text).split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}" if line else word
                if line and self.measure(longer, size, bold) > room:
                    found.append(line)
                    line = word
                else:
                    line = longer
            found.append(line)
        if len(found) > most:
            found[most - 1 :] = [" ".join(found[most - 1 :])]
        return [fitted(line, room, size, bold, self.measure) for line in found]

    def say(
        self,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        fill: str = INK,
        leading: float = 1.4,
        room: float | None = None,
    ) -> None:
        """A paragraph below what is there, on further sheets where it does not fit."""
        for line in self.lines_of(text, room or self.inner, size=size, bold=bold):
            if not self.has(size * leading):
                self.turn()
            self.y += size * leading
            self.write(self.margin, self.y - size * (leading - 1), line, size=size, bold=bold, fill=fill)

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        """The drawing with its upper left corner there."""
        for shape in drawing.shapes:
            match shape:
                case Box():
                    self._pdf.set_fill_color(*_rgb(shape.fill))
                    style: Literal["F", "FD"] = "F"
                    if shape.stroke:
                        self._pdf.set_draw_color(*_rgb(shape.stroke))
                        self._pdf.set_line_width(0.8)
                        style = "FD"
                    self._pdf.rect(x + shape.x, y + shape.y, shape.width, shape.height, style)
                case Rule():
                    self._pdf.set_draw_color(*_rgb(shape.stroke))
                    self._pdf.set_line_width(shape.width)
                    self._pdf.line(x + shape.x1, y + shape.y1, x + shape.x2, y + shape.y2)
                case Words():
                    self.write(
                        x + shape.x,
                        y + shape.y,
                        shape.text,
                        size=shape.size,
                        bold=shape.bold,
                        fill=shape.fill,
                        anchor=shape.anchor,
                    )

    def finish(self) -> bytes:
        """The document, with its page numbers."""
        if self._footer is not None:
            for number in range(1, self._pdf.pages_count + 1):
                self._pdf.page = number
                self._pdf.set_font(_FAMILY, size=1)  # fpdf2 names a font only where it changes, on any page
                base = self.height - self.margin + 4
                count = f"Page {number} of {self._pdf.pages_count}"
                self.write(self.width - self.margin, base, count, size=7.5, fill=MUTED, anchor="end")
                words = fitted(self._footer(number), self.inner - 90, 7.5, False, self.measure)
                self.write(self.margin, base, words, size=7.5, fill=MUTED)
        return bytes(self._pdf.output())

    def _set(self, text: str, size: float, bold: bool) -> None:
        plain = all(any(ord(one) in some for some in _PLAIN) for one in text)
        if not plain and not self._fallback and not _letters().issuperset(map(ord, text)):
            self._add_fallback()
        self._pdf.set_text_shaping(not plain)
        self._pdf.set_font(_FAMILY, "B" if bold else "", size)

    def _add_fallback(self) -> None:
        self._fallback = True
        names = []
        for regular, bold in _FURTHER:
            if regular.is_file() and bold.is_file():
                name = regular.stem.lower()
                self._pdf.add_font(name, "", regular)
                self._pdf.add_font(name, "B", bold)
                names.append(name)
        self._pdf.set_fallback_fonts(names, exact_match=False)


@cache
def _letters() -> frozenset[int]:
    """What Noto Sans has."""
    from fontTools.ttLib import TTFont

    with TTFont(_REGULAR, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _rgb(text: str) -> tuple[int, int, int]:
    """Of ``#0f6b66``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _clean(text: str) -> str:
    """Without control characters, which no font can show, and with marks joined to their letters."""
    text = normalize("NFC", text)
    return "".join(one for one in text if one == "\n" or one.isprintable() or one in "\u200c\u200d")
