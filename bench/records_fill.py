"""Fills a database with as many people, series and sessions as a large hub has after some years.

Rows go straight into the tables, in bulk; what they say is what the service itself would have written. The
same seed makes the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import insert, text

from bench.records_rows import (
    due_work_rows,
    feed_row,
    import_row,
    imported_row,
    mail_row,
    mailing_row,
    merges_rows,
    notice_row,
    suggestions_rows,
)
from bench.records_size import NOW, Row, Size, merged, name_id
from echo_session.domain.text import sort_key
from echo_session.domain.times import to_utc
from echo_session.store.engine import Database, Tx
from echo_session.store.search import Kind, word_rows
from echo_session.store.tables import (
    DueWorkRow,
    FeedRow,
    ImportedRow,
    ImportRow,
    MailingRow,
    MailRow,
    MergeSuggestionRow,
    NoticeRow,
    PersonContactRow,
    PersonMergeRow,
    PersonRow,
    ProgramRow,
    RegistrationRow,
    SearchWordRow,
    SeriesPartRow,
    SeriesRow,
    SessionRow,
    SiteRow,
)
from echo_session.store.types import Base

CHUNK = 5000
Table = type[Base]
ZONE = "America/Denver"


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


STATES = ("NM", "AZ", "CO", "TX", "UT", "OK", "NV", "CA")
FIRST = _listed(
    """
    Ana Ben Carla Dev Elena Femi Grace Hugo Ines Jamal Kai Lena Marisol Nia Omar Pia Quinn Rosa Sam Tess
    Uma Victor Wendy Ximena Yusuf Zoe Miguel Priya Aaron Bella Chen Dolores Esther Farid Gloria Hana
    """
)
LAST = _listed(
    """
    Ortiz Vigil Chavez Garcia Begay Yazzie Smith Johnson Nguyen Patel Kim Lopez Martinez Romero Sandoval
    Trujillo Baca Lucero Montoya Gallegos Okafor Haddad Novak Silva Rossi Meyer Dubois Ivanov Sato Singh
    """
)
TOPICS = _listed(
    """
    Asthma Autism Diabetes Hepatitis Dementia Epilepsy Addiction Obesity Depression Nutrition Oncology
    Cardiology Palliative Rheumatology Maternal Vaccines Trauma Pain Sleep Dental
    """
)
AUDIENCES = ("Pediatric", "Adult", "School", "Rural", "Tribal", "Prison", "Veterans", "Community")
PLACES = _listed(
    """
    Taos Gallup Raton Clovis Deming Silver Hobbs Espanola Zuni Shiprock Mora Chama Tucumcari Lordsburg
    Grants Belen Socorro Roswell Artesia Carlsbad
    """
)


async def fill(database: Database, size: Size, seed: int = 4) -> None:
    """Fills an empty database, and has PostgreSQL look at what it has, as it does by itself by and by."""
    dice = random.Random(seed)
    async with database.write() as tx:
        for table, rows in _everything(size, dice):
            await _insert(tx, table, rows)
    if not database.is_sqlite:
        async with database.write() as tx:
            await tx.execute(text("ANALYZE"))


async def _insert(tx: Tx, table: Table, rows: Iterable[Row]) -> None:
    remaining = iter(rows)
    while some := list(islice(remaining, CHUNK)):
        await tx.execute(insert(table), some)


def _everything(size: Size, dice: random.Random) -> Iterator[tuple[Table, Iterable[Row]]]:
    programs = [_program(number) for number in range(size.programs)]
    sites = [_site(number, dice) for number in range(size.sites)]
    people = [_person(number, size, dice) for number in range(size.people)]
    series = [_series(number, size) for number in range(size.series)]
    sessions = [session for number in range(size.series) for session in _sessions(number, size, dice)]
    yield ProgramRow, programs
    yield SiteRow, sites
    yield PersonRow, people
    yield PersonContactRow, _contacts(size)
    yield SeriesRow, series
    yield SeriesPartRow, [_part(number, size) for number in range(size.series)]
    yield SessionRow, sessions
    yield RegistrationRow, _registrations(size, dice)
    yield DueWorkRow, due_work_rows(sessions)
    yield PersonMergeRow, merges_rows(size)
    yield MergeSuggestionRow, suggestions_rows(size)
    yield FeedRow, [feed_row(number) for number in range(size.people // 100)]
    yield MailingRow, [mailing_row(number, size) for number in range(size.mails // 10)]
    yield MailRow, [mail_row(number, size) for number in range(size.mails)]
    yield ImportRow, [import_row(number) for number in range(20)]
    yield ImportedRow, [imported_row(number) for number in range(size.people // 10)]
    yield NoticeRow, [notice_row(number) for number in range(50)]
    yield SearchWordRow, _words("program", programs, "name", "summary")
    yield SearchWordRow, _words("site", sites, "name", "organisation", "county", "state")
    yield SearchWordRow, _words("person", people, "name", "email")
    yield SearchWordRow, _words("series", series, "title", "description")
    yield SearchWordRow, _words("session", sessions, "title", "description")


def _words(kind: Kind, rows: list[Row], *fields: str) -> Iterator[Row]:
    for row in rows:
        if not row.get("merged_into"):
            yield from word_rows(kind, row["id"], *(row[field] for field in fields))


def _program(number: int) -> Row:
    name = f"{AUDIENCES[number % len(AUDIENCES)]} {TOPICS[number % len(TOPICS)]} program {number}"
    return {
        "id": name_id("prg", number),
        "slug": f"program-{number}",
        "name": name,
        "sort_name": sort_key(name),
        "summary": "For everybody who looks after them",
        "contact": "Rosa Lee, 505-555-0100",
        "zone": ZONE,
        "public": True,
        "approval": "coordinator" if number % 3 == 0 else "open",
        "capacity": None,
        "waiting_list": False,
        "reminders": [1440, 60, 0],
        "questions": [],
        "consents": [],
        "archived_at": None,
        "created_at": NOW - timedelta(days=2000),
        "revision": 1,
    }


def _site(number: int, dice: random.Random) -> Row:
    kind = dice.choice(("Clinic", "School", "Hospital", "Health Center"))
    name = f"{dice.choice(PLACES)} {kind} {number}"
    return {
        "id": name_id("sit", number),
        "name": name,
        "sort_name": sort_key(name),
        "organisation": "",
        "type": {"Clinic": "clinic", "School": "school", "Hospital": "hospital"}.get(kind, "health_center"),
        "zone": ZONE,
        "county": dice.choice(PLACES),
        "state": dice.choice(STATES),
        "rural": dice.random() < 0.7,
        "shortage_area": None,
        "confirmed": number % 50 != 0,
        "created_at": NOW - timedelta(days=1000),
        "revision": 1,
    }


def _person(number: int, size: Size, dice: random.Random) -> Row:
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}" + (f" {number}" if number % 7 == 0 else "")
    shared = number % 20 == 0
    gone = number >= size.people - merged(size)
    return {
        "id": name_id("per", number),
        "name": name,
        "sort_name": sort_key(name),
        "email": f"desk{number // 100}@clinic.example"
        if shared
        else f"p{number}@clinic{number % 997}.example",
        "profession": dice.choice(("Physician", "Nurse", "Teacher", "Social worker", "")),
        "credentials": "",
        "site_id": name_id("sit", dice.randrange(size.sites)),
        "zone": "",
        "matched": number % 200 != 3,
        "merged_into": name_id("per", size.people - 1 - number) if gone else None,
        "created_at": NOW - timedelta(days=dice.randrange(1500)),
        "revision": 1,
    }


def _contacts(size: Size) -> Iterator[Row]:
    for number in range(0, size.people, 5):
        kind = "phone" if number % 2 else "email"
        value = (
            f"+1 505-{number // 10000:03}-{number % 10000:04}"
            if kind == "phone"
            else f"x{number}@home.example"
        )
        person = name_id("per", number)
        yield {"id": name_id("pct", number), "person_id": person, "kind": kind, "value": value, "label": ""}


def _series(number: int, size: Size) -> Row:
    topic, audience = TOPICS[number % len(TOPICS)], AUDIENCES[number // 7 % len(AUDIENCES)]
    title = f"{audience} {topic} ECHO {2024 + number % 4}"
    return {
        "id": name_id("srs", number),
        "program_id": name_id("prg", number % size.programs),
        "slug": f"series-{number}",
        "title": title,
        "sort_title": sort_key(title),
        "description": f"Cases and teaching on {topic.lower()} for those far from a specialist",
        "contact": "",
        "lead_minutes": 15,
        "overrun_minutes": 15,
        "lobby": True,
        "public": True,
        "approval": "",
        "capacity": None,
        "waiting_list": False,
        "status": "active",
        "created_at": NOW - timedelta(days=900),
        "revision": 1,
    }


def _first(number: int) -> datetime:
    """Wall time of a series' first session; over four years, at every hour of the day."""
    first = datetime.fromisoformat("2024-01-04T08:00")
    return first + timedelta(hours=number % 9) + timedelta(days=number * 37 % 1400)


