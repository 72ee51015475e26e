"""A program: what a hub offers over the years, whom it lets in, what it asks them, when it reminds them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from echo_session.domain import consents, questions
from echo_session.domain.consents import Consent
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.questions import Question
from echo_session.domain.registering import Approval
from echo_session.domain.slugs import check_slug
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import check_zone

MAX_NAME = 200
MAX_SUMMARY = 5000
MAX_CONTACT = 200
MAX_CAPACITY = 100_000
MAX_REMINDERS = 5
MAX_REMINDER = 14 * 24 * 60
"""Minutes; who is reminded earlier has forgotten again."""
USUAL_REMINDERS = (24 * 60, 60, 0)
"""The day before, the hour before, and when the room opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramDraft:
    """What a program is asked to be. An empty ``slug`` is made from the name."""

    name: str
    zone: str
    slug: str = ""
    summary: str = ""
    contact: str = ""
    public: bool = True
    """Its page is shown, and people may register there."""
    approval: Approval = Approval.OPEN
    capacity: int | None = None
    """At most so many approved participants; None: no limit."""
    waiting_list: bool = False
    reminders: tuple[int, ...] = USUAL_REMINDERS
    """Minutes before the start; 0 is when the room opens."""
    questions: tuple[Question, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program as it is kept."""

    id: str
    slug: str
    name: str
    summary: str
    contact: str
    zone: str
    public: bool
    approval: Approval
    capacity: int | None
    waiting_list: bool
    reminders: tuple[int, ...]
    """Earliest first."""
    questions: tuple[Question, ...]
    consents: tuple[Consent, ...]
    archived_at: datetime | None
    created_at: datetime
    revision: int


_DRAFTED = tuple(field.name for field in fields(ProgramDraft))


def create(draft: ProgramDraft, *, slug: str, now: datetime, random: RandomBytes) -> Program:
    """A new program.

    Args:
        slug: one that is free.

    Raises:
        InvalidFields: names every field that is wrong.
    """
    wanted = _settled(draft, (), random)
    return Program(
        **_fields(wanted) | {"slug": slug},
        id=new_id(Prefix.PROGRAM, random),
        archived_at=None,
        created_at=now,
        revision=1,
    )


def draft_of(program: Program) -> ProgramDraft:
    """What the program would be asked to be, to be what it is: replace the fields that are to change."""
    return ProgramDraft(**{name: getattr(program, name) for name in _DRAFTED})


def change(program: Program, wanted: ProgramDraft, *, random: RandomBytes) -> Program:
    """The program with the change made; the same object where nothing is different. Raises InvalidFields."""
    settled = _settled(wanted, program.consents, random)
    changed = replace(program, **_fields(settled) | {"slug": settled.slug or program.slug})
    return program if changed == program else replace(changed, revision=program.revision + 1)


def archive(program: Program, *, now: datetime) -> Program:
    """The program, put away: lists leave it out, nobody can register. Its sessions stay."""
    if program.archived_at is not None:
        return program
    return replace(program, archived_at=now, revision=program.revision + 1)


def restore(program: Program) -> Program:
    """The program, back among the others."""
    if program.archived_at is None:
        return program
    return replace(program, archived_at=None, revision=program.revision + 1)


def _fields(draft: ProgramDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _DRAFTED}


def _settled(draft: ProgramDraft, before: tuple[Consent, ...], random: RandomBytes) -> ProgramDraft:
    problems = [
        *_text_problems(draft),
        *_number_problems(draft),
        *questions.question_problems(draft.questions),
        *consents.consent_problems(draft.consents),
    ]
    if problems:
        raise InvalidFields(problems)
    return replace(
        draft,
        name=tidy(draft.name),
        summary=tidy_lines(draft.summary),
        contact=tidy(draft.contact),
        reminders=tuple(sorted(draft.reminders, reverse=True)),
        questions=questions.settled(draft.questions, random),
        consents=consents.settled(draft.consents, before, random),
    )


def _text_problems(draft: ProgramDraft) -> list[FieldProblem]:
    problems = [
        FieldProblem(field, f"has {len(text)} characters", f"{least} to {most} characters")
        for field, text, least, most in (
            ("name", tidy(draft.name), 1, MAX_NAME),
            ("summary", tidy_lines(draft.summary), 0, MAX_SUMMARY),
            ("contact", tidy(draft.contact), 0, MAX_CONTACT),
        )
        if not least <= len(text) <= most
    ]
    found = (check_zone(draft.zone), check_slug(draft.slug) if draft.slug else None)
    return problems + [problem for problem in found if problem is not None]


def _number_problems(draft: ProgramDraft) -> list[FieldProblem]:
    problems = []
    if draft.capacity is not None and not 1 <= draft.capacity <= MAX_CAPACITY:
        allowed = f"1 to {MAX_CAPACITY} people, or null for any number"
        problems.append(FieldProblem("capacity", f"{draft.capacity} is out of range", allowed))
    if len(draft.reminders) > MAX_REMINDERS:
        problems.append(
            FieldProblem("reminders", f"has {len(draft.reminders)} entries", f"at most {MAX_REMINDERS}")
        )
    for number, minutes in enumerate(draft.reminders):
        if not 0 <= minutes <= MAX_REMINDER:
            allowed = f"0 to {MAX_REMINDER} minutes before the start"
            problems.append(FieldProblem(f"reminders.{number}", f"{minutes} is out of range", allowed))
        elif minutes in draft.reminders[:number]:
            problems.append(FieldProblem(f"reminders.{number}", "is there twice", "each time once"))
    return problems
