"""The relay over real databases and sockets."""

from __future__ import annotations

import asyncio
import random
import secrets
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from echo_session.domain.deliveries import DeliveryState, EndpointStatus
from echo_session.domain.webhook_endpoints import EndpointChange
from echo_session.store import webhook_endpoints
from echo_session.store.engine import Database
from echo_session.webhooks.signing import new_secret

from .receiver import always, third_time_lucky
from .samples import (
    FAST,
    ONE_DAY_IN_A_BLINK,
    happen,
    listening,
    log_of,
    relaying,
    reread,
    sessions,
    states,
)


async def test_a_receiver_that_fails_twice_for_each_event_accepts_each_once(database: Database) -> None:
    one, two = await sessions(database, 2)
    async with listening(database, answer=third_time_lucky) as (receiver, known):
        async with relaying(database):
            made = [*await happen(database, one, 3), *await happen(database, two, 2)]
            await receiver.until(lambda: len(receiver.accepted) >= len(made))
        assert sorted(receiver.accepted) == sorted(made)
        assert set(receiver.came.values()) == {3}
        assert receiver.unverified == 0
        assert receiver.order(one) == [1, 2, 3]
        assert receiver.order(two) == [1, 2]
        log = await log_of(database, known)
    assert {record.state for record in log} == {DeliveryState.DELIVERED}
    assert [sorted(a.status or 0 for a in record.attempts) for record in log] == [[200, 500, 500]] * 5
    after = await reread(database, known)
    assert (after.failures, after.failing_since, after.pending) == (0, None, 0)


