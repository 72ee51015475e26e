"""A drawing as SVG, without script, style sheet or anything from elsewhere: any security policy shows it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from echo_session.reports.drawing import Box, Drawing, Rule, Shape, Words

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', sans-serif"


def to_svg(drawing: Drawing) -> str:
    """The document."""
    width, height = _number(drawing.width), _number(drawing.height)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f" font-family={quoteattr(FONT)}>",
        f"<title>{_clean(drawing.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [_shape(shape) for shape in drawing.shapes]
    return "\n".join([*parts, "</svg>\n"])


def _shape(shape: Shape) -> str:
    match shape:
        case Box():
            stroke = f' stroke="{shape.stroke}" stroke-width="1"' if shape.stroke else ""
            about = f"<title>{_clean(shape.about)}</title>" if shape.about else ""
            place = _places(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
            return f'<rect {place} rx="1.5" fill="{shape.fill}"{stroke}>{about}</rect>'
        case Rule():
            place = _places(x1=shape.x1, y1=shape.y1, x2=shape.x2, y2=shape.y2)
            return f'<line {place} stroke="{shape.stroke}" stroke-width="{_number(shape.width)}"/>'
        case Words():
            weight = ' font-weight="600"' if shape.bold else ""
            anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
            place = _places(x=shape.x, y=shape.y)
            return (
                f'<text {place} font-size="{_number(shape.size)}"{weight}{anchor} fill="{shape.fill}">'
                f"{_clean(shape.text)}</text>"
            )


def _places(**values: float) -> str:
    return " ".join(f'{name}="{_number(value)}"' for name, value in values.items())


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    return escape("".join(_allowed(text)))


def _allowed(text: str) -> Iterator[str]:
    """What XML 1.0 lets a document hold."""
    for one in text:
        if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff":
            yield one
