"""Sessions and people made over the API, for tests that need a room that is open now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from tests.service import Service


@dataclass(frozen=True)
class Scene:
    """One session and its links, by the name of the person."""

    session: dict[str, Any]
    links: dict[str, str]

    @property
    def id(self) -> str:
        """The session's id."""
        return str(self.session["id"])

    @property
    def public_link(self) -> str:
        """The link with a waiting room."""
        return str(self.session["public_link"])


async def open_scene(
    service: Service, *names: str, title: str = "Pediatric asthma ECHO", **fields: Any
) -> Scene:
    """A session that is open now, with these people; the first is the facilitator, the others participants.

    Each person's site is "Clinic" and a number. ``fields`` go into the session as they are.
    """
    async with service.api() as api:
        wanted = {
            "title": title,
            "zone": "America/Denver",
            "starts_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(),
            "duration_minutes": 60,
            "contact": "Ana Ruiz, 505-555-0100",
        } | fields
        session = await post(api, "/api/v1/sessions", wanted)
        people = [
            {
                "name": name,
                "email": f"{name.split()[-1].lower()}@clinic.example",
                "profession": "Physician",
                "site": "Hub" if number == 0 else f"Clinic {number}",
                "role": "facilitator" if number == 0 else "participant",
            }
            for number, name in enumerate(names)
        ]
        links = {}
        if people:
            made = await post(api, f"/api/v1/sessions/{session['id']}/registrations", {"people": people})
            links = {item["person"]["name"]: item["link"] for item in made["items"]}
        await until_open(api, session["id"])
        return Scene(session, links)


async def until_open(api: ClientSession, session_id: str) -> None:
    """Returns once the clock has opened the room; it is due already."""
    async with asyncio.timeout(15):
        while True:
            if (await get(api, f"/api/v1/sessions/{session_id}"))["status"] == "open":
                return
            await asyncio.sleep(0.05)


async def post(api: ClientSession, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON answer of a POST that must succeed."""
    async with api.post(path, json=body or {}) as answer:
        text = await answer.text()
        assert answer.status < 300, f"{answer.status}: {text}"
        result: dict[str, Any] = await answer.json() if text else {}
        return result


async def get(api: ClientSession, path: str) -> dict[str, Any]:
    """The JSON answer of a GET that must succeed."""
    async with api.get(path) as answer:
        assert answer.status == 200, f"{answer.status}: {await answer.text()}"
        result: dict[str, Any] = await answer.json()
        return result
