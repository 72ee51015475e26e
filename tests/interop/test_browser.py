"""A browser and an endpoint in one session: Chromium's WebRTC, str0m and aiortc with each other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from echo_session.endpoint import Endpoint
from echo_session.endpoint.tracks import Sources, TestPicture, TestSound
from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Look, Person
from tests.interop.signals import Ears, yuv
from tests.scene import open_scene
from tests.service import running_service

pytestmark = pytest.mark.alone

KIT = Look((60, 180, 190), (620, 620))
NURSE = LOOKS[0]


@dataclass(frozen=True)
class Shown:
    """The endpoint as somebody at a page sees and hears it."""

    name: str
    look: Look


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_a_page_and_a_room_kit_see_and_hear_each_other(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Nurse Begay", "Room Kit")
        kit = Endpoint(
            scene.links["Room Kit"],
            sources=Sources(TestSound(KIT.tones[0]), TestPicture(colour=yuv(KIT.colour))),
        )
        nurse = await Person.arrive(browsers, "Nurse Begay", NURSE)
        async with asyncio.timeout(90), kit.running():
            await kit.until_connected()
            await nurse.join(scene.links["Nurse Begay"])
            await kit.until(lambda: len(kit.room.participants) == 2)
            (at_page,) = kit.room.others(kit.participant_id)
            ears = Ears(kit.received)
            await nurse.sees(Shown("Room Kit", KIT))
            assert await nurse.hears(Shown("Room Kit", KIT)) == {"Room Kit"}
            await kit.until(lambda: ears.sees(at_page.participant_id, yuv(NURSE.colour), within=24))
            await kit.until(lambda: ears.hears(at_page.participant_id, *NURSE.tones))
        await nurse.misses(Shown("Room Kit", KIT))
        assert browsers.errors() == []
