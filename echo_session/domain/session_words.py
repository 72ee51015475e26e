"""What a change of one session means for those who are registered, in plain sentences."""

from __future__ import annotations

from echo_session.domain.sessions import Session
from echo_session.domain.us_words import moment_words


def what_changed(before: Session, after: Session) -> list[str]:
    """A sentence for each change that concerns them; none where nothing does."""
    sentences = []
    if after.title != before.title:
        sentences.append(f"It is now called {after.title}.")
    if (after.starts_at, after.zone) != (before.starts_at, before.zone):
        was, now = (moment_words(one.starts_at, one.zone) for one in (before, after))
        sentences.append(f"It begins on {now} instead of {was}.")
    if after.duration_minutes != before.duration_minutes:
        sentences.append(f"It takes {after.duration_minutes} minutes instead of {before.duration_minutes}.")
    if after.description != before.description:
        sentences.append("The description is different.")
    if after.contact != before.contact and after.contact:
        sentences.append(f"For help, ask {after.contact}.")
    return sentences
