"""One session, from its creation over the API to its last webhook, with nobody touching it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.webhooks.receiver import Receiver, receiving, third_time_lucky
from tests.native import hall
from tests.scene import get, post, until_open
from tests.service import running_service

pytestmark = pytest.mark.alone

ONE_MINUTE = {"title": "Pediatric asthma ECHO", "zone": "America/Denver", "duration_minutes": 1}
ALREADY_RUNS = 35
"""Seconds for which the session should have been open when it is made, so that its end comes the sooner.
Another one shows that rooms open on time."""
IN_ORDER = [
    "session.opened",
    "participant.joined",
    "participant.joined",
    "participant.left",
    "participant.left",
    "session.closed",
    "attendance.ready",
]
TOLD = sorted(set(IN_ORDER))
RETRIES_SCALED = {"webhooks.retry_scale": "0.001"}


def moment(text: str) -> datetime:
    """An RFC 3339 time."""
    return datetime.fromisoformat(text)


def apart(one: datetime, other: datetime) -> float:
    """Seconds between two times."""
    return abs((one - other).total_seconds())


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_session_opens_and_closes_by_itself_and_everything_about_it_is_told_once(
    tmp_path: Path,
) -> None:
    async with (
        running_service(tmp_path, RETRIES_SCALED) as service,
        service.api() as api,
        receiving(Receiver(secret="", answer=third_time_lucky)) as receiver,
        hall(service.websocket_url) as here,
    ):
        now = datetime.now(UTC).replace(microsecond=0)
        starts = now - timedelta(seconds=ALREADY_RUNS)
        to_come = await post(api, "/api/v1/sessions", starting(now + timedelta(seconds=4)))
        wanted = {"url": receiver.url, "event_types": TOLD}
        endpoint = await post(api, "/api/v1/webhook-endpoints", wanted)
        receiver.secret = endpoint["secret"]
        session = await post(api, "/api/v1/sessions", starting(starts))
        people = [
            {"name": name, "email": f"{name}@clinic.example", "role": "participant"}
            for name in ("Ana", "Ben")
        ]
        path = f"/api/v1/sessions/{session['id']}"
        made = await post(api, f"{path}/registrations", {"people": people})
        links = {item["person"]["name"]: item["link"] for item in made["items"]}

        await until_open(api, session["id"])
        ana = await here.enter(links["Ana"], "Ana")
        ben = await here.enter(links["Ben"], "Ben")
        await receiver.until(lambda: told_of(receiver, session["id"]).count("participant.joined") == 2)
        await ana.leave()
        ana_left = datetime.now(UTC)
        await ben.message("ended", within=90)
        closed = datetime.now(UTC)
        await receiver.until(lambda: len(told_of(receiver, session["id"])) == len(IN_ORDER))

        facts = await get(api, path)
        assert facts["status"] == "closed"
        assert apart(moment(facts["closed_at"]), starts + timedelta(minutes=1)) <= 1
        stays = {one["name"]: one for one in (await get(api, f"{path}/attendance"))["people"]}
        for name, joined, left in (("Ana", ana.joined_at, ana_left), ("Ben", ben.joined_at, closed)):
            (interval,) = stays[name]["intervals"]
            assert apart(moment(interval["joined_at"]), joined) <= 1
            assert apart(moment(interval["left_at"]), left) <= 1
            assert apart(moment(interval["left_at"]), moment(interval["joined_at"])) == pytest.approx(
                stays[name]["present_seconds"], abs=1
            )
        check_deliveries(receiver, session["id"])
        opened = await get(api, f"/api/v1/sessions/{to_come['id']}")
        assert opened["status"] == "open"
        assert apart(moment(opened["opened_at"]), moment(opened["starts_at"])) <= 1
        log = await get(api, f"/api/v1/webhook-endpoints/{endpoint['id']}/deliveries")
        assert {item["state"] for item in log["items"]} == {"delivered"}


def starting(at: datetime) -> dict[str, Any]:
    """A session of one minute, the shortest there is."""
    return ONE_MINUTE | {"starts_at": at.isoformat(), "lead_minutes": 0, "overrun_minutes": 0}


def told_of(receiver: Receiver, session_id: str) -> list[str]:
    """Types of the session's events that were accepted, in order."""
    mine = [event for event in receiver.accepted if receiver.bodies[event]["session"]["id"] == session_id]
    return [receiver.types[event] for event in mine]


def check_deliveries(receiver: Receiver, session_id: str) -> None:
    """Each event was refused twice and accepted once, signed, in the order in which it happened."""
    assert told_of(receiver, session_id) == IN_ORDER
    assert len(set(receiver.accepted)) == len(receiver.accepted)
    assert set(receiver.came.values()) == {3}
    assert receiver.unverified == 0
