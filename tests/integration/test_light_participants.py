"""Light participants of the load generator, at our engine over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from bench.drive import EngineRoom, Generator, Reading, Report
from tests.integration.engine_bench import EngineBench

SAMPLE = 8
LIGHT = Reading(light=True, sample=SAMPLE)
VIEWERS = [f"viewer_{number}" for number in range(10)]


@pytest.fixture
def room(bench: EngineBench, generator: Generator) -> EngineRoom:
    return EngineRoom(bench.engine, generator, "room_light")


def watched(report: Report, packets: int) -> bool:
    """Whether everybody has so many packets of Ann's camera, and some of her voice."""
    received = [report.by.get(viewer, {}) for viewer in VIEWERS]
    return all(
        "ann/microphone" in one and "ann/camera" in one and one["ann/camera"].packets >= packets
        for one in received
    )


async def test_ten_viewers_count_every_packet_and_open_a_sample(
    generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann", layers=3)
    generator.publish("ann", "microphone")
    generator.publish("ann", "camera")
    await asyncio.gather(*(room.join(viewer, voices=3, videos=2, reading=LIGHT) for viewer in VIEWERS))
    for viewer in VIEWERS:
        room.watch(viewer, {1: ("ann", "camera")})
    report = await generator.reported(lambda r: watched(r, 1))
    assert all(report.peers[viewer].first_picture_ms is not None for viewer in VIEWERS)
    generator.reset()
    report = await generator.reported(lambda r: watched(r, 200))
    assert report.lost == 0
    for viewer in VIEWERS:
        figures = report.peers[viewer]
        assert figures.packets == sum(slot.packets for slot in report.slots[viewer].values())
        assert figures.packets / SAMPLE / 2 < figures.opened < figures.packets / SAMPLE * 2
        assert figures.unopened == figures.overflowed == 0
        assert 0 < figures.p50_ms <= figures.p99_ms <= figures.worst_ms
        assert "f" in report.by[viewer]["ann/camera"].layers


async def test_light_publisher_is_seen_and_asked_for_keyframes(
    generator: Generator, room: EngineRoom
) -> None:
    await room.join("ann", layers=3, reading=LIGHT)
    await room.join("ben", voices=1, videos=1)
    await room.join("eve", voices=1, videos=1, reading=LIGHT)
    for viewer in ("ben", "eve"):
        room.watch(viewer, {0: ("ann", "camera")})
    generator.publish("ann", "microphone")
    generator.publish("ann", "camera")

    def full(report: Report) -> bool:
        seen = [report.by.get(viewer, {}) for viewer in ("ben", "eve")]
        return all(
            "ann/microphone" in one and one["ann/camera"].layers.get("f", 0) > 50 for one in seen if one
        ) and all(seen)

    report = await generator.reported(full)
    assert report.lost == 0
    assert report.peers["ann"].unopened == 0
    asked = report.sent["ann"].keyframe_requests
    pictures = max(report.slots["eve"].items(), key=lambda slot: slot[1].packets)[0]
    generator.request_keyframe("eve", pictures)
    await generator.reported(lambda r: r.sent["ann"].keyframe_requests > asked)
