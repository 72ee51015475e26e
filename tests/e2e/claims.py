"""Credit as learners claim it on their page."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientSession
from playwright.async_api import Page, expect

from tests.scene import get, post

NURSES: dict[str, Any] = {
    "name": "Contact hours",
    "provider": "State board of nursing",
    "statement": "Approved for 1 contact hour.",
    "professions": ["Nurse"],
    "rounding_minutes": 15,
    "rounding": "up",
    "evaluation_required": False,
}
PHYSICIANS: dict[str, Any] = NURSES | {
    "name": "AMA PRA Category 1 Credit",
    "professions": ["Physician"],
    "evaluation_required": True,
}


async def accredited_program(api: ClientSession) -> str:
    """A program with a credit type for nurses and one for physicians; gives its id."""
    program = await post(api, "/api/v1/programs", {"name": "Asthma ECHO", "zone": "America/Denver"})
    for kind in (NURSES, PHYSICIANS):
        await post(api, f"/api/v1/programs/{program['id']}/credit-types", kind)
    return str(program["id"])


async def evaluate(page: Page) -> None:
    """Answers what must be answered."""
    for words in ("met its learning objectives", "useful in my work"):
        await page.get_by_role("group", name=words).get_by_label("Agree", exact=True).check()
    await page.get_by_role("group", name="commercial bias").get_by_label("Yes").check()
    await page.get_by_role("button", name="Send evaluation").click()
    await expect(page.get_by_text("Your evaluation is sent").first).to_be_visible()


async def claim(page: Page) -> None:
    """Attests, and claims the one type that there is for this learner."""
    await page.get_by_role("checkbox", name="I attest").check()
    await page.get_by_role("button", name="Claim 0.25").click()
    await expect(page.get_by_text("Claimed", exact=True)).to_be_visible()


async def claims_of(api: ClientSession, session_id: str) -> dict[str, dict[str, Any]]:
    """What was claimed, by name."""
    found = await get(api, f"/api/v1/claims?session_id={session_id}")
    return {one["person_name"]: one for one in found["items"]}
