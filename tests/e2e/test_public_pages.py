"""Somebody registers, is approved, loses their link, has mail stopped: on the pages that need no sign-in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.programs import mail_to, plan_program, register, text_of
from tests.service import Service, running_service

ADDRESS = "yazzie@clinic.example"
LINK = re.compile(r"http\S+/join#\S+")


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_registration_from_the_form_to_the_end_of_mail(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        _, series = await plan_program(service)
        phone = await (await browsers.context("phone", width=390, height=844, touch=True)).new_page()
        await phone.goto(series["page"])
        await phone.get_by_label("Phone").fill("505 555")
        await _refused(phone)
        await register(phone)
        assert not LINK.search(text_of(await mail_to(service, ADDRESS))), "a link before the approval"
        await _approve(browsers, service, series["id"])
        letter = await mail_to(service, ADDRESS, "You are registered")
        link = LINK.findall(text_of(letter))[0]
        await phone.goto(link)
        await expect(phone.get_by_role("button", name="Opens")).to_be_disabled()
        await _lost(phone, service, link)
        await _stop_mail(phone, str(letter["List-Unsubscribe"]).strip("<>"))
        assert browsers.errors() == []


async def _refused(page: Page) -> None:
    """A form that the service refuses keeps what was typed, and says what to do beside the field."""
    await page.get_by_label("Your name").fill("Rosa Yazzie")
    await page.get_by_label("E-mail").fill("yazzie at clinic")
    await page.get_by_role("button", name="Register").click()
    email = page.get_by_label("E-mail")
    await expect(email).to_be_focused()
    await expect(email).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Your name")).to_have_value("Rosa Yazzie")
    await page.get_by_label("Phone").fill("")


async def _approve(browsers: Browsers, service: Service, series_id: str) -> None:
    page = await (await browsers.context("coordinator")).new_page()
    await page.goto(service.sign_in_link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console*")
    await expect(page.get_by_text("1 person wants to register")).to_be_visible()
    await page.get_by_role("link", name="Answer: Autism ECHO, spring").click()
    await page.wait_for_url(f"**/console#/series/{series_id}")
    await expect(page.get_by_role("heading", name="1 person waits for your answer")).to_be_visible()
    await expect(page.get_by_text("Do you see children under five? Yes")).to_be_visible()
    await page.get_by_role("button", name="Approve Rosa Yazzie").click()
    await expect(page.get_by_role("heading", name="1 person waits for your answer")).to_be_hidden()
    await expect(page.get_by_role("button", name="Copy link of Rosa Yazzie")).to_be_visible()


async def _lost(page: Page, service: Service, link: str) -> None:
    """The same words for an address that nobody has, and mail for the one that somebody has."""
    answers = []
    for address in ("nobody@nowhere.example", ADDRESS):
        await page.goto(f"{service.base_url}/lost-link")
        await page.get_by_label("E-mail").fill(address)
        await page.get_by_role("button", name="Send my link").click()
        await expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
        answers.append(await page.get_by_role("main").inner_text())
    assert answers[0] == answers[1]
    assert link in text_of(await mail_to(service, ADDRESS, "link"))


async def _stop_mail(page: Page, address: str) -> None:
    """The address of the mail's header shows a button; what it does can be taken back."""
    await page.goto(address)
    stop = page.get_by_role("button", name="Stop the mail")
    await expect(stop).to_be_visible()
    await stop.click()
    await expect(page.get_by_text("Mail about Autism ECHO has stopped.")).to_be_visible()
    await page.get_by_role("button", name="I want the mail again").click()
    await expect(page.get_by_text("Mail about Autism ECHO comes to you as before.")).to_be_visible()
