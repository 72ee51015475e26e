"""The engine as Python has it: real sockets on loopback, generated participants."""

from __future__ import annotations

import asyncio
import errno
import re
import socket

import pytest

from bench.drive import EngineRoom, Generator, Report
from echo_session import _media
from echo_session.media.protocol import (
    CloseRoom,
    Command,
    OpenRoom,
    PeerClosed,
    PeerConnected,
    PeersSeen,
    PictureSlot,
    PublicationFlow,
    RemovePeer,
    SetMuted,
    VoiceSlots,
)
from tests.integration.engine_bench import EngineBench, engine_bench

ROOM = "room_test"


@pytest.fixture
def room(bench: EngineBench, generator: Generator) -> EngineRoom:
    return EngineRoom(bench.engine, generator, ROOM)


def packets(report: Report, viewer: str, publication: str) -> int:
    received = report.by.get(viewer, {}).get(publication)
    return received.packets if received else 0


async def sees_and_hears_ann(bench: EngineBench, viewer: str) -> None:
    live = await bench.wait(PictureSlot, lambda e: e.peer == viewer and e.layer == "f")
    assert (live.slot, live.publisher, live.source, live.state) == (1, "ann", "camera", "live")
    voices = await bench.wait(VoiceSlots, lambda e: e.peer == viewer and "ann" in e.voices)
    assert voices.voices == ["ann", None, None]


def candidate_port(answer: str, transport: str) -> int:
    found = re.search(rf"a=candidate:\S+ 1 {transport} \d+ \S+ (\d+) ", answer, re.IGNORECASE)
    assert found, answer
    return int(found[1])


