"""A series from its planning to its first session: console, public page, mail and door."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Person
from tests.e2e.programs import mail_to
from tests.service import Service, running_service

HUB, SPOKE = ZoneInfo("America/Denver"), ZoneInfo("America/Phoenix")
AHEAD = timedelta(seconds=40)
"""So long before its start the first session is planned, at least: the door is seen closed, then open."""
DATES = 19
"""Every second week: 36 weeks always hold a change of the clocks. Odd, so that one hour is the usual one."""
LINK = re.compile(r"http\S+/join#\S+")
TITLE = "Autism ECHO, evenings"


@pytest.mark.alone
@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_series_over_a_clock_change_from_the_console_to_the_door(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service:
        coordinator = await _console(browsers, service)
        await _add_arizona_site(coordinator, service)
        await _make_program(coordinator, service)
        starts = await _make_biweekly_series(coordinator)
        page_address = await _public_page(coordinator)

        spoke = await Person.arrive(
            browsers, "Rosa Yazzie", LOOKS[1], width=390, height=844, touch=True, zone=SPOKE.key
        )
        loaded = _scripts_of(spoke.page)
        await spoke.page.goto(page_address)
        await _register(spoke.page, starts)
        assert not any("console" in name for name in loaded), f"the public page loads the console: {loaded}"

        letter = await mail_to(service, "rosa@chinle.example")
        text = letter.get_body(("plain",))
        found = text and LINK.search(text.get_content())
        assert found, "the invitation has no personal link"
        await _arrive_in_time(spoke, found[0], starts)
        await expect(coordinator.get_by_text("Rosa Yazzie").first).to_be_visible(timeout=60_000)
        assert browsers.errors() == []


async def _console(browsers: Browsers, service: Service) -> Page:
    page = await (await browsers.context("coordinator")).new_page()
    await page.goto(service.sign_in_link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    return page


async def _add_arizona_site(page: Page, service: Service) -> None:
    await page.goto(f"{service.base_url}/console#/sites")
    await page.get_by_role("button", name="New site").click()
    await page.get_by_label("Name").fill("Chinle Health Center")
    await page.get_by_label("State").fill("Arizona")
    await page.get_by_role("combobox", name="Time zone").click()
    await page.get_by_role("combobox", name="Time zone").fill("Phoenix")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Add site").click()
    await expect(page.get_by_role("button", name="Chinle Health Center")).to_be_visible()


async def _make_program(page: Page, service: Service) -> None:
    await page.goto(f"{service.base_url}/console#/programs")
    await page.get_by_role("button", name="New program").click()
    await page.get_by_label("Name").fill("Autism ECHO")
    await page.get_by_role("button", name="Make program").click()
    await expect(page.get_by_role("heading", name="Autism ECHO")).to_be_visible()


async def _make_biweekly_series(page: Page) -> datetime:
    """Nine months of every second week, the first in a minute or two; gives when that starts."""
    await page.get_by_role("link", name="New series").first.click()
    starts = (datetime.now(HUB) + AHEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)
    await page.get_by_label("Title").fill(TITLE)
    words = f"every second {starts:%A}, {starts:%H:%M}, Denver, {DATES} times"
    await page.get_by_label("When, in your own words").fill(words)
    await page.get_by_label("From", exact=True).fill(f"{starts:%Y-%m-%d}")
    await page.get_by_text("More: rooms").click()
    await page.get_by_label("Opens early").fill("0")
    preview = page.get_by_role("region", name="Preview")
    await expect(preview.get_by_text("Arizona").filter(has_text="instead of").first).to_be_visible()
    flagged = (
        preview.get_by_role("listitem")
        .filter(has_text=re.compile("Arizona.*instead of"))
        .filter(has=page.get_by_role("button", name="Leave out"))
    )
    await expect(flagged, "the preview follows the fields after a moment").to_have_count(_shifted(starts))
    await page.get_by_role("button", name=f"Create {DATES} sessions").click()
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    return starts


def _shifted(starts: datetime) -> int:
    """At how many of the dates clocks in Arizona show another hour than at most of them."""
    dates = [(starts.replace(tzinfo=None) + timedelta(weeks=2 * number)) for number in range(DATES)]
    hours = Counter(day.replace(tzinfo=HUB).astimezone(SPOKE).hour for day in dates)
    assert len(hours) == 2, "the series spans no clock change"
    return min(hours.values())


async def _public_page(page: Page) -> str:
    """Where people register, as the coordinator is shown it."""
    section = page.get_by_role("region", name="Register page")
    return str(await section.get_by_role("link", name="Open").get_attribute("href"))


def _scripts_of(page: Page) -> list[str]:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    return loaded


async def _register(page: Page, starts: datetime) -> None:
    """Fills the form as somebody on a phone does."""
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    await expect(page.get_by_text(_clock(starts, SPOKE)).first).to_be_visible()
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_label("Your name")).to_be_focused()
    await page.get_by_label("Your name").fill("Rosa Yazzie")
    await page.get_by_label("E-mail").fill("rosa@chinle.example")
    await page.get_by_label("Profession").fill("Community health representative")
    await page.get_by_label("Clinic, school or other workplace").fill("Chin")
    await page.get_by_role("option", name="Chinle Health Center").click()
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the phone"
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    await expect(page.get_by_text("rosa@chinle.example: look there")).to_be_visible()


async def _arrive_in_time(spoke: Person, link: str, starts: datetime) -> None:
    """The door names the first session and its time in Arizona, and opens then and not before."""
    await spoke.page.goto(link)
    await expect(spoke.page.get_by_role("heading", name=TITLE)).to_be_visible()
    if datetime.now(UTC) < starts - timedelta(seconds=5):
        closed = spoke.page.get_by_role("button", name="Opens")
        await expect(closed).to_be_disabled()
        await expect(closed).to_contain_text(_clock(starts, SPOKE))
    join = spoke.page.get_by_role("button", name="Join", exact=True)
    await expect(join).to_be_enabled(timeout=150_000)
    assert datetime.now(UTC) >= starts - timedelta(seconds=1)
    await join.click()
    await spoke.in_room()


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """As the pages write it in English: "9:05 AM"."""
    local = at.astimezone(zone)
    return f"{local:%I:%M %p}".lstrip("0")
