"""Links that lead nowhere say so and whom to ask; links that lead somewhere ask who is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Person
from tests.scene import open_scene, post
from tests.service import running_service

pytestmark = pytest.mark.alone


@pytest.mark.browser
async def test_forged_replaced_and_ended_links_get_a_plain_page(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta")
        context = await browsers.context("visitor")
        page = await context.new_page()
        link = scene.links["Dr. Abeyta"]
        for wrong in (f"{service.base_url}/join", f"{service.base_url}/join#nonsense", link[:-4] + "AAAA"):
            await page.goto("about:blank")
            await page.goto(wrong)
            await expect(page.get_by_role("heading", name="This link is not valid")).to_be_visible()
            await expect(page.get_by_text("Ask ").first).to_be_visible()
        async with service.api() as api:
            await post(api, f"/api/v1/sessions/{scene.id}/public-link")
        await page.goto("about:blank")
        await page.goto(scene.public_link)
        await expect(page.get_by_role("heading", name="This link")).to_be_visible()
        async with service.api() as api:
            await post(api, f"/api/v1/sessions/{scene.id}/end")
        await page.goto("about:blank")
        await page.goto(link)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("over")
        assert browsers.errors() == []


@pytest.mark.browser
async def test_personal_link_asks_whether_it_is_really_them(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, "Dr. Abeyta")
        facilitator = await Person.arrive(browsers, "Dr. Abeyta", LOOKS[0])
        await facilitator.join(scene.links["Dr. Abeyta"])
        other = await Person.arrive(browsers, "Rosa Lucero", LOOKS[2])
        await other.page.goto(scene.links["Dr. Abeyta"])
        await expect(other.page.get_by_text("You are Dr. Abeyta")).to_be_visible()
        await other.page.get_by_role("button", name="I am someone else").click()
        await other.introduce("lucero@clinic.example", "Nurse", "Clinic 9")
        await other.page.get_by_role("button", name="Ask to join").click()
        await expect(other.page.get_by_text("You are in the waiting room")).to_be_visible()
        await facilitator.page.get_by_role("button", name="People").click()
        await facilitator.page.get_by_role("button", name="Admit Rosa Lucero").click()
        await other.in_room()
        await facilitator.sees(other)
        assert browsers.errors() == []


@pytest.mark.browser
async def test_page_opened_early_waits_and_joins_when_the_room_opens(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service:
        async with service.api() as api:
            session = await post(
                api,
                "/api/v1/sessions",
                {
                    "title": "Autism ECHO",
                    "zone": "America/Denver",
                    "starts_at": (datetime.now(UTC) + timedelta(seconds=8)).isoformat(),
                    "duration_minutes": 30,
                    "lead_minutes": 0,
                },
            )
            people = {
                "people": [{"name": "Nurse Begay", "email": "begay@clinic.example", "role": "participant"}]
            }
            made = await post(api, f"/api/v1/sessions/{session['id']}/registrations", people)
        person = await Person.arrive(browsers, "Nurse Begay", LOOKS[1])
        await person.page.goto(made["items"][0]["link"])
        await expect(person.page.get_by_role("button", name="Opens")).to_be_disabled()
        join = person.page.get_by_role("button", name="Join", exact=True)
        await expect(join).to_be_enabled(timeout=20_000)
        await join.click()
        await person.in_room()
        assert browsers.errors() == []


@pytest.mark.browser
async def test_practice_room_returns_picture_and_voice(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        person = await Person.arrive(browsers, "Guest", LOOKS[2])
        await person.page.goto(service.practice_link)
        await person.page.get_by_role("button", name="Open my practice room").click()
        await person.page.wait_for_url("**/join#*")
        await person.page.get_by_role("button", name="Join", exact=True).click()
        await person.in_room()
        await person.sees(person)
        assert await person.hears(person) == {"Guest"}
        assert browsers.errors() == []
