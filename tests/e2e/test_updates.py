"""A coordinator sets up where the scheduling system is told of things, and looks at what became of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browsers import Browsers
from tests.e2e.test_screens import picture
from tests.integration.webhooks.receiver import Receiver, always, receiving
from tests.service import running_service

SOON = 30_000
"""Milliseconds: the page looks every five seconds, and the machine may be busy."""


@pytest.mark.browser
@pytest.mark.timeout(180)
async def test_updates_are_set_up_tested_paused_sent_again_and_looked_at(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service, receiving(Receiver(secret="")) as receiver:
        page = await (await browsers.context("coordinator")).new_page()
        await page.goto(service.sign_in_link)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/console*")
        await page.goto(f"{service.base_url}/console#/settings")
        await page.get_by_role("button", name="Add address").first.click()
        await page.get_by_role("textbox", name="Address").fill(receiver.url)
        await page.get_by_role("textbox", name="Name").fill("Scheduling")
        await page.get_by_role("button", name="Add", exact=True).click()
        receiver.secret = await page.locator("code.secret").inner_text()
        await page.get_by_role("button", name="I have kept it").click()
        await page.get_by_role("link", name="Scheduling").click()
        await expect(page.get_by_text("Nothing was sent yet")).to_be_visible()
        await page.get_by_role("button", name="Send a test").click()
        await expect(page.get_by_text("Received today")).to_be_visible(timeout=SOON)
        assert list(receiver.types.values()) == ["endpoint.test"]

        await page.get_by_role("button", name="Change").click()
        await page.get_by_label("Only what is ticked below").check()
        await page.get_by_label("Program made").check()
        await page.get_by_label("Session planned").check()
        await picture(page, "updates-change")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Told of 2 kinds of updates: programs, sessions.")).to_be_visible()

        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_text("What happens meanwhile is kept")).to_be_visible(timeout=SOON)
        async with service.api() as api:
            wanted = {"name": "Asthma", "zone": "America/Denver"}
            async with api.post("/api/v1/programs", json=wanted) as made:
                program = await made.json()
            async with api.patch(
                f"/api/v1/programs/{program['id']}", json={"name": "Asthma ECHO"}
            ) as changed:
                assert changed.status == 200
        await expect(page.get_by_text("1 update waits, to be sent in order when you go on.")).to_be_visible(
            timeout=SOON
        )
        receiver.answer = always(503)
        await page.get_by_role("button", name="Go on").click()
        await expect(page.get_by_text("answered 503").first).to_be_visible(timeout=SOON)
        await picture(page, "updates")
        await page.get_by_role("button", name="Look at Program made").click()
        await expect(page.get_by_text('"type": "program.created"')).to_be_visible()
        await page.get_by_text("answered 503 in").first.click()
        await expect(page.get_by_text("webhook-id: evt_").first).to_be_visible()
        await picture(page, "updates-delivery")
        receiver.answer = always(204)
        await page.get_by_role("button", name="Send now").click()
        await page.get_by_role("button", name="Close").click()
        await expect(page.get_by_text("Received today")).to_have_count(2, timeout=SOON)

        await page.get_by_role("button", name="Send again", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Send again").click()
        await expect(page.get_by_text("1 update is on the way again.")).to_be_visible()
        await picture(page, "updates-again")
        await page.get_by_role("button", name="Close").first.click()
        (event,) = (one for one, kind in receiver.types.items() if kind == "program.created")
        await receiver.until(lambda: receiver.accepted.count(event) == 2)

        await page.get_by_role("button", name="New secret").click()
        await page.get_by_role("button", name="New secret", exact=True).last.click()
        await expect(page.locator("code.secret")).not_to_have_text(receiver.secret)
        await page.get_by_role("button", name="I have kept it").click()
        await expect(page.get_by_text("The secret before works until")).to_be_visible()
        await page.get_by_role("button", name="Remove").click()
        await page.get_by_role("button", name="Remove", exact=True).last.click()
        await expect(page.get_by_text("No address yet")).to_be_visible()
        assert (receiver.unverified, browsers.errors()) == (0, [])
