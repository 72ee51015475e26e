"""Receivers that mean harm, or are broken as badly: each costs nobody but itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import psutil
import pytest

from echo_session.domain.deliveries import DeliveryState
from echo_session.store.engine import Database
from echo_session.webhooks import client as client_module
from echo_session.webhooks.signing import new_secret

from .samples import FAST, endpoint, happen, listening, log_of, relaying, reread, sessions

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
MIB = 1024 * 1024
PATIENCE = 1.0


async def never_answers(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def byte_by_byte(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def ten_gigabytes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 10000000000\r\n\r\n")
    for _number in range(10_000):
        writer.write(b"x" * MIB)
        await writer.drain()


async def endless_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 1000))
        await writer.drain()


async def elsewhere(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def no_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


SAID = {
    never_answers: "no answer within",
    byte_by_byte: "no answer within",
    ten_gigabytes: "answered 500",
    endless_headers: "",
    elsewhere: "redirects are not followed",
    hangs_up: "",
    no_http: "",
}


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[str]:
    """Listens on loopback; the URL."""
    talks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()
        talks.discard(task)

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
async def test_bad_receivers_harm_nobody_but_themselves(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "EXCERPT_SECONDS", 0.2)
    ids = await sessions(database, 10)
    secret = new_secret(bytes)
    before = psutil.Process().memory_info().rss
    async with AsyncExitStack() as stack:
        bad = {
            talk: await endpoint(database, await stack.enter_async_context(talking(talk)), secret)
            for talk in SAID
        }
        receiver, good = await stack.enter_async_context(listening(database))
        made = [event for session in ids for event in await happen(database, session, 3)]
        relay = await stack.enter_async_context(relaying(database, policy=FAST, patience=PATIENCE))
        await receiver.until(lambda: len(receiver.accepted) == len(made))
        async with asyncio.timeout(30):
            while not all([(await reread(database, one)).failures for one in bad.values()]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        late = await happen(database, ids[0])
        await receiver.until(lambda: late[0] in receiver.accepted)
        await relay.stop()
        for talk, one in bad.items():
            log = await log_of(database, one)
            tried = [attempt for record in log for attempt in record.attempts]
            assert tried, talk.__name__
            assert all(SAID[talk] in attempt.error and attempt.error for attempt in tried), talk.__name__
            assert all(len(attempt.response_excerpt) <= 4096 for attempt in tried)
            assert DeliveryState.DELIVERED not in {record.state for record in log}
            assert (await reread(database, one)).pending == len(log)
        assert (await reread(database, good)).failures == 0
    assert psutil.Process().memory_info().rss - before < 100 * MIB
