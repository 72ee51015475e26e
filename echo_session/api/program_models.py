"""What goes in and out of /programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out, Zone
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery, Search
from echo_session.domain import consents, programs, questions, slugs

ApprovalName = Literal["open", "coordinator"]
QuestionKindName = Literal[
    "text",
    "long_text",
    "number",
    "date",
    "yes_no",
    "choice",
    "choices",
    "license",
    "board_id",
    "employer_type",
]

Name = Annotated[str, Field(max_length=programs.MAX_NAME), NO_NUL]
Slug = Annotated[
    str,
    Field(
        max_length=slugs.MAX_SLUG,
        description="Names the public page; made from the name where it is empty",
        examples=["pediatric-asthma"],
    ),
    NO_NUL,
]
Summary = Annotated[str, Field(max_length=programs.MAX_SUMMARY), NO_NUL]
ProgramContact = Annotated[
    str, Field(max_length=programs.MAX_CONTACT, description="Whom people ask for help"), NO_NUL
]
Public = Annotated[bool, Field(description="Its page is shown, and people may register there")]
ApprovalField = Annotated[
    ApprovalName, Field(description="Whether a coordinator approves each registration of the public page")
]
Capacity = Annotated[
    int | None,
    Field(description=f"At most so many participants, 1 to {programs.MAX_CAPACITY}; null: any number"),
]
WaitingList = Annotated[bool, Field(description="Who comes when it is full waits for a place")]
Reminders = Annotated[
    list[int],
    Field(
        max_length=programs.MAX_REMINDERS,
        description=f"Minutes before the start, 0 to {programs.MAX_REMINDER}; 0 is when the room opens",
        examples=[[1440, 60, 0]],
    ),
]


class QuestionIn(Body):
    """Something that people are asked when they register."""

    id: Annotated[str, Field(max_length=questions.MAX_ID, description="Empty for a new one"), NO_NUL] = ""
    kind: QuestionKindName
    label: Annotated[str, Field(max_length=questions.MAX_LABEL), NO_NUL]
    help: Annotated[str, Field(max_length=questions.MAX_HELP), NO_NUL] = ""
    required: bool = False
    options: list[Annotated[str, Field(max_length=questions.MAX_OPTION), NO_NUL]] = Field(
        default_factory=list,
        max_length=questions.MAX_OPTIONS,
        description="Of the kinds choice and choices: what there is to choose from",
    )


class ConsentIn(Body):
    """Something that people agree to when they register; other words are another consent."""

    id: Annotated[str, Field(max_length=consents.MAX_ID, description="Empty for a new one"), NO_NUL] = ""
    title: Annotated[str, Field(max_length=consents.MAX_TITLE), NO_NUL]
    text: Annotated[str, Field(max_length=consents.MAX_TEXT), NO_NUL]
    required: bool = False


Questions = Annotated[list[QuestionIn], Field(max_length=questions.MAX_QUESTIONS)]
Consents = Annotated[list[ConsentIn], Field(max_length=consents.MAX_CONSENTS)]


class NewProgram(Body):
    """A program to be made."""

    name: Name
    zone: Zone
    slug: Slug = ""
    summary: Summary = ""
    contact: ProgramContact = ""
    public: Public = True
    approval: ApprovalField = "open"
    capacity: Capacity = None
    waiting_list: WaitingList = False
    reminders: Reminders = Field(default_factory=lambda: list(programs.USUAL_REMINDERS))
    questions: Questions = Field(default_factory=list)
    consents: Consents = Field(default_factory=list)


class ProgramChange(Body):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    zone: Zone | None = None
    slug: Slug | None = None
    summary: Summary | None = None
    contact: ProgramContact | None = None
    public: Public | None = None
    approval: ApprovalField | None = None
    capacity: Capacity = None
    waiting_list: WaitingList | None = None
    reminders: Reminders | None = None
    questions: Questions | None = None
    consents: Consents | None = None


class ProgramQuery(PageQuery):
    """Which programs, and which page of them."""

    search: Search = ""
    archived: bool = Field(False, description="Those that were put away, rather than the others")


class QuestionOut(Out):
    """A question, with its id."""

    id: str
    kind: QuestionKindName
    label: str
    help: str
    required: bool
    options: list[str]


class ConsentOut(Out):
    """A consent, with its id."""

    id: str
    title: str
    text: str
    required: bool


class ProgramOut(Out):
    """A program."""

    id: str
    slug: str
    name: str
    summary: str
    contact: str
    zone: str
    public: bool
    approval: ApprovalName
    capacity: int | None
    waiting_list: bool
    reminders: list[int] = Field(description="Minutes before the start, earliest first")
    questions: list[QuestionOut]
    consents: list[ConsentOut]
    page: str = Field(description="Address of its public page")
    feed: str | None = Field(description="Address of its calendar feed; null where it has none")
    series_count: int
    registered: int = Field(description="People who are registered for the whole program")
    archived_at: datetime | None
    created_at: datetime
    revision: int


class ProgramPage(Out):
    """A page of programs, in the order of their names."""

    items: list[ProgramOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class Feed(Out):
    """A calendar feed; whoever has the address may read it."""

    feed: str
