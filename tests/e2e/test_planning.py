"""A coordinator plans: in words, from one session on, two at a time, and over the calendar by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.programs import plan_program
from tests.e2e.test_screens import picture
from tests.scene import post
from tests.service import Service, running_service

WORDS = "second and fourth Thursday, 12:00, Mountain, September 2027 to May 2028, not Thanksgiving week"


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_series_is_planned_in_words_and_changed_from_one_session_on(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service:
        program, _ = await plan_program(service)
        page = await _signed_in(browsers, service)
        await page.goto(f"{service.base_url}/console#/programs/{program['id']}/new-series")
        await _say_when(page)
        await picture(page, "console-series-new")
        await page.get_by_role("button", name="Create 16 sessions").click()
        await expect(page.get_by_text("16 sessions to come")).to_be_visible()
        await picture(page, "console-series")

        await _nothing_typed_is_lost(page, service)
        await _change_following(page)
        await _two_at_a_time(page, service)
        await _cancel_and_restore(page, service)
        await _calendar(page, service)
        await page.goto(f"{service.base_url}/console#/programs")
        await expect(page.get_by_role("link", name="Autism ECHO")).to_be_visible()
        await picture(page, "console-programs")
        await page.get_by_role("link", name="Autism ECHO").click()
        await expect(page.get_by_role("heading", name="Questions and consents")).to_be_visible()
        await picture(page, "console-program")
        assert browsers.errors() == []


async def _signed_in(browsers: Browsers, service: Service) -> Page:
    page = await (await browsers.context("coordinator")).new_page()
    await page.goto(service.sign_in_link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    return page


async def _say_when(page: Page) -> None:
    """One line fills the form; a press leaves a date out, another puts it back."""
    preview = page.get_by_role("region", name="Preview")
    await page.get_by_label("Title").fill("Autism ECHO, school year")
    await page.get_by_label("When, in your own words").fill(f"{WORDS}, if possible")
    await expect(page.get_by_text("Not understood: if possible")).to_be_visible()
    await page.get_by_label("When, in your own words").fill(WORDS)
    await expect(page.get_by_role("checkbox", name="second Thursday")).to_be_checked()
    await expect(page.get_by_role("checkbox", name="fourth Thursday")).to_be_checked()
    await expect(preview.get_by_text("second and fourth Thursday of the month")).to_be_visible()
    await expect(preview.get_by_text("Arizona: 12:00 PM instead of 11:00 AM")).to_be_visible()
    await expect(preview.get_by_role("button", name="Put Thursday, November 25, 2027 back")).to_be_visible()
    await expect(page.get_by_role("button", name="Create 17 sessions")).to_be_visible()
    await preview.get_by_role("button", name="Leave out Thursday, December 23, 2027").click()
    await expect(page.get_by_role("button", name="Create 16 sessions")).to_be_visible()


async def _nothing_typed_is_lost(page: Page, service: Service) -> None:
    """A link and the way back ask first; a program chosen late hands over its zone, unless one was chosen."""
    series = page.url
    await page.get_by_role("button", name="Change series").click()
    await page.get_by_label("Title").fill("Half a thought")
    asked = page.get_by_role("dialog", name="Leave without saving?")
    await page.get_by_role("link", name="Today").click()
    await expect(asked).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Title")).to_have_value("Half a thought")
    await page.go_back()
    await asked.get_by_role("button", name="Keep editing").click()
    await expect(page.get_by_label("Title")).to_have_value("Half a thought")
    await page.get_by_role("button", name="Keep as it was").click()
    await asked.get_by_role("button", name="Leave without saving").click()
    await expect(page.get_by_role("heading", name="Autism ECHO, school year")).to_be_visible()

    async with service.api() as api:
        eastern = {"name": "Diabetes ECHO", "zone": "America/New_York", "contact": "Joe Kim, 505-555-0199"}
        await post(api, "/api/v1/programs", eastern)
    await page.goto(f"{service.base_url}/console#/series/new")
    await expect(page.get_by_label("Time zone")).to_have_value("Mountain Time (Denver)")
    await page.get_by_label("Program").select_option("Diabetes ECHO")
    await expect(page.get_by_label("Time zone")).to_have_value("Eastern Time (New York)")
    await expect(page.get_by_label("Whom to ask for help")).to_have_value("Joe Kim, 505-555-0199")
    await page.goto(series)


async def _change_following(page: Page) -> None:
    """What will move is said first; what comes before stays."""
    await page.get_by_role("button", name="Change Thu, Mar 9, 2028").click()
    await page.get_by_text("and all that follow").click()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_label("Start", exact=True).fill("13:00")
    await expect(page.get_by_text("Saving moves 6 sessions.")).to_be_visible()
    await picture(page, "console-series-change")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_role("link", name="Thu, Mar 9, 2028 1:00 PM")).to_be_visible()
    await expect(page.get_by_role("link", name="Thu, Feb 24, 2028 12:00 PM")).to_be_visible()


async def _two_at_a_time(page: Page, service: Service) -> None:
    """The second of two coordinators is told what the first saved, and overwrites nothing."""
    series = page.url.rsplit("/", 1)[-1]
    other = await page.context.new_page()
    for one in (page, other):
        await one.goto(f"{service.base_url}/console#/series/{series}/change")
        await expect(one.get_by_role("button", name="Save changes")).to_be_disabled()
    await other.get_by_label("Title").fill("Autism ECHO 2027-28")
    await other.get_by_role("button", name="Save changes").click()
    await expect(other.get_by_role("heading", name="Autism ECHO 2027-28")).to_be_visible()
    await other.close()

    await page.get_by_label("Minutes", exact=True).fill("75")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_text("Somebody changed this series meanwhile")).to_be_visible()
    await expect(page.get_by_text("is now Autism ECHO 2027-28")).to_be_visible()
    await expect(page.get_by_label("Minutes", exact=True)).to_have_value("75")
    await picture(page, "console-series-meanwhile")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_role("heading", name="Autism ECHO 2027-28")).to_be_visible()
    await expect(page.get_by_role("link", name="Thu, Mar 9, 2028 1:00 PM, 75 minutes")).to_be_visible()


async def _cancel_and_restore(page: Page, service: Service) -> None:
    """Before either, the coordinator is asked whether to write to those who are registered."""
    series = page.url.rsplit("/", 1)[-1]
    async with service.api() as api:
        people = [{"name": "Tom Begay", "email": "tom@clinic.example", "site": "", "role": "participant"}]
        await post(api, f"/api/v1/series/{series}/registrations", {"people": people, "send": False})
    await page.reload()
    await page.get_by_role("button", name="Cancel Thu, Oct 14, 2027").click()
    await page.get_by_label("Why").fill("Dr. Chavez is away")
    await picture(page, "console-series-cancel")
    await page.get_by_role("button", name="Cancel 1 session").click()
    await expect(page.get_by_text("Dr. Chavez is away")).to_be_visible()
    await page.get_by_role("button", name="Restore Thu, Oct 14, 2027").click()
    asked = page.get_by_role("dialog", name="Restore Thu, Oct 14, 2027")
    await expect(asked.get_by_role("checkbox", name="Write to the")).to_be_checked()
    await picture(page, "console-series-restore")
    await asked.get_by_role("button", name="Restore", exact=True).click()
    await expect(page.get_by_role("button", name="Cancel Thu, Oct 14, 2027")).to_be_visible()


async def _calendar(page: Page, service: Service) -> None:
    """Arrow keys move by days and weeks, PageDown by a month; Enter opens the day."""
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(f"{service.base_url}/console#/calendar/2027-10-12")
    await expect(page.get_by_role("link", name="Autism ECHO 2027-28").first).to_be_visible()
    await picture(page, "console-calendar")
    await page.get_by_role("button", name="Tuesday, October 12, 2027").focus()
    for key in ("ArrowRight", "ArrowRight", "PageDown", "ArrowDown", "Home"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("heading", name="November 2027")).to_be_visible()
    await expect(page.get_by_role("button", name="Sunday, November 21, 2027, no sessions")).to_be_focused()
    await page.keyboard.press("PageUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Thursday, October 14, 2027")).to_contain_text("12:00 PM")
    await page.keyboard.press("Escape")
    await page.get_by_role("radio", name="Agenda").check()
    await expect(page.get_by_role("region", name="Thursday, October 28, 2027")).to_be_visible()
    await picture(page, "console-agenda")