async def test_voice_and_simulcast_picture_reach_everybody_else(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    answer = await room.join("ann", layers=3, voices=3, videos=2)
    assert (answer.voices, answer.videos) == (3, 2)
    for viewer in ("ben", "eve"):
        await room.join(viewer, voices=3, videos=2)
        room.watch(viewer, {1: ("ann", "camera")})
    generator.publish("ann", "microphone")
    generator.publish("ann", "camera")
    for viewer in ("ben", "eve"):
        await sees_and_hears_ann(bench, viewer)
    generator.reset()
    report = await generator.reported(
        lambda r: all(packets(r, v, "ann/camera") > 100 for v in ("ben", "eve"))
    )
    assert report.lost == 0
    assert report.by["ben"]["ann/camera"].layers.keys() == {"f"}
    assert packets(report, "eve", "ann/microphone") > 10
    assert report.by["ann"] == {}


async def test_picture_begins_with_a_keyframe_and_a_lost_picture_brings_another(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    generator.publish("ann", "camera")
    await bench.wait(PublicationFlow, lambda e: e.source == "camera" and e.flowing)
    await room.join("ben", videos=1)
    room.watch("ben", {0: ("ann", "camera")})
    report = await generator.reported(lambda r: packets(r, "ben", "ann/camera") > 0)
    assert report.by["ben"]["ann/camera"].keyframes == 1
    [mid] = report.slots["ben"]
    generator.reset()
    generator.request_keyframe("ben", mid)
    report = await generator.reported(lambda r: r.by["ben"]["ann/camera"].keyframes > 0)
    assert report.sent["ann"].keyframe_requests == 1
    assert report.lost == 0


async def test_muted_publication_is_held_back_at_the_server(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    await room.join("ben", voices=1)
    generator.publish("ann", "microphone")
    await generator.reported(lambda r: packets(r, "ben", "ann/microphone") > 0)
    bench.send(SetMuted(peer="ann", source="microphone", muted=True))
    generator.reset()
    report = await generator.reported(lambda r: r.sent["ann"].audio > 25)
    # What was on its way when the figures were set back may still be counted.
    assert packets(report, "ben", "ann/microphone") <= 2
    assert [peer.muted for peer in bench.rooms()[0].peers if peer.peer == "ann"] == [["microphone"]]


async def test_garbage_is_counted_and_nothing_else(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    answer = await room.join("ann", voices=1)
    await room.join("ben", voices=1)
    generator.publish("ann", "microphone")
    await generator.reported(lambda r: packets(r, "ben", "ann/microphone") > 0)
    generator.reset()
    before = bench.engine.counters()
    garbage = [
        b"",
        b"\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x80" + bytes(60),
        b"\x16" + bytes(200),
        bytes(1500),
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for datagram in garbage * 10:
            stranger.sendto(datagram, ("127.0.0.1", candidate_port(answer.answer, "udp")))
    report = await generator.reported(lambda r: packets(r, "ben", "ann/microphone") > 25)
    after = bench.engine.counters()
    dropped = ("dropped_garbage", "dropped_limited", "dropped_refused")
    assert sum(after[name] - before[name] for name in dropped) == len(garbage) * 10
    assert report.by["ben"]["ann/microphone"].gap_ms < 200
    assert report.lost == 0
    assert not [event for event in bench.seen if isinstance(event, PeerClosed)]


async def test_tcp_port_ends_a_connection_that_speaks_nonsense(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    answer = await room.join("ann")
    reader, writer = await asyncio.open_connection("127.0.0.1", candidate_port(answer.answer, "tcp"))
    writer.write(b"\xff\xffnonsense")
    assert await reader.read() == b""
    writer.close()
    assert bench.engine.counters()["tcp_accepted"] == 1


async def test_participants_behind_tcp_take_part_like_others(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann", voices=1, videos=1, tcp=True)
    await room.join("ben", voices=1, videos=1)
    for viewer, publisher in (("ann", "ben"), ("ben", "ann")):
        room.watch(viewer, {0: (publisher, "camera")})
        generator.publish(publisher, "microphone")
        generator.publish(publisher, "camera")
    report = await generator.reported(
        lambda r: min(packets(r, "ann", "ben/camera"), packets(r, "ben", "ann/camera")) > 100
    )
    assert report.lost == 0
    assert packets(report, "ann", "ben/microphone") > 10
    assert bench.engine.counters()["tcp_accepted"] == 1
    generator.leave("ann")
    assert (await bench.wait(PeerClosed)).reason == "closed_by_peer"


async def test_one_room_takes_participants_from_both_address_families(generator: Generator) -> None:
    async with engine_bench(bind=["127.0.0.1", "::1"]) as bench, Generator(address="::1") as sixes:
        four, six = EngineRoom(bench.engine, generator, ROOM), EngineRoom(bench.engine, sixes, ROOM)
        await four.join("ann", voices=1)
        await six.join("ben", voices=1)
        generator.publish("ann", "microphone")
        sixes.publish("ben", "microphone")
        await generator.reported(lambda r: packets(r, "ann", "ben/microphone") > 0)
        await sixes.reported(lambda r: packets(r, "ben", "ann/microphone") > 0)


async def test_goodbye_of_a_client_ends_its_peer_at_once(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    connected = await bench.wait(PeerConnected)
    generator.leave("ann")
    closed = await bench.wait(PeerClosed)
    assert (closed.peer, closed.generation, closed.reason) == ("ann", 1, "closed_by_peer")
    assert closed.boottime_ns > connected.boottime_ns > 0
    assert bench.rooms()[0].peers == []


@pytest.mark.slow
async def test_client_that_vanishes_is_dated_at_its_last_packet(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    await room.join("ben")
    generator.publish("ann", "microphone")
    seen = await bench.wait(PeersSeen, lambda e: "ann" in e.seen)
    generator.leave("ann", silently=True)
    closed = await bench.wait(PeerClosed)
    assert (closed.peer, closed.reason) == ("ann", "timed_out")
    # Dated at the last packet and not at its detection, which takes seconds.
    assert 0 <= closed.boottime_ns - seen.seen["ann"] < 2_000_000_000


async def test_removed_peer_and_closed_room_are_told_to_both_sides(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    await room.join("ben")
    bench.send(RemovePeer(peer="ann"))
    await generator.wait_closed("ann")
    assert (await bench.wait(PeerClosed, lambda e: e.peer == "ann")).reason == "removed"
    bench.send(CloseRoom(room=ROOM))
    await generator.wait_closed("ben")
    assert (await bench.wait(PeerClosed, lambda e: e.peer == "ben")).reason == "room_closed"
    assert bench.rooms() == []


async def test_second_transport_of_a_peer_replaces_the_first(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann")
    await room.join("ann")
    replaced = await bench.wait(PeerClosed)
    assert (replaced.reason, replaced.generation) == ("replaced", 1)
    assert (await bench.wait(PeerConnected, lambda e: e.generation == 2)).peer == "ann"


async def test_rooms_are_spread_over_workers_and_each_answers_with_its_own_port(generator: Generator) -> None:
    async with engine_bench(workers=2) as bench:
        ports = set()
        for name in ("one", "two"):
            room = EngineRoom(bench.engine, generator, f"room_{name}")
            answer = await room.join(f"ann_{name}", voices=1)
            await room.join(f"ben_{name}", voices=1)
            ports.add(candidate_port(answer.answer, "udp"))
            generator.publish(f"ann_{name}", "microphone")
        assert len(ports) == 2
        await generator.reported(
            lambda r: all(packets(r, f"ben_{n}", f"ann_{n}/microphone") > 0 for n in ("one", "two"))
        )
        assert {state.room for state in bench.rooms()} == {"room_one", "room_two"}


async def test_refused_commands_say_whose_fault_it_is(bench: EngineBench) -> None:
    refused: list[tuple[Command, str]] = [
        (CloseRoom(room="none"), "no_room"),
        (RemovePeer(peer="none"), "no_peer"),
    ]
    for command, code in refused:
        with pytest.raises(_media.EngineError) as refusal:
            bench.send(command)
        assert refusal.value.args[0] == code
        assert len(refusal.value.args[1]) > 10
    bench.send(OpenRoom(room=ROOM, max_peers=1))
    bad = '{"kind": "add_peer", "room": "room_test", "peer": "p", "offer": "nonsense", "mids": {}}'
    with pytest.raises(_media.EngineError) as refusal:
        bench.engine.add_peer(bad)
    assert refusal.value.args[0] == "bad_offer"
    with pytest.raises(ValueError, match="not a command"):
        bench.engine.command('{"kind": "dance"}')


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_port_in_use_is_named(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        name = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
        with pytest.raises(OSError, match=f"{name} port {port} on 127.0.0.1 is in use") as refusal:
            _media.Engine(bind=["127.0.0.1"], port=port, workers=1, public_addresses=[])
        assert refusal.value.errno == errno.EADDRINUSE


def test_closing_twice_is_harmless_and_a_closed_engine_refuses() -> None:
    engine = _media.Engine(bind=["127.0.0.1"], port=0, workers=1, public_addresses=[])
    engine.close()
    engine.close()
    with pytest.raises(_media.EngineError) as refusal:
        engine.command(OpenRoom(room=ROOM, max_peers=1).model_dump_json())
    assert refusal.value.args[0] == "internal"
    assert engine.snapshot() == "[]"
