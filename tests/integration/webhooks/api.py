"""The API on a database, with a client that has a token."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from aiohttp.test_utils import TestClient, TestServer

from echo_session.api.app import create_api
from echo_session.api.ports import Closing, Ports, Rooms
from echo_session.api.webhook_endpoints import operations
from echo_session.store.accounts import create_api_token
from echo_session.store.engine import Database
from echo_session.tokens import Links
from echo_session.webhooks.endpoints import UrlCheck
from echo_session.webhooks.guard import Guard
from echo_session.webhooks.signing import new_secret
from scheduler.recurrence import expand
from tests.unit.webhooks.names import FakeNames

NAMES = FakeNames(scheduling_example=[["93.184.216.34"]], inside_example=[["10.1.2.3"]])
Api = TestClient[Any, Any]


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[Api]:
    """A client with a token."""
    random = secrets.token_bytes
    ports = Ports(
        database=database,
        links=Links(key=secrets.token_urlsafe(32), public_url="http://127.0.0.1", random=random),
        rooms=cast(Rooms, SimpleNamespace()),
        closing=cast(Closing, SimpleNamespace()),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        random=random,
        origins=frozenset(),
        secure_cookies=False,
        expand=expand,
    )
    async with database.write() as tx:
        _, token = await create_api_token(tx, "test", now=datetime.now(UTC), random=random)
    made = operations(UrlCheck(Guard(), NAMES).why_not, lambda: new_secret(random))
    headers = {"Authorization": f"Bearer {token}"}
    async with TestClient(TestServer(create_api(ports, made)), headers=headers) as client:
        yield client


async def json_of(api: Api, path: str) -> Any:
    answer = await api.get(path)
    assert answer.status == 200, await answer.text()
    return await answer.json()
