"""A letter as HTML that mail programs show alike: tables, styles in the tags, no pictures, light and dark.

Outlook reads neither the style sheet nor most of CSS, so everything that matters stands in the tags; the
style sheet only turns the colours dark and gives phones less margin.
"""

from __future__ import annotations

from html import escape

from echo_session.mail.letter import Button, DateRow, Letter, Section, When

__all__ = ["html_of"]

FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
TEXT, MUTED, ACCENT, LINE = "#16201e", "#52605c", "#0f6b66", "#d3dad7"
SOFT, PAGE, CARD = "#e7f2f1", "#f4f6f5", "#ffffff"
STAND_OUT = "#8a5300"

STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; }
a { color: #0f6b66; }
@media (max-width: 600px) { .card { padding: 24px 20px !important; } .page { padding: 0 !important; } }
@media (prefers-color-scheme: dark) {
  .page, body { background: #111615 !important; }
  .card { background: #1a211f !important; border-color: #33403c !important; }
  .text, .title { color: #e8edeb !important; }
  .muted { color: #a3b3ae !important; }
  .soft { background: #153a36 !important; border-color: #46b5ab !important; }
  .line { border-color: #33403c !important; }
  .stands-out { color: #f0b455 !important; }
  .button, .button a { background: #46b5ab !important; color: #06211e !important; }
  a { color: #63c6bd !important; }
}
"""


def html_of(letter: Letter) -> str:
    """The whole document."""
    parts = [
        _paragraph(letter.kicker, 14, MUTED, "muted", below=6) if letter.kicker else "",
        f'<h1 class="title" style="margin:0 0 20px;{FONT}font-size:24px;line-height:1.25;font-weight:600;'
        f'color:{TEXT};">{escape(letter.title)}</h1>',
        _paragraph(letter.greeting),
        *(_paragraph(words) for words in letter.paragraphs),
        _changes(letter.changes),
        _reason(letter.reason),
        _when(letter.when, struck=letter.struck) if letter.when else "",
        _button(letter.button) if letter.button else "",
        *(_paragraph(words, 14, MUTED, "muted", below=8) for words in letter.after_button),
        *(_section(section) for section in letter.sections),
        _dates(letter),
        _about(letter.about),
        '<div style="height:8px;"></div>' if letter.closing else "",
        *(_paragraph(words, 15, below=8) for words in letter.closing),
        _footer(letter),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<title>{escape(letter.subject)}</title>
<style>{STYLE}</style>
</head>
<body style="margin:0;padding:0;background:{PAGE};">
<div style="display:none;max-height:0;overflow:hidden;">{escape(letter.preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" \
style="background:{PAGE};"><tr><td align="center" class="page" style="padding:32px 12px;background:{PAGE};">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:600px;"><tr><td class="card" style="padding:36px 40px;background:{CARD};\
border:1px solid {LINE};border-radius:10px;text-align:left;">
{"".join(part for part in parts if part)}
</td></tr></table>
</td></tr></table>
</body>
</html>
"""


def _paragraph(words: str, size: int = 16, colour: str = TEXT, kind: str = "text", below: int = 14) -> str:
    return (
        f'<p class="{kind}" style="margin:0 0 {below}px;{FONT}font-size:{size}px;line-height:1.5;'
        f'color:{colour};overflow-wrap:break-word;">{_linked(words)}</p>\n'
    )


def _linked(words: str) -> str:
    """Escaped, with what looks like an address of ours made a link, and line ends kept."""
    pieces = []
    for piece in escape(words).split(" "):
        if piece.startswith(("https://", "http://")):
            piece = f'<a href="{piece}" style="color:{ACCENT};">{piece}</a>'
        pieces.append(piece)
    return " ".join(pieces).replace("\n", "<br>")


def _when(when: When, *, struck: bool) -> str:
    line = "text-decoration:line-through;" if struck else ""
    hub = _soft_line(when.hub, 14, MUTED, "muted", line) if when.hub else ""
    return (
        _soft_begin()
        + (_soft_line(when.label, 13, MUTED, "muted", "margin-bottom:2px;") if when.label else "")
        + _soft_line(when.day, 18, TEXT, "text", f"font-weight:600;{line}")
        + _soft_line(when.time, 16, TEXT, "text", line)
        + hub
        + _SOFT_END
    )


def _soft_begin() -> str:
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="margin:6px 0 22px;"><tr><td class="soft" style="padding:14px 18px;background:{SOFT};'
        f'border-left:4px solid {ACCENT};border-radius:4px;">'
    )


_SOFT_END = "</td></tr></table>\n"


def _soft_line(words: str, size: int, colour: str, kind: str, more: str = "") -> str:
    return (
        f'<div class="{kind}" style="{FONT}font-size:{size}px;line-height:1.45;color:{colour};{more}">'
        f"{_linked(words)}</div>"
    )


def _changes(changes: tuple[str, ...]) -> str:
    if not changes:
        return ""
    lines = "".join(_soft_line(words, 16, TEXT, "text", "margin-bottom:4px;") for words in changes)
    title = _soft_line("What is different", 13, MUTED, "muted", "margin-bottom:4px;")
    return _soft_begin() + title + lines + _SOFT_END


def _reason(reason: str) -> str:
    if not reason:
        return ""
    return (
        f'<p class="text line" style="margin:0 0 18px;padding:2px 0 2px 14px;border-left:3px solid {LINE};'
        f'{FONT}font-size:16px;line-height:1.5;color:{TEXT};">{_linked(reason)}</p>\n'
    )


def _button(button: Button) -> str:
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 18px;">'
        f'<tr><td class="button" bgcolor="{ACCENT}" style="background:{ACCENT};border-radius:8px;">'
        f'<a href="{escape(button.address)}" style="display:inline-block;padding:14px 30px;{FONT}'
        f"font-size:17px;font-weight:600;line-height:1.2;color:#ffffff;text-decoration:none;"
        f'border-radius:8px;">{escape(button.label)}</a></td></tr></table>\n'
    )


def _section(section: Section) -> str:
    lines = "".join(_soft_line(words, 15, MUTED, "muted") for words in section.lines)
    title = _soft_line(section.title, 17, TEXT, "text", "font-weight:600;")
    return (
        f'<div class="line" style="margin:0 0 6px;padding:16px 0 0;border-top:1px solid {LINE};">'
        f"{title}{lines}"
        f'<div style="height:12px;"></div>{_button(section.button)}</div>'
    )


def _dates(letter: Letter) -> str:
    if not letter.dates:
        return ""
    rows = "".join(_date_row(row) for row in letter.dates)
    more = ""
    if letter.more:
        words = escape(letter.more)
        if letter.more_address:
            words = f'<a href="{escape(letter.more_address)}" style="color:{ACCENT};">{words}</a>'
        more = f'<p class="muted" style="margin:8px 0 0;{FONT}font-size:14px;color:{MUTED};">{words}</p>'
    return (
        f'<h2 class="text" style="margin:22px 0 6px;{FONT}font-size:16px;font-weight:600;color:{TEXT};">'
        f"{escape(letter.dates_title)}</h2>"
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        f'{rows}</table>{more}<div style="height:20px;"></div>\n'
    )


def _date_row(row: DateRow) -> str:
    cell = f"padding:8px 12px 8px 0;border-bottom:1px solid {LINE};{FONT}font-size:15px;line-height:1.4;"
    note = "".join(
        f'<div class="{kind}" style="font-size:13px;color:{colour};">{escape(words)}</div>'
        for words, kind, colour in ((row.shift, "stands-out", STAND_OUT), (row.note, "muted", MUTED))
        if words
    )
    return (
        f'<tr><td class="text line" valign="top" style="{cell}color:{TEXT};white-space:nowrap;">'
        f"{escape(row.day)}</td>"
        f'<td class="text line" valign="top" style="{cell}color:{TEXT};padding-right:0;">'
        f"{escape(row.time)}{note}</td></tr>"
    )


def _about(about: str) -> str:
    if not about:
        return ""
    return _paragraph(about, 15, TEXT, "text", below=18)


def _footer(letter: Letter) -> str:
    lines = [escape(words) for words in letter.footer]
    if letter.unsubscribe:
        lines.append(
            f'<a href="{escape(letter.unsubscribe)}" class="muted" style="color:{MUTED};">'
            f"{escape(letter.unsubscribe_words)}</a>"
        )
    if not lines:
        return ""
    return (
        f'<p class="muted line" style="margin:26px 0 0;padding:16px 0 0;border-top:1px solid {LINE};{FONT}'
        f'font-size:13px;line-height:1.5;color:{MUTED};">{"<br>".join(lines)}</p>'
    )
