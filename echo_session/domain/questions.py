"""What a program asks of those who register: its questions, and whether an answer is one.

Pure. A question is kept as ``to_json`` gives it, an answer together with the words in which it was asked, so
that it still says something once the question has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from echo_session.domain.answers import (
    checked_board_id,
    checked_choice,
    checked_choices,
    checked_date,
    checked_license,
    checked_long_text,
    checked_number,
    checked_text,
    checked_yes_no,
)
from echo_session.domain.errors import FieldProblem
from echo_session.domain.ids import RandomBytes, unpadded
from echo_session.domain.text import tidy, tidy_lines

MAX_QUESTIONS = 50
MAX_LABEL = 300
MAX_HELP = 1000
MAX_OPTION = 200
MIN_OPTIONS, MAX_OPTIONS = 2, 100
MAX_ID = 40
_ID_BYTES = 6

EMPLOYER_TYPES = (
    "Community health center",
    "Hospital or health system",
    "Private practice",
    "Behavioral health agency",
    "School or school district",
    "University",
    "Public health department",
    "Tribal or Indian Health Service site",
    "Correctional facility",
    "Veterans or military site",
    "Community organization",
    "Other",
)
"""The answers to choose from where a program asks for the kind of employer."""


class QuestionKind(StrEnum):
    """What an answer looks like. The last three are ready made: what accreditors and grants ask for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    LICENSE = "license"
    BOARD_ID = "board_id"
    EMPLOYER_TYPE = "employer_type"


WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. An empty ``id`` is a new one's; ``settled`` gives it one."""

    id: str = ""
    kind: QuestionKind
    label: str
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    """What there is to choose from; of a choice only, and of a kind of employer once settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``value`` is text, a number, true or false, a list of text, or an object of a ready-made kind."""

    id: str
    label: str
    value: Any


def question_problems(questions: Sequence[Question], prefix: str = "questions") -> list[FieldProblem]:
    """What is wrong with a program's questions; each is named by its place, such as ``questions.3.label``."""
    problems = []
    if len(questions) > MAX_QUESTIONS:
        problems.append(FieldProblem(prefix, f"has {len(questions)} entries", f"at most {MAX_QUESTIONS}"))
    for number, question in enumerate(questions):
        place = f"{prefix}.{number}"
        problems += _length(f"{place}.label", tidy(question.label), 1, MAX_LABEL)
        problems += _length(f"{place}.help", tidy_lines(question.help), 0, MAX_HELP)
        problems += _length(f"{place}.id", question.id, 0, MAX_ID)
        problems += _option_problems(question, f"{place}.options")
        if question.id and any(question.id == other.id for other in questions[:number]):
            problems.append(FieldProblem(f"{place}.id", "is that of another question", "an id of its own"))
    return problems


def settled(questions: Iterable[Question], random: RandomBytes) -> tuple[Question, ...]:
    """Questions without problems, as they are kept: tidy, each with an id and its options."""
    return tuple(
        replace(
            question,
            id=question.id or f"q_{unpadded(random(_ID_BYTES))}",
            label=tidy(question.label),
            help=tidy_lines(question.help),
            options=_options(question),
        )
        for question in questions
    )


def to_json(question: Question) -> dict[str, Any]:
    """As the records keep it."""
    return asdict(question) | {"kind": question.kind.value, "options": list(question.options)}


def from_json(kept: Mapping[str, Any]) -> Question:
    """The question that the records keep."""
    return Question(**dict(kept) | {"kind": QuestionKind(kept["kind"]), "options": tuple(kept["options"])})


def check_answers(
    questions: Sequence[Question], given: Mapping[str, object], prefix: str = "answers"
) -> tuple[list[Answer], list[FieldProblem]]:
    """The answers as they are kept, in the order of the questions, and what is wrong with them.

    Null, empty text and an empty list are no answer, which only a required question minds.
    """
    answers: list[Answer] = []
    problems: list[FieldProblem] = []
    for question in questions:
        field = f"{prefix}.{question.id}"
        value = given.get(question.id)
        if _is_empty(value):
            if question.required:
                problems.append(FieldProblem(field, "is not answered", f"an answer: {question.label}"))
            continue
        try:
            answers.append(Answer(id=question.id, label=question.label, value=_checked(question, value)))
        except ValueError as wrong:
            message, allowed = wrong.args
            problems.append(FieldProblem(field, message, allowed))
    known = {question.id for question in questions}
    problems += [
        FieldProblem(f"{prefix}.{unknown[:MAX_ID]}", "is not asked here", "only questions that are asked")
        for unknown in given
        if unknown not in known
    ]
    return answers, problems


def _checked(question: Question, value: object) -> Any:
    """The value as it is kept. Raises ValueError(message, allowed)."""
    match question.kind:
        case QuestionKind.TEXT:
            return checked_text(value)
        case QuestionKind.LONG_TEXT:
            return checked_long_text(value)
        case QuestionKind.NUMBER:
            return checked_number(value)
        case QuestionKind.DATE:
            return checked_date(value)
        case QuestionKind.YES_NO:
            return checked_yes_no(value)
        case QuestionKind.CHOICE:
            return checked_choice(value, question.options)
        case QuestionKind.CHOICES:
            return checked_choices(value, question.options)
        case QuestionKind.LICENSE:
            return checked_license(value)
        case QuestionKind.BOARD_ID:
            return checked_board_id(value)
        case QuestionKind.EMPLOYER_TYPE:
            return checked_choice(value, EMPLOYER_TYPES)


def _is_empty(value: object) -> bool:
    match value:
        case None:
            return True
        case str():
            return not value.strip()
        case list():
            return not value
        case dict():
            return all(_is_empty(part) for part in value.values())
        case _:
            return False


def _options(question: Question) -> tuple[str, ...]:
    if question.kind is QuestionKind.EMPLOYER_TYPE:
        return EMPLOYER_TYPES
    return tuple(tidy(option) for option in question.options)


def _option_problems(question: Question, field: str) -> list[FieldProblem]:
    options = [tidy(option) for option in question.options]
    if question.kind is QuestionKind.EMPLOYER_TYPE:
        if options and tuple(options) != EMPLOYER_TYPES:
            return [FieldProblem(field, "are ready made for this kind", "leave it out")]
        return []
    if question.kind not in WITH_OPTIONS:
        return [FieldProblem(field, "are only for a choice", "leave it out")] if options else []
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        return [FieldProblem(field, f"has {len(options)} entries", f"{MIN_OPTIONS} to {MAX_OPTIONS} options")]
    problems = []
    for number, option in enumerate(options):
        problems += _length(f"{field}.{number}", option, 1, MAX_OPTION)
        if option and option.casefold() in (other.casefold() for other in options[:number]):
            problems.append(FieldProblem(f"{field}.{number}", "is there twice", "each option once"))
    return problems


def _length(field: str, text: str, least: int, most: int) -> list[FieldProblem]:
    if least <= len(text) <= most:
        return []
    return [FieldProblem(field, f"has {len(text)} characters", f"{least} to {most} characters")]
