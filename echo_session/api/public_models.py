"""What goes in and out of the public pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from echo_session.api.credit_notice import CreditNotice
from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Body
from echo_session.api.program_models import ConsentOut, QuestionOut
from echo_session.domain import people
from echo_session.domain.newcomers import MAX_SITE
from echo_session.domain.states import MAX_STATE
from echo_session.phones import MAX_PHONE

PageKind = Literal["programs", "series"]
Words = Annotated[str, Field(max_length=people.MAX_WORDS), NO_NUL]
Email = Annotated[str, Field(max_length=people.MAX_EMAIL), NO_NUL]


class KnownSite(Body):
    """A site of the list."""

    id: Annotated[str, Field(max_length=64), NO_NUL]


class AddedSite(Body):
    """A site that is not in the list."""

    name: Annotated[str, Field(max_length=MAX_SITE), NO_NUL]
    state: Annotated[str, Field(max_length=MAX_STATE), NO_NUL] = ""
    county: Annotated[str, Field(max_length=MAX_SITE), NO_NUL] = ""
    type: Annotated[str, Field(max_length=32), NO_NUL] = ""


class NewPublicRegistration(Body):
    """What somebody says on a public page."""

    page: PageKind
    slug: Annotated[str, Field(max_length=200), NO_NUL]
    name: Annotated[str, Field(max_length=people.MAX_NAME), NO_NUL]
    email: Email
    phone: Annotated[str, Field(max_length=MAX_PHONE), NO_NUL] = ""
    profession: Words = ""
    credentials: Words = ""
    site: KnownSite | AddedSite | None = None
    zone: Annotated[str, Field(max_length=64, description="IANA time zone of the visitor"), NO_NUL] = ""
    answers: dict[str, Any] = Field({}, description="By id of the question", max_length=200)
    consents: list[Annotated[str, Field(max_length=64), NO_NUL]] = Field(
        [], description="Ids of what was agreed to", max_length=50
    )


class Registered(Out):
    """The same for everybody who comes now, known or not."""

    status: Literal["approved", "pending", "waiting"] = Field(
        description="What the page has to offer to whoever is new; mail says what it came to"
    )
    words: str


class LostLink(Body):
    """Whose links are to be mailed."""

    email: Email


class LostLinkAnswer(Out):
    """The same words for every address."""

    words: str


class PublicDateOut(Out):
    """A session to come."""

    session_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str = Field(description="IANA time zone of the hub")


class PublicSeriesOut(Out):
    """A series of the program."""

    slug: str
    title: str
    next_at: datetime | None


class PublicPageOut(Out):
    """The public page of a program or a series."""

    slug: str
    title: str
    program_name: str
    description: str
    contact: str
    zone: str
    words: list[str] = Field(description="When the sessions of a series are")
    approval: Literal["open", "coordinator"]
    full: bool = Field(description="All places are taken")
    waiting_list: bool
    closed: str = Field(description="Why nobody can register any more; empty where people can")
    questions: list[QuestionOut]
    consents: list[ConsentOut]
    dates: list[PublicDateOut]
    credit: list[CreditNotice] = Field(description="What can be claimed, and who accredits it")
    series: list[PublicSeriesOut]


class SiteQuery(Body):
    """What was typed."""

    search: Annotated[str, Field(max_length=200), NO_NUL] = ""


class FoundSite(Out):
    """A confirmed site."""

    id: str
    name: str
    state: str


class FoundSites(Out):
    """At most ten."""

    items: list[FoundSite]
