"""A database as version 0002 left it, with closed sessions whose ledgers have many events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from alembic import command
from sqlalchemy import Connection, Table, insert

from echo_session.domain.ledger import GENESIS, Entry, Kind, seal
from echo_session.store.engine import Database
from echo_session.store.tables import METADATA
from echo_session.store.upgrading import config

FIRST = datetime(2024, 1, 8, 16, 0, tzinfo=UTC)
PEOPLE = 100
"""In a session."""
KNOWN = 2_000
"""In all of them together."""
AT_A_TIME = 20_000
_STAYS = (
    (Kind.JOINED, 1, 0),
    (Kind.LEFT, 1, 25),
    (Kind.JOINED, 2, 27),
    (Kind.SEEN, 2, 40),
    (Kind.LEFT, 2, 58),
)
"""Kind, number of the stay and minute: what everybody does, each some seconds later than the one before."""
EVENTS = PEOPLE * len(_STAYS)
"""Of a session."""
_BOOT_NS = 10**12
_COLUMNS = tuple(field.name for field in fields(Entry) if field.name != "detail")
"""As they were in that version."""

Row = dict[str, Any]


async def fill(database: Database, sessions: int) -> None:
    """Makes the tables of 0002 and fills them."""
    async with database.rebuild() as connection:
        await connection.run_sync(lambda plain: _fill(plain, sessions))


def session_id(number: int) -> str:
    """Of the session with this number."""
    return f"ses_{number:06}"


def _fill(connection: Connection, sessions: int) -> None:
    command.upgrade(config(connection), "0002")
    tables = METADATA.tables
    _insert(connection, tables["site"], (_site(number) for number in range(40)))
    _insert(connection, tables["person"], (_person(number) for number in range(KNOWN)))
    chains: list[Row] = []
    rows: list[Row] = []
    for number in range(sessions):
        links = list(_chain(number))
        rows.append(_session(number, links[-1]))
        chains += links
        if len(chains) >= AT_A_TIME or number == sessions - 1:
            _insert(connection, tables["session"], rows)
            _insert(connection, tables["attendance_event"], chains)
            rows, chains = [], []


def _insert(connection: Connection, table: Table, rows: Iterator[Row] | list[Row]) -> None:
    connection.execute(insert(table), list(rows))


def _site(number: int) -> Row:
    name = f"Clinic {number}"
    return {
        "id": f"site_{number}",
        "name": name,
        "sort_name": name.casefold(),
        "organisation": "",
        "type": "",
        "zone": "",
        "county": "",
        "state": "",
        "rural": None,
        "shortage_area": None,
        "confirmed": True,
        "created_at": FIRST,
        "revision": 1,
    }


def _person(number: int) -> Row:
    name = f"Person {number}"
    return {
        "id": f"per_{number:06}",
        "name": name,
        "sort_name": name.casefold(),
        "email": f"p{number}@clinic.example",
        "profession": "Nurse",
        "credentials": "",
        "site_id": f"site_{number % 40}",
        "zone": "",
        "matched": True,
        "merged_into": None,
        "created_at": FIRST,
        "revision": 1,
    }


def _session(number: int, last: Row) -> Row:
    starts_at = FIRST + timedelta(hours=6 * number)
    return {
        "id": session_id(number),
        "kind": "session",
        "room_id": f"room_{number}",
        "title": f"Session {number}",
        "description": "",
        "contact": "",
        "zone": "UTC",
        "starts_local": starts_at.replace(tzinfo=None),
        "starts_at": starts_at,
        "duration_minutes": 60,
        "lead_minutes": 15,
        "overrun_minutes": 15,
        "extended_minutes": 0,
        "status": "closed",
        "lobby": True,
        "public_epoch": 1,
        "public_link_on": True,
        "opened_at": starts_at,
        "closed_at": starts_at + timedelta(minutes=59),
        "created_at": FIRST,
        "revision": 3,
        "event_seq": 0,
        "ledger_seq": EVENTS,
        "ledger_head": last["hash"],
        "program_id": None,
        "series_id": None,
        "part_id": None,
        "original_local": None,
        "moved_forward": False,
        "changed_by_hand": [],
        "uid": f"{session_id(number)}@echo-session",
        "sequence": 0,
        "cancel_reason": "",
        "finalised_at": FIRST,
    }


def _chain(number: int) -> Iterator[Row]:
    starts_at, before, position = FIRST + timedelta(hours=6 * number), GENESIS, 0
    for kind, spell, minute in _STAYS:
        for person in range(PEOPLE):
            position += 1
            after = timedelta(minutes=minute, seconds=person / 2)
            entry = Entry(
                event_id=f"att_{number:06}_{position:04}",
                session_id=session_id(number),
                person_id=f"per_{(number * 7 + person) % KNOWN:06}",
                connection_id=f"con_{number:06}_{person:03}",
                epoch=1,
                incarnation="node-1",
                boot_id="boot-1",
                seq=spell,
                kind=kind,
                wall_utc=starts_at + after,
                boottime_ns=_BOOT_NS + after // timedelta(microseconds=1) * 1000,
                source="transport",
            )
            sealed = seal(entry, position, before)
            row = {
                field.name: getattr(entry, field.name) for field in fields(Entry) if field.name != "detail"
            }
            yield row | {"kind": kind.value, "position": position, "prev_hash": before, "hash": sealed}
            before = sealed
