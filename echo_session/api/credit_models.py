"""What goes in and out of credit plans, credit types, claims, evaluations and completion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out, Reference
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery
from echo_session.api.program_models import QuestionOut, Questions
from echo_session.domain import credit_plan, credit_types

RoundingName = Literal["nearest", "down", "up"]
ClaimState = Literal["claimed", "withdrawn", "void"]
MarkName = Literal["case", "survey"]

Words = Annotated[str, Field(max_length=credit_plan.MAX_WORDS), NO_NUL]
TypeName = Annotated[str, Field(max_length=credit_types.MAX_NAME), NO_NUL]
Statement = Annotated[
    str,
    Field(max_length=credit_types.MAX_STATEMENT, description="The provider's; shown before the start"),
    NO_NUL,
]
Professions = Annotated[
    list[TypeName],
    Field(
        max_length=credit_types.MAX_PROFESSIONS,
        description="Whom it is for, by profession or credentials; empty: everybody",
    ),
]
Designated = Annotated[
    int | None, Field(description="The most minutes that a session is worth; null: as long as it is planned")
]


class CertificateIn(Body):
    """What a certificate of attendance says."""

    on: bool = True
    heading: Words = credit_plan.CertificateWords().heading
    issuer: Annotated[Words, Field(description="Empty: the program's name")] = ""
    signer: Words = ""
    signer_title: Words = ""


class CompletionIn(Body):
    """What completes a series."""

    share: int | None = Field(None, description="Per cent of its sessions; null: any number")
    of_session: int = Field(50, description="Per cent of a session from which on it is attended")
    case: bool = Field(False, description="A case must have been presented")
    survey: bool = Field(False, description="The survey must have been sent")


class CreditPlanChange(Body):
    """What is to be different; what is left out stays."""

    evaluation: Questions | None = None
    attestation: Annotated[str, Field(max_length=credit_plan.MAX_ATTESTATION), NO_NUL] | None = None
    claim_days: int | None = Field(
        None, description=f"{credit_plan.MIN_DAYS} to {credit_plan.MAX_DAYS} days after the end"
    )
    certificate: CertificateIn | None = None
    completion: CompletionIn | None = Field(None, description="Null: nothing completes a series")


class CertificateOut(Out):
    """What a certificate of attendance says."""

    on: bool
    heading: str
    issuer: str
    signer: str
    signer_title: str


class CompletionRuleOut(Out):
    """What completes a series."""

    share: int | None
    of_session: int
    case: bool
    survey: bool


class CreditPlanOut(Out):
    """What a program asks of learners and gives them."""

    program_id: str
    evaluation: list[QuestionOut]
    attestation: str
    claim_days: int
    certificate: CertificateOut
    completion: CompletionRuleOut | None
    revision: int = Field(description="0: the usual plan, which nobody has changed")


class NewCreditType(Body):
    """A credit type to be made."""

    name: TypeName
    provider: TypeName
    statement: Statement = ""
    professions: Professions = Field(default_factory=list)
    designated_minutes: Designated = None
    minutes_per_credit: int = Field(60, description="Of a credit, point or unit")
    minimum_minutes: int | None = Field(None, description="Who was there shorter gets none")
    minimum_share: int | None = Field(None, description="Per cent of the session's counted time")
    rounding_minutes: int = Field(1, description="Credit comes in multiples of so many minutes")
    rounding: RoundingName = "down"
    evaluation_minutes: int = Field(0, description="Added where the evaluation was sent")
    evaluation_required: bool = True
    presenters_excluded: bool = Field(True, description="No learner credit for one's own presentation")


class CreditTypeChange(Body):
    """What is to be different; what is left out stays."""

    name: TypeName | None = None
    provider: TypeName | None = None
    statement: Statement | None = None
    professions: Professions | None = None
    designated_minutes: Designated = None
    minutes_per_credit: int | None = None
    minimum_minutes: int | None = None
    minimum_share: int | None = None
    rounding_minutes: int | None = None
    rounding: RoundingName | None = None
    evaluation_minutes: int | None = None
    evaluation_required: bool | None = None
    presenters_excluded: bool | None = None


class CreditTypeOut(Out):
    """A credit type of a program."""

    id: str
    program_id: str
    position: int
    name: str
    provider: str
    statement: str
    professions: list[str]
    designated_minutes: int | None
    minutes_per_credit: int
    minimum_minutes: int | None
    minimum_share: int | None
    rounding_minutes: int
    rounding: RoundingName
    evaluation_minutes: int
    evaluation_required: bool
    presenters_excluded: bool
    archived_at: datetime | None
    created_at: datetime
    revision: int


class CreditTypeQuery(Body):
    """Which types."""

    archived: bool = Field(False, description="Those that were put away, rather than the others")


class CreditTypes(Out):
    """The types of a program, in their order."""

    items: list[CreditTypeOut]


class OfferIn(Body):
    """Whether a session offers a credit type."""

    credit_type_id: Reference
    offered: bool = True
    designated_minutes: int | None = Field(None, description="Null: as the type says")


class PresenterIn(Body):
    """Somebody who presented."""

    person_id: Reference
    minutes: int | None = Field(None, description="Null: all of the session")


class SessionCreditChange(Body):
    """What is to be different. Offers that are not named stay; presenters are given as a whole."""

    offers: Annotated[list[OfferIn], Field(max_length=credit_types.MAX_TYPES)] | None = None
    presenters: Annotated[list[PresenterIn], Field(max_length=200)] | None = None


class OfferOut(Out):
    """A credit type as a session has it."""

    credit_type_id: str
    name: str
    provider: str
    offered: bool
    own_minutes: int | None = Field(description="What this session alone is designated for")
    designated_minutes: int = Field(description="The most that comes of it")


class PresenterOut(Out):
    """Somebody who presented."""

    person_id: str
    name: str
    minutes: int | None


class SessionCredit(Out):
    """What credit a session offers, and who presented in it."""

    session_id: str
    offers: list[OfferOut]
    presenters: list[PresenterOut]


class ClaimQuery(PageQuery):
    """Which claims."""

    session_id: Reference | None = None
    program_id: Reference | None = None
    credit_type_id: Reference | None = None
    person_id: Reference | None = None
    state: ClaimState | None = None


class Basis(Out):
    """What a claim stands on."""

    edition: int | None = Field(description="Number of the edition of the attendance")
    head: str = Field(description="Hash of the last of the events")
    links: int
    events: list[str] = Field(description="Ids of the events that the time was worked out from")
    rule: dict[str, Any] = Field(description="How the type counted when it was claimed")
    designated_minutes: int
    profession: str
    credentials: str
    why: list[str] = Field(description="How the minutes came about")


class Earlier(Out):
    """What a claim was before."""

    until: datetime
    state: ClaimState
    minutes: int
    credit: str
    counted_seconds: int
    edition: int | None
    why: str
    by: str = ""


class ClaimOut(Out):
    """Credit that somebody claimed. The accredited provider alone issues it."""

    id: str
    session_id: str
    session_title: str
    starts_at: datetime
    zone: str
    program_id: str | None
    person_id: str
    person_name: str
    credit_type_id: str
    type_name: str
    provider: str
    state: ClaimState
    minutes: int
    credit: str
    counted_seconds: int
    attestation: str
    claimed_at: datetime
    basis: Basis
    history: list[Earlier]
    revision: int


class ClaimPage(Out):
    """A page of claims, latest first."""

    items: list[ClaimOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class Withdrawal(Body):
    """Why a claim is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=500), NO_NUL]


