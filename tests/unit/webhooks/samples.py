"""Deliveries to reason about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from echo_session.domain.deliveries import Attempt, Backlog, ClaimedDelivery, Head, Standing

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def head(
    session: str = "ses_1",
    *,
    age: float = 60,
    next_in: float = 0,
    lease_in: float | None = None,
    epoch: int = 0,
    attempts: int = 0,
    asked: bool = False,
) -> Head:
    """The head of one session's stream; times in seconds from noon."""
    return Head(
        delivery_id=f"dlv_{session}",
        stream=session,
        created_at=NOON - timedelta(seconds=age),
        attempts=attempts,
        next_attempt_at=NOON + timedelta(seconds=next_in),
        lease_until=None if lease_in is None else NOON + timedelta(seconds=lease_in),
        epoch=epoch,
        asked=asked,
    )


def backlog(*heads: Head, failures: int = 0, next_in: float | None = None) -> Backlog:
    """What one endpoint waits for."""
    next_at = None if next_in is None else NOON + timedelta(seconds=next_in)
    return Backlog(Standing("wep_1", failures, next_at), heads)


def claim(*, attempts: int = 0, next_at: datetime = NOON, failures: int = 0) -> ClaimedDelivery:
    """A delivery that is ours."""
    return ClaimedDelivery(
        id="dlv_1",
        endpoint_id="wep_1",
        event_id="evt_1",
        stream="ses_1",
        payload={"type": "session.opened"},
        url="https://scheduling.example/hook",
        secrets=("whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",),
        attempts=attempts,
        next_attempt_at=next_at,
        endpoint_failures=failures,
        epoch=1,
        lease_until=NOON + timedelta(seconds=30),
    )


def attempt(
    status: int | None, *, at: datetime = NOON, took_ms: int = 0, retry_after: str | None = None
) -> Attempt:
    """What came of one try."""
    return Attempt(at=at, status=status, error="", duration_ms=took_ms, retry_after=retry_after)
