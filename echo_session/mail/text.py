"""A letter as plain text: the same words in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from echo_session.mail.letter import Letter, When

__all__ = ["text_of"]

WIDTH = 76


def text_of(letter: Letter) -> str:
    """The whole message. Lines end with a line feed."""
    return "\n\n".join(block for block in _blocks(letter) if block) + "\n"


def _blocks(letter: Letter) -> Iterator[str]:
    yield "\n".join(part for part in (letter.kicker, letter.title) if part)
    yield letter.greeting
    yield from (_wrapped(words) for words in letter.paragraphs)
    if letter.changes:
        yield "What is different:\n" + "\n".join(_wrapped(f"- {words}") for words in letter.changes)
    yield _wrapped(letter.reason)
    if letter.when:
        yield _when(letter.when, struck=letter.struck)
    if letter.button:
        yield f"{letter.button.label}:\n{letter.button.address}"
    yield from (_wrapped(words) for words in letter.after_button)
    for section in letter.sections:
        yield "\n".join((section.title, *section.lines, section.button.address))
    if letter.dates:
        rows = [
            f"  {row.day}, {row.time}" + "".join(f" ({words})" for words in (row.shift, row.note) if words)
            for row in letter.dates
        ]
        more = [f"  {letter.more}" + (f": {letter.more_address}" if letter.more_address else "")]
        yield "\n".join([f"{letter.dates_title}:", *rows, *(more if letter.more else [])])
    yield _wrapped(letter.about)
    yield from (_wrapped(words) for words in letter.closing)
    unsubscribe = f"{letter.unsubscribe_words}: {letter.unsubscribe}" if letter.unsubscribe else ""
    yield "\n".join(["-- ", *letter.footer, *([unsubscribe] if unsubscribe else [])])


def _when(when: When, *, struck: bool) -> str:
    lines = [f"{when.label}:"] if when.label else []
    lines += [f"  {when.day}", f"  {when.time}"]
    if when.hub:
        lines.append(f"  {when.hub}")
    return "\n".join((["Not any more:"] if struck else []) + lines)


def _wrapped(words: str) -> str:
    return "\n".join(
        fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in words.split("\n")
    )
