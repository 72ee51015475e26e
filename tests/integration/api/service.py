"""The API under test: a clock that stands, rooms that remember, and a client that reads JSON."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from echo_session.api.app import PREFIX, create_api
from echo_session.api.mails import operations as mail_operations
from echo_session.api.ports import Limits, Ports
from echo_session.api.privacy import operations as privacy_operations
from echo_session.domain.erasing import Retention
from echo_session.store import accounts, commands
from echo_session.store.engine import Database
from echo_session.tokens import Links
from scheduler.recurrence import expand

START = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
HOST = "https://echo.example"
YEAR = timedelta(days=365)
KEPT = Retention(attendance=7 * YEAR, devices=YEAR, answers=YEAR, audit=7 * YEAR)
GOOD: dict[str, Any] = {
    "title": "Pediatric asthma ECHO",
    "zone": "America/Denver",
    "starts_local": "2026-11-21T16:00:00",
    "duration_minutes": 60,
}


@dataclass(frozen=True)
class Counted:
    here: int = 0
    waiting: int = 0


@dataclass
class Rooms:
    """Satisfies ``api.ports.Rooms`` and ``Closing``."""

    database: Database
    changed: list[str] = field(default_factory=list)
    barred: list[tuple[str, str, str]] = field(default_factory=list)
    roles: list[tuple[str, str, str]] = field(default_factory=list)
    allowed: list[tuple[str, list[str]]] = field(default_factory=list)
    company: list[tuple[str, str]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    counted: dict[str, Counted] = field(default_factory=dict)
    now: datetime = START - timedelta(hours=1)

    def counts(self, session_id: str) -> Counted:
        return self.counted.get(session_id, Counted())

    async def session_changed(self, session_id: str) -> None:
        self.changed.append(session_id)

    async def person_barred(self, session_id: str, person_id: str, *, by: str) -> None:
        self.barred.append((session_id, person_id, by))

    async def role_changed(self, session_id: str, person_id: str, role: str) -> None:
        self.roles.append((session_id, person_id, role))

    async def people_allowed(self, session_id: str, person_ids: Collection[str]) -> None:
        self.allowed.append((session_id, list(person_ids)))

    async def company_changed(self, session_id: str, host_person_id: str) -> None:
        self.company.append((session_id, host_person_id))

    async def close(self, session_id: str, message: str) -> None:
        self.ended.append((session_id, message))
        async with self.database.write() as tx:
            await commands.close_session(tx, session_id, now=self.now, random=secrets.token_bytes)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    json: Any

    def fields(self) -> dict[str, str]:
        """What is allowed, by wrong field."""
        return {error["field"]: error["allowed"] for error in self.json["errors"]}


class Service:
    """One API on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rooms = Rooms(database)
        self.seconds = 0.0
        self.links = Links(key=secrets.token_urlsafe(32), public_url=HOST, random=secrets.token_bytes)
        self.ports = Ports(
            database=database,
            links=self.links,
            rooms=self.rooms,
            closing=self.rooms,
            now=lambda: self.rooms.now,
            monotonic=lambda: self.seconds,
            random=secrets.token_bytes,
            origins=frozenset({HOST}),
            secure_cookies=True,
            expand=expand,
            limits=Limits(practice_rooms=7),
        )

    async def start(self) -> None:
        app = web.Application()
        app.add_subapp(
            PREFIX,
            create_api(
                self.ports, (*mail_operations("folder", "outgoing-mail"), *privacy_operations(KEPT, 6.0))
            ),
        )
        self.client = TestClient(TestServer(app))
        await self.client.start_server()
        async with self.database.write() as tx:
            token, secret = await accounts.create_api_token(
                tx, "Scheduling", now=self.rooms.now, random=secrets.token_bytes
            )
        self.token_id = token.id
        self.token = {"Authorization": f"Bearer {secret}"}

    async def stop(self) -> None:
        await self.client.close()

    async def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **more: Any
    ) -> Reply:
        """As a program with its API token; other headers replace it."""
        sent = self.token if headers is None else headers
        if body is not None:
            more["json"] = body
        async with self.client.request(method, PREFIX + path, headers=sent, **more) as response:
            text = await response.text()
            is_json = "json" in (response.content_type or "")
            parsed = await response.json(content_type=None) if text and is_json else text
            return Reply(response.status, {k.title(): v for k, v in response.headers.items()}, parsed)

    async def a_session(self, **changes: Any) -> Any:
        """A session that was just made."""
        reply = await self.ask("POST", "/sessions", GOOD | changes)
        assert reply.status == 201, reply.json
        return reply.json

    async def sign_in(self, name: str = "Rosa Lee", email: str = "rosa@hub.example") -> dict[str, str]:
        """Headers of a signed-in browser whose page is ours."""
        async with self.database.write() as tx:
            account = await accounts.ensure_account(
                tx, name, email, now=self.rooms.now, random=secrets.token_bytes
            )
            secret = await accounts.create_sign_in_link(
                tx, account.id, now=self.rooms.now, random=secrets.token_bytes
            )
        reply = await self.ask("POST", "/sign-in", {"token": secret}, headers={})
        assert reply.status == 204, reply.json
        cookie = reply.headers["Set-Cookie"].partition(";")[0]
        self.client.session.cookie_jar.clear()
        return {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
