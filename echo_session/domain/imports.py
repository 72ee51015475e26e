"""An import as it stands: the file, where its people are registered, and how many rows have which fate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from echo_session.domain.cells import CellProblem
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope


class ImportState(StrEnum):
    """Where an import stands."""

    STAGING = "staging"
    """Being read."""
    STAGED = "staged"
    """Read and checked; nobody is changed yet."""
    APPLIED = "applied"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file of people."""

    id: str
    filename: str
    scope: Scope | None
    """Where they are registered; None: they are only made known."""
    role: Role
    """As what, where the file does not say."""
    state: ImportState
    columns: dict[str, str]
    """The header of the file by what is read from it."""
    notes: tuple[CellProblem, ...]
    """About the file as a whole."""
    counts: dict[str, int] = field(default_factory=dict)
    """Rows by fate, and how many are ``registered``."""
    created_by: str
    created_at: datetime
    applied_at: datetime | None
    unfinished: bool = False
    """Applied, but its people are yet to be registered: to be applied once more."""
    send: bool | None = None
    """Whether those whom it registers are sent their invitation; None: that is not decided yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """A row of the file, with its fate."""

    number: int
    fate: str
    told: str
    person_id: str | None
    name: str
    email: str
    phone: str
    profession: str
    credentials: str
    site: str
    state: str
    county: str
    zone: str
    role: str
    problems: tuple[CellProblem, ...]
