"""What a link claims."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkKind(StrEnum):
    """Whom a link is for. The values are the token's ``typ``."""

    PERSONAL = "link"
    PUBLIC = "public"
    PRACTICE = "practice"
    CONSOLE = "console"
    LEARNER = "learner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says, its signature checked. Good only while the records agree."""

    kind: LinkKind
    session_id: str
    """Empty in a personal link for a series or a program."""
    epoch: int = 0
    registration_id: str | None = None
    account_id: str | None = None
    person_id: str | None = None
