"""What goes in and out of /people, /merges and /merge-suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery, Search
from echo_session.domain import people, person_records

AnId = Annotated[str, Field(max_length=64), NO_NUL]
Name = Annotated[str, Field(max_length=people.MAX_NAME), NO_NUL]
Email = Annotated[str, Field(max_length=people.MAX_EMAIL, description="Where mail goes"), NO_NUL]
Words = Annotated[str, Field(max_length=people.MAX_WORDS), NO_NUL]
OwnZone = Annotated[str, Field(max_length=64, description="IANA time zone; empty: as the site's"), NO_NUL]
Matched = Annotated[bool, Field(description="False where only the visitor's own word says who it is")]
MAX_REASON = 1000
Reason = Annotated[str, Field(max_length=MAX_REASON), NO_NUL]


class ContactIn(Body):
    """A further address or a telephone number."""

    value: Annotated[str, Field(max_length=person_records.MAX_VALUE), NO_NUL]
    label: Annotated[str, Field(max_length=person_records.MAX_LABEL), NO_NUL] = ""


Contacts = Annotated[list[ContactIn], Field(max_length=person_records.MAX_CONTACTS)]


class NewPerson(Body):
    """Somebody to be known."""

    name: Name
    email: Email
    emails: Contacts = Field(default_factory=list)
    phones: Contacts = Field(default_factory=list)
    profession: Words = ""
    credentials: Words = ""
    site_id: AnId | None = None
    zone: OwnZone = ""
    matched: Matched = True


class PersonChange(Body):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    email: Email | None = None
    emails: Contacts | None = None
    phones: Contacts | None = None
    profession: Words | None = None
    credentials: Words | None = None
    site_id: AnId | None = None
    zone: OwnZone | None = None
    matched: Matched | None = None


class PeopleQuery(PageQuery):
    """Which people, and which page of them."""

    search: Search = ""
    site_id: AnId | None = None
    program_id: AnId | None = Field(
        None, description="Registered for the program, or for a series or session of it"
    )
    matched: bool | None = None


class ContactOut(Out):
    """A further address or a telephone number."""

    value: str
    label: str


class SiteBrief(Out):
    """Where somebody works."""

    id: str
    name: str


class PersonRecordOut(Out):
    """All that is kept of a person."""

    model_config = ConfigDict(json_schema_extra={"title": "PersonRecord"})

    id: str
    name: str
    email: str = Field(description="Where mail goes")
    emails: list[ContactOut] = Field(description="Further addresses")
    phones: list[ContactOut]
    profession: str
    credentials: str
    site: SiteBrief | None
    zone: str = Field(description="Empty: as the site's")
    matched: bool
    merged_into: str | None = Field(description="The person that this one turned out to be")
    erased: bool = Field(description="Nothing shows any more who it was")
    feed: str | None = Field(description="Address of their calendar feed; null where they have none")
    created_at: datetime
    revision: int


class PeoplePage(Out):
    """A page of people, in the order of their names."""

    items: list[PersonRecordOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class PersonBrief(Out):
    """Just enough of a person to tell them from others."""

    id: str
    name: str
    email: str


class NewMerge(Body):
    """Who is the same person, and how that is known."""

    other_id: AnId
    reason: Reason = ""


class MergeOut(Out):
    """Two records that are one person."""

    id: str
    kept: PersonBrief
    merged: PersonBrief
    reason: str
    by: str
    at: datetime
    undone_at: datetime | None
    undone_by: str


class Merges(Out):
    """Merges, latest first; those too that were undone."""

    items: list[MergeOut]


class SuggestionQuery(PageQuery):
    """Which suggestions."""

    state: Literal["open", "merged", "dismissed"] = "open"


class Acceptance(Body):
    """Which of the two records stays."""

    keep_id: AnId


class SuggestionOut(Out):
    """Two records that may be one person."""

    id: str
    first: PersonRecordOut
    second: PersonRecordOut
    reasons: list[str]
    state: Literal["open", "merged", "dismissed"]
    created_at: datetime


class SuggestionPage(Out):
    """A page of suggestions, oldest first."""

    items: list[SuggestionOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")
