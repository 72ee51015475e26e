"""A line that is too narrow for a picture: its tile says so, calmly, and the picture is back at once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Person, until
from tests.e2e.test_screens import picture
from tests.scene import open_scene
from tests.service import running_service

LONG = "Your connection is too slow for this picture. Sound goes on."
WORD = "Connection too slow for some pictures. Sound goes on."
NEWS = "Your connection is too slow for some pictures. Sound goes on."
NAMES = ["Dr. Marisol Abeyta", "Nurse Tom Begay", "Dr. Ines Chavez", "Paul Dominguez PA"]


class NarrowLine:
    """Sits between a page and the service and says of some pictures that the line cannot carry them."""

    def __init__(self) -> None:
        self.withheld: dict[str, str] = {}
        """State to tell, by participant id; of the others it tells what the service says."""
        self._latest: dict[str, Any] = {}
        self._page: WebSocketRoute | None = None

    async def stand_before(self, page: Page) -> None:
        await page.route_web_socket("**/ws", self._between)

    def tell(self, state: str | None, *participants: str) -> None:
        """Has the page told this of their pictures from now on; None for the truth."""
        for participant in participants:
            if state is None:
                self.withheld.pop(participant, None)
            else:
                self.withheld[participant] = state
        assert self._page is not None
        self._page.send(self._told(self._latest))

    def _between(self, page: WebSocketRoute) -> None:
        service = page.connect_to_server()
        self._page = page
        service.on_message(lambda text: page.send(self._pass_on(str(text))))

    def _pass_on(self, text: str) -> str:
        message = json.loads(text)
        if message["type"] == "slots":
            self._latest = message
            return self._told(message)
        return text

    def _told(self, message: dict[str, Any]) -> str:
        told = [
            slot and {**slot, "state": self.withheld.get(slot["participant_id"], slot["state"])}
            for slot in message["videos"]
        ]
        return json.dumps({**message, "videos": told})


async def listen(page: Page) -> None:
    """Notes in the page whatever is read out from now on."""
    await page.evaluate(
        """() => {
            window.__said = [];
            const region = document.querySelector('.visually-hidden[role=status]');
            new MutationObserver(() => window.__said.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )


async def hears_of(page: Page, news: str) -> None:
    """Returns once this was read out."""
    await until(page, "(news) => window.__said.some((one) => one.includes(news))", news)


async def tile_stands_still(page: Page, name: str) -> None:
    """Returns once the page knows of the state, with the last frame still on screen and no word about it."""
    await until(
        page,
        """(name) => {
            const tile = document.querySelector(`[data-name="${name}"]`);
            const slot = window.__echo.slots.find((one) => one?.participantId === tile.dataset.participant);
            if (slot.state !== 'limited') return false;
            return tile.querySelector('video') && !tile.querySelector('.tile-narrow');
        }""",
        name,
    )


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_a_tile_says_that_the_line_is_too_slow_and_shows_the_picture_once_it_is_back(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, *NAMES)
        people = [await Person.arrive(browsers, name, look) for name, look in zip(NAMES, LOOKS, strict=False)]
        first, nurse, chavez, paul = people
        line = NarrowLine()
        await line.stand_before(first.page)
        for person in people:
            await person.join(scene.links[person.name])
        await asyncio.gather(*(first.sees(other) for other in people[1:]))
        await listen(first.page)
        ids = {
            person.name: str(await person.page.evaluate("window.__echo.participantId")) for person in people
        }
        tile = first.page.locator(f'[data-name="{nurse.name}"]')

        line.tell("limited", ids[nurse.name])
        await tile_stands_still(first.page, nurse.name)
        await expect(tile.get_by_text(LONG)).to_be_visible()
        await expect(tile.get_by_text(nurse.name)).to_be_visible()
        await expect(first.page.get_by_role("img", name=WORD)).to_be_visible()
        await picture(first.page, "room-narrow")
        await first.sees(chavez)

        line.tell(None, ids[nurse.name])
        await expect(tile.locator(".tile-narrow")).to_have_count(0)
        await first.sees(nurse)

        await paul.leave()
        await hears_of(first.page, "Paul Dominguez PA left.")
        line.tell("limited", *ids.values())
        await expect(first.page.locator(".tile-narrow")).to_have_count(2)
        await first.page.get_by_role("button", name="More").click()
        await expect(first.page.get_by_role("heading", name="Connection")).to_be_visible()
        await expect(first.page.get_by_text(WORD).last).to_be_visible()
        await picture(first.page, "room-narrow-more")
        line.tell(None, *ids.values())
        await chavez.leave()
        await hears_of(first.page, "Dr. Ines Chavez left.")
        said = await first.page.evaluate("window.__said")
        assert [one for one in said if "too slow" in one] == [NEWS]
        assert browsers.errors() == []


SHARE = """navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const paper = canvas.getContext('2d');
    setInterval(() => { paper.fillStyle = '#eef'; paper.fillRect(0, 0, 1280, 720); }, 100);
    return canvas.captureStream(10);
};"""


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_a_shared_screen_that_the_line_cannot_carry_still_says_whose_it_is(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, *NAMES[:2])
        first, nurse = [
            await Person.arrive(browsers, name, look) for name, look in zip(NAMES[:2], LOOKS, strict=False)
        ]
        await nurse.page.add_init_script(SHARE)
        line = NarrowLine()
        await line.stand_before(first.page)
        for person in (first, nurse):
            await person.join(scene.links[person.name])
        await nurse.page.get_by_role("button", name="Share").click()
        stage = first.page.locator('[data-source="screen"]')
        await expect(stage.locator("video")).to_be_visible()
        line.tell("limited", str(await nurse.page.evaluate("window.__echo.participantId")))
        await expect(stage.get_by_text(LONG)).to_be_visible()
        await expect(stage.get_by_text(f"{nurse.name} shares")).to_be_visible()
        await picture(first.page, "room-narrow-share")
        assert browsers.errors() == []
