"""The WebSocket as a client meets it: limits, deadlines, close codes, resume."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from signaling.errors import CloseCode
from signaling.messages import (
    MAX_FRAME_BYTES,
    MAX_JOIN_BYTES,
    Delta,
    Error,
    ErrorCode,
    Hello,
    Join,
    Joined,
    Leave,
    Ping,
    Pong,
    Publish,
    Resume,
    Room,
    Source,
    View,
    Watch,
)
from signaling.settings import Settings
from tests.unit.signaling.fakes import World, console, invited, join, session_facts
from tests.unit.signaling.sockets import Service, serving


@pytest.fixture
def world() -> World:
    made = World()
    facts = session_facts()
    for name in ("ortiz", "lee"):
        made.directory.invite(name, invited(facts, name))
    made.directory.invite("console", console(facts))
    return made


@pytest.fixture
async def service(world: World) -> AsyncIterator[Service]:
    async with serving(world) as running:
        yield running


async def test_two_join_and_see_each_other(service: Service) -> None:
    first, second = await service.open(), await service.open()
    mine = await first.enter("ortiz")
    await second.enter("lee")
    delta = await first.until(Delta)
    assert delta.revision == mine.room.revision + 1
    await second.say(Leave())
    assert await second.closed() == CloseCode.NORMAL
    assert (await first.until(Delta)).revision == mine.room.revision + 2


async def test_ping_is_answered_with_its_stamp(service: Service) -> None:
    client = await service.open()
    await client.hello("ortiz")
    await client.say(Ping(stamp=12.25))
    assert (await client.until(Pong)).stamp == 12.25


async def test_messages_travel_compressed(service: Service) -> None:
    client = await service.open(compress=15)
    assert client.socket.compress
    await client.enter("ortiz")


# --- limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("no json", None),
        ("[]", None),
        ("{}", None),
        ('{"type":"fly"}', None),
        (
            '{"type":"view","items":[{"participant_id":"a b","source":"camera","height":1}]}',
            "items.0.participant_id",
        ),
        ('{"type":"ping"}', "stamp"),
        ('{"type":"ping","stamp":1,"more":2}', "more"),
        ('{"type":"ping","stamp":"\\ud800"}', None),
    ],
)
async def test_a_malformed_frame_closes_that_socket_with_its_code(
    service: Service, frame: str, field: str | None
) -> None:
    client, other = await service.open(), await service.open()
    await client.hello("ortiz")
    await other.hello("lee")
    await client.socket.send_str(frame)
    error = await client.until(Error)
    assert (error.code, error.fatal) == (ErrorCode.BAD_MESSAGE, True)
    if field is not None:
        assert error.field == field
    assert await client.closed() == CloseCode.BAD_MESSAGE
    await other.say(Ping(stamp=1))
    await other.until(Pong)


async def test_what_was_sent_is_not_echoed_in_the_error(service: Service) -> None:
    client = await service.open()
    await client.socket.send_str(json.dumps({"type": "hello", "token": "secret" * 1000, "client": "t"}))
    assert "secret" not in (await client.until(Error)).message


async def test_a_binary_frame_closes_the_socket(service: Service) -> None:
    client = await service.open()
    await client.hello("ortiz")
    await client.socket.send_bytes(b"{}")
    assert await client.closed() == CloseCode.BAD_MESSAGE


async def test_invalid_utf8_closes_the_socket(service: Service) -> None:
    client = await service.open()
    await client.hello("ortiz")
    await client.socket.send_frame(b'{"type":"ping","stamp":"\xff"}', aiohttp.WSMsgType.TEXT)
    assert await client.closed() == CloseCode.BAD_MESSAGE


def padded_join(size: int) -> str:
    """A join of exactly so many bytes."""
    text = join().model_copy(update={"offer": ""}).model_dump_json()
    padding = size - len(text)
    return text[:-1] + " " * padding + "}"


async def test_a_join_may_be_as_large_as_its_limit(service: Service) -> None:
    client = await service.open()
    await client.hello("ortiz")
    await client.socket.send_str(padded_join(MAX_JOIN_BYTES))
    await client.until(Joined)


@pytest.mark.parametrize("compress", [0, 15])
async def test_a_larger_join_closes_the_socket_before_and_after_decompression(
    service: Service, compress: int
) -> None:
    client = await service.open(compress=compress)
    await client.hello("ortiz")
    await client.socket.send_str(padded_join(MAX_JOIN_BYTES + 2))
    assert await client.closed() == CloseCode.TOO_BIG


@pytest.mark.parametrize("compress", [0, 15])
async def test_any_other_frame_over_64_kib_closes_the_socket(service: Service, compress: int) -> None:
    client = await service.open(compress=compress)
    await client.hello("ortiz")
    await client.socket.send_str('{"type":"ping","stamp":1' + " " * MAX_FRAME_BYTES + "}")
    assert await client.closed() == CloseCode.TOO_LARGE


async def test_a_compressed_bomb_is_not_unpacked(service: Service) -> None:
    client = await service.open(compress=15)
    await client.hello("ortiz")
    await client.socket.send_str(" " * (64 * 1024 * 1024))
    assert await client.closed() == CloseCode.TOO_BIG


async def test_a_flood_closes_the_socket(world: World) -> None:
    async with serving(world, Settings(message_rate=1, message_burst=5)) as service:
        client = await service.open()
        await client.hello("ortiz")
        for _ in range(6):
            await client.say(View(items=[]))
        assert await client.closed() == CloseCode.TOO_MANY


async def test_joins_have_a_tighter_limit(world: World) -> None:
    async with serving(world, Settings(join_rate=1, join_burst=2)) as service:
        client = await service.open()
        await client.hello("ortiz")
        bad = Join(device="desktop", offer="bad", mids=join().mids, microphone=True, camera=True)
        for _ in range(3):
            await client.say(bad)
        assert await client.closed() == CloseCode.TOO_MANY


async def test_too_many_sockets_from_one_address_are_turned_away(world: World) -> None:
    async with serving(world, Settings(socket_rate=0.001, socket_burst=2)) as service:
        await service.open()
        await service.open()
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await service.open()
        assert caught.value.status == 429


# --- who may talk -----------------------------------------------------------------------------------------


async def test_a_socket_that_says_nothing_is_closed_at_the_deadline(world: World) -> None:
    async with serving(world, Settings(hello_deadline=0.05)) as service:
        client = await service.open()
        assert (await client.until(Error)).code is ErrorCode.TIMED_OUT
        assert await client.closed() == CloseCode.TIMED_OUT


async def test_the_deadline_covers_a_directory_that_hangs(world: World) -> None:
    world.directory.hold = asyncio.Event()
    async with serving(world, Settings(hello_deadline=0.05)) as service:
        client = await service.open()
        await client.say(Hello(token="ortiz", client="t"))
        assert await client.closed() == CloseCode.TIMED_OUT


async def test_the_first_message_must_be_hello(service: Service) -> None:
    client = await service.open()
    await client.say(Watch())
    assert await client.closed() == CloseCode.OUT_OF_ORDER


async def test_a_forged_link_is_told_so_and_closed(service: Service) -> None:
    client = await service.open()
    await client.say(Hello(token="forged", client="t"))
    error = await client.until(Error)
    assert (error.code, error.fatal) == (ErrorCode.LINK_INVALID, True)
    assert await client.closed() == CloseCode.LINK_INVALID


async def test_a_page_of_another_protocol_is_told_to_reload(service: Service) -> None:
    client = await service.open()
    await client.say(Hello(token="ortiz", client="t", protocol=2))
    assert await client.closed() == CloseCode.OLD_CLIENT


async def test_a_page_of_another_origin_gets_no_socket(service: Service) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await service.open(origin="https://evil.example")
    assert caught.value.status == 403


async def test_our_own_origin_and_the_allowed_ones_get_a_socket(world: World) -> None:
    settings = Settings(allowed_origins=frozenset({"https://echo.example"}))
    async with serving(world, settings) as service:
        own = str(service.web.make_url("/")).rstrip("/")
        for origin in (own, "https://echo.example"):
            await (await service.open(origin=origin)).hello("ortiz")


# --- resume and restart -----------------------------------------------------------------------------------


async def test_a_dropped_socket_resumes_with_the_whole_room(service: Service) -> None:
    first, other = await service.open(), await service.open()
    joined = await first.enter("ortiz")
    await service.connect_media(joined)
    await other.enter("lee")
    first.cut()
    await other.say(Publish(source=Source.SCREEN, on=True))
    again = await service.open()
    resume = Resume(connection_id=joined.connection_id, secret=joined.secret)
    welcome = await again.hello("ortiz", resume)
    assert welcome.resumed
    room = await again.until(Room)
    assert [p.name for p in room.participants] == ["Ortiz", "Lee"]
    assert [kind for kind, *_ in service.world.store.ledger] == ["joined"]


async def test_a_stop_of_the_server_closes_with_going_away_and_leaves_nobody(world: World) -> None:
    async with serving(world) as service:
        client = await service.open()
        joined = await client.enter("ortiz")
        await service.connect_media(joined)
        stopping = asyncio.create_task(service.hub.close())
        assert await client.closed() == CloseCode.GOING_AWAY
        await stopping
        assert world.store.rows[joined.connection_id].state == "joined"


async def test_after_a_restart_the_secret_still_opens_the_room(world: World) -> None:
    async with serving(world) as service:
        client = await service.open()
        joined = await client.enter("ortiz")
        await service.connect_media(joined)
    async with serving(world) as service:
        again = await service.open()
        resume = Resume(connection_id=joined.connection_id, secret=joined.secret)
        assert (await again.hello("ortiz", resume)).resumed


async def test_a_client_that_answers_no_ping_is_cut_off(world: World) -> None:
    async with serving(world, Settings(heartbeat=0.1)) as service:
        client = await service.open(autoping=False)
        while (await client.socket.receive()).type is aiohttp.WSMsgType.PING:
            pass
        assert client.socket.closed
        assert client.socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


# --- slow readers -----------------------------------------------------------------------------------------


async def test_a_slow_reader_is_cut_off_and_resyncs(world: World) -> None:
    async with serving(world, Settings(close_timeout=0.1)) as service:
        slow, busy = await service.open(), await service.open()
        joined = await slow.enter("ortiz")
        await service.connect_media(joined)
        await busy.enter("lee")
        slow.stop_reading()
        facts = world.directory.sessions["ses_1"]
        for number in range(300):
            info = facts.info.model_copy(update={"title": str(number) * 50_000})
            world.directory.sessions["ses_1"] = replace(facts, info=info)
            await service.hub.session_changed("ses_1")
            await busy.until(Delta)
        await service.until_sockets(1)
        again = await service.open()
        resume = Resume(connection_id=joined.connection_id, secret=joined.secret)
        assert (await again.hello("ortiz", resume)).resumed
        room = await again.until(Room)
        assert [p.name for p in room.participants] == ["Ortiz", "Lee"]
