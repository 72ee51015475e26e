"""A hub stand-in, and adapters on a fresh database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from echo_session.domain.people import Invitation, Registration, Role
from echo_session.domain.sessions import Draft, Session
from echo_session.live.clock import utc_now
from echo_session.live.directory import Directory, Limits
from echo_session.live.session_commands import SessionCommands
from echo_session.store import commands, registrations
from echo_session.store.engine import Database
from echo_session.tokens import Links

LIMITS = Limits(max_people=300, practice_people=3, practice_echo_ms=2000, contact="the Denver hub")


@dataclass
class FakeRooms:
    """Notes what it was told, in order."""

    told: list[tuple[str, str]] = field(default_factory=list)

    async def session_changed(self, session_id: str) -> None:
        self.told.append(("changed", session_id))

    async def ending_soon(self, session_id: str) -> None:
        self.told.append(("ending", session_id))

    async def end_session(self, session_id: str, message: str) -> None:
        self.told.append(("end", session_id))


class Desk:
    """Makes sessions and invitations."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def session(self, starts_at: datetime | None = None) -> Session:
        draft = Draft(
            title="Pediatric asthma ECHO",
            zone="America/Denver",
            duration_minutes=60,
            starts_at=starts_at or utc_now(),
        )
        async with self.database.write() as tx:
            return await commands.create_session(tx, draft, now=utc_now(), random=secrets.token_bytes)

    async def open_session(self) -> Session:
        session = await self.session()
        async with self.database.write() as tx:
            return await commands.open_session(tx, session.id, now=utc_now(), random=secrets.token_bytes)

    async def practice(self) -> Session:
        async with self.database.write() as tx:
            return await commands.create_practice(tx, now=utc_now(), random=secrets.token_bytes)

    async def invite(self, session: Session, name: str = "Ana Ortiz") -> Registration:
        invitation = Invitation(
            name=name, email="ana@clinic.example", role=Role.PARTICIPANT, site="Clinic 4", profession="MD"
        )
        async with self.database.write() as tx:
            (registration,) = await registrations.invite(
                tx, session.id, [invitation], now=utc_now(), random=secrets.token_bytes
            )
        return registration


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def rooms() -> FakeRooms:
    return FakeRooms()


@pytest.fixture
def links() -> Links:
    return Links(
        key="a key of at least thirty-two characters",
        public_url="https://echo.example",
        random=secrets.token_bytes,
    )


@pytest.fixture
def directory(database: Database, links: Links) -> Directory:
    return Directory(database, links, LIMITS, now=utc_now, random=secrets.token_bytes)


@pytest.fixture
def session_commands(database: Database, rooms: FakeRooms) -> SessionCommands:
    return SessionCommands(database, lambda: rooms, now=utc_now, random=secrets.token_bytes)
