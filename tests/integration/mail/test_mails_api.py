"""The log of mail over the API."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from echo_session.api.app import create_api
from echo_session.api.mails import operations
from echo_session.domain.mail import Fate, MailKind, Outcome
from echo_session.store import accounts
from echo_session.store.engine import Database
from tests.integration.api.service import Service

from .samples import NOW, Box, a_world, carried, relaying, settled


@dataclass
class Api:
    """Asks with a token."""

    client: Any
    token: dict[str, str]

    async def __call__(self, method: str, path: str) -> tuple[int, Any]:
        async with self.client.request(method, path, headers=self.token) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[Api]:
    service = Service(database)
    service.rooms.now = NOW
    async with database.write() as tx:
        _, secret = await accounts.create_api_token(tx, "Test", now=NOW, random=secrets.token_bytes)
    app = create_api(service.ports, operations("folder", "/srv/outgoing-mail"))
    async with TestClient(TestServer(app)) as client:
        yield Api(client, {"Authorization": f"Bearer {secret}"})


async def test_the_log_tells_what_became_of_each_message(database: Database) -> None:
    world = await a_world(database, 3)
    refused = Box(answers=lambda message: Outcome(Fate.REFUSED, "The server refused it: 550 no such user"))
    await world.queue(MailKind.INVITATION, registration=world.registered[0])
    async with relaying(database, lambda: refused):
        await settled(database)
    await world.queue(MailKind.REMINDER, {"minutes": 60 * 24 * 365}, session=world.sessions[0])
    await carried(database)
    async with serving(database) as api:
        status, page = await api("GET", "/mails?limit=2")
        assert status == 200
        assert len(page["items"]) == 2
        _, rest = await api("GET", f"/mails?limit=2&cursor={page['next']}")
        assert len(rest["items"]) == 2
        assert rest["next"] is None
        _, failed = await api("GET", "/mails?state=failed")
        [mail] = failed["items"]
        assert mail["to_address"] == "person0@clinic.example"
        assert mail["kind"] == "invitation"
        assert mail["subject"] == "Invitation: Autism in primary care"
        assert "550 no such user" in mail["last_error"]
        _, found = await api("GET", f"/mails?session_id={world.sessions[0].id}")
        assert {one["kind"] for one in found["items"]} == {"reminder"}
        _, found = await api("GET", f"/mails?person_id={world.registered[0].person.id}")
        assert {one["kind"] for one in found["items"]} == {"invitation", "reminder"}
        _, doing = await api("GET", "/mail-status")
        assert doing == {
            "pending": 0,
            "failed": 1,
            "oldest_pending_at": None,
            "sent_today": 3,
            "transport": "folder",
            "where": "/srv/outgoing-mail",
        }
        status, again = await api("POST", f"/mails/{mail['id']}/retry")
        assert (status, again["state"], again["attempts"]) == (200, "pending", 0)
        status, problem = await api("POST", f"/mails/{mail['id']}/retry")
        assert (status, problem["detail"]) == (409, "This message is on its way already.")
        status, _ = await api("POST", "/mails/mai_nothing/retry")
        assert status == 404
    assert len(await carried(database)) == 1
