"""Two independent WebRTC stacks: aiortc in the endpoint, str0m in the engine, through the whole service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
import pytest_asyncio
from aiortc import rtcdtlstransport
from av import AudioFrame, VideoFrame

from echo_session.endpoint import Endpoint, EndpointError, Guest, run_endpoint
from echo_session.endpoint.link import resolve
from echo_session.endpoint.tracks import Sources, TestPicture, TestSound
from signaling.messages import End, Mute, Remove, Source
from tests.faults.meeting import meeting
from tests.interop.signals import Ears
from tests.service import Service, running_service

RED, GREEN = (110, 90, 200), (100, 90, 90)
LOW, HIGH = 440.0, 880.0


pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """One for all: what is killed comes back."""
    async with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


@dataclass
class Pair:
    """Two endpoints in one session."""

    ann: Endpoint
    bob: Endpoint
    session_id: str

    async def flowing(self) -> None:
        """Both see and hear each other, from now on."""
        for one, other in ((self.ann, self.bob), (self.bob, self.ann)):
            tally = one.received.tallies.get(other.participant_id)
            pictures, sounds = (tally.pictures, tally.sounds) if tally is not None else (0, 0)
            await one.until(lambda o=one, w=other, p=pictures, s=sounds: _more(o, w, p, s))  # type: ignore[misc]


def _more(one: Endpoint, other: Endpoint, pictures: int, sounds: int) -> bool:
    tally = one.received.tallies.get(other.participant_id)
    return tally is not None and tally.pictures > pictures + 10 and tally.sounds > sounds + 10


def sending(frequency: float, colour: tuple[int, int, int]) -> Sources:
    return Sources(microphone=TestSound(frequency), camera=TestPicture(colour=colour))


@asynccontextmanager
async def pair(service: Service) -> AsyncIterator[Pair]:
    """Ann and Bob, connected."""
    async with service.api() as api:
        made = await meeting(api, "Ann", "Bob")
    ann = Endpoint(made.links["Ann"], sources=sending(LOW, RED))
    bob = Endpoint(made.links["Bob"], sources=sending(HIGH, GREEN))
    async with asyncio.timeout(60), ann.running(), bob.running():
        await ann.until_connected()
        await bob.until_connected()
        yield Pair(ann, bob, made.session_id)


async def test_each_sees_the_others_colour_and_hears_the_others_tone(service: Service) -> None:
    async with pair(service) as both:
        at_ann, at_bob = Ears(both.ann.received), Ears(both.bob.received)
        bob, ann = both.bob.participant_id, both.ann.participant_id
        await both.ann.until(lambda: at_ann.sees(bob, GREEN) and at_ann.hears(bob, HIGH))
        await both.bob.until(lambda: at_bob.sees(ann, RED) and at_bob.hears(ann, LOW))
        assert both.ann.transports == both.bob.transports == 1


@pytest.mark.parametrize("profile", rtcdtlstransport.SRTP_PROFILES, ids=lambda p: p.openssl_profile.decode())
async def test_media_flow_whatever_they_are_sealed_with(
    service: Service, monkeypatch: pytest.MonkeyPatch, profile: rtcdtlstransport.SRTPProtectionProfile
) -> None:
    """Without AES-GCM the engine's other egress serves a receiver."""
    monkeypatch.setattr(rtcdtlstransport, "SRTP_PROFILES", [profile])
    async with pair(service) as both:
        await both.flowing()


async def test_a_dropped_signaling_line_resumes_and_the_media_never_stops(service: Service) -> None:
    async with pair(service) as both:
        await both.flowing()
        both.ann.line.cut()
        await both.ann.until(lambda: both.ann.line.sockets == 2 and both.ann.line.up)
        await both.flowing()
        assert both.ann.transports == 1
        assert both.bob.received.tallies[both.ann.participant_id].longest_freeze < 1.0


async def test_a_killed_media_node_is_replaced_and_both_are_back(service: Service) -> None:
    async with pair(service) as both:
        await both.flowing()
        pid = service.kill("media-node")
        await service.back("media-node", instead_of=pid)
        await both.ann.until(lambda: both.ann.transports == 2)
        await both.bob.until(lambda: both.bob.transports == 2)
        await both.flowing()


