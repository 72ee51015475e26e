"""The file of results: written after every round, so that a run that was ended goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from bench.cases import Case
from bench.figures import Figures, Spread, spreads

GIVEN_UP = 2
"""A case that has failed so often is not tried again."""


class Attempt(BaseModel):
    """One round of one case."""

    model_config = ConfigDict(extra="forbid")

    round: int
    at: str
    """When, ISO 8601."""
    figures: Figures | None = None
    error: str | None = None


class Row(BaseModel):
    """All rounds of one case."""

    model_config = ConfigDict(extra="forbid")

    case: Case
    attempts: list[Attempt] = []

    @property
    def rounds(self) -> list[Figures]:
        """Those that gave figures."""
        return [one.figures for one in self.attempts if one.figures is not None]

    @property
    def failures(self) -> list[str]:
        """What went wrong in the others."""
        return [one.error for one in self.attempts if one.error is not None]

    def spreads(self) -> dict[str, Spread]:
        """Median and extremes of each figure."""
        return spreads(self.rounds)


class Results(BaseModel):
    """A whole run."""

    model_config = ConfigDict(extra="forbid")

    machine: dict[str, str]
    versions: dict[str, str]
    missing: dict[str, str]
    """Servers that could not be measured, with the way to install them."""
    seconds: float
    """Length of a round."""
    rows: list[Row] = []

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a file."""
        return cls.model_validate_json(path.read_text())

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(self.model_dump_json(indent=1, exclude_none=True))
        beside.replace(path)

    def differs(self, other: Results) -> list[str]:
        """What keeps the rounds of another run from standing beside these."""
        found = []
        if self.seconds != other.seconds:
            found.append(f"rounds of {self.seconds:g} s against {other.seconds:g} s")
        if self.machine != other.machine:
            found.append("another machine or commit")
        both = self.versions.keys() & other.versions.keys()
        found += [f"another {name}" for name in sorted(both) if self.versions[name] != other.versions[name]]
        return found

    def row(self, case: Case) -> Row:
        """The row of a case; a new one if there is none yet."""
        for row in self.rows:
            if row.case == case:
                return row
        self.rows.append(Row(case=case))
        return self.rows[-1]

    def pending(self, cases: Sequence[Case], rounds: int) -> Iterator[tuple[int, Case]]:
        """What is still to be done, round by round; each round begins with another case.

        Looks again before each step, so that what failed meanwhile counts.
        """
        for number in range(1, rounds + 1):
            start = (number - 1) % len(cases) if cases else 0
            for case in [*cases[start:], *cases[:start]]:
                row = self.row(case)
                done = any(attempt.round == number for attempt in row.attempts)
                if not done and len(row.failures) < GIVEN_UP:
                    yield number, case
