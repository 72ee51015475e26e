"""Events asked for instead of waited for, and sent once more."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from echo_session.domain.deliveries import DeliveryState
from echo_session.store import event_feed
from echo_session.store.engine import Database
from echo_session.store.event_feed import number_events, read_feed
from echo_session.store.events import append_event
from echo_session.store.tables import AuditRow, EventRow

from .api import Api, json_of
from .receiver import always
from .samples import FAST, happen, listening, log_of, relaying, sessions


async def numbers(database: Database) -> list[tuple[int | None, str, int]]:
    async with database.read() as tx:
        rows = await tx.execute(select(EventRow.number, EventRow.stream, EventRow.seq))
        return sorted(((row[0], row[1], row[2]) for row in rows), key=lambda row: row[0] or 0)


async def test_numbers_have_no_gap_and_keep_each_sessions_order_though_the_clock_is_set_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_feed, "AT_A_TIME", 3)
    one, two = await sessions(database, 2)
    for ahead in (3, 1, 2, -1, -2):
        for session in (one, two):
            await happen(database, session, ahead=timedelta(hours=ahead))
    await asyncio.gather(*(number_events(database) for _ in range(4)))
    given = await numbers(database)
    assert [number for number, _, _ in given] == list(range(1, 11))
    for session in (one, two):
        assert [seq for _, stream, seq in given if stream == session] == [1, 2, 3, 4, 5]
    await happen(database, one)
    assert await number_events(database) == 1
    assert (await numbers(database))[-1] == (11, one, 6)


async def test_who_reads_on_while_transactions_overlap_misses_nothing(
    database: Database, database_address: str
) -> None:
    """Many writers whose transactions commit in any order; one reader that only asks for higher numbers."""
    other = Database(database_address)
    ids = await sessions(database, 6)
    made: list[str] = []

    async def write(where: Database, session: str) -> None:
        for _ in range(5):
            async with where.write() as tx:
                event = await append_event(
                    tx, session, "participant.joined", {}, datetime.now(UTC), random=secrets.token_bytes
                )
                await asyncio.sleep(0)
            made.append(event)

    async def read() -> list[str]:
        seen: list[str] = []
        after = 0
        while len(seen) < 30:
            await number_events(database)
            async with database.read() as tx:
                page = await read_feed(tx, after=after, limit=4)
            seen += [event.id for event in page.events]
            after = page.next
        return seen

    writers = [write((database, other)[place % 2], session) for place, session in enumerate(ids)]
    async with asyncio.timeout(60):
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(read())
            for writer in writers:
                tasks.create_task(writer)
    await other.close()
    assert sorted(reading.result()) == sorted(made)


async def test_the_feed_gives_pages_by_number_type_and_session_and_keeps_who_read(
    api: Api, database: Database
) -> None:
    one, two = await sessions(database, 2)
    made = [*await happen(database, one, 3), *await happen(database, two, 2)]
    first = await json_of(api, "/events?limit=3")
    assert [item["id"] for item in first["items"]] == made[:3]
    assert (first["next"], first["more"], first["oldest"]) == (3, True, 1)
    item = first["items"][1]
    assert (item["number"], item["session_id"], item["seq"], item["type"]) == (
        2,
        one,
        2,
        "participant.joined",
    )
    assert item["data"]["session"] == one
    rest = await json_of(api, f"/events?after={first['next']}")
    assert [item["id"] for item in rest["items"]] == made[3:]
    assert await json_of(api, "/events?after=5") == {"items": [], "next": 5, "more": False, "oldest": 1}
    assert len((await json_of(api, f"/events?session_id={two}"))["items"]) == 2
    assert (await json_of(api, "/events?type=session.opened"))["items"] == []
    async with database.read() as tx:
        read = list(await tx.scalars(select(AuditRow.subject).where(AuditRow.action == "events.read")))
    assert sorted(read) == sorted(["", two])


async def posted(api: Api, path: str, body: Any = None) -> Any:
    answer = await api.post(path, json=body)
    assert answer.status in (200, 201), await answer.text()
    return await answer.json()


async def test_what_happens_while_an_endpoint_is_paused_is_sent_in_order_when_it_is_resumed(
    api: Api, database: Database
) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, known), relaying(database):
        path = f"/webhook-endpoints/{known.id}"
        assert (await posted(api, f"{path}/pause"))["status"] == "paused"
        made = await happen(database, session, 3)
        tested = await posted(api, f"{path}/test")
        assert (await json_of(api, path))["pending"] == 4
        assert receiver.came.total() == 0
        assert (await posted(api, f"{path}/resume"))["status"] == "enabled"
        await receiver.until(lambda: len(receiver.accepted) == 4)
    assert [event for event in receiver.accepted if event != tested["event_id"]] == made
    await api.patch(path, json={"status": "disabled"})
    for deed in ("pause", "resume", "test", "replay"):
        answer = await api.post(f"{path}/{deed}", json={"after": 0} if deed == "replay" else None)
        assert answer.status == 409, deed


async def test_a_test_reaches_one_endpoint_at_once_though_that_is_down_and_brings_it_up(
    api: Api, database: Database
) -> None:
    (session,) = await sessions(database, 1)
    async with (
        listening(database, answer=always(503)) as (receiver, known),
        listening(database) as (other, _),
        relaying(database, policy=FAST.scaled(1000)),
    ):
        made = await happen(database, session, 2)
        await receiver.until(lambda: receiver.came[made[0]] == 1)
        await other.until(lambda: len(other.accepted) == 2)
        receiver.answer = always(200)
        tested = await posted(api, f"/webhook-endpoints/{known.id}/test")
        assert (tested["event_type"], tested["state"], tested["session_id"]) == (
            "endpoint.test",
            "pending",
            None,
        )
        assert tested["body"]["data"]["endpoint"]["id"] == known.id
        await receiver.until(lambda: len(receiver.accepted) == 3)
    assert receiver.accepted == [tested["event_id"], *made]
    assert other.accepted == made


async def test_events_are_sent_again_by_id_and_by_range_also_such_as_the_endpoint_never_had(
    api: Api, database: Database
) -> None:
    one, two = await sessions(database, 2)
    early = await happen(database, one, 2)
    async with listening(database) as (receiver, known), relaying(database):
        late = await happen(database, two, 3)
        await receiver.until(lambda: len(receiver.accepted) == 3)
        path = f"/webhook-endpoints/{known.id}/replay"
        assert await posted(api, path, {"event_ids": [late[1], early[0]]}) == {"queued": 2, "waiting": 0}
        await receiver.until(lambda: len(receiver.accepted) == 5)
        assert await posted(api, path, {"after": 1, "up_to": 4}) == {"queued": 3, "waiting": 0}
        await receiver.until(lambda: len(receiver.accepted) == 8)
        begun = datetime.now(UTC) - timedelta(minutes=1)
        assert (await posted(api, path, {"from": begun.isoformat()}))["queued"] == 5
        await receiver.until(lambda: len(receiver.accepted) == 13)
    assert sorted(receiver.accepted[3:5]) == sorted([late[1], early[0]])
    assert sorted(receiver.accepted[5:8]) == sorted([early[1], *late[:2]])
    last = receiver.accepted[8:]
    assert [event for event in last if event in late] == late
    assert [event for event in last if event in early] == early
    log = {record.event_id: record for record in await log_of(database, known)}
    assert {record.state for record in log.values()} == {DeliveryState.DELIVERED}
    assert log[late[1]].replays == 3
    for wrong in ({}, {"after": 1, "event_ids": early}, {"event_ids": ["evt_nowhere"]}, {"from": "soon"}):
        assert (await api.post(path, json=wrong)).status == 422, wrong


async def test_the_log_has_request_and_response_without_what_is_secret_and_a_failed_one_can_be_retried(
    api: Api, database: Database
) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, known):
        (event,) = await happen(database, session)
        receiver.answer = always(500)
        async with relaying(database, policy=FAST.scaled(1e-4)):
            async with asyncio.timeout(30):
                while (await log_of(database, known))[0].state is not DeliveryState.FAILED:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            (record,) = await log_of(database, known)
            detail = await json_of(api, f"/deliveries/{record.id}")
            assert (detail["state"], detail["counted_attempts"]) == ("failed", 10)
            tried = detail["attempts"][0]
            assert tried["request"]["url"] == receiver.url
            headers = tried["request"]["headers"]
            assert headers["webhook-id"] == event
            assert headers["content-type"] == "application/json"
            assert headers["webhook-signature"].startswith("v1,")
            assert len(headers["webhook-signature"]) < 20
            assert tried["response_headers"]["Content-Length"] == "0"
            assert "secret" not in str(tried).casefold()
            assert detail["body"]["data"]["session"] == session
            receiver.answer = always(200)
            again = await posted(api, f"/deliveries/{record.id}/retry")
            assert (again["state"], again["counted_attempts"], again["replays"]) == ("pending", 0, 1)
            await receiver.until(lambda: bool(receiver.accepted))
    assert (await api.get("/deliveries/dlv_nowhere")).status == 404
    assert (await api.post("/deliveries/dlv_nowhere/retry")).status == 404
