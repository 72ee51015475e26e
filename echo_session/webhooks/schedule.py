"""When to try what again. Pure: an attempt and a clock in, a decision out.

Two things wait. A delivery waits for the retry schedule, and fails when that is used up. An endpoint that is
down waits too: nothing is sent to it but its oldest event, as a probe, at least every five minutes. A probe
before the delivery's own time is logged but does not use up the schedule. The first success drains what has
gathered.

A receiver may refuse one event and take every other. So when an endpoint answers, but not with success,
another session's head is tried once, as a second opinion: if that is accepted, the endpoint is up and only
the session of the refused event waits. Where several are under way at once, one that is accepted says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from echo_session.domain.deliveries import Attempt, ClaimedDelivery, DeliveryState, Ruling

__all__ = ["DEFAULT_POLICY", "RetryPolicy", "accepted", "in_doubt", "rule"]

Jitter = Callable[[], float]
"""Random numbers in [0, 1)."""

GONE = 410
SPREAD = 0.1
"""Delays are longer, and probes sooner, by a random share of up to this."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient we are."""

    steps: tuple[timedelta, ...]
    """Delay before the n-th try, the first of them zero; as many tries as there are steps."""
    probe_every: timedelta
    """The longest that an endpoint which is down goes without a probe."""
    longest_retry_after: timedelta
    """A receiver is left alone as long as it asks for, up to this. Not scaled, as the asking is not."""

    def scaled(self, factor: float) -> RetryPolicy:
        """The same schedule at another pace; tests run it a thousand times as fast."""
        return replace(
            self, steps=tuple(step * factor for step in self.steps), probe_every=self.probe_every * factor
        )


def _hours(*hours: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=each) for each in hours)


DEFAULT_POLICY = RetryPolicy(
    steps=(timedelta(), timedelta(seconds=5), timedelta(minutes=5), *_hours(0.5, 2, 5, 10, 14, 20, 24)),
    probe_every=timedelta(minutes=5),
    longest_retry_after=timedelta(hours=24),
)


def accepted(attempt: Attempt) -> bool:
    """Only 2xx is success."""
    return attempt.status is not None and 200 <= attempt.status < 300


def in_doubt(attempt: Attempt) -> bool:
    """Whether the attempt, which failed, may be the fault of its event, so that another event is worth a try.

    Not if nothing answers, and not of an endpoint that asks to be left alone.
    """
    return attempt.status is not None and attempt.status != GONE and attempt.retry_after is None


def rule(
    claim: ClaimedDelivery,
    attempt: Attempt,
    policy: RetryPolicy,
    jitter: Jitter,
    *,
    opinion: bool = False,
    contradicted: bool = False,
) -> Ruling:
    """What the attempt means.

    Args:
        opinion: it was a second opinion, which if it fails counts for nothing.
        contradicted: the endpoint has accepted another event since this attempt began, so that only its own
            stream waits, unless the receiver asks to be left alone.
    """
    ended = attempt.at + timedelta(milliseconds=attempt.duration_ms)
    if accepted(attempt):
        back = claim.endpoint_failures > 0 and not opinion
        return Ruling(DeliveryState.DELIVERED, claim.attempts + 1, ended, True, releases_backlog=back)
    unchanged = Ruling(DeliveryState.PENDING, claim.attempts, claim.next_attempt_at, None)
    if attempt.status == GONE:
        return replace(unchanged, disables="The receiver answered 410 Gone: it wants no more events.")
    if opinion:
        return unchanged
    ruling = _retry(claim, ended, _asked(attempt, ended, policy), attempt.at, policy, jitter)
    if contradicted and attempt.retry_after is None:
        return replace(ruling, endpoint_up=None, endpoint_next_attempt_at=None)
    return ruling


def _retry(
    claim: ClaimedDelivery,
    ended: datetime,
    not_before: datetime,
    begun: datetime,
    policy: RetryPolicy,
    jitter: Jitter,
) -> Ruling:
    probe_at = ended + policy.probe_every * (1 - SPREAD * jitter())
    attempts, next_at, state = claim.attempts, claim.next_attempt_at, DeliveryState.PENDING
    if begun >= claim.next_attempt_at:
        attempts += 1
        if attempts >= len(policy.steps):
            state, next_at = DeliveryState.FAILED, probe_at
        else:
            next_at = ended + policy.steps[attempts] * (1 + SPREAD * jitter())
    next_at = max(next_at, not_before)
    endpoint_at = max(min(next_at, probe_at), not_before)
    return Ruling(state, attempts, next_at, False, endpoint_next_attempt_at=endpoint_at)


def _asked(attempt: Attempt, ended: datetime, policy: RetryPolicy) -> datetime:
    """Not before when the receiver wants to hear from us again; `ended` if it did not say.

    Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3); anything else is passed over.
    """
    if attempt.retry_after is None:
        return ended
    text = attempt.retry_after.strip()
    latest = ended + policy.longest_retry_after
    if text.isascii() and text.isdecimal():
        # Nine digits are thirty years; more would overflow.
        return min(ended + timedelta(seconds=int(text)), latest) if len(text) <= 9 else latest
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return ended
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(at, ended), latest)
