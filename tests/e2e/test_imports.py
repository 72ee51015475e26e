"""A coordinator brings people in from a file: what is wrong is told, then every row, then it is done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers
from tests.e2e.test_screens import picture
from tests.service import running_service

PEOPLE = """Name,E-mail,Phone,Profession,Site,State,Shoe size
Rosa Yazzie,rosa@chinle.example,928-555-0100,Nurse,Chinle Health Center,AZ,7
Dr. Paul Dominguez,frontdesk@clinic4.example,,Physician,Clinic 4,NM,
Ines Chavez,frontdesk@clinic4.example,,Community health worker,Clinic 4,NM,
José Núñez,jose at clinic,505-555-0,Nurse,Clinic 4,QQ,
,nobody@clinic4.example,,,,,
=HYPERLINK(1),evil@clinic4.example,,,,,
"""
SECOND = """Name,E-mail,Profession
Rosa Yazzie,rosa@chinle.example,Nurse practitioner
Paul Vigil,paul@clinic4.example,Teacher
Dr. Paul Dominguez,frontdesk@clinic4.example,
"""


async def choose(page: Page, file: Path) -> None:
    """Gives the sheet a file, as the browser's own dialogue does."""
    await page.get_by_label("Choose a file, or drop it here").set_input_files(file)


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_a_coordinator_imports_people(browsers: Browsers, tmp_path: Path) -> None:
    wrong, first, second = (tmp_path / name for name in ("wrong.csv", "people.csv", "second.csv"))
    wrong.write_bytes(PEOPLE.encode("cp1252"))
    first.write_text(PEOPLE)
    second.write_text(SECOND)
    async with running_service(tmp_path) as service:
        page = await (await browsers.context("coordinator")).new_page()
        await page.goto(service.sign_in_link)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/console*")
        await page.goto(f"{service.base_url}/console#/people")
        await page.get_by_role("button", name="Import", exact=True).click()
        await expect(page.get_by_text("Choose a file, or drop it here")).to_be_visible()
        await picture(page, "import-choose")

        await choose(page, wrong)
        await expect(page.get_by_text("Row 5, column A.")).to_be_visible()
        await picture(page, "import-unreadable")

        await choose(page, first)
        await expect(page.get_by_text("3 rows are refused")).to_be_visible()
        await expect(page.get_by_text("Column A (Name) is empty.")).to_be_visible()
        await picture(page, "import-review")
        await page.get_by_role("radio", name="New").check()
        await expect(
            page.get_by_text("has the same address").or_(page.get_by_text("New, at a new site"))
        ).to_have_count(3)
        await page.get_by_role("button", name="Import 3 people").click()
        await expect(page.get_by_text("3 people were added, 3 rows were left out.")).to_be_visible()
        await picture(page, "import-done")
        await page.get_by_role("button", name="Import another file").click()

        await choose(page, second)
        await expect(page.get_by_text("Profession: Nurse becomes Nurse practitioner.")).to_be_visible()
        await picture(page, "import-again")
        await page.get_by_role("button", name="Import 2 people").click()
        await page.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("link", name="Paul Vigil")).to_be_visible()
        async with page.expect_download() as saved:
            await page.get_by_text("Export", exact=True).click()
            await picture(page, "export-menu")
            await page.get_by_role("link", name="CSV file").click()
        text = await asyncio.to_thread(Path(await (await saved.value).path()).read_text, "utf-8-sig")
        assert "Rosa Yazzie,rosa@chinle.example,'+1 928-555-0100,Nurse practitioner" in text
        assert browsers.errors() == []
