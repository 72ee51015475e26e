"""What is durable in the machine of ``ledger_machine``."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from echo_session.domain.attendance import Seen
from echo_session.domain.counting import PersonTime, session_times
from echo_session.domain.frames import Frame, frame_of
from echo_session.domain.ledger import GENESIS, Entry, Kind, Link, canonical_detail, seal
from echo_session.domain.presence import Instant

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
PLANNED = 3600


def wall(second: float) -> datetime:
    """The instant, so many seconds after the start."""
    return START + timedelta(seconds=second)


Detail = dict[str, Any]


class Ledger(Protocol):
    """What is durable."""

    def device(self, device: str, person: str, spell: int, kind: Kind, at: Instant) -> None: ...
    def seen(self, marks: dict[str, tuple[int, Instant]]) -> None: ...
    def add(self, kind: Kind, person: str, of: str, at: Instant, detail: Detail, seq: int = 1) -> None: ...
    def merge(self, is_now: dict[str, str]) -> None: ...
    def close(self, at: datetime) -> None: ...
    def links(self) -> list[Link]: ...
    def times(self, links: list[Link]) -> tuple[dict[str, PersonTime], Frame]: ...
    def end(self) -> None: ...


class InMemory:
    """A list."""

    def __init__(self) -> None:
        self.chain: list[Link] = []
        self.marks: dict[str, Seen] = {}
        self.is_now: dict[str, str] = {}
        self.closed_at: datetime | None = None

    def device(self, device: str, person: str, spell: int, kind: Kind, at: Instant) -> None:
        if not any((link.connection_id, link.seq, link.kind) == (device, spell, kind) for link in self.chain):
            self._append(kind, person, device, spell, at, "")
        self.seen({device: (spell, at)})

    def seen(self, marks: dict[str, tuple[int, Instant]]) -> None:
        for device, (spell, at) in marks.items():
            self.marks[device] = Seen(
                connection_id=device,
                seq=spell,
                boot_id=at.boot_id,
                wall_utc=at.wall_utc,
                boottime_ns=at.boottime_ns,
            )

    def add(self, kind: Kind, person: str, of: str, at: Instant, detail: Detail, seq: int = 1) -> None:
        self._append(kind, person, of, seq, at, canonical_detail(detail))

    def merge(self, is_now: dict[str, str]) -> None:
        self.is_now = dict(is_now)

    def close(self, at: datetime) -> None:
        self.closed_at = at

    def links(self) -> list[Link]:
        return list(self.chain)

    def times(self, links: list[Link]) -> tuple[dict[str, PersonTime], Frame]:
        frame = frame_of(links, starts_at=START, ends_at=wall(PLANNED), closed_at=self.closed_at)
        return session_times(links, self.marks.values(), frame, self.is_now), frame

    def end(self) -> None:
        pass

    def _append(self, kind: Kind, person: str, of: str, seq: int, at: Instant, detail: str) -> None:
        position = len(self.chain) + 1
        before = self.chain[-1].hash if self.chain else GENESIS
        entry = Entry(
            event_id=f"att_{position}",
            session_id="ses_a",
            person_id=person,
            connection_id=of,
            epoch=0,
            incarnation="node",
            boot_id=at.boot_id,
            seq=seq,
            kind=kind,
            wall_utc=at.wall_utc,
            boottime_ns=at.boottime_ns,
            source="transport",
            detail=detail,
        )
        values = {name.name: getattr(entry, name.name) for name in fields(Entry)}
        sealed = seal(entry, position, before)
        self.chain.append(Link(**values, position=position, prev_hash=before, hash=sealed))
