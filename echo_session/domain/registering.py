"""Who gets in: approval, places, the waiting list. Pure.

Places are for participants. The hub's own people - facilitators, panelists, observers, coordinators - are
registered by the hub and take none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from echo_session.domain.errors import NotPossible
from echo_session.domain.people import RegistrationStatus, Role


class ScopeKind(StrEnum):
    """What somebody may be registered for, the narrowest first."""

    SESSION = "session"
    SERIES = "series"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Scope:
    """The one thing that a registration is for."""

    kind: ScopeKind
    id: str


STANDING = frozenset({RegistrationStatus.APPROVED, RegistrationStatus.PENDING, RegistrationStatus.WAITING})
"""Who has one of these and registers again is registered already."""

DECIDED = frozenset({RegistrationStatus.APPROVED, RegistrationStatus.DECLINED, RegistrationStatus.WITHDRAWN})
"""Only these are an exception to a registration of wider scope; a wish that is still open changes nothing."""


class Approval(StrEnum):
    """Who decides about a registration from the public page."""

    OPEN = "open"
    """Nobody: there is a place or there is none."""
    COORDINATOR = "coordinator"


class Places(StrEnum):
    """What a public page offers to whoever comes now: the same to everybody, so it says nothing of anyone."""

    OPEN = "open"
    ASK = "ask"
    """A coordinator decides."""
    WAITING = "waiting"
    """All places are taken; there is a waiting list."""
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The rules of one series or program."""

    approval: Approval
    capacity: int | None
    """At most so many approved participants; None: no limit."""
    waiting_list: bool

    def full(self, taken: int) -> bool:
        """True where ``taken`` participants leave no place."""
        return self.capacity is not None and taken >= self.capacity


class Queued(Protocol):
    """Somebody on the waiting list."""

    @property
    def id(self) -> str: ...

    @property
    def queued_at(self) -> datetime: ...


Q = TypeVar("Q", bound=Queued)

FULL = "All places are taken, and there is no waiting list."


def places(terms: Terms, taken: int) -> Places:
    """What somebody who comes now can get, with so many places taken."""
    if terms.full(taken):
        return Places.WAITING if terms.waiting_list else Places.FULL
    return Places.OPEN if terms.approval is Approval.OPEN else Places.ASK


def from_public_page(
    terms: Terms, taken: int, before: RegistrationStatus | None, *, removed: bool = False
) -> RegistrationStatus:
    """Where somebody stands who registers on the public page.

    Args:
        before: where they stand already.
        removed: the hub has taken their registration back.

    Raises:
        NotPossible: all places are taken and there is no waiting list. Asked before anything else, so that
            the answer does not tell who is registered already.
    """
    offered = places(terms, taken)
    if offered is Places.FULL:
        raise NotPossible(FULL)
    if before in STANDING and not removed:
        return before
    if before is not None:
        return RegistrationStatus.PENDING
    match offered:
        case Places.OPEN:
            return RegistrationStatus.APPROVED
        case Places.WAITING if terms.approval is Approval.OPEN:
            return RegistrationStatus.WAITING
        case _:
            return RegistrationStatus.PENDING


def on_approval(terms: Terms, taken: int, role: Role, before: RegistrationStatus) -> RegistrationStatus:
    """Where somebody stands whom a coordinator approves: in, or on the list where no place is left.

    Raises:
        NotPossible: there is no place and no list, or they are on the list already.
    """
    if role is not Role.PARTICIPANT or not terms.full(taken):
        return RegistrationStatus.APPROVED
    if before is RegistrationStatus.WAITING:
        raise NotPossible(
            f"All {terms.capacity} places are taken. Whoever is first on the waiting list comes in when one"
            " becomes free; raise the number of places to let more people in now."
        )
    if not terms.waiting_list:
        raise NotPossible(
            f"All {terms.capacity} places are taken, and there is no waiting list. Raise the number of places"
            " first."
        )
    return RegistrationStatus.WAITING


def promoted(terms: Terms, taken: int, waiting: Sequence[Q]) -> list[Q]:
    """Who comes in from the waiting list, the first in line first."""
    line = sorted(waiting, key=lambda one: (one.queued_at, one.id))
    if terms.capacity is None:
        return line
    return line[: max(0, terms.capacity - taken)]


def scope_of(session_id: str | None, series_id: str | None, program_id: str | None) -> Scope:
    """What a registration with these is for: exactly one of them is set."""
    kinds = (ScopeKind.SESSION, ScopeKind.SERIES, ScopeKind.PROGRAM)
    [scope] = [
        Scope(kind, one) for kind, one in zip(kinds, (session_id, series_id, program_id), strict=True) if one
    ]
    return scope
