"""What learners are told of their time and their claims, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["attended_words", "changed_words"]

_MINUTE = 60


def attended_words(counted_seconds: int, countable_seconds: int, *, over: bool) -> str:
    """How long somebody was there: whole minutes, not rounded up."""
    if counted_seconds <= 0:
        return "We have no time of yours in this session." if over else "None of your time counts so far."
    here, whole = counted_seconds // _MINUTE, countable_seconds // _MINUTE
    minutes = f"{whole} minute{'' if whole == 1 else 's'}"
    said = f"{here} of {minutes}" if here else f"less than a minute of {minutes}"
    return f"You were here {said}." if over else f"You were here {said} so far."


def changed_words(state: str, credit: str, history: Sequence[Mapping[str, Any]]) -> str:
    """That something other than the learner changed a claim; empty where nothing did."""
    if not history:
        return ""
    if state == "withdrawn":
        return f"The hub took this claim back: {history[-1]['why']}"
    if state == "void":
        return "Your time was corrected since you claimed, and nothing is left to claim."
    before = history[-1]
    if before["state"] == "claimed" and before["credit"] != credit:
        return f"Your time was corrected since you claimed: it was {before['credit']}."
    return ""
