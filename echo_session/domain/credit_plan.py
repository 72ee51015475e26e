"""What a program asks of learners and gives them: evaluation, attestation, certificate, completion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from echo_session.domain import questions
from echo_session.domain.completion import CompletionRule
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import RandomBytes
from echo_session.domain.questions import Question, QuestionKind
from echo_session.domain.text import tidy, tidy_lines

MAX_ATTESTATION = 2000
MAX_WORDS = 200
MIN_DAYS, MAX_DAYS = 1, 366
USUAL_DAYS = 42
AGREE = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")

USUAL_ATTESTATION = (
    "I attest that I took part in this session, and that the credit that I claim is commensurate with the "
    "extent of my participation."
)
USUAL_EVALUATION = (
    Question(
        id="objectives",
        kind=QuestionKind.CHOICE,
        label="The session met its learning objectives.",
        required=True,
        options=AGREE,
    ),
    Question(
        id="useful",
        kind=QuestionKind.CHOICE,
        label="What I learned is useful in my work.",
        required=True,
        options=AGREE,
    ),
    Question(
        id="unbiased",
        kind=QuestionKind.YES_NO,
        label="Was the session free of commercial bias?",
        required=True,
    ),
    Question(id="change", kind=QuestionKind.LONG_TEXT, label="What will you do differently?"),
)
"""What accreditors ask anyway; a program changes it as it likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateWords:
    """What a certificate of attendance says beside who, what, when and how long."""

    on: bool = True
    heading: str = "Certificate of attendance"
    issuer: str = ""
    """Empty: the program's name."""
    signer: str = ""
    signer_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPlan:
    """The plan of a program; revision 0 is the usual one, which nobody has changed."""

    evaluation: tuple[Question, ...] = USUAL_EVALUATION
    attestation: str = USUAL_ATTESTATION
    claim_days: int = USUAL_DAYS
    certificate: CertificateWords = CertificateWords()
    completion: CompletionRule | None = None
    revision: int = 0

    def closes_at(self, ended_at: datetime) -> datetime:
        """Until when credit for a session that ended then can be claimed."""
        return ended_at + timedelta(days=self.claim_days)


USUAL = CreditPlan()
NO_PROGRAM = CreditPlan(evaluation=())
"""Of a session that belongs to no program: there is nobody to evaluate it for."""


def change(before: CreditPlan, wanted: CreditPlan, *, random: RandomBytes) -> CreditPlan:
    """The changed plan; the same one where nothing is different. Raises InvalidFields."""
    problems = _problems(wanted)
    if problems:
        raise InvalidFields(problems)
    words = wanted.certificate
    after = replace(
        wanted,
        evaluation=questions.settled(wanted.evaluation, random),
        attestation=tidy_lines(wanted.attestation),
        certificate=CertificateWords(
            on=words.on, **{name: tidy(getattr(words, name)) for name in _CERTIFICATE}
        ),
        revision=before.revision,
    )
    return before if after == before else replace(after, revision=before.revision + 1)


def to_json(plan: CreditPlan) -> dict[str, Any]:
    """As the records keep it, column by column."""
    words, rule = plan.certificate, plan.completion
    return {
        "evaluation": [questions.to_json(question) for question in plan.evaluation],
        "attestation": plan.attestation,
        "claim_days": plan.claim_days,
        "certificate": {"on": words.on} | {name: getattr(words, name) for name in _CERTIFICATE},
        "completion": None if rule is None else rule.to_json(),
        "revision": plan.revision,
    }


_CERTIFICATE = ("heading", "issuer", "signer", "signer_title")


def _problems(plan: CreditPlan) -> list[FieldProblem]:
    problems = questions.question_problems(plan.evaluation, "evaluation")
    attestation = tidy_lines(plan.attestation)
    if not 1 <= len(attestation) <= MAX_ATTESTATION:
        allowed = f"1 to {MAX_ATTESTATION} characters"
        problems.append(FieldProblem("attestation", f"has {len(attestation)} characters", allowed))
    if not MIN_DAYS <= plan.claim_days <= MAX_DAYS:
        problems.append(FieldProblem("claim_days", f"is {plan.claim_days}", f"{MIN_DAYS} to {MAX_DAYS}"))
    for name in _CERTIFICATE:
        text = tidy(getattr(plan.certificate, name))
        least = 1 if name == "heading" else 0
        if not least <= len(text) <= MAX_WORDS:
            allowed = f"{least} to {MAX_WORDS} characters"
            problems.append(FieldProblem(f"certificate.{name}", f"has {len(text)} characters", allowed))
    return problems + ([] if plan.completion is None else plan.completion.problems())
