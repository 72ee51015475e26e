"""A series as tests hold it: what commands keep in the records, kept in a tuple."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from echo_session.domain import series, series_cancel, series_change
from echo_session.domain.rules import Rule
from echo_session.domain.series import SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.series_outcome import Outcome, Scope, Whole
from echo_session.domain.sessions import Session, Status
from scheduler.recurrence import expand

BIWEEKLY = Rule(freq="weekly", interval=2, weekdays=(3,), count=6)
random = secrets.token_bytes


def draft(**changes: Any) -> SeriesDraft:
    asked = SeriesDraft(
        program_id="prg_1",
        title="Autism ECHO",
        zone="America/Denver",
        starts_local=datetime.fromisoformat("2026-09-10T12:00"),
        duration_minutes=60,
        rule=BIWEEKLY,
    )
    return replace(asked, **changes)


@dataclass
class Kept:
    """A series, and the clock."""

    whole: Whole
    now: datetime

    @classmethod
    def made(cls, now: datetime, **changes: Any) -> Kept:
        new = series.create(draft(**changes), slug="autism", expand=expand, now=now, random=random)
        return cls(Whole(series=new.series, parts=(new.part,), sessions=new.sessions), now)

    def change(self, first: Session | None = None, **wanted: Any) -> Outcome:
        return self.keep(
            series_change.change(
                self.whole,
                SeriesChange(**wanted),
                scope="all" if first is None else "following",
                first=first,
                expand=expand,
                now=self.now,
                random=random,
            )
        )

    def cancel(self, first: Session | None = None, reason: str = "") -> Outcome:
        scope: Scope = "all" if first is None else "following"
        return self.keep(
            series_cancel.cancel(
                self.whole,
                scope=scope,
                first=first,
                reason=reason,
                expand=expand,
                now=self.now,
                random=random,
            )
        )

    def restore(self) -> Outcome:
        return self.keep(series_cancel.restore(self.whole, now=self.now))

    def keep(self, outcome: Outcome) -> Outcome:
        parts = {part.id: part for part in (*self.whole.parts, *outcome.parts)}
        sessions = {one.id: one for one in (*self.whole.sessions, *outcome.changed, *outcome.added)}
        self.whole = Whole(
            series=outcome.series,
            parts=tuple(sorted(parts.values(), key=lambda part: part.position)),
            sessions=tuple(sessions.values()),
        )
        return outcome

    def put(self, session: Session) -> None:
        others = {one.id: one for one in self.whole.sessions}
        self.whole = replace(self.whole, sessions=tuple((others | {session.id: session}).values()))

    def sessions(self, *, cancelled: bool = False) -> list[Session]:
        wanted = [s for s in self.whole.sessions if cancelled or s.status is not Status.CANCELLED]
        return sorted(wanted, key=lambda s: s.starts_at)

    def days(self) -> list[str]:
        return [f"{s.starts_local:%m-%d %H:%M}" for s in self.sessions()]
