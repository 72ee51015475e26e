"""Programs, series and registrations for tests of the records, as plain rows."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from echo_session.domain.ids import Prefix, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import PersonRow, ProgramRow, RegistrationRow, SeriesRow, SessionRow
from tests.integration.records.people import START, random

_numbers = count(1)


async def add_program(tx: Tx, name: str = "Asthma ECHO", **changes: Any) -> str:
    """A public program without limits."""
    program_id = new_id(Prefix.PROGRAM, random)
    fields: dict[str, Any] = {
        "slug": f"program-{next(_numbers)}",
        "name": name,
        "sort_name": name.casefold(),
        "summary": "",
        "contact": "",
        "zone": "America/Denver",
        "public": True,
        "approval": "open",
        "capacity": None,
        "waiting_list": False,
        "reminders": [],
        "questions": [],
        "consents": [],
        "archived_at": None,
        "created_at": START,
        "revision": 1,
    }
    tx.add(ProgramRow(id=program_id, **fields | changes))
    await tx.flush()
    return program_id


async def add_series(tx: Tx, program_id: str, title: str = "Asthma, autumn", **changes: Any) -> str:
    """A public series without limits, without parts."""
    series_id = new_id(Prefix.SERIES, random)
    fields: dict[str, Any] = {
        "slug": f"series-{next(_numbers)}",
        "title": title,
        "sort_title": title.casefold(),
        "description": "",
        "contact": "",
        "lead_minutes": 15,
        "overrun_minutes": 15,
        "lobby": True,
        "public": True,
        "approval": "",
        "capacity": None,
        "waiting_list": False,
        "status": "active",
        "created_at": START,
        "revision": 1,
    }
    tx.add(SeriesRow(id=series_id, program_id=program_id, **fields | changes))
    await tx.flush()
    return series_id


async def put_into(tx: Tx, session_id: str, program_id: str, series_id: str | None) -> None:
    """Makes a session one of a program, and of a series."""
    row = await tx.get_one(SessionRow, session_id)
    row.program_id, row.series_id = program_id, series_id
    await tx.flush()


async def add_person(tx: Tx, name: str, **changes: Any) -> str:
    """Somebody the hub knows."""
    person_id = new_id(Prefix.PERSON, random)
    fields: dict[str, Any] = {
        "name": name,
        "sort_name": name.casefold(),
        "email": f"{name.casefold().replace(' ', '.')}@clinic.example",
        "profession": "",
        "credentials": "",
        "site_id": None,
        "zone": "",
        "matched": True,
        "merged_into": None,
        "created_at": START,
        "revision": 1,
    }
    tx.add(PersonRow(id=person_id, **fields | changes))
    await tx.flush()
    return person_id


async def add_registration(
    tx: Tx, person_id: str, status: str = "approved", role: str = "participant", **scope: Any
) -> str:
    """Registers a person; one of ``session_id``, ``series_id``, ``program_id`` says for what."""
    registration_id = new_id(Prefix.REGISTRATION, random)
    asked_at = START + timedelta(seconds=next(_numbers))
    fields: dict[str, Any] = {
        "session_id": None,
        "series_id": None,
        "program_id": None,
        "source": "invited",
        "answers": [],
        "consents": [],
        "epoch": 1,
        "queued_at": asked_at,
        "decided_at": asked_at if status in ("approved", "declined", "withdrawn") else None,
        "decided_by": "",
        "removed_at": None,
        "created_at": asked_at,
        "revision": 1,
    }
    tx.add(
        RegistrationRow(id=registration_id, person_id=person_id, role=role, status=status, **fields | scope)
    )
    await tx.flush()
    return registration_id
