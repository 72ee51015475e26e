"""What somebody said afterwards about who was there: added to the chain, never a change of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from echo_session.domain.ledger import Kind, Link, ordered
from echo_session.domain.spans import Span

Action = Literal["add", "strike"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """That somebody was there then as well, or was not."""

    id: str
    event_id: str
    person_id: str
    action: Action
    start: datetime
    end: datetime
    by: str
    reason: str
    at: datetime
    undone: bool = False
    undone_by: str = ""
    undo_reason: str = ""
    undone_at: datetime | None = None

    @property
    def span(self) -> Span:
        """The time that it is about."""
        return Span(self.start, self.end)


def corrections_of(links: Iterable[Link], survivors: Mapping[str, str] | None = None) -> list[Correction]:
    """Every correction in the chain, in order; those too that were taken back."""
    found: dict[str, Correction] = {}
    for link in ordered(links):
        if link.kind is not Kind.CORRECTED or not link.detail:
            continue
        detail = link.said
        if detail["action"] == "undo":
            undone = found.get(detail["event_id"])
            if undone is not None and not undone.undone:
                found[undone.event_id] = replace(
                    undone, undone=True, undone_by=link.by, undo_reason=link.reason, undone_at=link.wall_utc
                )
            continue
        found[link.event_id] = Correction(
            id=link.connection_id,
            event_id=link.event_id,
            person_id=(survivors or {}).get(link.person_id, link.person_id),
            action=detail["action"],
            start=datetime.fromisoformat(detail["from"]),
            end=datetime.fromisoformat(detail["until"]),
            by=link.by,
            reason=link.reason,
            at=link.wall_utc,
        )
    return list(found.values())
