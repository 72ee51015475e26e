"""What the domain refuses, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class DomainError(Exception):
    """Asked for something that the rules do not allow."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that is wrong: its name, what is wrong with it, and what would be right."""

    field: str
    message: str
    allowed: str


class InvalidFields(DomainError):
    """One or more fields are wrong; ``problems`` names each."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))


class NotPossible(DomainError):
    """The thing is in a state in which this cannot be done; the message says which, and what to do."""


class BrokenChain(DomainError):
    """An attendance chain does not hold: ``position`` is the first link that is not what was written, and
    ``event_id`` what stands there; empty where nothing does."""

    def __init__(self, session_id: str, position: int, why: str, event_id: str = "") -> None:
        self.session_id = session_id
        self.position = position
        self.why = why
        self.event_id = event_id
        named = f" ({event_id})" if event_id else ""
        super().__init__(
            f"attendance of {session_id} is not what was written, at link {position}{named}: {why}"
        )
