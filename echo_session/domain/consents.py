"""What people agree to when they register, in the words that they read.

Pure. A consent whose words change is another one, with an id of its own: nobody has agreed to what they have
not read, not even somebody whose page was open while the words were changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from echo_session.domain.errors import FieldProblem
from echo_session.domain.ids import RandomBytes, unpadded
from echo_session.domain.text import tidy, tidy_lines

MAX_CONSENTS = 20
MAX_TITLE = 200
MAX_TEXT = 10_000
MAX_ID = 40
_ID_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One thing to agree to. An empty ``id`` is a new one's; ``settled`` gives it one."""

    id: str = ""
    title: str
    text: str
    required: bool = False
    """Nobody can register who does not agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What somebody agreed to, word by word, and when."""

    id: str
    title: str
    text: str
    agreed_at: datetime


def consent_problems(consents: Sequence[Consent], prefix: str = "consents") -> list[FieldProblem]:
    """What is wrong with a program's consents; each is named by its place, such as ``consents.0.text``."""
    problems = []
    if len(consents) > MAX_CONSENTS:
        problems.append(FieldProblem(prefix, f"has {len(consents)} entries", f"at most {MAX_CONSENTS}"))
    for number, consent in enumerate(consents):
        for field, text, least, most in (
            ("title", tidy(consent.title), 1, MAX_TITLE),
            ("text", tidy_lines(consent.text), 1, MAX_TEXT),
            ("id", consent.id, 0, MAX_ID),
        ):
            if not least <= len(text) <= most:
                allowed = f"{least} to {most} characters"
                problems.append(
                    FieldProblem(f"{prefix}.{number}.{field}", f"has {len(text)} characters", allowed)
                )
        if consent.id and any(consent.id == other.id for other in consents[:number]):
            problems.append(
                FieldProblem(f"{prefix}.{number}.id", "is that of another consent", "an id of its own")
            )
    return problems


def settled(wanted: Iterable[Consent], before: Iterable[Consent], random: RandomBytes) -> tuple[Consent, ...]:
    """Consents without problems, as they are kept. Only one whose words are as they were keeps its id."""
    words = {consent.id: (consent.title, consent.text) for consent in before}
    result = []
    for consent in wanted:
        title, text = tidy(consent.title), tidy_lines(consent.text)
        same = bool(consent.id) and words.get(consent.id) == (title, text)
        consent_id = consent.id if same else f"c_{unpadded(random(_ID_BYTES))}"
        result.append(replace(consent, id=consent_id, title=title, text=text))
    return tuple(result)


def to_json(consent: Consent) -> dict[str, Any]:
    """As the records keep it."""
    return asdict(consent)


def from_json(kept: Mapping[str, Any]) -> Consent:
    """The consent that the records keep."""
    return Consent(**kept)


def check_consents(
    consents: Sequence[Consent], agreed: Sequence[str], *, now: datetime, prefix: str = "consents"
) -> tuple[list[Agreement], list[FieldProblem]]:
    """What was agreed to, in the order of the consents, and what is missing or unknown."""
    problems = [
        FieldProblem(f"{prefix}.{consent.id}", "is not agreed to", f"agreement to: {consent.title}")
        for consent in consents
        if consent.required and consent.id not in agreed
    ]
    known = {consent.id for consent in consents}
    problems += [
        FieldProblem(
            f"{prefix}.{unknown[:MAX_ID]}",
            "is worded otherwise now, or is not asked for any more",
            "load the page again and read what it says now",
        )
        for unknown in agreed
        if unknown not in known
    ]
    agreements = [
        Agreement(id=consent.id, title=consent.title, text=consent.text, agreed_at=now)
        for consent in consents
        if consent.id in agreed
    ]
    return agreements, problems
