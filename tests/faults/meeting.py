"""An open session with invited people, made over the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from tests.scene import get


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session and the personal link of each person in it, by name."""

    api: ClientSession
    session_id: str
    links: dict[str, str]

    async def attendance(self) -> dict[str, dict[str, Any]]:
        """Who was there, by name."""
        attendance = await get(self.api, f"/api/v1/sessions/{self.session_id}/attendance")
        return {person["name"]: person for person in attendance["people"]}

    async def end(self) -> datetime:
        """Ends it, and says when."""
        async with self.api.post(f"/api/v1/sessions/{self.session_id}/end") as answer:
            assert answer.status == 200, await answer.text()
        return datetime.now(UTC)

    async def session(self) -> dict[str, Any]:
        """The session as the API gives it."""
        return await get(self.api, f"/api/v1/sessions/{self.session_id}")


async def meeting(api: ClientSession, *names: str, starts_in: timedelta | None = None) -> Meeting:
    """A session of an hour, open at once or, without a lead, in a while."""
    starts_at = datetime.now(UTC) + (starts_in or timedelta())
    body = {
        "title": "Pediatric asthma ECHO",
        "zone": "America/Denver",
        "starts_at": starts_at.isoformat(),
        "duration_minutes": 60,
        "lead_minutes": 0,
    }
    async with api.post("/api/v1/sessions", json=body) as answer:
        assert answer.status == 201, await answer.text()
        session_id = (await answer.json())["id"]
    people = [{"name": name, "email": f"{name}@clinic.example", "role": "participant"} for name in names]
    async with api.post(f"/api/v1/sessions/{session_id}/registrations", json={"people": people}) as answer:
        assert answer.status == 201, await answer.text()
        links = {item["person"]["name"]: item["link"] for item in (await answer.json())["items"]}
    if starts_in is None:
        async with api.post(f"/api/v1/sessions/{session_id}/open") as answer:
            assert answer.status == 200, await answer.text()
    return Meeting(api, session_id, links)


def check_whole_stay(person: dict[str, Any], start: datetime, end: datetime) -> None:
    """One interval without a gap, its ends right to a second, the last one to a heartbeat of 2 s more."""
    (interval,) = person["intervals"]
    joined, left = (datetime.fromisoformat(interval[name]) for name in ("joined_at", "left_at"))
    assert abs((joined - start).total_seconds()) <= 1, (joined, start)
    assert abs((left - end).total_seconds()) <= 3, (left, end)
    assert abs(interval["seconds"] - (left - joined).total_seconds()) <= 1


__all__ = ["Meeting", "check_whole_stay", "meeting"]
