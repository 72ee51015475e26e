"""When to try which message again. Pure: an attempt and a clock in, a decision out.

A message that the server puts off waits for the retry schedule, and fails when that is used up: after two
days. A server that is down says nothing of any message: the whole queue waits, and the message that has
waited longest is the probe.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from echo_session.domain.mail import Fate, MailState, Outcome, Ruling

__all__ = ["RETRY_AFTER", "probe_delay", "rule"]

Jitter = Callable[[], float]
"""Random numbers in [0, 1)."""

SPREAD = 0.1
"""Delays are longer by a random share of up to this."""


def _minutes(*minutes: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in minutes)


RETRY_AFTER = (*_minutes(1, 5, 15, 30), *_minutes(60, 120, 240, 480, 720, 720, 520))
"""Delay after the n-th attempt; a message fails with the one after the last. Two days in all."""

PROBE_AFTER = timedelta(seconds=5)
PROBE_AT_MOST = timedelta(minutes=5)


def rule(outcome: Outcome, attempts: int, now: datetime, jitter: Jitter, *, scale: float = 1.0) -> Ruling:
    """What the attempt means, where ``attempts`` went before it."""
    match outcome.fate:
        case Fate.SENT:
            return _final(MailState.SENT, attempts + 1, "")
        case Fate.REFUSED:
            return _final(MailState.FAILED, attempts + 1, outcome.words)
        case Fate.OBSOLETE:
            return _final(MailState.DROPPED, attempts, outcome.words)
        case Fate.DOWN:
            return Ruling(
                state=MailState.PENDING,
                attempts=attempts,
                next_attempt_at=now,
                possible_duplicate=False,
                error=outcome.words,
            )
    unanswered = outcome.fate is Fate.UNANSWERED
    if attempts >= len(RETRY_AFTER):
        words = f"Given up after two days. {outcome.words}"
        return _final(MailState.FAILED, attempts + 1, words, possible_duplicate=unanswered)
    delay = RETRY_AFTER[attempts] * scale * (1 + SPREAD * jitter())
    return Ruling(
        state=MailState.PENDING,
        attempts=attempts + 1,
        next_attempt_at=now + delay,
        possible_duplicate=unanswered,
        error=outcome.words,
    )


def probe_delay(failures: int) -> timedelta:
    """How long the queue waits after so many failures in a row."""
    doubled: int = 2 ** min(failures - 1, 10)
    return min(PROBE_AFTER * doubled, PROBE_AT_MOST)


def _final(state: MailState, attempts: int, error: str, *, possible_duplicate: bool = False) -> Ruling:
    return Ruling(
        state=state,
        attempts=attempts,
        next_attempt_at=None,
        possible_duplicate=possible_duplicate,
        error=error,
    )
