"""The records of deliveries: claims, lost claims, and the log."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.domain.deliveries import (
    Attempt,
    ClaimedDelivery,
    DeliveryState,
    EndpointStatus,
    Head,
    Outcome,
    Turn,
)
from echo_session.domain.webhook_endpoints import EndpointChange
from echo_session.store import deliveries, delivery_heads, webhook_endpoints
from echo_session.store.deliveries import Deliveries
from echo_session.store.engine import Database
from echo_session.webhooks.queue import Queue
from echo_session.webhooks.schedule import rule
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
    claim = await claimed(Deliveries(database), known.id, now)
    assert claim.secrets == (newer,)


async def test_only_the_latest_tries_are_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "KEPT_ATTEMPTS", 4)
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    begun = datetime.now(UTC)
    for number in range(9):
        at = begun + timedelta(days=number)
        claim = await claimed(store, known.id, at)
        tried = Attempt(at, 500, f"try {number}", 1)
        await recorded(store, claim, tried)
    shown = (await log_of(database, known))[0].attempts
    assert [attempt.error for attempt in shown] == [f"try {number}" for number in (8, 7, 6, 5, 4)]


async def test_a_claim_read_before_another_was_made_is_refused(database: Database) -> None:
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    now = datetime.now(UTC)
    one, two = [await waiting(store, known.id, now) for _ in range(2)]
    until = now + timedelta(seconds=30)
    assert len((await turned(store, known.id, one.pick, now, until)).claims) == 1
    refused = await turned(store, known.id, two.pick, now, until)
    assert (refused.claims, len(refused.lost)) == ((), 1)
    held = await waiting(store, known.id, now)
    assert held.wake_at() == until


async def test_a_disabled_endpoint_has_no_backlog_and_cannot_be_claimed(database: Database) -> None:
    (session,) = await sessions(database, 1)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    await happen(database, session)
    store = Deliveries(database)
    now = datetime.now(UTC)
    queue = await waiting(store, known.id, now)
    for status in (EndpointStatus.DISABLED, EndpointStatus.PAUSED):
        async with database.write() as tx:
            await webhook_endpoints.change_endpoint(tx, known.id, EndpointChange(status=status))
        turn = await turned(store, known.id, queue.pick, now, now)
        assert (turn.open, turn.claims) == (False, ())
        assert await store.backlog(known.id, now) is None
        assert await store.standings() == []


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
    assert not await recorded(store, slowest, failed)
    assert (await reread(database, known)).failures == 0
    assert await recorded(store, slow, fine)
    assert not await recorded(store, quick, failed)
    (record,) = await log_of(database, known)
    assert record.state is DeliveryState.DELIVERED
    assert len(record.attempts) == 3


async def test_the_heads_of_many_streams_are_found_and_what_is_behind_them_is_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await sessions(database, 5)
    known = await endpoint(database, "https://scheduling.example/", new_secret(secrets.token_bytes))
    made = {session: await happen(database, session, 3) for session in ids}
    store = Deliveries(database)
    now = datetime.now(UTC)
    found = await store.backlog(known.id, now)
    assert found is not None
    assert [head.stream for head in found.heads] == ids, "the oldest first"
    monkeypatch.setattr(delivery_heads, "MOST_HEADS", 2)
    queue = await waiting(store, known.id, now)
    claims = (await turned(store, known.id, queue.pick, now, now + timedelta(hours=1))).claims
    assert [claim.event_id for claim in claims] == [made[session][0] for session in ids[:2]]
    others = await store.backlog(known.id, now)
    assert others is not None
    assert [head.stream for head in others.heads] == ids[2:4], "what somebody holds comes after what is due"


async def waiting(store: Deliveries, endpoint_id: str, now: datetime) -> Queue:
    backlog = await store.backlog(endpoint_id, now)
    assert backlog is not None
    return Queue(backlog)


async def turned(
    store: Deliveries,
    endpoint_id: str,
    pick: Callable[[datetime, int], list[Head]],
    now: datetime,
    until: datetime,
) -> Turn:
    return await store.turn(
        endpoint_id, [], lambda _landing: pick(now, 9), now=now, lease_until=until, release=[]
    )


async def claimed(store: Deliveries, endpoint_id: str, now: datetime) -> ClaimedDelivery:
    """The head of the endpoint's one stream, under a lease that is over at once."""
    queue = await waiting(store, endpoint_id, now)
    (claim,) = (await turned(store, endpoint_id, queue.pick, now, now)).claims
    return claim


async def recorded(store: Deliveries, claim: ClaimedDelivery, attempt: Attempt) -> bool:
    """Whether the claim was still held."""
    outcome = Outcome(claim, attempt, rule(claim, attempt, FAST, lambda: 0.0))
    at = attempt.at
    turn = await store.turn(
        claim.endpoint_id, [outcome], lambda _landing: [], now=at, lease_until=at, release=[]
    )
    return turn.held == (True,)
