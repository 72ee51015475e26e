"""Rows of what comes with people and sessions: mail, due work, merges, imports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bench.records_size import NOW, Row, Size, merged, name_id


def due_work_rows(sessions: list[Row]) -> Iterator[Row]:
    """Of sessions to come."""
    for number, session in enumerate(sessions):
        if session["status"] == "scheduled":
            for place, (action, detail) in enumerate(
                (("open_room", 0), ("close_room", 0), ("send_reminder", 60))
            ):
                yield {
                    "id": name_id("due", 3 * number + place),
                    "session_id": session["id"],
                    "action": action,
                    "detail": detail,
                    "occurrence": 1,
                    "due_at": session["starts_at"] + timedelta(minutes=75 * place - 15),
                    "state": "due",
                    "lease_until": None,
                    "lease_epoch": 0,
                    "finished_at": None,
                    "outcome": "",
                }


def merges_rows(size: Size) -> Iterator[Row]:
    """Each of two people."""
    for number in range(merged(size)):
        yield {
            "id": name_id("mrg", number),
            "kept_id": name_id("per", number),
            "merged_id": name_id("per", size.people - 1 - number),
            "reason": "",
            "by": "",
            "at": NOW,
            "undone_at": None,
            "undone_by": "",
        }


def suggestions_rows(size: Size) -> Iterator[Row]:
    """Every other one is open."""
    for number in range(size.people // 100):
        first, second = sorted((name_id("per", number), name_id("per", number + 1)))
        yield {
            "id": name_id("mgs", number),
            "first_id": first,
            "second_id": second,
            "reasons": ["the same e-mail address"],
            "state": "open" if number % 2 else "dismissed",
            "created_at": NOW - timedelta(minutes=number),
            "decided_at": None,
            "decided_by": "",
        }


def feed_row(number: int) -> Row:
    """Of a person."""
    person = {"id": name_id("fed", number), "person_id": name_id("per", number), "program_id": None}
    return person | {"created_at": NOW, "last_read_at": None, "revoked_at": None}


def mailing_row(number: int, size: Size) -> Row:
    """Of a session."""
    return {
        "id": name_id("mlg", number),
        "kind": "reminder",
        "program_id": None,
        "series_id": None,
        "session_id": name_id("ses", number % size.sessions),
        "registration_id": None,
        "content": {"minutes": 60},
        "state": "done",
        "position": "",
        "lease_until": None,
        "lease_epoch": 0,
        "created_at": NOW - timedelta(hours=number),
    }


def mail_row(number: int, size: Size) -> Row:
    """One in a hundred could not be sent."""
    sent = number % 100 != 0
    return {
        "id": name_id("mai", number),
        "mailing_id": name_id("mlg", number // 10),
        "registration_id": name_id("reg", 1 + number % (size.series * 100)),
        "person_id": name_id("per", number % size.people),
        "part": "",
        "kind": "reminder",
        "to_address": f"p{number}@clinic.example",
        "to_name": "Somebody",
        "subject": "Reminder",
        "message_id": f"<{number}@echo.example>",
        "state": "sent" if sent else "failed",
        "attempts": 1,
        "next_attempt_at": None,
        "lease_until": None,
        "lease_epoch": 1,
        "data_begun": True,
        "possible_duplicates": 0,
        "last_error": "",
        "sent_at": NOW - timedelta(minutes=number) if sent else None,
        "created_at": NOW - timedelta(minutes=number),
    }


def import_row(number: int) -> Row:
    """One file."""
    return {
        "id": name_id("imp", number),
        "filename": "people.csv",
        "program_id": None,
        "series_id": None,
        "role": "participant",
        "columns": {"read": {"name": "Name", "email": "E-mail"}, "notes": []},
        "state": "staged",
        "counts": {},
        "created_by": "",
        "created_at": NOW - timedelta(days=number),
        "applied_at": None,
    }


def imported_row(number: int) -> Row:
    """One row of it."""
    return {
        "import_id": name_id("imp", number % 20),
        "number": 2 + number // 20,
        "fate": ("new", "update", "same", "refused")[number % 4],
        "person_id": None,
        "person_revision": None,
        "registration_id": None,
        "name": "Somebody",
        "sort_name": "somebody",
        "email": f"p{number}@clinic.example",
        "phone": "",
        "profession": "",
        "credentials": "",
        "site_id": None,
        "site": "",
        "state": "",
        "county": "",
        "zone": "",
        "role": "participant",
        "problems": [],
        "told": "",
    }


def notice_row(number: int) -> Row:
    """One a day."""
    at = NOW - timedelta(days=number)
    return {
        "id": name_id("ntc", number),
        "kind": "zones",
        "at": at,
        "title": "Zones",
        "details": {},
        "dismissed_at": None,
    }
