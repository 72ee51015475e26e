"""People, where they work, and what they are in a session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from echo_session.domain.errors import FieldProblem
from echo_session.domain.text import tidy

MAX_NAME = 80
"""As long as a name in the room may be."""
MAX_WORDS = 200
MAX_EMAIL = 254
"""RFC 5321 section 4.5.3.1.3, less the two brackets."""

_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)*")


class Role(StrEnum):
    """What a person is in a session. Comes from the registration, never from a client."""

    FACILITATOR = "facilitator"
    PANELIST = "panelist"
    PARTICIPANT = "participant"
    OBSERVER = "observer"
    COORDINATOR = "coordinator"


HOSTS = frozenset({Role.FACILITATOR, Role.COORDINATOR})
"""Who lets people in, mutes, removes, extends and ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who takes part. ``site`` is a name, empty where none is known."""

    id: str
    name: str
    email: str
    profession: str
    credentials: str
    site: str
    site_id: str | None
    zone: str
    """IANA zone of their own; empty where it is the site's."""
    matched: bool
    """False where only the visitor's own word says who it is; credit waits until somebody has looked."""
    merged_into: str | None
    """The person that this one turned out to be."""
    created_at: datetime
    revision: int
    erased: bool = False
    """Nothing shows any more who it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is to be invited, as what."""

    name: str
    email: str
    role: Role
    profession: str = ""
    credentials: str = ""
    site: str = ""


class RegistrationStatus(StrEnum):
    """Where a registration stands. Only an approved one lets in."""

    APPROVED = "approved"
    PENDING = "pending"
    """A coordinator has yet to decide."""
    WAITING = "waiting"
    """On the waiting list, in the order of ``queued_at``."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """How a registration came about."""

    INVITED = "invited"
    PUBLIC = "public"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A person registered for exactly one of: a session, a series, a program.

    ``epoch`` counts the personal links; all but the last are void.
    """

    id: str
    session_id: str | None
    series_id: str | None
    program_id: str | None
    person: Person
    role: Role
    status: RegistrationStatus
    source: Source
    answers: tuple[dict[str, Any], ...]
    """To the program's own questions: ``{"id", "label", "value"}``, as they were asked."""
    consents: tuple[dict[str, Any], ...]
    """``{"id", "title", "text", "agreed_at"}``, each with the text that was agreed to."""
    epoch: int
    queued_at: datetime
    decided_at: datetime | None
    decided_by: str
    removed_at: datetime | None
    created_at: datetime
    revision: int

    @property
    def lets_in(self) -> bool:
        """True while its link opens a room."""
        return self.removed_at is None and self.status is RegistrationStatus.APPROVED


def tidy_email(text: str) -> str:
    """As people mean it: case does not matter, neither do spaces around it."""
    return text.strip().lower()


def problems_of(invitation: Invitation, prefix: str = "") -> list[FieldProblem]:
    """What is wrong with the fields of an invitation; ``prefix`` leads to it, such as ``people.3.``."""
    problems = []
    if not 1 <= len(tidy(invitation.name)) <= MAX_NAME:
        problems.append(_length(f"{prefix}name", tidy(invitation.name), 1, MAX_NAME))
    email = tidy_email(invitation.email)
    if len(email) > MAX_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        problems.append(
            FieldProblem(f"{prefix}email", f"{email[:60]!r} is not an e-mail address", "name@clinic.example")
        )
    for field in ("profession", "credentials", "site"):
        text = tidy(getattr(invitation, field))
        if len(text) > MAX_WORDS:
            problems.append(_length(f"{prefix}{field}", text, 0, MAX_WORDS))
    return problems


def _length(field: str, text: str, least: int, most: int) -> FieldProblem:
    return FieldProblem(field, f"has {len(text)} characters", f"{least} to {most} characters")
