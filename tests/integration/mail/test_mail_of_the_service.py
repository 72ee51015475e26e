"""The whole service, as it is started to be tried: mail is in the folder, and its links lead somewhere."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.scene import get, post
from tests.service import running_service

from .samples import body_of, calendar_of


def read(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]


async def test_registering_somebody_puts_an_invitation_into_the_folder(tmp_path: Path) -> None:
    async with running_service(tmp_path) as service, service.api() as api:
        program = await post(
            api, "/api/v1/programs", {"name": "Autism ECHO", "zone": "America/Denver", "reminders": []}
        )
        start = (datetime.now(UTC) + timedelta(days=30)).replace(tzinfo=None, microsecond=0)
        series = await post(
            api,
            "/api/v1/series",
            {
                "program_id": program["id"],
                "title": "Autism in primary care",
                "zone": "America/Denver",
                "starts_local": start.isoformat(),
                "duration_minutes": 60,
                "rule": {
                    "freq": "weekly",
                    "interval": 2,
                    "weekdays": ["MO", "TU", "WE", "TH", "FR"][start.weekday() % 5 : start.weekday() % 5 + 1],
                    "count": 4,
                },
            },
        )
        people = [{"name": "Ana Ortiz", "email": "ana@clinic.example", "role": "participant"}]
        made = await post(
            api, f"/api/v1/series/{series['id']}/registrations", {"people": people, "send": True}
        )
        [registration] = made["items"]
        folder = service.data / "outgoing-mail"
        await service.until(lambda: folder.is_dir() and bool(list(folder.glob("*.eml"))))
        [message] = read(folder)
        assert message["To"] == "Ana Ortiz <ana@clinic.example>"
        assert registration["link"] in body_of(message, "plain")
        assert b"METHOD:REQUEST" in calendar_of(message)

        async with asyncio.timeout(20):
            while (await get(api, "/api/v1/mail-status"))["sent_today"] != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        status = await get(api, "/api/v1/mail-status")
        assert (status["pending"], status["failed"], status["where"]) == (0, 0, str(folder))

        feed = await post(api, f"/api/v1/programs/{program['id']}/feed")
        async with api.get(feed["feed"], headers={"Authorization": ""}) as answer:
            assert answer.status == 200
            assert series["parts"][0]["uid"] in (await answer.text()).replace("\r\n ", "")
        unsubscribe = message["List-Unsubscribe"].strip("<>")
        async with api.post(unsubscribe, data={"List-Unsubscribe": "One-Click"}) as answer:
            assert answer.status == 200
        log = "\n".join(service.output)
        assert "ana@clinic.example" not in log
        assert "Ortiz" not in log
        assert unsubscribe.rsplit("/", 1)[1] not in log
