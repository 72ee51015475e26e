"""A credit type of a program: what it is called, who accredits it, and by which rule it counts."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, get_args

from echo_session.domain.credit import Rounding, Rule
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.text import tidy, tidy_lines

MAX_TYPES = 50
"""Of a program, those too that are put away."""
MAX_NAME = 200
MAX_STATEMENT = 5000
MAX_PROFESSIONS = 50
MAX_MINUTES = 24 * 60
MAX_UNIT = 6000
"""Minutes to a credit: a CEU has 600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTypeDraft(Rule):
    """What a credit type is asked to be: its rule, and what people read of it."""

    name: str
    provider: str
    statement: str = ""
    designated_minutes: int | None = None
    """The most that a session is worth; None: as long as it was planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditType(CreditTypeDraft):
    """A credit type of a program."""

    id: str
    program_id: str
    position: int
    archived_at: datetime | None
    created_at: datetime
    revision: int

    @property
    def rule(self) -> Rule:
        """How it counts, and nothing else of it."""
        return Rule(**{field.name: getattr(self, field.name) for field in fields(Rule)})


def create(
    draft: CreditTypeDraft, *, program_id: str, position: int, now: datetime, random: RandomBytes
) -> CreditType:
    """A new type, at this place among its program's. Raises InvalidFields, NotPossible."""
    if position > MAX_TYPES:
        raise NotPossible(f"A program has at most {MAX_TYPES} credit types, with those that are put away.")
    return CreditType(
        **_settled(draft),
        id=new_id(Prefix.CREDIT_TYPE, random),
        program_id=program_id,
        position=position,
        archived_at=None,
        created_at=now,
        revision=1,
    )


def change(before: CreditType, wanted: CreditTypeDraft) -> CreditType:
    """The changed type; the same one where nothing is different. Claims stay by the rule that they were made
    by. Raises InvalidFields."""
    after = replace(before, **_settled(wanted))
    return before if after == before else replace(after, revision=before.revision + 1)


def draft_of(kept: CreditType) -> CreditTypeDraft:
    """What one would ask for to get this type."""
    return CreditTypeDraft(**{field.name: getattr(kept, field.name) for field in fields(CreditTypeDraft)})


def put_away(before: CreditType, at: datetime | None) -> CreditType:
    """The type put away then, or in use again."""
    if (before.archived_at is None) == (at is None):
        return before
    return replace(before, archived_at=at, revision=before.revision + 1)


def _settled(draft: CreditTypeDraft) -> dict[str, Any]:
    """The fields as they are kept. Raises InvalidFields."""
    kept = {field.name: getattr(draft, field.name) for field in fields(CreditTypeDraft)} | {
        "name": tidy(draft.name),
        "provider": tidy(draft.provider),
        "statement": tidy_lines(draft.statement),
        "professions": tuple(dict.fromkeys(filter(None, map(tidy, draft.professions)))),
    }
    problems = _problems(CreditTypeDraft(**kept))
    if problems:
        raise InvalidFields(problems)
    return kept


def _problems(draft: CreditTypeDraft) -> list[FieldProblem]:
    lengths = (("name", 1, MAX_NAME), ("provider", 1, MAX_NAME), ("statement", 0, MAX_STATEMENT))
    problems = [
        FieldProblem(name, f"has {len(getattr(draft, name))} characters", f"{least} to {most} characters")
        for name, least, most in lengths
        if not least <= len(getattr(draft, name)) <= most
    ]
    numbers = (
        ("designated_minutes", 1, MAX_MINUTES),
        ("minutes_per_credit", 1, MAX_UNIT),
        ("minimum_minutes", 0, MAX_MINUTES),
        ("minimum_share", 0, 100),
        ("rounding_minutes", 1, MAX_MINUTES),
        ("evaluation_minutes", 0, 120),
    )
    for name, least, most in numbers:
        number = getattr(draft, name)
        if number is not None and not least <= number <= most:
            problems.append(FieldProblem(name, f"is {number}", f"{least} to {most}"))
    if draft.rounding not in get_args(Rounding):
        problems.append(FieldProblem("rounding", f"is {draft.rounding!r}", " | ".join(get_args(Rounding))))
    if len(draft.professions) > MAX_PROFESSIONS:
        problems.append(
            FieldProblem("professions", f"has {len(draft.professions)} entries", f"at most {MAX_PROFESSIONS}")
        )
    problems += [
        FieldProblem(f"professions.{number}", f"has {len(one)} characters", f"1 to {MAX_NAME} characters")
        for number, one in enumerate(draft.professions)
        if len(one) > MAX_NAME
    ]
    return problems