class LearnerOf(Body):
    """Whose page."""

    person_id: Reference


class LearnerAddress(Out):
    """A learner's page. Whoever has the address may claim as that person."""

    link: str


class AnswersTo(Out):
    """What all answered to one question."""

    id: str
    label: str
    answered: int
    counts: dict[str, int]
    words: list[str] = Field(description="What was written, without by whom")


class Evaluations(Out):
    """What the evaluations of a session say."""

    session_id: str
    sent: int
    attended: int = Field(description="People whose time counts")
    questions: list[AnswersTo]


class CompletionLine(Out):
    """How far one person is."""

    person_id: str
    name: str
    email: str
    marks: list[MarkName]
    complete: bool
    attended: list[str] = Field(description="Sessions that count for them")
    needed: int
    total: int
    why: list[str] = Field(description="What is missing")


class SeriesCompletionOut(Out):
    """Who has completed a series."""

    series_id: str
    rule: CompletionRuleOut | None
    total: int = Field(description="Sessions that take place, past ones and future ones")
    held: int = Field(description="Sessions that are over")
    editions: dict[str, int] = Field(description="By which edition of its attendance each is counted")
    people: list[CompletionLine]


class Mark(Body):
    """What somebody did that attendance does not tell."""

    person_id: Reference
    what: MarkName
