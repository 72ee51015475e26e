"""What a message says, before it looks like anything: text and HTML are made of the same letter."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Button", "DateRow", "Letter", "Section", "When"]


@dataclass(frozen=True, slots=True)
class When:
    """One date and time, the reader's first."""

    day: str
    time: str
    hub: str = ""
    """The same in the hub's zone; empty where clocks there show the same."""
    label: str = ""
    """Which session it is, where it is one of several."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """One of several dates."""

    day: str
    time: str
    note: str = ""
    """Such as the hub's time."""
    shift: str = ""
    """That the reader's clocks show another time than usual."""


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of several things with a link each."""

    title: str
    lines: tuple[str, ...]
    button: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message. What it does not have is empty."""

    subject: str
    preview: str
    """What an inbox shows beside the subject."""
    kicker: str = ""
    """What it belongs to, above the title."""
    title: str
    greeting: str
    paragraphs: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """What is different, a sentence each."""
    reason: str = ""
    when: When | None = None
    struck: bool = False
    """The time does not hold any more."""
    button: Button | None = None
    after_button: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    dates_title: str = ""
    dates: tuple[DateRow, ...] = ()
    more: str = ""
    """What is beyond the dates listed."""
    more_address: str = ""
    about: str = ""
    """What the organiser says of it."""
    closing: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    unsubscribe: str = ""
    unsubscribe_words: str = ""
