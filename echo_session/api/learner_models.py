"""What goes in and out of the learner's page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out, Reference
from echo_session.api.operation import Body
from echo_session.api.program_models import QuestionOut

Standing = Literal["claimable", "evaluate", "waits", "none"]


class ConnectionProof(Body):
    """A device that was in a room, by what its page keeps to come back."""

    connection_id: Reference
    secret: Annotated[str, Field(max_length=200), NO_NUL]


class LearnerLink(Out):
    """The way to the learner's page."""

    token: str


class Answers(Body):
    """An evaluation."""

    answers: dict[str, Any] = Field(description="By id of the question", max_length=200)


class NewClaim(Body):
    """A claim."""

    credit_type_id: Reference
    attested: Annotated[str, Field(max_length=2000, description="The attestation, word for word"), NO_NUL]


class LearnerPerson(Out):
    """Who the page is for."""

    name: str
    profession: str
    credentials: str


class LearnerSession(Out):
    """Which session."""

    id: str
    title: str
    program_name: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    contact: str
    over: bool = Field(description="False while it goes on: the time is what there is so far")


class Stay(Out):
    """From when to when somebody was there."""

    joined_at: datetime
    left_at: datetime | None


class Attended(Out):
    """Somebody's time."""

    counted_seconds: int
    countable_seconds: int
    sentence: str
    intervals: list[Stay]
    corrected: bool


class EvaluationOut(Out):
    """What is asked, and when it was answered."""

    questions: list[QuestionOut]
    sent_at: datetime | None


class Claimed(Out):
    """What was claimed."""

    state: Literal["claimed", "withdrawn", "void"]
    minutes: int
    credit: str
    claimed_at: datetime
    changed: str = Field(description="That a correction has changed it since, in a sentence; else empty")


class TypeOut(Out):
    """A credit type that the session offers."""

    id: str
    name: str
    provider: str
    statement: str
    eligible: bool = Field(description="It can be claimed now")
    standing: Standing = Field(description="`evaluate`: once the evaluation is sent; `waits`: once matched")
    why: list[str]
    minutes: int
    credit: str
    claimed: Claimed | None


class CertificateState(Out):
    """The certificate of attendance. It is not credit."""

    on: bool = Field(description="There is one to be had")
    code: str | None


class LearnerPage(Out):
    """All that the learner's page shows."""

    person: LearnerPerson
    session: LearnerSession
    attended: Attended
    matched: bool
    closes_at: datetime = Field(description="Until when credit can be claimed")
    closed: str = Field(description="Why nothing can be claimed now, in a sentence; else empty")
    evaluation: EvaluationOut
    attestation: str
    types: list[TypeOut]
    certificate: CertificateState
