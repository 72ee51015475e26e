"""What other systems are told of registrations. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from echo_session.domain.event_types import (
    REGISTRATION_APPROVED,
    REGISTRATION_CREATED,
    REGISTRATION_DECLINED,
    REGISTRATION_UPDATED,
    REGISTRATION_WAITING,
    REGISTRATION_WITHDRAWN,
)
from echo_session.domain.events import Data
from echo_session.domain.instants import rfc3339, rfc3339_or_none
from echo_session.domain.people import Person, Registration, RegistrationStatus, Role
from echo_session.domain.registering import Scope, scope_of

_OF_STATUS = {
    RegistrationStatus.APPROVED: REGISTRATION_APPROVED,
    RegistrationStatus.DECLINED: REGISTRATION_DECLINED,
    RegistrationStatus.WAITING: REGISTRATION_WAITING,
    RegistrationStatus.WITHDRAWN: REGISTRATION_WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a registration is told of when it changes."""

    status: RegistrationStatus
    """``withdrawn`` too where it was removed."""
    role: Role
    answers: tuple[dict[str, Any], ...]
    consents: tuple[dict[str, Any], ...]


class Kept(Protocol):
    """A registration or its row."""

    @property
    def status(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def removed_at(self) -> datetime | None: ...
    @property
    def answers(self) -> Iterable[dict[str, Any]]: ...
    @property
    def consents(self) -> Iterable[dict[str, Any]]: ...


def standing(kept: Kept) -> Standing:
    """Where a registration stands now, to be compared with where it stands later."""
    removed = kept.removed_at is not None
    return Standing(
        status=RegistrationStatus.WITHDRAWN if removed else RegistrationStatus(kept.status),
        role=Role(kept.role),
        answers=tuple(kept.answers),
        consents=tuple(kept.consents),
    )


def registration_change(before: Standing | None, after: Standing) -> str | None:
    """The type of the event that tells of this change; None where there is nothing to tell."""
    if before is None:
        return REGISTRATION_CREATED
    if before == after:
        return None
    if before.status is after.status:
        return REGISTRATION_UPDATED
    return _OF_STATUS.get(after.status, REGISTRATION_UPDATED)


def registration_event(registration: Registration, title: str) -> Data:
    """A registration as it is now. The personal link is not in it: whoever has that can come in.

    Args:
        title: of what it is for.
    """
    scope = stream_of(registration)
    return {
        "registration": {
            "id": registration.id,
            "person_id": registration.person.id,
            "scope": {"kind": scope.kind.value, "id": scope.id, "title": title},
            "role": registration.role.value,
            "status": standing(registration).status.value,
            "source": registration.source.value,
            "answers": list(registration.answers),
            "consents": list(registration.consents),
            "queued_at": rfc3339(registration.queued_at),
            "decided_at": rfc3339_or_none(registration.decided_at),
            "removed_at": rfc3339_or_none(registration.removed_at),
            "created_at": rfc3339(registration.created_at),
            "revision": registration.revision,
        },
        "person": person_fields(registration.person),
    }


def stream_of(registration: Registration) -> Scope:
    """What it is for; its events are told of in the order of this one's."""
    return scope_of(registration.session_id, registration.series_id, registration.program_id)


def person_fields(person: Person) -> Data:
    """Somebody, for those who keep lists of people."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "profession": person.profession,
        "credentials": person.credentials,
        "site": {"id": person.site_id, "name": person.site} if person.site_id else None,
        "matched": person.matched,
    }
