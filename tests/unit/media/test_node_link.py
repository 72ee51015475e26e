"""The node and control's client over a real socket, with a stand-in for the engine."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, UnixConnector, web

from config import load_settings
from echo_session import data_folder
from echo_session.media.client import NodeClient
from echo_session.media.errors import CommandRefusedError, NodeUnavailableError
from echo_session.media.node import MediaNode
from echo_session.media.node_process import run_node, session_factory
from echo_session.media.protocol import AddPeer, Event, Mids, NodeHello, OpenRoom, RemovePeer, Snapshot
from tests.unit.media.fakes import FakeEngine, closed, connected, seen

SECRET = "a secret"


@dataclass
class Recorder:
    """Control's handler: notes everything and lets tests wait for it."""

    ups: list[tuple[NodeHello, Snapshot, bool]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    downs: int = 0
    caught_up: int | None = None
    """How many events had come when all from before the link had."""
    storing: asyncio.Future[None] | None = None
    """Where set, what follows from events is durable with it."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def node_up(self, hello: NodeHello, snapshot: Snapshot, *, survived: bool) -> None:
        self.ups.append((hello, snapshot, survived))
        self.changed.set()

    async def node_event(self, event: Event) -> asyncio.Future[None] | None:
        self.events.append(event)
        self.changed.set()
        return self.storing

    async def node_caught_up(self) -> None:
        self.caught_up = len(self.events)
        self.changed.set()

    async def node_down(self) -> None:
        self.caught_up = None
        self.downs += 1
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Bench:
    """One node process' worth of objects on a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "node.sock"
        self.sockets: list[web.Request] = []
        self.engine = FakeEngine()

    @asynccontextmanager
    async def node(self, *, unclaimed_seconds: float = 60.0) -> AsyncIterator[MediaNode]:
        self.engine = FakeEngine()
        node = MediaNode(self.engine, secret=SECRET, unclaimed_seconds=unclaimed_seconds)

        async def serve(request: web.Request) -> web.WebSocketResponse:
            self.sockets.append(request)
            return await node.serve_link(request)

        app = web.Application()
        app.router.add_get("/link", serve)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        await web.UnixSite(runner, self.path).start()
        stopping = asyncio.Event()
        running = asyncio.create_task(node.run(stopping))
        try:
            yield node
        finally:
            stopping.set()
            await running
            await runner.cleanup()

    @asynccontextmanager
    async def client(self, recorder: Recorder, *, secret: str = SECRET) -> AsyncIterator[NodeClient]:
        client = NodeClient(
            session=lambda: ClientSession(connector=UnixConnector(str(self.path))),
            url="http://node/link",
            secret=secret,
            control="control",
            handler=recorder,
        )
        running = asyncio.create_task(client.run())
        try:
            yield client
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def cut(self) -> None:
        """Drops the newest link as a broken line would."""
        transport = self.sockets[-1].transport
        if transport is not None:
            transport.abort()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_control_gets_hello_snapshot_and_then_events(bench: Bench) -> None:
    recorder = Recorder()
    async with bench.node() as node, bench.client(recorder) as client:
        bench.engine.emit(connected("con_a"), seen(5))
        await recorder.until(lambda: len(recorder.events) == 2)
        assert client.up
        assert recorder.ups[0][0].incarnation == node.incarnation
        assert recorder.ups[0][2] is False


async def test_commands_are_answered(bench: Bench) -> None:
    async with bench.node(), bench.client(Recorder()) as client:
        await client.wait_up()
        assert await client.command(OpenRoom(room="room_a", max_peers=5)) is None
        answer = await client.command(AddPeer(room="room_a", peer="con_a", offer="o", mids=Mids()))
        assert answer is not None
        assert answer.answer == "answer to o"
        with pytest.raises(CommandRefusedError, match="no codec") as caught:
            await client.command(AddPeer(room="room_a", peer="con_a", offer="rubbish", mids=Mids()))
        assert caught.value.code == "bad_offer"


async def test_removing_a_peer_waits_for_its_offer_that_is_being_read(bench: Bench) -> None:
    async with bench.node(), bench.client(Recorder()) as client:
        await client.wait_up()
        bench.engine.gate.clear()
        adding = asyncio.create_task(
            client.command(AddPeer(room="room_a", peer="con_a", offer="o", mids=Mids()))
        )
        removing = asyncio.create_task(client.command(RemovePeer(peer="con_a")))
        other = await client.command(OpenRoom(room="room_b", max_peers=5))
        assert other is None
        bench.engine.gate.set()
        await asyncio.gather(adding, removing)
        kinds = [command.kind for command in bench.engine.applied]
        assert kinds == ["open_room", "add_peer", "remove_peer"]


async def test_offers_of_several_are_read_at_once_and_give_way_to_media(bench: Bench) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    async with bench.node(), bench.client(Recorder()) as client:
        await client.wait_up()
        bench.engine.together = threading.Barrier(2, timeout=10)
        offers = [AddPeer(room="room_a", peer=f"con_{one}", offer="o", mids=Mids()) for one in "ab"]
        await asyncio.gather(*(client.command(offer) for offer in offers))
        assert all(niceness > ours for niceness in bench.engine.offer_niceness)
        assert os.getpriority(os.PRIO_PROCESS, 0) == ours


async def test_command_under_way_fails_clearly_when_the_link_drops(bench: Bench) -> None:
    recorder = Recorder()
    async with bench.node(), bench.client(recorder) as client:
        await client.wait_up()
        bench.engine.gate.clear()
        adding = asyncio.create_task(
            client.command(AddPeer(room="room_a", peer="con_a", offer="o", mids=Mids()))
        )
        await client.command(OpenRoom(room="room_a", max_peers=5))
        bench.cut()
        with pytest.raises(NodeUnavailableError, match="restarted"):
            await adding
        bench.engine.gate.set()
        await recorder.until(lambda: len(recorder.ups) == 2)
        assert recorder.ups[1][2] is True


async def test_events_come_once_and_in_order_while_the_line_breaks_again_and_again(bench: Bench) -> None:
    recorder = Recorder()
    made: list[Event] = []
    async with bench.node(), bench.client(recorder):
        for cut in range(6):
            for number in range(40):
                event = connected(f"con_{cut}_{number}")
                made.append(event)
                bench.engine.emit(event)
                if number == 20:
                    await recorder.until(lambda cut=cut: len(recorder.events) > cut * 40)  # type: ignore[misc]
                    bench.cut()
        await recorder.until(lambda: len(recorder.events) == len(made))
        assert recorder.events == made
        assert all(survived for _, _, survived in recorder.ups[1:])


async def test_restarted_control_gets_what_the_old_one_had_not_acknowledged(bench: Bench) -> None:
    first, second = Recorder(), Recorder()
    async with bench.node():
        async with bench.client(first) as client:
            await client.wait_up()
            await first.until(lambda: first.caught_up == 0)
        bench.engine.emit(connected("con_a"), closed("con_a"))
        async with bench.client(second):
            await second.until(lambda: second.caught_up == 2)
    assert second.events == [connected("con_a"), closed("con_a")]


async def test_restarted_control_does_not_get_what_the_old_one_acknowledged(bench: Bench) -> None:
    first, second = Recorder(), Recorder()
    async with bench.node():
        async with bench.client(first):
            bench.engine.emit(connected("con_a"))
            await first.until(lambda: len(first.events) == 1)
            bench.engine.emit(connected("con_b"))
            await first.until(lambda: len(first.events) == 2)
        bench.engine.emit(connected("con_c"))
        async with bench.client(second):
            await second.until(lambda: connected("con_c") in second.events)
    assert connected("con_a") not in second.events


async def test_new_incarnation_is_told_as_such(bench: Bench) -> None:
    recorder = Recorder()
    async with bench.client(recorder):
        async with bench.node():
            await recorder.until(lambda: len(recorder.ups) == 1)
        async with bench.node():
            await recorder.until(lambda: len(recorder.ups) == 2)
            bench.engine.emit(connected("con_a"))
            await recorder.until(lambda: len(recorder.events) == 1)
    assert [survived for _, _, survived in recorder.ups] == [False, False]
    assert recorder.ups[0][0].incarnation != recorder.ups[1][0].incarnation


async def test_a_store_that_waits_holds_up_no_event_and_the_node_keeps_them_until_it_is_done(
    bench: Bench,
) -> None:
    storing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    recorder, later = Recorder(storing=storing), Recorder()
    async with bench.node() as node:
        async with bench.client(recorder):
            bench.engine.emit(connected("con_a"), closed("con_a"))
            await recorder.until(lambda: len(recorder.events) == 2)
            bench.cut()
            await recorder.until(lambda: len(recorder.ups) == 2)
            recorder.storing = None
            bench.engine.emit(connected("con_b"))
            await recorder.until(lambda: len(recorder.events) == 3)
            assert len(node.log) == 3
            storing.set_result(None)
            bench.engine.emit(connected("con_c"))
            await recorder.until(lambda: len(recorder.events) == 4)
        bench.engine.emit(connected("con_d"))
        async with bench.client(later):
            await later.until(lambda: connected("con_d") in later.events)
    assert recorder.events == [connected("con_a"), closed("con_a"), connected("con_b"), connected("con_c")]
    assert connected("con_b") not in later.events


async def test_a_control_that_ends_before_it_could_store_leaves_the_event_to_the_next(bench: Bench) -> None:
    storing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    first, second = Recorder(storing=storing), Recorder()
    async with bench.node():
        async with bench.client(first):
            bench.engine.emit(connected("con_a"))
            await first.until(lambda: len(first.events) == 1)
            storing.cancel()
        async with bench.client(second):
            await second.until(lambda: len(second.events) == 1)
    assert second.events == [connected("con_a")]


async def test_newer_control_replaces_the_older_one(bench: Bench) -> None:
    older, newer = Recorder(), Recorder()
    async with bench.node(), bench.client(older) as first:
        await first.wait_up()
        async with bench.client(newer) as second:
            await second.wait_up()
            await older.until(lambda: older.downs == 1)
            bench.engine.emit(connected("con_a"))
            await newer.until(lambda: len(newer.events) == 1)
    assert older.events == []


async def test_control_with_a_wrong_secret_is_refused(bench: Bench) -> None:
    recorder = Recorder()
    async with (
        bench.node(),
        bench.client(recorder, secret="guessed"),
        ClientSession(connector=UnixConnector(str(bench.path))) as session,
        session.ws_connect("http://node/link") as socket,
    ):
        await socket.send_str('{"type":"claim","secret":"guessed","control":"x"}')
        await socket.receive()
        assert socket.close_code == 4403
    assert recorder.ups == []


async def test_node_that_nobody_claims_ends_itself(tmp_path: Path) -> None:
    engine = FakeEngine()
    settings = load_settings(data=tmp_path, node={"unclaimed_seconds": 0.05})
    reason = await run_node(settings, engine, asyncio.Event(), lambda: None)
    assert reason == "nobody claimed it for 0.05 s"
    assert engine.closed


async def test_claimed_node_stays_until_it_is_let_go(bench: Bench, tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, node={"unclaimed_seconds": 0.2})
    ready = asyncio.Event()
    running = asyncio.create_task(run_node(settings, FakeEngine(), asyncio.Event(), ready.set))
    await ready.wait()
    sessions, url = session_factory(settings)
    recorder = Recorder()
    client = NodeClient(
        session=sessions,
        url=url,
        secret=data_folder.shared_secret(tmp_path / data_folder.NODE_SECRET),
        control="control",
        handler=recorder,
    )
    claiming = asyncio.create_task(client.run())
    await client.wait_up()
    done, _ = await asyncio.wait({running}, timeout=0.5)
    assert not done
    claiming.cancel()
    await asyncio.gather(claiming, return_exceptions=True)
    assert await running == "nobody claimed it for 0.2 s"


async def test_socket_and_secret_are_closed_to_other_users(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    stopping, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(run_node(settings, FakeEngine(), stopping, ready.set))
    await ready.wait()
    assert settings.node_socket.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / data_folder.NODE_SECRET).stat().st_mode & 0o777 == 0o600
    stopping.set()
    assert await running == "stopped"
