"""One room on two workers of the real engine: everybody gets everything, and nothing is left behind."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import pytest

from bench.drive import EngineRoom, Generator, Report
from echo_session.media.protocol import CloseRoom, PeerClosed, PeersSeen, RemovePeer, SetMuted, SpeakersNow
from tests.integration.engine_bench import EngineBench, engine_bench

ROOM = "room_test"
PEOPLE = [f"peer_{number}" for number in range(6)]


@pytest.fixture
async def bench() -> AsyncIterator[EngineBench]:
    async with engine_bench(workers=2, spread_above=0) as bench:
        yield bench


@pytest.fixture
async def room(bench: EngineBench, generator: Generator) -> EngineRoom:
    """Six people, three on each worker, of whom each shows two others a camera."""
    room = EngineRoom(bench.engine, generator, ROOM)
    ports: list[str] = []
    for name in PEOPLE:
        answer = await room.join(name, layers=3, voices=3, videos=2)
        ports += re.findall(r"a=candidate:\S+ 1 udp \d+ \S+ (\d+) ", answer.answer, re.IGNORECASE)[:1]
    assert sorted(ports.count(port) for port in set(ports)) == [3, 3]
    for number, name in enumerate(PEOPLE):
        near, far = (PEOPLE[(number + step) % len(PEOPLE)] for step in (1, 2))
        room.watch(name, {0: (near, "camera"), 1: (far, "camera")})
    return room


def packets(report: Report, viewer: str, publication: str) -> int:
    received = report.by.get(viewer, {}).get(publication)
    return received.packets if received else 0


def sees_its_two(report: Report, number: int, least: int) -> bool:
    others = (PEOPLE[(number + step) % len(PEOPLE)] for step in (1, 2))
    return all(packets(report, PEOPLE[number], f"{other}/camera") > least for other in others)


def lost(bench: EngineBench, report: Report) -> int:
    """Packets lost for which no full buffer of a socket answers: those tell how busy the machine is."""
    counters = bench.engine.counters()
    full = counters["receive_overflows"] + counters["send_blocked"]
    return 0 if full + sum(peer.overflowed for peer in report.peers.values()) else report.lost


def nothing_comes_of(*muted: str, while_of: str) -> Callable[[Report], bool]:
    """Content once their cameras, some of which is on its way, bring no more while another brings 200."""
    before = (-1, 0)

    def enough(report: Report) -> bool:
        nonlocal before
        of_muted = sum(packets(report, by, f"{of}/camera") for by in PEOPLE for of in muted)
        of_other = sum(packets(report, by, f"{while_of}/camera") for by in PEOPLE)
        if of_muted != before[0]:
            before = (of_muted, of_other)
        return of_other > before[1] + 200

    return enough


async def test_everybody_sees_and_hears_everybody_wherever_they_live(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    for name in PEOPLE:
        generator.publish(name, "camera")
    for name in PEOPLE[:3]:
        generator.publish(name, "microphone")
    await generator.reported(lambda r: all(sees_its_two(r, number, 0) for number in range(len(PEOPLE))))
    generator.reset()
    report = await generator.reported(
        lambda r: all(sees_its_two(r, number, 200) for number in range(len(PEOPLE)))
    )
    assert lost(bench, report) == 0
    for speaker in PEOPLE[:3]:
        assert all(packets(report, name, f"{speaker}/microphone") > 20 for name in PEOPLE if name != speaker)
    seen = await bench.wait(PeersSeen, lambda e: len(e.seen) == len(PEOPLE))
    assert sorted(seen.seen) == PEOPLE
    speakers = await bench.wait(SpeakersNow, lambda e: len(e.speaking) == 3)
    assert sorted(speakers.speaking) == PEOPLE[:3]
    [state] = bench.rooms()
    assert sorted(peer.peer for peer in state.peers) == PEOPLE


async def test_each_packet_crosses_once_and_none_that_nobody_there_wants(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    for name in PEOPLE:
        room.watch(name, {} if name == "peer_0" else {0: ("peer_0", "camera")})
    generator.publish("peer_0", "camera")
    await generator.reported(lambda r: all(packets(r, name, "peer_0/camera") > 100 for name in PEOPLE[1:]))
    before = bench.engine.counters()
    generator.reset()
    await generator.reported(lambda r: all(packets(r, name, "peer_0/camera") > 200 for name in PEOPLE[1:]))
    grown = {name: total - before[name] for name, total in bench.engine.counters().items()}
    # Of the three layers that come in, the one that is watched crosses once for three viewers.
    assert 200 < grown["crossings_out"] < 0.8 * grown["media_in"]
    assert grown["media_out"] > 4.5 * grown["crossings_out"]
    for name in PEOPLE[1::2]:
        room.watch(name, {})
    await generator.reported(lambda r: packets(r, "peer_2", "peer_0/camera") > 300)
    before = bench.engine.counters()
    generator.reset()
    report = await generator.reported(lambda r: packets(r, "peer_2", "peer_0/camera") > 200)
    assert lost(bench, report) == 0
    assert bench.engine.counters()["crossings_out"] == before["crossings_out"]


async def test_commands_reach_whoever_they_are_for_and_nothing_stays_behind(
    bench: EngineBench, generator: Generator, room: EngineRoom
) -> None:
    for name in PEOPLE:
        generator.publish(name, "camera")
        generator.publish(name, "microphone")
    await generator.reported(lambda r: all(sees_its_two(r, number, 100) for number in range(len(PEOPLE))))
    for name in ("peer_0", "peer_1"):
        bench.send(SetMuted(peer=name, source="camera", muted=True))
    await generator.reported(nothing_comes_of("peer_0", "peer_1", while_of="peer_3"))
    bench.send(RemovePeer(peer="peer_3"))
    await bench.wait(PeerClosed, lambda e: e.peer == "peer_3")
    await room.join("peer_3", layers=3, voices=3, videos=2)
    assert len(bench.rooms()[0].peers) == len(PEOPLE)
    bench.send(CloseRoom(room=ROOM))
    ended: set[str] = set()
    while len(ended) < len(PEOPLE):
        one = await bench.wait(PeerClosed, lambda e: e.reason == "room_closed" and e.peer not in ended)
        ended.add(one.peer)
    assert bench.rooms() == []
    counters = bench.engine.counters()
    assert counters["peers_added"] == counters["peers_closed"] == len(PEOPLE) + 1
    assert counters["worker_restarts"] == counters["panics"] == 0
