"""What a calendar feed shows: the sessions of a program, or those that a person is registered for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from echo_session.domain.people import Registration
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session

__all__ = ["FeedContent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContent:
    """A feed. Sessions that are not in a part of it are events of their own."""

    name: str
    parts: tuple[Part, ...]
    sessions: tuple[Session, ...]
    """All of these parts, cancelled ones too, and the single ones."""
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    """By session, whose link leads there; none in the feed of a program."""
    slug: str = ""
    """Of the program, whose page says how to register; empty where it is not public."""
