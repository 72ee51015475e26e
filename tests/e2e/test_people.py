"""The coordinator's records: a site in somebody's own words, two records of one person, their details."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.programs import plan_program, register
from tests.service import Service, running_service


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_coordinator_puts_records_in_order(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        _, series = await plan_program(service)
        visitor = await (await browsers.context("visitor")).new_page()
        await visitor.goto(series["page"])
        await register(visitor, new_site="Chinle clinic")
        page = await (await browsers.context("coordinator")).new_page()
        await page.goto(service.sign_in_link)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/console*")
        await _same_site(page, service)
        await _same_person(page, service)
        await _change(page)
        assert browsers.errors() == []


async def _same_site(page: Page, service: Service) -> None:
    """The site that somebody wrote is one of the list: its people go there."""
    await page.goto(f"{service.base_url}/console#/sites")
    await page.get_by_text("To confirm").first.click()
    await page.get_by_role("button", name="Chinle clinic").click()
    await page.get_by_label("The site that stays").fill("chin hea")
    await page.get_by_role("option", name="Chinle Health Center").click()
    await page.get_by_role("button", name="They are the same site").click()
    await page.get_by_role("button", name="Move and remove").click()
    await expect(page.get_by_role("heading", name="No site fits")).to_be_visible()


async def _same_person(page: Page, service: Service) -> None:
    """Two records with one address become one person, and two again."""
    await page.goto(f"{service.base_url}/console#/people/same")
    pair = page.get_by_role("article", name="Begay")
    await pair.get_by_role("button", name="keep this record: Tom Begay").click()
    await expect(pair).to_be_hidden()
    await expect(page.get_by_role("link", name="Undo it on this person's page")).to_be_visible()
    await expect(page.get_by_role("link", name="Same person?", exact=True)).to_be_visible()
    await page.goto(f"{service.base_url}/console#/people")
    await expect(page.get_by_role("link", name="Tom Begay")).to_be_visible()
    await expect(page.get_by_role("link", name="T. Begay")).to_be_hidden()
    await page.get_by_role("link", name="Tom Begay").click()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Take apart").click()
    await expect(page.get_by_text("undone today")).to_be_visible()
    await page.goto(f"{service.base_url}/console#/people")
    await expect(page.get_by_role("link", name="T. Begay")).to_be_visible()


async def _change(page: Page) -> None:
    """Whoever registered is confirmed; a telephone that is none is refused beside its field."""
    await page.get_by_label("Search people").fill("yaz")
    await page.get_by_role("link", name="Rosa Yazzie").click()
    await expect(page.get_by_role("link", name="Chinle Health Center")).to_be_visible()
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_text("Not confirmed")).to_be_hidden()
    await page.get_by_role("button", name="Change").click()
    await page.get_by_role("button", name="Add a phone number").click()
    phone = page.get_by_role("textbox", name="Phone")
    await phone.fill("call me")
    await page.get_by_role("button", name="Save").click()
    await expect(phone).to_have_attribute("aria-invalid", "true")
    await phone.fill("505-555-0199")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_text("555-0199")).to_be_visible()
