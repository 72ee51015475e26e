"""Sessions, events and endpoints in a database, and relays over it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from echo_session.domain.deliveries import DeliveryState
from echo_session.domain.webhook_endpoints import DeliveryRecord, Endpoint
from echo_session.store import webhook_endpoints
from echo_session.store.deliveries import Deliveries
from echo_session.store.delivery_log import list_deliveries
from echo_session.store.engine import Database
from echo_session.store.events import append_event
from echo_session.store.tables import DeliveryRow, EventRow, SessionRow
from echo_session.webhooks.client import GuardedClient
from echo_session.webhooks.guard import Guard
from echo_session.webhooks.relay import Relay
from echo_session.webhooks.schedule import DEFAULT_POLICY, RetryPolicy
from echo_session.webhooks.signing import new_secret
from tests.integration.records.people import a_session

from .receiver import Receiver, receiving

FAST = DEFAULT_POLICY.scaled(0.001)
"""5 ms, 0.3 s, 1.8 s ... instead of 5 s, 5 min, 30 min."""
ONE_DAY_IN_A_BLINK = DEFAULT_POLICY.scaled(1e-7)


async def sessions(database: Database, count: int) -> list[str]:
    """Ids of new sessions without events: that they were planned is forgotten."""
    made = [(await a_session(database, opened=False)).id for _ in range(count)]
    async with database.write() as tx:
        await tx.execute(delete(EventRow).where(EventRow.session_id.in_(made)))
        await tx.execute(update(SessionRow).where(SessionRow.id.in_(made)).values(event_seq=0))
    return made


async def happen(
    database: Database, session_id: str, count: int = 1, *, ahead: timedelta = timedelta()
) -> list[str]:
    """Puts events of the session in the outbox, as by a clock that is `ahead`; gives their ids."""
    made = []
    for _ in range(count):
        async with database.write() as tx:
            data = {"session": session_id}
            now = datetime.now(UTC) + ahead
            made.append(
                await append_event(
                    tx, session_id, "participant.joined", data, now, random=secrets.token_bytes
                )
            )
    return made


async def endpoint(database: Database, url: str, secret: str, *, types: tuple[str, ...] = ()) -> Endpoint:
    """A new endpoint."""
    async with database.write() as tx:
        return await webhook_endpoints.add_endpoint(
            tx,
            url=url,
            description="",
            event_types=types,
            secret=secret,
            now=datetime.now(UTC),
            random=secrets.token_bytes,
        )


async def reread(database: Database, known: Endpoint) -> Endpoint:
    """The endpoint as it is now."""
    async with database.read() as tx:
        return await webhook_endpoints.get_endpoint(tx, known.id)


async def log_of(
    database: Database, known: Endpoint, *, state: DeliveryState | None = None
) -> list[DeliveryRecord]:
    """Its deliveries, oldest first."""
    async with database.read() as tx:
        found, _ = await list_deliveries(tx, known.id, state=state, limit=200)
    return found[::-1]


async def states(database: Database) -> set[str]:
    """Every state that a delivery is in."""
    async with database.read() as tx:
        return set(await tx.scalars(select(DeliveryRow.state)))


@asynccontextmanager
async def listening(database: Database, **options: object) -> AsyncIterator[tuple[Receiver, Endpoint]]:
    """A receiver, and the endpoint that leads to it."""
    receiver = replace(Receiver(new_secret(secrets.token_bytes)), **options)  # type: ignore[arg-type]
    async with receiving(receiver):
        yield receiver, await endpoint(database, receiver.url, receiver.secret)


@asynccontextmanager
async def relaying(
    database: Database,
    *,
    policy: RetryPolicy = FAST,
    patience: float = 5,
    lease: float = 30,
    poll: float = 0.2,
    stop: float = 1,
) -> AsyncIterator[Relay]:
    """A relay at work."""
    async with GuardedClient(Guard.of([], allow_loopback=True), timeout_seconds=patience) as client:
        relay = Relay(
            Deliveries(database),
            client,
            policy=policy,
            poll_seconds=poll,
            lease_seconds=lease,
            stop_seconds=stop,
        )
        database.listen(lambda _topics: relay.poke())
        await relay.start()
        try:
            yield relay
        finally:
            await relay.stop()
