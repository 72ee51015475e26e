"""The coordinator's way through attendance: correct it, make it final, say who came, give credit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.test_screens import picture
from tests.scene import open_scene, post
from tests.service import Service, running_service

BEGAN = timedelta(minutes=40)
"""So long ago the session began; it is ended at once, within the minute, and all of it counts."""


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_coordinator_corrects_attendance_and_gives_credit(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        async with service.api() as api:
            program = await post(api, "/api/v1/programs", {"name": "Asthma ECHO", "zone": "America/Denver"})
            scene = await open_scene(
                service,
                "Dr. Abeyta",
                "Tom Begay",
                starts_at=(datetime.now(UTC) - BEGAN).isoformat(),
                program_id=program["id"],
            )
            await post(api, f"/api/v1/sessions/{scene.id}/end")
        page = await (await browsers.context("coordinator")).new_page()
        await page.goto(service.sign_in_link)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/console*")
        await _set_up_credit(page, service, program["id"])
        await _correct(page, service, scene.id)
        await _finalize(page)
        await _say_who_came(page)
        await _certify(page, service, scene.id)
        await _report(page, service)
        assert browsers.errors() == []


async def _set_up_credit(page: Page, service: Service, program_id: str) -> None:
    await page.goto(f"{service.base_url}/console#/programs/{program_id}/credit")
    await page.get_by_role("button", name="Add credit").click()
    await page.get_by_role("button", name="Add credit").last.click()
    await expect(page.get_by_label("Accredited provider")).to_be_focused()
    await page.get_by_label("Accredited provider").fill("Office of CME")
    await page.get_by_role("button", name="Add credit").last.click()
    card = page.get_by_role("article", name="AMA PRA Category 1 Credit")
    await expect(card.get_by_text("To the nearest quarter hour")).to_be_visible()
    await picture(page, "program-credit")


async def _correct(page: Page, service: Service, session_id: str) -> None:
    """Somebody whom no device noticed is added, then part of it is removed again."""
    await page.goto(f"{service.base_url}/console#/sessions/{session_id}/attendance")
    await page.get_by_role("button", name="Add somebody").click()
    await page.get_by_role("combobox", name="Who").fill("begay")
    await page.get_by_role("option", name="Tom Begay").click()
    await page.get_by_label("Why").fill("On the telephone; the line was down")
    await expect(page.get_by_text("Then 40 of 40 min count.")).to_be_visible()
    await page.get_by_role("button", name="Add time").click()
    row = page.get_by_role("listitem").filter(has_text="Tom Begay")
    await expect(row.get_by_text("40 of 40 min")).to_be_visible()

    await row.get_by_role("button", name="Tom Begay").click()
    await row.get_by_role("button", name="Correct the time of Tom Begay").click()
    await page.get_by_text("Remove time").first.click()
    until = await page.get_by_label("Until").input_value()
    begin = datetime.fromisoformat(f"2026-01-02T{until}") - timedelta(minutes=10)
    await page.get_by_label("From").fill(f"{begin:%H:%M:%S}")
    await page.get_by_label("Why").fill("Called away")
    await expect(page.get_by_text("Then 30 of 40 min count, instead of 40 of 40 min.")).to_be_visible()
    await page.get_by_role("button", name="Remove time").click()
    await expect(row.get_by_text("30 of 40 min")).to_be_visible()
    await expect(row.get_by_text("because: On the telephone; the line was down")).to_be_visible()
    await expect(row.get_by_text("because: Called away")).to_be_visible()
    await page.get_by_role("button", name="Check the record").click()
    await expect(page.get_by_text("Unchanged")).to_be_visible()
    await picture(page, "attendance")


async def _finalize(page: Page) -> None:
    await page.get_by_role("button", name="Finalize…").click()
    await page.get_by_role("button", name="Make it final").click()
    await expect(page.get_by_text("Final: today")).to_be_visible()
    await page.get_by_role("button", name="Add somebody").click()
    await page.get_by_role("combobox", name="Who").fill("Sam Walker")
    await page.get_by_label("Why").fill("Signed the sheet")
    await page.get_by_role("button", name="Add time").click()
    await expect(page.get_by_text("Final, with amendment 1")).to_be_visible()


async def _say_who_came(page: Page) -> None:
    await page.get_by_role("link", name="1 person is not yet known").click()
    card = page.get_by_role("article", name="Sam Walker")
    await expect(card.get_by_text("40 minutes in")).to_be_visible()
    await card.get_by_role("button", name="Sam Walker is somebody new").click()
    await expect(page.get_by_role("heading", name="Everybody is known")).to_be_visible()


async def _certify(page: Page, service: Service, session_id: str) -> None:
    await page.goto(f"{service.base_url}/console#/sessions/{session_id}/credit")
    await page.get_by_role("button", name="Issue certificates").click()
    await expect(page.get_by_text("2 certificates issued")).to_be_visible()
    await page.get_by_role("button", name="Revoke the certificate of Sam Walker").click()
    await page.get_by_label("Why is it revoked?").fill("Another Sam")
    await page.get_by_role("button", name="Revoke", exact=True).click()
    await expect(page.get_by_text("Revoked today")).to_be_visible()
    await picture(page, "session-credit")


async def _report(page: Page, service: Service) -> None:
    await page.goto(f"{service.base_url}/console#/reports")
    await page.get_by_role("button", name="Show figures").click()
    people = page.locator(".tiles > div").filter(has_text="People")
    await expect(people.first).to_contain_text("2")
    await page.get_by_label("Download figures").click()
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="PDF to print").click()
    assert (await saved.value).suggested_filename.endswith(".pdf")
    await picture(page, "reports")
    await page.goto(f"{service.base_url}/console#/reports/claims")
    await expect(page.get_by_role("heading", name="Nothing is claimed yet")).to_be_visible()
