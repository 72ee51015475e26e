"""A clinic with one camera: its people check in on its screen and on their telephones, and one walks in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.certificates import confirmed, own_certificate
from tests.e2e.claims import accredited_program, claim, claims_of, evaluate
from tests.e2e.people import LOOKS, Person
from tests.scene import Scene, get, open_scene, post
from tests.service import running_service

PHONE: dict[str, Any] = {"width": 390, "height": 844, "touch": True}
ASKED_AFTER = timedelta(seconds=25)
"""So long after the session was made the clinic is asked who is still there: five minutes before the end."""
MINUTE = timedelta(minutes=1)
CERTIFIED = 31
"""Seconds: half a minute is the least that a certificate is about."""
NEAR = 2
"""Seconds that a time may be off besides: a heartbeat, and rounding."""


class Watch:
    """Between which moments people came and went."""

    def __init__(self) -> None:
        self._came: dict[str, tuple[float, float]] = {}
        self._went: dict[str, tuple[float, float]] = {}

    @contextmanager
    def coming(self, *names: str) -> Iterator[None]:
        """They come within this."""
        with self._between(self._came, names):
            yield

    @contextmanager
    def going(self, *names: str) -> Iterator[None]:
        """They go within this."""
        with self._between(self._went, names):
            yield

    def agrees(self, people: dict[str, Any]) -> None:
        """Everybody's counted time is what they were there."""
        for name, (came_first, came_last) in self._came.items():
            went_first, went_last = self._went[name]
            counted = people[name]["counted_seconds"]
            assert went_first - came_last - NEAR <= counted <= went_last - came_first + NEAR, name

    @contextmanager
    def _between(self, times: dict[str, tuple[float, float]], names: Iterable[str]) -> Iterator[None]:
        before = time.monotonic()
        yield
        times.update(dict.fromkeys(names, (before, time.monotonic())))


async def people_of_clinic(api: ClientSession) -> dict[str, str]:
    """The clinic's people whom the hub knows, and one whom it knows from elsewhere."""
    [site] = (await get(api, "/api/v1/sites?search=Clinic"))["items"]
    ids = {}
    for name in ("Ana Ortiz", "Ben Ruiz", "Cora Diaz"):
        body = {
            "name": name,
            "email": f"{name.split()[1].lower()}@clinic.example",
            "profession": "Nurse",
            "site_id": site["id"],
        }
        ids[name] = (await post(api, "/api/v1/people", body))["id"]
    dina = {"name": "Dina Wells", "email": "dina@home.example", "profession": "Physician"}
    ids["Dina Wells"] = (await post(api, "/api/v1/people", dina))["id"]
    return ids


async def check_in(browsers: Browsers, address: str, name: str) -> Page:
    """A telephone that has scanned the code, and its owner's name."""
    page = await (await browsers.context(name, **PHONE)).new_page()
    await page.goto(address)
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("heading", name="You are checked in")).to_be_visible()
    return page