def _part(number: int, size: Size) -> Row:
    first = _first(number)
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    rule = {"freq": "weekly", "interval": 1, "weekdays": [day], "until": None, "count": size.per_series}
    return {
        "id": name_id("prt", number),
        "series_id": name_id("srs", number),
        "position": 1,
        "zone": ZONE,
        "starts_local": first,
        "duration_minutes": 60,
        "rule": rule | {"exclude": []},
        "uid": f"{name_id('prt', number)}@echo-session",
        "sequence": 0,
        "created_at": NOW - timedelta(days=900),
    }


def _sessions(number: int, size: Size, dice: random.Random) -> Iterator[Row]:
    series = _series(number, size)
    for occurrence in range(size.per_series):
        index = number * size.per_series + occurrence
        local = _first(number) + timedelta(weeks=occurrence)
        starts_at = to_utc(local, ZONE)
        over = starts_at + timedelta(minutes=75) < NOW
        status = "cancelled" if dice.random() < 0.03 else "closed" if over else "scheduled"
        session_id = name_id("ses", index)
        yield {
            "id": session_id,
            "kind": "session",
            "room_id": name_id("room", index),
            "title": series["title"],
            "description": series["description"],
            "contact": "",
            "zone": ZONE,
            "starts_local": local,
            "starts_at": starts_at,
            "duration_minutes": 60,
            "lead_minutes": 15,
            "overrun_minutes": 15,
            "extended_minutes": 0,
            "status": status,
            "lobby": True,
            "public_epoch": 1,
            "public_link_on": True,
            "opened_at": starts_at if status == "closed" else None,
            "closed_at": starts_at + timedelta(minutes=75) if status == "closed" else None,
            "created_at": NOW - timedelta(days=900),
            "revision": 1,
            "event_seq": 0,
            "ledger_seq": 0,
            "ledger_head": "",
            "program_id": series["program_id"],
            "series_id": series["id"],
            "part_id": name_id("prt", number),
            "original_local": local,
            "moved_forward": False,
            "changed_by_hand": [],
            "uid": f"{session_id}@echo-session",
            "sequence": 0,
            "cancel_reason": "",
            "finalised_at": None,
        }


def _registrations(size: Size, dice: random.Random) -> Iterator[Row]:
    scopes = [("series_id", name_id("srs", number), 100) for number in range(size.series)]
    scopes += [("program_id", name_id("prg", number), size.people // 200) for number in range(size.programs)]
    scopes += [("session_id", name_id("ses", number), 1) for number in range(size.sessions)]
    number = 0
    for column, scope, count in scopes:
        for place, person in enumerate(dice.sample(range(size.people), count)):
            number += 1
            row = _registration(number, person, "facilitator" if place == 0 else "participant")
            yield row | {"session_id": None, "series_id": None, "program_id": None} | {column: scope}


def _registration(number: int, person: int, role: str) -> Row:
    status = {0: "pending", 1: "waiting", 2: "withdrawn"}.get(number % 50, "approved")
    return {
        "id": name_id("reg", number),
        "person_id": name_id("per", person),
        "role": role,
        "status": status,
        "source": "public",
        "answers": [],
        "consents": [],
        "epoch": 1,
        "queued_at": NOW - timedelta(minutes=number),
        "decided_at": None,
        "decided_by": "",
        "removed_at": None,
        "created_at": NOW - timedelta(minutes=number),
        "revision": 1,
    }
