"""What goes in and out of the API. The OpenAPI document is made from these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime

from echo_session.api.operation import Body
from echo_session.domain import session_checks

Status = Literal["scheduled", "open", "closed", "cancelled"]
RoleName = Literal["facilitator", "panelist", "participant", "observer", "coordinator"]


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("has a NUL character")
    return text


NO_NUL = AfterValidator(_no_nul)
"""PostgreSQL keeps every character but this one. Comes last, so that lengths are told as characters."""

Title = Annotated[str, Field(max_length=session_checks.MAX_TITLE), NO_NUL]
Description = Annotated[str, Field(max_length=session_checks.MAX_DESCRIPTION), NO_NUL]
Contact = Annotated[
    str, Field(max_length=session_checks.MAX_CONTACT, description="Whom participants ask for help"), NO_NUL
]
Zone = Annotated[
    str, Field(max_length=64, description="IANA time zone of the hub", examples=["America/Denver"]), NO_NUL
]


def _representable(instant: datetime) -> datetime:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant


FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Instants of these years exist in every zone."""

Instant = Annotated[AwareDatetime, AfterValidator(_representable)]
StartsLocal = Annotated[
    NaiveDatetime,
    Field(
        description="Start as clocks in the zone show it, without an offset. A time that the spring change"
        " skips moves forward by the gap; one that comes twice is the first.",
        examples=["2026-11-21T16:00:00"],
    ),
]
StartsAt = Annotated[
    AwareDatetime, Field(description="Start as an instant", examples=["2026-11-21T23:00:00Z"])
]
Duration = Annotated[int, Field(description=f"1 to {session_checks.MAX_DURATION}")]
Lead = Annotated[
    int, Field(description=f"The room opens so much before the start; 0 to {session_checks.MAX_LEAD}")
]
Overrun = Annotated[
    int, Field(description=f"The room closes so much after the end; 0 to {session_checks.MAX_OVERRUN}")
]
Lobby = Annotated[
    bool, Field(description="Visitors of the public link wait until a facilitator lets them in")
]


Reference = Annotated[str, Field(max_length=64, description="An id"), NO_NUL]
Reason = Annotated[
    str, Field(description=f"What people are told; at most {session_checks.MAX_REASON} characters"), NO_NUL
]


class Out(BaseModel):
    """Base of everything that goes out."""

    model_config = ConfigDict(frozen=True, from_attributes=True, serialize_by_alias=True)


# --- sessions --------------------------------------------------------------------------------------------


class NewSession(Body):
    """A session to be made. Give either ``starts_local`` or ``starts_at``."""

    title: Title
    zone: Zone
    starts_local: StartsLocal | None = None
    starts_at: StartsAt | None = None
    duration_minutes: Duration
    lead_minutes: Lead = 15
    overrun_minutes: Overrun = 15
    description: Description = ""
    contact: Contact = ""
    lobby: Lobby = True
    program_id: Reference | None = None


Notify = Annotated[
    bool | None,
    Field(
        description="Those who are registered are told by mail, where it concerns them;"
        " left out: where the session belongs to a program"
    ),
]


class SessionChange(Body):
    """What is to be different; what is left out stays. An open room's start, zone and lead are settled."""

    title: Title | None = None
    zone: Zone | None = None
    starts_local: StartsLocal | None = None
    starts_at: StartsAt | None = None
    duration_minutes: Duration | None = None
    lead_minutes: Lead | None = None
    overrun_minutes: Overrun | None = None
    description: Description | None = None
    contact: Contact | None = None
    lobby: Lobby | None = None
    notify: Notify = None


class SessionCancellation(Body):
    """Calls a session off."""

    reason: Reason = ""
    notify: Notify = None


class SessionRestoring(Body):
    """Takes the calling off of a session back."""

    notify: Notify = None


class Extension(Body):
    """How much longer."""

    minutes: int = Field(description=f"1 to {session_checks.MAX_EXTENSION}")


class SeriesSessionQuery(Body):
    """Which sessions of one series, and which page of them."""

    status: Status | None = None
    from_: Instant | None = Field(None, alias="from", description="Starting then or later")
    to: Instant | None = Field(None, description="Starting before then")
    order: Literal["asc", "desc"] = Field("desc", description="By start: earliest or latest first")
    program_id: Reference | None = None
    search: Annotated[str, Field(max_length=200), NO_NUL] = Field(
        "", description="Words of title or description"
    )
    limit: int = Field(50, ge=1, le=200)
    cursor: Annotated[str, Field(max_length=200), NO_NUL] = Field(
        "", description="``next`` of the page before"
    )


class SessionQuery(SeriesSessionQuery):
    """Which sessions, and which page of them."""

    series_id: Reference | None = None


class Counts(Out):
    """People, not devices."""

    registered: int
    here: int
    waiting: int


class SessionOut(Out):
    """A session."""

    model_config = ConfigDict(json_schema_extra={"title": "Session"})

    id: str
    title: str
    description: str
    contact: str
    zone: str
    starts_local: datetime = Field(description="Wall time in the zone, without an offset")
    starts_at: datetime
    duration_minutes: int
    lead_minutes: int
    overrun_minutes: int
    extended_minutes: int
    opens_at: datetime
    ends_at: datetime = Field(description="End as planned, extensions included")
    closes_at: datetime
    status: Status
    lobby: bool
    program_id: str | None
    program_name: str | None
    series_id: str | None
    original_local: datetime | None = Field(description="Wall time that the rule of its series gives")
    moved_forward: bool = Field(description="The spring change skips the stated time; it is later by the gap")
    changed_by_hand: list[str] = Field(description="Fields that it has of its own in its series")
    cancel_reason: str
    public_link: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    revision: int
    counts: Counts


class SessionPage(Out):
    """A page of sessions, in the order of their starts."""

    items: list[SessionOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class PublicLink(Out):
    """The link for everybody."""

    public_link: str


class ConsoleToken(Out):
    """For the signaling socket's ``hello``; good for five minutes."""

    token: str


class Link(Out):
    """An address to open in a browser."""

    link: str


# --- people ----------------------------------------------------------------------------------------------


class PersonOut(Out):
    """Somebody who is invited."""

    model_config = ConfigDict(json_schema_extra={"title": "Person"})

    id: str
    name: str
    email: str
    profession: str
    credentials: str
    site: str


# --- signing in ------------------------------------------------------------------------------------------


class SignIn(Body):
    """The part of the sign-in link after the #."""

    token: Annotated[str, Field(min_length=1, max_length=200), NO_NUL]


class AccountOut(Out):
    """Who is signed in."""

    model_config = ConfigDict(json_schema_extra={"title": "Account"})

    id: str
    name: str
    email: str


class Me(Out):
    """Who asks; null where it is a program."""

    account: AccountOut | None
