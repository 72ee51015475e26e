"""Sessions and people for tests of the records."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from echo_session.domain.ids import Prefix, new_id
from echo_session.domain.ledger import Kind
from echo_session.domain.people import Invitation, Person, Role
from echo_session.domain.presence import Instant, Presence
from echo_session.domain.sessions import Draft, Session
from echo_session.store.commands import create_session, open_session
from echo_session.store.engine import Database
from echo_session.store.ledger import record
from echo_session.store.people import visitor
from echo_session.store.presence import put_presence

random = secrets.token_bytes
START = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
BOOT = "boot-1"
BOOT_NS = 5_000_000_000
"""CLOCK_BOOTTIME at ``START``."""


def draft(title: str = "Pediatric asthma ECHO", **changes: object) -> Draft:
    """Today at 16:00 in Denver, for an hour."""
    asked = Draft(
        title=title,
        zone="America/Denver",
        starts_local=datetime.fromisoformat("2026-11-21T16:00"),
        duration_minutes=60,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


async def a_session(database: Database, *, opened: bool = True) -> Session:
    """A session, open unless said otherwise."""
    async with database.write() as tx:
        session = await create_session(tx, draft(), now=START - timedelta(hours=1), random=random)
        if opened:
            session = await open_session(tx, session.id, now=START, random=random)
    return session


async def a_person(database: Database, session_id: str, name: str = "Dr. Ana Ortiz") -> Person:
    """Somebody who came by the public link."""
    async with database.write() as tx:
        return await visitor(tx, session_id, visit(name), now=START, random=random)


def visit(name: str) -> Invitation:
    """What somebody of this name says of themselves."""
    return Invitation(
        name=name, email="ortiz@clinic.example", role=Role.PARTICIPANT, profession="Physician", site="Taos"
    )


def connection_of(session_id: str, person: Person, connection_id: str | None = None) -> Presence:
    """A device of this person that is about to come in for the first time."""
    return Presence(
        connection_id=connection_id or new_id(Prefix.CONNECTION, random),
        session_id=session_id,
        person_id=person.id,
        registration_id=None,
        role="participant",
        name=person.name,
        site=person.site,
        profession=person.profession,
        device="desktop",
        secret_hash="0" * 64,
        incarnation="node-1",
        spell=1,
        attending=False,
        state="joined",
        entered_at=START,
        seen=None,
    )


async def visitors(database: Database, session_id: str, count: int) -> list[Presence]:
    """New people's devices."""
    async with database.write() as tx:
        return [
            connection_of(
                session_id, await visitor(tx, session_id, visit(f"Visitor {n}"), now=START, random=random)
            )
            for n in range(count)
        ]


async def a_visitor(database: Database, session_id: str, name: str = "Dr. Ana Ortiz") -> Presence:
    """A new person's device."""
    return connection_of(session_id, await a_person(database, session_id, name))


def moment(wall: datetime, *, boot: str = BOOT) -> Instant:
    """The instant at which an undisturbed wall clock shows this."""
    elapsed = (wall - START) // timedelta(microseconds=1) * 1000
    return Instant(wall, BOOT_NS + elapsed, boot)


async def joins(database: Database, presence: Presence, at: datetime) -> Presence:
    """The device's media is up."""
    return await happens(database, presence, Kind.JOINED, at)


async def leaves(database: Database, presence: Presence, at: datetime) -> Presence:
    """The device is gone."""
    return await happens(database, replace(presence, state="left"), Kind.LEFT, at)


async def happens(database: Database, presence: Presence, kind: Kind, at: datetime) -> Presence:
    """Anything else; gives the presence as it is afterwards."""
    async with database.write() as tx:
        await put_presence(tx, replace(presence, seen=moment(at)))
        await record(tx, presence, kind, moment(at), source="transport", random=random)
    return replace(presence, attending=kind in (Kind.JOINED, Kind.RECOVERED), seen=moment(at))
