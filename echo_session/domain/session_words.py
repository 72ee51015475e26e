"""What a change of one session means for those who are registered, in plain sentences."""

from __future__ import annotations

from echo_session.domain.rule_words import clock, weekday_words
from echo_session.domain.sessions import Session


def what_changed(before: Session, after: Session) -> list[str]:
    """A sentence for each change that concerns them; none where nothing does."""
    sentences = []
    if after.title != before.title:
        sentences.append(f"It is now called {after.title}.")
    if (after.starts_at, after.zone) != (before.starts_at, before.zone):
        was, now = _when(before), _when(after)
        sentences.append(f"It begins {now} instead of {was}.")
    if after.duration_minutes != before.duration_minutes:
        sentences.append(f"It takes {after.duration_minutes} minutes instead of {before.duration_minutes}.")
    if after.description != before.description:
        sentences.append("The description is different.")
    if after.contact != before.contact and after.contact:
        sentences.append(f"For help, ask {after.contact}.")
    return sentences


def _when(session: Session) -> str:
    start = session.starts_local
    return f"on {weekday_words(start)} at {clock(start)} ({session.zone})"
