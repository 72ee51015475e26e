"""A coordinator brings people in from a file: what is wrong is told, then every row, then it is done."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from config import load_settings
from echo_session.access import records
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.imports.staging import stage
from echo_session.store import import_apply
from echo_session.store.import_ready import prepare
from tests.e2e.browsers import Browsers
from tests.e2e.programs import mail_to, plan_program, text_of
from tests.e2e.test_screens import picture
from tests.service import Service, running_service

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


async def half_done(service: Service, program_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import whose process has died between making people known and registering them."""
    file = folder / "half.csv"
    file.write_text("Name,E-mail\nDolores Baca,dolores@taos.example\nPaul Vigil,paul@taos.example\n")
    now = datetime.now(UTC)
    with monkeypatch.context() as patched:
        patched.setattr(import_apply, "AT_ONCE", 1)
        async with records(load_settings(data=service.data)) as (database, _):
            made = await stage(
                database,
                file,
                filename="Taos and Questa, people for the spring.csv",
                scope=Scope(ScopeKind.PROGRAM, program_id),
                role=Role.PARTICIPANT,
                by="",
                now=now,
                random=secrets.token_bytes,
            )
            await prepare(database, made.id, secrets.token_bytes)
            await import_apply.step(database, made.id, by="", send=None, now=now, random=secrets.token_bytes)


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_whom_a_coordinator_imports_into_a_series_is_invited(
    browsers: Browsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,E-mail\nRosa Yazzie,rosa@chinle.example\nInes Chavez,ines@clinic4.example\n")
    more = tmp_path / "more.csv"
    more.write_text("Name,E-mail\nRosa Yazzie,rosa@chinle.example\nLena Ortiz,lena@clinic4.example\n")
    async with running_service(tmp_path) as service:
        program, series = await plan_program(service)
        await half_done(service, program["id"], tmp_path, monkeypatch)
        page = await (await browsers.context("coordinator")).new_page()
        await page.goto(service.sign_in_link)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/console*")
        await page.goto(f"{service.base_url}/console#/series/{series['id']}")
        await page.get_by_role("button", name="Import", exact=True).click()
        await choose(page, file)
        box = page.get_by_role("checkbox", name="Send each their invitation: 2 people get mail")
        await expect(box).to_be_checked()
        await picture(page, "import-invite")
        await page.get_by_role("button", name="Import 2 people").click()
        await expect(page.get_by_text("2 invitations are on the way.")).to_be_visible()
        await picture(page, "import-invited")
        for address in ("rosa@chinle.example", "ines@clinic4.example"):
            assert "You are invited" in text_of(await mail_to(service, address))

        await page.get_by_role("button", name="Import another file").click()
        await choose(page, more)
        box = page.get_by_role("checkbox", name="Send them their invitation: 1 person gets mail")
        await box.uncheck()
        await page.get_by_role("button", name="Import 1 person").click()
        await expect(page.get_by_text("Nobody is written to by it.")).to_be_visible()
        await page.get_by_role("button", name="Import another file").click()

        earlier = page.get_by_role("region", name="Earlier imports").get_by_role("listitem")
        await expect(earlier).to_have_count(3)
        await expect(earlier.first).to_contain_text(
            "1 was registered for Autism ECHO, spring. No invitations"
        )
        await expect(earlier.last).to_contain_text("2 people are not registered for Autism ECHO yet.")
        await earlier.last.scroll_into_view_if_needed()
        await picture(page, "import-earlier")
        await page.get_by_role("button", name="Rows: people.csv").click()
        await expect(page.get_by_text("2 invitations were sent.")).to_be_visible()
        await picture(page, "import-earlier-rows")
        await page.get_by_role("button", name="Back").click()
        await page.get_by_role("button", name="Finish registering").click()
        await picture(page, "import-finish")
        await page.get_by_role("button", name="Finish registering").click()
        await expect(page.get_by_text("2 invitations are on the way.")).to_be_visible()
        await mail_to(service, "dolores@taos.example")
        await mail_to(service, "paul@taos.example")
        assert browsers.errors() == []
        letters = [file.read_text() for file in (service.data / "outgoing-mail").glob("*.eml")]
        assert sum("rosa@chinle.example" in letter for letter in letters) == 1
        assert not any("lena@clinic4.example" in letter for letter in letters)
