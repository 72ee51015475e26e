"""A program with a series, people and sites, for tests of the pages around them; and registering for it."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from playwright.async_api import Page, expect

from tests.scene import post
from tests.service import Service


async def plan_program(service: Service) -> tuple[dict[str, Any], dict[str, Any]]:
    """A program that a coordinator decides about, with a series and people in two zones."""
    first = (datetime.now(UTC) + timedelta(days=3)).date()
    async with service.api() as api:
        program = await post(
            api,
            "/api/v1/programs",
            {
                "name": "Autism ECHO",
                "summary": "Twice a month, an hour with a developmental pediatrician and a family advocate.",
                "contact": "Ana Ruiz, 505-555-0100",
                "zone": "America/Denver",
                "approval": "coordinator",
                "questions": [
                    {"kind": "employer_type", "label": "Where do you work?", "required": True},
                    {"kind": "license", "label": "Your license", "help": "Only if you want credit."},
                    {"kind": "yes_no", "label": "Do you see children under five?", "required": True},
                ],
                "consents": [
                    {
                        "title": "How we use what you tell us",
                        "text": "We keep your name, workplace and attendance to run the sessions.",
                        "required": True,
                    }
                ],
            },
        )
        series = await post(
            api,
            "/api/v1/series",
            {
                "program_id": program["id"],
                "title": "Autism ECHO, spring",
                "description": "Bring a case, or just listen.",
                "zone": "America/Denver",
                "starts_local": f"{first}T12:00:00",
                "duration_minutes": 60,
                "public": True,
                "rule": {
                    "freq": "weekly",
                    "interval": 2,
                    "weekdays": [f"{first:%a}"[:2].upper()],
                    "count": 20,
                },
            },
        )
        for name, state, zone in (
            ("Chinle Health Center", "Arizona", "America/Phoenix"),
            ("Taos Community Clinic", "New Mexico", "America/Denver"),
        ):
            await post(api, "/api/v1/sites", {"name": name, "state": state, "zone": zone, "type": "clinic"})
        people = [
            {"name": "Tom Begay", "email": "begay@clinic.example", "role": "participant"},
            {"name": "Dr. Ines Chavez", "email": "chavez@hub.example", "role": "panelist"},
            {"name": "T. Begay", "email": "begay@clinic.example", "role": "participant"},
        ]
        await post(api, f"/api/v1/series/{series['id']}/registrations", {"people": people})
        return program, series


async def register(page: Page, *, new_site: str = "") -> None:
    """Fills the form of that program as Rosa Yazzie and sends it, from a site of the list or a new one."""
    await page.get_by_label("Your name").fill("Rosa Yazzie")
    await page.get_by_label("E-mail").fill("yazzie@clinic.example")
    await page.get_by_label("Profession").fill("Nurse practitioner")
    await page.get_by_label("Clinic, school or other workplace").fill(new_site or "Chin")
    if new_site:
        await page.get_by_label("State", exact=True).first.fill("Arizona")
    else:
        await page.get_by_role("option", name="Chinle Health Center").click()
    await page.get_by_label("Where do you work?").select_option("Community health center")
    await page.get_by_role("radio", name="Yes").check()
    await page.get_by_role("checkbox", name="I agree").check()
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("heading", name="The coordinator will answer")).to_be_visible()


async def mail_to(service: Service, address: str, subject: str = "") -> EmailMessage:
    """A mail to the address, with these words in its subject, in the outgoing folder once it is there."""
    seen: list[str] = []
    try:
        async with asyncio.timeout(30):
            while True:
                letters = [
                    email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                    for file in sorted((service.data / "outgoing-mail").glob("*.eml"))
                ]
                for letter in letters:
                    if address in str(letter["To"]) and subject in str(letter["Subject"]):
                        return letter
                seen = [f"{letter['To']}: {letter['Subject']}" for letter in letters]
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise AssertionError(f"no mail to {address} about {subject!r}, only {seen}") from error


def text_of(letter: EmailMessage) -> str:
    """Its plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
