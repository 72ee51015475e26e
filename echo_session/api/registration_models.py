"""What goes in and out where people are registered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from echo_session.api.models import NO_NUL, Out, PersonOut, RoleName
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery, Search
from echo_session.domain import people

StatusName = Literal["approved", "pending", "waiting", "declined", "withdrawn"]
ScopeName = Literal["session", "series", "program"]
MAX_REASON = 1000

Send = Annotated[bool, Field(description="Mail their link to those who could not come before")]
AnId = Annotated[str, Field(max_length=64), NO_NUL]


class NewRegistration(Body):
    """Somebody to register. Name and address together say who it is, since clinics share mailboxes."""

    name: Annotated[str, Field(max_length=people.MAX_NAME), NO_NUL]
    email: Annotated[str, Field(max_length=people.MAX_EMAIL), NO_NUL]
    role: RoleName
    profession: Annotated[str, Field(max_length=people.MAX_WORDS), NO_NUL] = ""
    credentials: Annotated[str, Field(max_length=people.MAX_WORDS), NO_NUL] = ""
    site: Annotated[str, Field(max_length=people.MAX_WORDS), NO_NUL] = ""


People = Annotated[list[NewRegistration], Field(min_length=1, max_length=500)]


class NewRegistrations(Body):
    """People to invite to a session."""

    people: People
    send: Send = False


class NewStandingRegistrations(Body):
    """People to register for a series or a program."""

    people: People
    send: Send = True


class RoleChange(Body):
    """What somebody is to be."""

    role: RoleName


class Refusal(Body):
    """Why not; the mail says it."""

    reason: Annotated[str, Field(max_length=MAX_REASON), NO_NUL] = ""


class LinkRenewal(Body):
    """Whether the new link is mailed."""

    send: bool = False


class RegistrationQuery(PageQuery):
    """For what, and which page. Exactly one of the ids."""

    session_id: AnId | None = None
    series_id: AnId | None = None
    program_id: AnId | None = None
    status: StatusName | None = None
    search: Search = ""


class AnswerOut(Out):
    """An answer, with the question as it was asked."""

    id: str
    label: str
    value: Any = Field(description="Text, a number, true or false, a list of text, or an object")


class AgreementOut(Out):
    """A consent, in the words that were agreed to."""

    id: str
    title: str
    text: str
    agreed_at: datetime


class RegistrationOut(Out):
    """Somebody's registration for a session, a series or a program."""

    model_config = ConfigDict(json_schema_extra={"title": "Registration"})

    id: str
    scope: ScopeName
    session_id: str | None
    series_id: str | None
    program_id: str | None
    scope_title: str
    role: RoleName
    status: StatusName = Field(description="Only an approved registration lets in")
    source: str = Field(description="invited, public or import")
    person: PersonOut
    answers: list[AnswerOut]
    consents: list[AgreementOut]
    link: str | None = Field(description="The personal link; null where the registration lets nobody in")
    queued_at: datetime = Field(description="Place in the line of those who wait")
    decided_at: datetime | None
    created_at: datetime
    revision: int


class Registrations(Out):
    """Registrations, in the order in which they were made."""

    items: list[RegistrationOut]


class RegistrationPage(Out):
    """A page of registrations, in the order of the line."""

    items: list[RegistrationOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class UndecidedOut(Out):
    """A series or program of which people wait for the hub's answer."""

    model_config = ConfigDict(json_schema_extra={"title": "Undecided"})

    scope: Literal["series", "program"]
    id: str
    title: str
    pending: int = Field(description="How many wait")
    oldest_at: datetime = Field(description="Since when the first one does")


class UndecidedList(Out):
    """Where people wait for the hub's answer, longest wait first."""

    items: list[UndecidedOut]
