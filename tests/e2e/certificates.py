"""A certificate as its owner gets it, and as a stranger looks it up."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect
from pypdf import PdfReader

from echo_session.domain.certificates import hours, length_words
from tests.e2e.browsers import Browsers


async def own_certificate(page: Page, name: str, seconds: int) -> str:
    """Takes the certificate from the learner's page, whose PDF must hold this time; gives its code."""
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Download (PDF)").click()
    printed = text_of(await (await waiting.value).path())
    assert name in printed
    assert f"{length_words(seconds)} ({hours(seconds)} hours)" in printed, printed
    return printed.partition("Certificate code\n")[2].partition("\n")[0].strip()


def text_of(pdf: Path) -> str:
    """Everything that is printed."""
    return "\n".join(sheet.extract_text() for sheet in PdfReader(pdf).pages)


async def confirmed(browsers: Browsers, base_url: str, code: str, name: str, seconds: int) -> None:
    """A stranger types the code, and is told what is printed."""
    page = await (await browsers.context(f"verifies {name}")).new_page()
    await page.goto(f"{base_url}/verify")
    await page.get_by_label("Certificate code").fill(code.lower().replace("-", " "))
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("heading", name="This certificate is valid")).to_be_visible()
    await expect(page.get_by_text(name)).to_be_visible()
    await expect(page.get_by_text(f"{length_words(seconds)} ({hours(seconds)} hours)")).to_be_visible()
