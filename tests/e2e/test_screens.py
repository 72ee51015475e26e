"""Pictures of every screen at three widths, light and dark, into test-results/screens; nothing overflows."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import RESULTS, Browsers
from tests.e2e.people import LOOKS, Person
from tests.e2e.programs import plan_program, register
from tests.scene import open_scene
from tests.service import Service, running_service

SIZES = {"desktop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light",) if os.environ.get("CI") else ("light", "dark")
"""Colours make no page wider: where nobody looks at the pictures, one scheme tells as much as two."""
FOLDER = RESULTS / "screens"


async def picture(page: Page, name: str) -> None:
    """One PNG a size and scheme; fails where the page is wider than the screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            await page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png")
        overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than a {size}"


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_screens_of_join_page_room_waiting_room_and_console(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        names = ["Dr. Marisol Abeyta", "Nurse Tom Begay", "Dr. Ines Chavez", "Paul Dominguez PA"]
        scene = await open_scene(service, *names)
        people = [await Person.arrive(browsers, name, look) for name, look in zip(names, LOOKS, strict=False)]
        first = people[0]
        await first.page.goto(scene.links[first.name])
        await expect(first.page.get_by_role("button", name="Join", exact=True)).to_be_enabled()
        await picture(first.page, "join")
        for person in people:
            await person.join(scene.links[person.name])
        await asyncio.gather(*(first.sees(other) for other in people[1:]))
        await picture(first.page, "room")

        visitor = await Person.arrive(browsers, "Dr. Lena Ortiz", LOOKS[4])
        await visitor.page.goto(scene.public_link)
        await picture(visitor.page, "join-public")
        await visitor.introduce("ortiz@clinic.example", "Physician", "Clinic 4, Taos")
        await visitor.page.get_by_role("button", name="Ask to join").click()
        await expect(visitor.page.get_by_text("You are in the waiting room")).to_be_visible()
        await picture(visitor.page, "lobby")
        await _console(browsers, service, scene.id)
        assert browsers.errors() == []


async def _console(browsers: Browsers, service: Service, session_id: str) -> None:
    context = await browsers.context("facilitator")
    page = await context.new_page()
    await page.goto(service.sign_in_link)
    await picture(page, "sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    await expect(page.get_by_text("Dr. Lena Ortiz").first).to_be_visible()
    await picture(page, "console-today")
    await page.goto(f"{service.base_url}/console#/sessions")
    await expect(page.get_by_text("Pediatric asthma ECHO").first).to_be_visible()
    await picture(page, "console-sessions")
    await page.goto(f"{service.base_url}/console#/sessions/{session_id}")
    await expect(page.get_by_text("Nurse Tom Begay").first).to_be_visible()
    await picture(page, "console-session")
    await page.goto(f"{service.base_url}/")
    await picture(page, "landing")


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_screens_of_people_and_of_the_public_pages(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        program, series = await plan_program(service)
        context = await browsers.context("visitor")
        page = await context.new_page()
        await page.goto(series["page"])
        await expect(page.get_by_role("button", name="Register")).to_be_visible()
        await picture(page, "register")
        await page.get_by_role("button", name="Register").click()
        await expect(page.get_by_label("Your name")).to_be_focused()
        await picture(page, "register-refused")
        await register(page)
        await picture(page, "register-done")
        await page.goto(program["page"])
        await expect(page.get_by_role("heading", name="Series")).to_be_visible()
        await picture(page, "register-program")
        await page.goto(f"{service.base_url}/lost-link")
        await picture(page, "lost-link")
        await page.goto(f"{service.base_url}/unsubscribe/none")
        await picture(page, "unsubscribe")
        await _people(browsers, service)
        assert browsers.errors() == []


async def _people(browsers: Browsers, service: Service) -> None:
    page = await (await browsers.context("coordinator")).new_page()
    await page.goto(service.sign_in_link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    for address, awaited, name in (
        ("people", "Rosa Yazzie", "people"),
        ("sites", "Chinle Health Center", "sites"),
        ("people/same", "One person, keep this record", "same-person"),
        ("settings", "No mail server is set", "settings"),
    ):
        await page.goto(f"{service.base_url}/console#/{address}")
        await expect(page.get_by_text(awaited).first).to_be_visible()
        await picture(page, name)
    await page.goto(f"{service.base_url}/console#/people")
    await page.get_by_role("link", name="Rosa Yazzie").click()
    await expect(page.get_by_text("Waits for an answer")).to_be_visible()
    await picture(page, "person")
