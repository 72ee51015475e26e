"""The records of deliveries: claims, lost claims, and the log."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.domain.deliveries import Attempt, ClaimedDelivery, DeliveryState, EndpointStatus
from echo_session.domain.webhook_endpoints import EndpointChange
from echo_session.store import deliveries, webhook_endpoints
from echo_session.store.deliveries import Deliveries
from echo_session.store.engine import Database
from echo_session.webhooks.schedule import choose, rule
from echo_session.webhooks.signing import new_secret

from .samples import (
    FAST,
    endpoint,
    happen,
    log_of,
    reread,
    sessions,
)


async def test_a_previous_secret_no_longer_signs_when_its_time_is_over(database: Database) -> None:
    (session,) = await sessions(database, 1)
    secret, newer = new_secret(secrets.token_bytes), new_secret(secrets.token_bytes)
    known = await endpoint(database, "https://scheduling.example/", secret)
    now = datetime.now(UTC)
    async with database.write() as tx:
        await webhook_endpoints.change_secret(
            tx, known.id, newer, keep_previous=timedelta(hours=1), now=now - timedelta(hours=2)
        )
    await happen(database, session)
    store = Deliveries(database)
    backlog = await store.backlog(known.id)
    assert backlog is not None
    claim = await store.claim(backlog.heads[0], now, now + timedelta(seconds=30))
    assert claim is not None
    assert claim.secrets == (newer,)


async def test_only_the_latest_tries_are_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "KEPT_ATTEMPTS", 4)
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    begun = datetime.now(UTC)
    for number in range(9):
        claim = await claimed(store, known.id, begun)
        tried = Attempt(begun + timedelta(seconds=number), 500, f"try {number}", 1)
        await store.record(claim, tried, rule(claim, tried, FAST, lambda: 0.0))
    shown = (await log_of(database, known))[0].attempts
    assert [attempt.error for attempt in shown] == [f"try {number}" for number in (8, 7, 6, 5, 4)]


async def test_a_claim_read_before_another_was_made_is_refused(database: Database) -> None:
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    backlog = await store.backlog(known.id)
    assert backlog is not None
    now = datetime.now(UTC)
    head = choose(backlog, now)
    assert head is not None
    assert await store.claim(head, now, now + timedelta(seconds=30)) is not None
    assert await store.claim(head, now, now + timedelta(seconds=30)) is None
    held = await store.backlog(known.id)
    assert held is not None
    assert choose(held, now) is None
    assert choose(held, now + timedelta(seconds=30)) is not None


async def test_a_disabled_endpoint_has_no_backlog_and_cannot_be_claimed(database: Database) -> None:
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    backlog = await store.backlog(known.id)
    assert backlog is not None
    async with database.write() as tx:
        disabled = EndpointChange(status=EndpointStatus.DISABLED)
        await webhook_endpoints.change_endpoint(tx, known.id, disabled)
    now = datetime.now(UTC)
    assert await store.claim(backlog.heads[0], now, now + timedelta(seconds=30)) is None
    assert await store.backlogs() == []


async def test_an_acceptance_counts_although_the_claim_was_lost_and_a_failure_does_not(
    database: Database,
) -> None:
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    now = datetime.now(UTC)
    slowest, slow, quick = [await claimed(store, known.id, now) for _ in range(3)]
    failed, fine = Attempt(now, 500, "answered 500", 1), Attempt(now, 200, "", 1)
    assert not await store.record(slowest, failed, rule(slowest, failed, FAST, lambda: 0.0))
    assert (await reread(database, known)).failures == 0
    assert await store.record(slow, fine, rule(slow, fine, FAST, lambda: 0.0))
    assert not await store.record(quick, failed, rule(quick, failed, FAST, lambda: 0.0))
    (record,) = await log_of(database, known)
    assert record.state is DeliveryState.DELIVERED
    assert len(record.attempts) == 3


async def claimed(store: Deliveries, endpoint_id: str, now: datetime) -> ClaimedDelivery:
    """The head of the endpoint's one stream, under a lease that is over at once."""
    backlog = await store.backlog(endpoint_id)
    assert backlog is not None
    claim = await store.claim(backlog.heads[0], now, now)
    assert claim is not None
    return claim