async def not_asked_yet(api: ClientSession, scene: Scene, asks_at: datetime) -> None:
    """Who comes once the question was asked is not asked: where this machine was slow, it comes later."""
    late = datetime.now(UTC) + timedelta(seconds=2) - asks_at
    if late > timedelta():
        await post(api, f"/api/v1/sessions/{scene.id}/extend", {"minutes": late // MINUTE + 1})


async def look_again(phone: Page) -> None:
    """What the page does by itself every ten seconds."""
    await phone.evaluate("dispatchEvent(new Event('online'))")


async def reconnects(phone: Page) -> None:
    """A telephone loses its line, says so, and finds back to its check-in."""
    await phone.context.set_offline(True)
    await look_again(phone)
    await expect(phone.get_by_text("No connection just now")).to_be_visible()
    await phone.context.set_offline(False)
    await phone.reload()
    await expect(phone.get_by_role("heading", name="You are checked in")).to_be_visible()


async def walk_in(browsers: Browsers, scene: Scene) -> Person:
    """Somebody with the public link alone."""
    dina = await Person.arrive(browsers, "Dina Wells", LOOKS[2])
    await dina.page.goto(scene.public_link)
    await dina.introduce("dina.wells@mail.example", "Physician", "Home")
    await dina.page.get_by_role("button", name="Join", exact=True).click()
    await dina.in_room()
    return dina


async def in_attendance(api: ClientSession, scene: Scene) -> dict[str, Any]:
    """Everybody's line, by name."""
    told = await get(api, f"/api/v1/sessions/{scene.id}/attendance")
    return {person["name"]: person for person in told["people"]}


async def long_enough(api: ClientSession, scene: Scene, name: str) -> None:
    """Returns once so much of this person's time counts that it makes a minute on a certificate."""
    async with asyncio.timeout(60):
        while (await in_attendance(api, scene))[name]["counted_seconds"] < CERTIFIED:  # noqa: ASYNC110
            await asyncio.sleep(0.25)


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_everybody_at_a_clinic_gets_their_own_time(browsers: Browsers, tmp_path: Path) -> None:
    watch = Watch()
    async with running_service(tmp_path) as service, service.api() as api:
        program_id = await accredited_program(api)
        asks_at = datetime.now(UTC) + ASKED_AFTER
        start = (asks_at - timedelta(minutes=55)).isoformat()
        fields: dict[str, Any] = {"starts_at": start, "lobby": False, "program_id": program_id}
        scene = await open_scene(service, "Dr. Abeyta", "Clinic Four", **fields)
        ids = await people_of_clinic(api)
        clinic = await Person.arrive(browsers, "Clinic Four", LOOKS[0])
        await clinic.join(scene.links["Clinic Four"])
        screen = clinic.page
        await screen.get_by_text("Are several people at this camera?").wait_for()
        await screen.get_by_role("button", name="Yes", exact=True).click()
        await screen.get_by_role("button", name="Several people are here").click()
        with watch.coming("Cora Diaz"):
            await screen.get_by_role("button", name="Cora Diaz is here").click()
            await expect(screen.get_by_role("button", name="Check Cora Diaz out")).to_be_visible()
        code = await screen.locator(".company-code").get_attribute("data-code")
        address = f"{service.base_url}/here#{code}"
        with watch.coming("Ana Ortiz"):
            ana = await check_in(browsers, address, "Ana Ortiz")
        with watch.coming("Ben Ruiz"):
            ben = await check_in(browsers, address, "Ben Ruiz")
        await expect(screen.get_by_role("button", name="Check Ben Ruiz out")).to_be_visible()
        await not_asked_yet(api, scene, asks_at)
        with watch.coming("Dina Wells"):
            dina = await walk_in(browsers, scene)
        await reconnects(ana)

        facilitator = await Person.arrive(browsers, "Dr. Abeyta", LOOKS[1])
        await facilitator.join(scene.links["Dr. Abeyta"])
        hub = facilitator.page
        with watch.coming("Eva Holt"):
            await hub.get_by_role("button", name="People").first.click()
            await hub.get_by_role("button", name="Add somebody at Clinic Four").click()
            await hub.get_by_label("Why").fill("Seen in the picture")
            await hub.get_by_label("Name", exact=True).fill("Eva Holt")
            await hub.get_by_role("button", name="Check in", exact=True).click()
            await expect(screen.get_by_role("button", name="Check Eva Holt out")).to_be_visible()

        with watch.going("Ben Ruiz"):
            await ben.get_by_role("button", name="Check out").click()
            await ben.get_by_role("button", name="Check out").click()
            await expect(ben.get_by_role("heading", name="You are checked out")).to_be_visible()
        await expect(screen.get_by_role("button", name="Check Ben Ruiz out")).to_have_count(0)

        await screen.get_by_role("button", name="Cora Diaz is still here").click(timeout=90_000)
        await look_again(ana)
        await ana.get_by_role("button", name="Yes, still here").click()
        await expect(ana.get_by_role("heading", name="Are you still here?")).to_have_count(0)
        with watch.going("Eva Holt"):
            await hub.get_by_role("button", name="Check Eva Holt out").click()
            await hub.get_by_label("Why").fill("Called away")
            await hub.get_by_role("button", name="Check out", exact=True).click()
            await expect(screen.get_by_role("button", name="Check Eva Holt out")).to_have_count(0)

        await long_enough(api, scene, "Ana Ortiz")
        with watch.going("Ana Ortiz", "Cora Diaz", "Dina Wells"):
            await post(api, f"/api/v1/sessions/{scene.id}/end")
            await expect(dina.page.get_by_role("heading", name="The session is over")).to_be_visible()
        await look_again(ana)
        await expect(ana.get_by_role("link", name="Evaluate and claim credit")).to_be_visible()

        waiting = await get(api, f"/api/v1/sessions/{scene.id}/unmatched")
        unknown = {one["person"]["name"]: one for one in waiting["items"]}
        assert set(unknown) == {"Dina Wells", "Eva Holt"}
        [likely] = unknown["Dina Wells"]["suggestions"]
        assert likely["person"]["id"] == ids["Dina Wells"]
        matched = {"person_id": ids["Dina Wells"]}
        await post(api, f"/api/v1/people/{unknown['Dina Wells']['person']['id']}/match", matched)

        people = await in_attendance(api, scene)
        assert people["Dina Wells"]["person_id"] == ids["Dina Wells"]
        assert [people[name]["matched"] for name in ("Ana Ortiz", "Dina Wells", "Eva Holt")] == [
            True,
            True,
            False,
        ]
        watch.agrees(people)

        seconds = people["Ana Ortiz"]["counted_seconds"]
        await ana.get_by_role("link", name="Evaluate and claim credit").click()
        code = await own_certificate(ana, "Ana Ortiz", seconds)
        await confirmed(browsers, service.base_url, code, "Ana Ortiz", seconds)

        await dina.page.get_by_role("link", name="Your time and credit").click()
        await evaluate(dina.page)
        await claim(dina.page)
        whose = {"person_id": ids["Cora Diaz"]}
        cora = await (await browsers.context("Cora Diaz at home", **PHONE)).new_page()
        await cora.goto((await post(api, f"/api/v1/sessions/{scene.id}/credit-link", whose))["link"])
        await claim(cora)
        claims = await claims_of(api, scene.id)
        assert claims.keys() == {"Cora Diaz", "Dina Wells"}
        for name, claimed in claims.items():
            assert (claimed["credit"], claimed["state"]) == ("0.25", "claimed"), name
            assert claimed["counted_seconds"] == people[name]["counted_seconds"], name
            assert len(claimed["basis"]["events"]) >= 2, name
        assert browsers.errors() == []
