"""Two who change different fields of one record at once, without If-Match: both changes stay."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text, update

from echo_session.store.people_records import lock_person
from echo_session.store.tables import PersonRow, ProgramRow, SiteRow
from tests.integration.api.service import Service

RECORDS: list[tuple[str, dict[str, Any], Any, str, str]] = [
    ("programs", {"name": "Sleep", "zone": "UTC"}, ProgramRow, "summary", "contact"),
    ("sites", {"name": "Taos"}, SiteRow, "organisation", "zone"),
    ("people", {"name": "Ana Ortiz", "email": "ana@x.example"}, PersonRow, "credentials", "profession"),
]


@pytest.mark.parametrize(("path", "new", "row", "one", "other"), RECORDS)
async def test_what_another_is_changing_is_waited_for(
    service: Service, path: str, new: dict[str, Any], row: Any, one: str, other: str
) -> None:
    made = (await service.ask("POST", f"/{path}", new)).json
    async with service.database.write() as tx:
        await tx.execute(update(row).where(row.id == made["id"]).values({one: "UTC", "revision": 2}))
        change = service.ask("PATCH", f"/{path}/{made['id']}", {other: "Europe/Rome"})
        work = asyncio.create_task(change)
        await asyncio.wait({work}, timeout=0.3)
    reply = await work
    assert (reply.status, reply.json["revision"]) == (200, 3)
    assert (reply.json[one], reply.json[other]) == ("UTC", "Europe/Rome")


async def test_who_waits_for_another_that_waits_for_it_begins_again(service: Service) -> None:
    """PostgreSQL ends the request, which has waited longer; the other goes on."""
    new = [{"name": f"Ana {n}", "email": f"ana{n}@x.example"} for n in "12"]
    first, second = [(await service.ask("POST", "/people", one)).json["id"] for one in new]
    session = await service.a_session()
    people = {"people": [one | {"role": "participant"} for one in new]}
    async with service.database.write() as tx:
        await lock_person(tx, second)
        path = f"/sessions/{session['id']}/registrations"
        work = asyncio.create_task(service.ask("POST", path, people))
        if not service.database.is_sqlite:
            await _somebody_waits(service)
        await lock_person(tx, first)
    reply = await work
    assert reply.status == 201, reply.json
    assert len(reply.json["items"]) == 2


async def _somebody_waits(service: Service) -> None:
    """Until PostgreSQL has a lock that it has not granted."""
    async with asyncio.timeout(10):
        while True:
            async with service.database.read() as tx:
                if await tx.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    return
