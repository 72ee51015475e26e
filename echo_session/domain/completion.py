"""Completion of a series: a rule of its own, beside what each session is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from echo_session.domain.errors import FieldProblem

__all__ = ["Attended", "Completion", "CompletionRule", "completion"]

USUAL_OF_SESSION = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRule:
    """What completes a series. What is not asked for is None, or false."""

    share: int | None = None
    """Per cent of the series' sessions that somebody must have attended."""
    of_session: int = USUAL_OF_SESSION
    """Per cent of a session's counted time from which on it is attended."""
    case: bool = False
    """A case must have been presented."""
    survey: bool = False
    """The survey at the end must have been sent."""

    def problems(self) -> list[FieldProblem]:
        """What is wrong with it."""
        problems = []
        for name, least in (("share", 1), ("of_session", 1)):
            number = getattr(self, name)
            if number is not None and not least <= number <= 100:
                problems.append(FieldProblem(f"completion.{name}", f"is {number}", f"{least} to 100"))
        if self.share is None and not self.case and not self.survey:
            allowed = "a share of the sessions, a case or a survey; or no completion at all"
            problems.append(FieldProblem("completion", "asks for nothing", allowed))
        return problems

    def to_json(self) -> dict[str, Any]:
        """As the records keep it."""
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> CompletionRule:
        """The rule that the records keep."""
        return CompletionRule(**dict(kept))


@dataclass(frozen=True, slots=True)
class Attended:
    """One session of the series, as one person saw it."""

    session_id: str
    counted_seconds: int
    countable_seconds: int
    edition: int | None = None
    """By which edition of its attendance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How far somebody is."""

    complete: bool
    attended: tuple[str, ...]
    """Sessions that count for them: what the result stands on."""
    needed: int
    """So many sessions are asked for; 0 where none are."""
    total: int
    why: tuple[str, ...]
    """What is missing, a sentence each; empty where nothing is."""


def completion(
    rule: CompletionRule, sessions: Sequence[Attended], *, total: int, marks: frozenset[str]
) -> Completion:
    """How far somebody is with a series of ``total`` sessions that take place, past ones and future ones.

    Args:
        marks: of "case" and "survey", what they have done.
    """
    attended = tuple(one.session_id for one in sessions if _attended(rule, one))
    needed = 0 if rule.share is None else max(1, -(-rule.share * total // 100))
    why = []
    if len(attended) < needed:
        why.append(f"{len(attended)} of the {needed} sessions that are needed, of {total} in all.")
    if rule.case and "case" not in marks:
        why.append("No case presented yet.")
    if rule.survey and "survey" not in marks:
        why.append("The survey has not been sent yet.")
    return Completion(complete=not why, attended=attended, needed=needed, total=total, why=tuple(why))


def _attended(rule: CompletionRule, one: Attended) -> bool:
    return one.counted_seconds > 0 and one.counted_seconds * 100 >= rule.of_session * one.countable_seconds
