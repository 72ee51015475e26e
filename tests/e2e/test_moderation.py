"""The facilitator's hand on the room, from the room and from the console."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Person, until
from tests.scene import get, open_scene
from tests.service import Service, running_service

pytestmark = pytest.mark.alone


async def ask_to_join(browsers: Browsers, name: str, link: str) -> Person:
    """A visitor by the public link who waits to be let in."""
    visitor = await Person.arrive(browsers, name, LOOKS[1])
    await visitor.page.goto(link)
    await visitor.introduce(f"{name.split()[-1].lower()}@clinic.example", "Nurse", "Clinic 4")
    await visitor.page.get_by_role("button", name="Ask to join").click()
    await expect(visitor.page.get_by_text("You are in the waiting room")).to_be_visible()
    return visitor


async def console(browsers: Browsers, service: Service, session_id: str) -> Page:
    """The console, signed in, at the page of a session."""
    context = await browsers.context("console")
    page = await context.new_page()
    await page.goto(service.sign_in_link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    await page.goto(f"{service.base_url}/console#/sessions/{session_id}")
    return page


@pytest.mark.browser
async def test_facilitator_in_the_room_admits_mutes_and_removes(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta")
        facilitator = await Person.arrive(browsers, "Dr. Abeyta", LOOKS[0])
        await facilitator.join(scene.links["Dr. Abeyta"])
        visitor = await ask_to_join(browsers, "Lena Ortiz", scene.public_link)
        room = facilitator.page
        await room.get_by_role("button", name="People").click()
        await room.get_by_role("button", name="Admit Lena Ortiz").click()
        await visitor.in_room()
        await facilitator.sees(visitor)
        await room.get_by_role("button", name="Mute Lena Ortiz").click()
        await expect(visitor.page.get_by_role("button", name="Unmute microphone")).to_be_visible()
        await room.get_by_role("button", name="Remove Lena Ortiz").click()
        await room.get_by_role("button", name="Remove", exact=True).click()
        await expect(visitor.page.get_by_role("heading", name="You were removed")).to_be_visible()
        await facilitator.misses(visitor)
        assert browsers.errors() == []


@pytest.mark.browser
async def test_console_admits_extends_and_ends(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta")
        page = await console(browsers, service, scene.id)
        admitted = await ask_to_join(browsers, "Lena Ortiz", scene.public_link)
        await page.get_by_role("button", name="Admit Lena Ortiz").click()
        await admitted.in_room()
        declined = await ask_to_join(browsers, "Max Sanchez", scene.public_link)
        await page.get_by_role("button", name="Decline Max Sanchez").click()
        await expect(declined.page.get_by_role("heading", name="You were not let in")).to_be_visible()
        await page.get_by_role("button", name="+10 min").click()
        await expect(page.get_by_text("Extended by 10 minutes")).to_be_visible()
        await page.get_by_role("button", name="End session").click()
        await page.get_by_role("button", name="End for everyone").click()
        await expect(admitted.page.get_by_role("heading", name="The session is over")).to_be_visible()
        await expect(page.get_by_text("Over", exact=True)).to_be_visible()
        async with service.api() as api:
            session = await get(api, f"/api/v1/sessions/{scene.id}")
            assert (session["status"], session["extended_minutes"]) == ("closed", 10)
            attendance = await get(api, f"/api/v1/sessions/{scene.id}/attendance")
            assert [person["name"] for person in attendance["people"]] == ["Lena Ortiz"]
        assert browsers.errors() == []


@pytest.mark.browser
async def test_second_device_is_asked_and_moves(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta", "Nurse Begay")
        laptop = await Person.arrive(browsers, "Nurse Begay", LOOKS[0])
        await laptop.join(scene.links["Nurse Begay"])
        phone = await Person.arrive(browsers, "Nurse Begay", LOOKS[1], width=390, height=844, touch=True)
        await phone.page.goto(scene.links["Nurse Begay"])
        await expect(phone.page.get_by_role("button", name="Use both")).to_be_visible()
        assert await laptop.page.evaluate("window.__echo.phase") == "in"
        await phone.page.get_by_role("button", name="Move here").click()
        await phone.in_room()
        await expect(
            laptop.page.get_by_role("heading", name="You went on with another device")
        ).to_be_visible()
        async with service.api() as api:
            attendance = await get(api, f"/api/v1/sessions/{scene.id}/attendance")
        assert [(person["name"], len(person["intervals"])) for person in attendance["people"]] == [
            ("Nurse Begay", 1)
        ]


@pytest.mark.browser
async def test_reload_in_the_room_is_no_second_device(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta", "Nurse Begay")
        watcher = await Person.arrive(browsers, "Dr. Abeyta", LOOKS[0])
        await watcher.join(scene.links["Dr. Abeyta"])
        person = await Person.arrive(browsers, "Nurse Begay", LOOKS[1])
        await person.join(scene.links["Nurse Begay"])
        await watcher.sees(person)
        await person.page.reload()
        back = person.page.get_by_role("button", name="Join", exact=True)
        await until(
            person.page, "() => window.__echo?.phase === 'in' || document.querySelector('.door-button')"
        )
        if await back.is_visible():
            await back.click()
        await person.in_room()
        await watcher.sees(person)
        await expect(watcher.page.locator('[data-participant][data-name="Nurse Begay"]')).to_have_count(1)
        async with service.api() as api:
            attendance = await get(api, f"/api/v1/sessions/{scene.id}/attendance")
        begay = next(one for one in attendance["people"] if one["name"] == "Nurse Begay")
        assert len(begay["intervals"]) == 1
        assert begay["here"]
