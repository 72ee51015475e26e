"""What learners answered about sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from echo_session.domain.credit_plan import CreditPlan
from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.questions import QuestionKind, check_answers
from echo_session.store.engine import Tx
from echo_session.store.tables import EvaluationRow

__all__ = ["Summary", "evaluated", "evaluation_sent_at", "send_evaluation", "summary_of"]

_CHOSEN = frozenset({QuestionKind.CHOICE, QuestionKind.EMPLOYER_TYPE})

MOST_WORDS = 500
"""Written answers to one question that a summary shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What all answered to one question."""

    id: str
    label: str
    answered: int
    counts: Mapping[str, int]
    """Of a choice, how often each was chosen."""
    words: tuple[str, ...]
    """What was written, without by whom."""


async def evaluation_sent_at(tx: Tx, session_id: str, people: Collection[str]) -> datetime | None:
    """When one of these rows, which are one person, sent the evaluation."""
    query = select(func.min(EvaluationRow.sent_at)).where(
        EvaluationRow.session_id == session_id, EvaluationRow.person_id.in_(people)
    )
    return await tx.scalar(query)


async def evaluated(tx: Tx, session_id: str) -> set[str]:
    """Whose evaluation is there, by the row that sent it."""
    query = select(EvaluationRow.person_id).where(EvaluationRow.session_id == session_id)
    return set(await tx.scalars(query))


async def send_evaluation(
    tx: Tx,
    session_id: str,
    person_id: str,
    plan: CreditPlan,
    given: Mapping[str, object],
    *,
    now: datetime,
    random: RandomBytes,
) -> None:
    """Keeps the answers. Raises InvalidFields."""
    if not plan.evaluation:
        raise NotPossible("This session has no evaluation.")
    answers, problems = check_answers(plan.evaluation, given)
    if problems:
        raise InvalidFields(problems)
    tx.add(
        EvaluationRow(
            id=new_id(Prefix.EVALUATION, random),
            session_id=session_id,
            person_id=person_id,
            answers=[asdict(answer) for answer in answers],
            sent_at=now,
        )
    )
    await tx.flush()


async def summary_of(tx: Tx, session_id: str, plan: CreditPlan) -> tuple[int, list[Summary]]:
    """How many evaluations there are, and what they say, question by question as it was asked."""
    query = select(EvaluationRow.answers).where(EvaluationRow.session_id == session_id)
    sent = list(await tx.scalars(query.order_by(EvaluationRow.id)))
    asked: dict[tuple[str, str], list[Any]] = {}
    for answers in sent:
        for answer in answers:
            asked.setdefault((answer["id"], answer["label"]), []).append(answer["value"])
    choices = {question.id for question in plan.evaluation if question.kind in _CHOSEN}
    return len(sent), [
        _summary(question_id, label, values, chosen=question_id in choices)
        for (question_id, label), values in asked.items()
    ]


def _summary(question_id: str, label: str, values: list[Any], *, chosen: bool) -> Summary:
    counts: Counter[str] = Counter()
    words = []
    for value in values:
        match value:
            case bool():
                counts["yes" if value else "no"] += 1
            case list():
                counts.update(value)
            case str() if chosen:
                counts[value] += 1
            case dict():
                words.append(", ".join(str(part) for part in value.values()))
            case _:
                words.append(str(value))
    return Summary(
        id=question_id,
        label=label,
        answered=len(values),
        counts=dict(counts),
        words=tuple(sorted(words)[:MOST_WORDS]),
    )