async def test_a_killed_control_process_interrupts_no_picture(service: Service) -> None:
    async with pair(service) as both:
        await both.flowing()
        pid = service.kill("control")
        await service.back("control", instead_of=pid)
        await both.ann.until(lambda: both.ann.line.sockets >= 2 and both.ann.line.up)
        await both.flowing()
        assert both.ann.transports == 1
        assert both.bob.received.tallies[both.ann.participant_id].longest_freeze < 1.0


async def test_a_facilitator_mutes_removes_and_ends(service: Service) -> None:
    async with pair(service) as both, service.api() as api:
        people = [{"name": "Host", "email": "host@hub.example", "role": "facilitator"}]
        path = f"/api/v1/sessions/{both.session_id}/registrations"
        async with api.post(path, json={"people": people}) as answer:
            link = (await answer.json())["items"][0]["link"]
        host, ann = Endpoint(link, sources=Sources()), both.ann.participant_id
        async with host.running():
            await host.until_connected()
            await both.flowing()
            await host.line.say(Mute(participant_id=ann))
            await both.bob.until(lambda: not both.bob.room.participants[ann].microphone)
            await both.ann.unmute(Source.MICROPHONE)
            await both.bob.until(lambda: both.bob.room.participants[ann].microphone)
            await both.flowing()
            await host.line.say(Remove(participant_id=both.bob.participant_id))
            await both.bob.until(lambda: both.bob.outcome == "removed")
            await host.line.say(End())
            await both.ann.until(lambda: both.ann.outcome == "ended")


async def test_in_the_practice_room_one_sees_and_hears_oneself(service: Service) -> None:
    link = await resolve(service.practice_link)
    alone = Endpoint(link, sources=sending(LOW, RED), guest=Guest(name="Kim"))
    async with asyncio.timeout(30), alone.running():
        await alone.until_connected()
        ears = Ears(alone.received)
        me = alone.participant_id
        await alone.until(lambda: ears.sees(me, RED) and ears.hears(me, LOW))


async def test_the_command_plays_a_file_records_one_and_reports(service: Service, tmp_path: Path) -> None:
    async with service.api() as api:
        made = await meeting(api, "Ann", "Bob", "Cyd")
    ann = Endpoint(made.links["Ann"], sources=sending(LOW, RED))
    first, second = tmp_path / "first.mkv", tmp_path / "second.wav"
    async with asyncio.timeout(60), ann.running():
        await ann.until_connected()
        report = await run_endpoint(made.links["Bob"], record=first, seconds=4)
        assert report.outcome == "left"
        (heard,) = report.people
        assert (heard.name, heard.width, heard.height) == ("Ann", 640, 360)
        assert heard.pictures > 20
        assert "Ann:" in report.text()
        ears = Ears(ann.received)
        again = await run_endpoint(made.links["Cyd"], play=first, record=second, seconds=4)
        assert again.outcome == "left"
        assert any(abs(y - RED[0]) < 12 and v > 150 for y, _, v in ears.colours.values())
    assert _seconds(first, "video") > 2
    assert _seconds(first, "audio") > 2
    assert _seconds(second, "audio") > 2


def _seconds(path: Path, kind: str) -> float:
    with av.open(str(path)) as container:
        frames = container.decode(**{kind: 0})
        times = [f.time for f in frames if isinstance(f, AudioFrame | VideoFrame) and f.time is not None]
    return float(times[-1] - times[0])


async def test_a_forged_link_is_refused_in_words(service: Service) -> None:
    with pytest.raises(EndpointError, match="link"):
        await run_endpoint(f"{service.base_url}/join#forged")


@pytest.mark.parametrize("text", ["", "http://127.0.0.1/join", "ftp://127.0.0.1/join#x", "join#x"])
async def test_what_is_no_link_is_refused_before_anything_is_opened(text: str) -> None:
    with pytest.raises(EndpointError, match="no link to a session"):
        await run_endpoint(text)
