"""Files, programs and people for tests of importing."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from echo_session.domain.imports import Import, ImportedRow
from echo_session.domain.newcomers import Newcomer
from echo_session.domain.people import Invitation, Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.imports.staging import stage
from echo_session.store.admissions import register
from echo_session.store.engine import Database
from echo_session.store.imports import list_rows
from echo_session.store.newcomers import person_behind
from echo_session.store.people import invited_person
from echo_session.store.scopes import scope_facts
from echo_session.store.tables import PersonRow, ProgramRow, RegistrationRow

random = secrets.token_bytes
NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
HEADER = "Name,E-mail,Phone,Profession,Credentials,Site,State,Time zone,Role"


async def a_program(database: Database, *, capacity: int | None = None) -> Scope:
    """A program that people can be registered for."""
    async with database.write() as tx:
        tx.add(
            ProgramRow(
                id="prg_asthma",
                slug="asthma",
                name="Asthma",
                sort_name="asthma",
                summary="",
                contact="",
                zone="America/Denver",
                public=True,
                approval="open",
                capacity=capacity,
                waiting_list=False,
                reminders=[],
                questions=[],
                consents=[],
                archived_at=None,
                created_at=NOW,
                revision=1,
            )
        )
    return Scope(ScopeKind.PROGRAM, "prg_asthma")


async def known(database: Database, name: str, email: str, **more: str) -> str:
    """Somebody in the records; gives their id."""
    async with database.write() as tx:
        invitation = Invitation(name=name, email=email, role=Role.PARTICIPANT, **more)
        return (await invited_person(tx, invitation, now=NOW, random=random)).id


async def self_registered(database: Database, scope: Scope, name: str, email: str) -> str:
    """Somebody who has registered on a public page; gives their id."""
    async with database.write() as tx:
        person_id = await person_behind(tx, Newcomer(name=name, email=email), now=NOW, random=random)
        await register(tx, await scope_facts(tx, scope, lock=True), person_id, [], [], now=NOW, random=random)
        return person_id


async def staged(
    database: Database, folder: Path, *lines: str, scope: Scope | None = None, header: str = HEADER
) -> Import:
    """An import of a CSV file with these lines."""
    file = folder / "people.csv"
    file.write_text("\n".join((header, *lines)) + "\n")
    return await stage(
        database,
        file,
        filename=file.name,
        scope=scope,
        role=Role.PARTICIPANT,
        by="acc_1",
        now=NOW,
        random=random,
    )


async def rows_of(database: Database, made: Import) -> list[ImportedRow]:
    """Every row with its fate."""
    async with database.read() as tx:
        rows, more = await list_rows(tx, made.id, fate=None, limit=1000, after=0)
    assert more is None
    return rows


async def everybody(database: Database) -> dict[str, PersonRow]:
    """People by name."""
    async with database.read() as tx:
        return {row.name: row for row in await tx.scalars(select(PersonRow))}


async def registered(database: Database) -> dict[str, RegistrationRow]:
    """Registrations by the name of the person."""
    query = select(PersonRow.name, RegistrationRow).join(
        RegistrationRow, RegistrationRow.person_id == PersonRow.id
    )
    async with database.read() as tx:
        return {one.name: one.RegistrationRow for one in await tx.execute(query)}