async def test_an_endpoint_that_hangs_does_not_delay_another(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with (
        listening(database, hold=asyncio.Event()) as (hanging, _),
        listening(database) as (quick, _),
        relaying(database, patience=20),
    ):
        made = await happen(database, session, 3)
        await hanging.until(lambda: bool(hanging.came))
        await quick.until(lambda: len(quick.accepted) == 3)
        assert quick.accepted == made
        assert hanging.accepted == []
        assert len(hanging.came) == 1


async def test_gone_disables_the_endpoint_and_enabling_it_sends_what_waited(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with (
        listening(database, answer=always(410)) as (receiver, known),
        relaying(database, stop=30) as relay,
    ):
        made = await happen(database, session, 2)
        await receiver.until(lambda: bool(receiver.came))
        await relay.stop()
        disabled = await reread(database, known)
        assert all(
            record.next_attempt_at and record.next_attempt_at >= record.created_at
            for record in await log_of(database, known)
        )
        assert disabled.status is EndpointStatus.DISABLED
        assert "410" in disabled.disabled_reason
        assert disabled.pending == 2
        await happen(database, session)

        receiver.answer = always(200)
        await relay.start()
        async with database.write() as tx:
            enabled = EndpointChange(status=EndpointStatus.ENABLED)
            await webhook_endpoints.change_endpoint(tx, known.id, enabled)
        await receiver.until(lambda: len(receiver.accepted) == 2)
    assert receiver.accepted == made, "what happens while an endpoint is disabled is not sent later"


async def test_events_dated_by_a_clock_that_ran_ahead_are_sent_at_once(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, _), relaying(database):
        made = await happen(database, session, 2, ahead=timedelta(hours=1))
        made += await happen(database, session)
        await receiver.until(lambda: len(receiver.accepted) == 3)
    assert receiver.accepted == made


async def test_order_holds_within_each_session_whatever_fails(database: Database) -> None:
    dice = random.Random(7)
    all_sessions = await sessions(database, 4)
    async with listening(database, answer=lambda _e, _t: dice.choice((200, 500, 429))) as (receiver, _):
        for session in all_sessions:
            await happen(database, session, 5)
        async with relaying(database, policy=FAST.scaled(0.05)):
            await receiver.until(lambda: len(set(receiver.accepted)) == 20)
    assert len(receiver.accepted) == 20
    for session in all_sessions:
        assert receiver.order(session) == [1, 2, 3, 4, 5]


async def test_racing_relays_of_two_processes_send_each_event_once(
    database: Database, database_address: str
) -> None:
    other = Database(database_address)
    all_sessions = await sessions(database, 5)
    async with listening(database) as (one, _), listening(database) as (two, _), AsyncExitStack() as stack:
        for each in (database, other, database, other):
            await stack.enter_async_context(relaying(each, poll=0.05))
        made = [event for session in all_sessions for event in await happen(database, session, 4)]
        for receiver in (one, two):
            await receiver.until(lambda receiver=receiver: len(receiver.accepted) >= len(made))  # type: ignore[misc]
    await other.close()
    for receiver in (one, two):
        assert sorted(receiver.accepted) == sorted(made)
        for session in all_sessions:
            assert receiver.order(session) == [1, 2, 3, 4]


async def test_an_event_whose_retries_are_used_up_has_failed_and_the_next_goes(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, known):
        first, second = await happen(database, session, 2)
        receiver.answer = lambda event, _time: 500 if event == first else 200
        async with relaying(database, policy=ONE_DAY_IN_A_BLINK):
            await receiver.until(lambda: bool(receiver.accepted))
    assert receiver.accepted == [second]
    failed, delivered = await log_of(database, known)
    assert (failed.state, failed.counted_attempts, failed.next_attempt_at) == (DeliveryState.FAILED, 10, None)
    assert (delivered.state, delivered.counted_attempts) == (DeliveryState.DELIVERED, 1)


async def test_one_refused_event_holds_up_its_own_session_only(database: Database) -> None:
    poisoned, healthy = await sessions(database, 2)
    async with listening(database) as (receiver, known):
        (poison,) = await happen(database, poisoned)
        behind = await happen(database, poisoned)
        receiver.answer = lambda event, _time: 500 if event == poison else 200
        others = await happen(database, healthy, 3)
        async with relaying(database, policy=FAST.scaled(1000)):
            await receiver.until(lambda: len(receiver.accepted) == 3)
        assert receiver.accepted == others
        assert receiver.came[behind[0]] == 0
        assert (await reread(database, known)).failures == 0


async def test_an_endpoint_that_was_down_drains_in_order_on_its_first_success(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database, answer=always(500)) as (receiver, known):
        made = await happen(database, session, 4)
        async with relaying(database, policy=FAST.scaled(0.1)):
            await receiver.until(lambda: receiver.came[made[0]] >= 12)
            down = await reread(database, known)
            assert down.failures >= 10
            assert down.failing_since is not None
            assert list(receiver.came) == made[:1], "only the oldest event probes an endpoint that is down"
            receiver.answer = always(200)
            await receiver.until(lambda: len(receiver.accepted) == 4)
    assert receiver.accepted == made


async def test_events_go_only_to_endpoints_that_want_their_type(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with (
        listening(database) as (receiver, _),
        listening(database) as (other, known),
        relaying(database),
    ):
        async with database.write() as tx:
            change = EndpointChange(event_types=("session.opened",))
            await webhook_endpoints.change_endpoint(tx, known.id, change)
        await happen(database, session)
        await receiver.until(lambda: len(receiver.accepted) == 1)
        assert not other.came
        assert await log_of(database, known) == []


async def test_both_signatures_are_sent_while_a_secret_changes_over(database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, known), relaying(database):
        async with database.write() as tx:
            await webhook_endpoints.change_secret(
                tx,
                known.id,
                new_secret(secrets.token_bytes),
                keep_previous=timedelta(hours=1),
                now=datetime.now(UTC),
            )
        await happen(database, session)
        await receiver.until(lambda: len(receiver.accepted) == 1)
    assert receiver.unverified == 0


async def test_an_endpoint_deleted_while_its_event_is_under_way_leaves_nothing_behind(
    database: Database,
) -> None:
    (session,) = await sessions(database, 1)
    hold = asyncio.Event()
    async with listening(database, hold=hold) as (receiver, known), relaying(database):
        await happen(database, session)
        await receiver.until(lambda: bool(receiver.came))
        await webhook_endpoints.remove_endpoint(database, known.id)
        hold.set()
        await receiver.until(lambda: bool(receiver.accepted))
    assert await states(database) == set()


async def test_a_request_under_way_is_recorded_when_the_relay_stops(database: Database) -> None:
    (session,) = await sessions(database, 1)
    hold = asyncio.Event()
    async with listening(database, hold=hold) as (receiver, known):
        async with relaying(database, stop=30) as relay:
            await happen(database, session)
            await receiver.until(lambda: bool(receiver.came))
            stopping = asyncio.create_task(relay.stop())
            hold.set()
            await stopping
        assert (await log_of(database, known))[0].state is DeliveryState.DELIVERED
