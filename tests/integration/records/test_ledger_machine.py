"""The machine of tests/unit/domain against the real records: what it does goes through the store's own
commands, and after each step the figures come from the database."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from echo_session.domain.counting import PersonTime
from echo_session.domain.frames import Frame
from echo_session.domain.ledger import Kind, Link
from echo_session.domain.presence import Instant, Presence
from echo_session.domain.session_times import SessionTimes
from echo_session.domain.sessions import Draft
from echo_session.store import commands, merges
from echo_session.store.after_times import figures_changed
from echo_session.store.attendance_report import report_of
from echo_session.store.chain import chain, write_link
from echo_session.store.engine import Database
from echo_session.store.ledger import record
from echo_session.store.presence import checkpoint, put_presence
from echo_session.store.tables import PersonRow, PresenceRow
from echo_session.store.times import times_of
from echo_session.store.verifying import verify_session
from tests.database import SqliteFiles
from tests.unit.domain.ledger_machine import EVERYBODY, Meeting
from tests.unit.domain.ledgers import START, Detail, Ledger, wall

STEPS = 120
random = secrets.token_bytes
T = TypeVar("T")


class InDatabase:
    """A session in a database of its own."""

    def __init__(self, files: SqliteFiles) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._loop = asyncio.Runner()
        self._database = Database(files.new(Path(self._folder.name) / "one.db"))
        self._merges: dict[str, str] = {}
        self._closed = False
        self._session_id = self._do(self._begin())

    def device(self, device: str, person: str, spell: int, kind: Kind, at: Instant) -> None:
        self._do(self._device(device, person, spell, kind, at))

    def seen(self, marks: dict[str, tuple[int, Instant]]) -> None:
        self._do(self._seen({device: at for device, (_, at) in marks.items()}))

    def add(self, kind: Kind, person: str, of: str, at: Instant, detail: Detail, seq: int = 1) -> None:
        self._do(self._add(kind, person, of, at, detail, seq))

    def merge(self, is_now: dict[str, str]) -> None:
        self._do(self._merge(is_now))

    def close(self, at: datetime) -> None:
        self._do(self._close(at))

    def links(self) -> list[Link]:
        return self._do(self._links())

    def times(self, links: list[Link]) -> tuple[dict[str, PersonTime], Frame]:
        """Whatever the links: these are the database's own. Of a closed session the records say the same."""
        times, report = self._do(self._both())
        assert figures(report) == figures(times)
        return {one.person_id: one.time for one in times.people}, times.frame

    def end(self) -> None:
        verdict = self._do(self._verify())
        self._do(self._database.close())
        self._loop.close()
        self._folder.cleanup()
        assert verdict

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    async def _begin(self) -> str:
        draft = Draft(title="ECHO", zone="UTC", duration_minutes=60, starts_at=START)
        async with self._database.write() as tx:
            session = await commands.create_session(tx, draft, now=wall(-3600), random=random)
            await commands.open_session(tx, session.id, now=wall(-600), random=random)
            for name in EVERYBODY:
                tx.add(_person(name))
        return session.id

    async def _device(self, device: str, person: str, spell: int, kind: Kind, at: Instant) -> None:
        there = kind in (Kind.JOINED, Kind.RECOVERED)
        presence = Presence(
            connection_id=device,
            session_id=self._session_id,
            person_id=person,
            registration_id=None,
            role="participant",
            name=person,
            site="",
            profession="",
            device="desktop",
            secret_hash="0" * 64,
            incarnation="node",
            spell=spell,
            attending=there,
            state="joined" if there else "left",
            entered_at=START,
            seen=at,
        )
        async with self._database.write() as tx:
            if there and await tx.get(PresenceRow, device) is None:
                await put_presence(tx, replace(presence, attending=False))
            new = await record(tx, presence, kind, at, source="transport", random=random)
            assert new or kind is Kind.RECOVERED, "only a stay that was vouched for before is told again"
            if not new:
                await checkpoint(tx, {device: at})

    async def _seen(self, marks: dict[str, Instant]) -> None:
        async with self._database.write() as tx:
            await checkpoint(tx, marks)

    async def _add(self, kind: Kind, person: str, of: str, at: Instant, detail: Detail, seq: int) -> None:
        async with self._database.write() as tx:
            await write_link(
                tx,
                self._session_id,
                kind=kind,
                person_id=person,
                connection_id=of,
                at=at,
                source="console",
                by="acc_rosa",
                reason="",
                detail=detail,
                random=random,
                seq=seq,
            )
            if self._closed:
                await figures_changed(
                    tx, self._session_id, by="acc_rosa", reason="So it was.", now=at.wall_utc, random=random
                )

    async def _merge(self, is_now: dict[str, str]) -> None:
        async with self._database.write() as tx:
            for merged in self._merges.keys() - is_now.keys():
                merge_id = self._merges.pop(merged)
                await merges.undo_merge(tx, merge_id, by="acc_rosa", now=START, random=random)
            for merged in is_now.keys() - self._merges.keys():
                made = await merges.merge(
                    tx, is_now[merged], merged, "One.", by="acc_rosa", now=START, random=random
                )
                self._merges[merged] = made.id

    async def _close(self, at: datetime) -> None:
        async with self._database.write() as tx:
            await commands.close_session(tx, self._session_id, now=at, random=random)
        self._closed = True

    async def _links(self) -> list[Link]:
        async with self._database.read() as tx:
            return await chain(tx, self._session_id)

    async def _both(self) -> tuple[SessionTimes, SessionTimes]:
        async with self._database.read() as tx:
            return await times_of(tx, self._session_id), await report_of(tx, self._session_id)

    async def _verify(self) -> bool:
        async with self._database.read() as tx:
            return (await verify_session(tx, self._session_id)).intact


def figures(times: SessionTimes) -> list[Any]:
    """Without the ids of events, which records do not keep."""
    return [times.frame.countable, [replace(one.time, events=()) for one in times.people]]


def _person(name: str) -> PersonRow:
    return PersonRow(
        id=name,
        name=name,
        sort_name=name,
        email="",
        profession="",
        credentials="",
        site_id=None,
        zone="",
        matched=name == "ana",
        merged_into=None,
        created_at=START,
        revision=1,
    )


@pytest.mark.timeout(600)
def test_the_records_say_what_the_model_says_whatever_happens(sqlite_files: SqliteFiles) -> None:
    class Recorded(Meeting):
        steps: ClassVar[int] = 0

        def make_ledger(self) -> Ledger:
            return InDatabase(sqlite_files)

    while Recorded.steps < STEPS:
        run_state_machine_as_test(
            Recorded,
            settings=settings(
                max_examples=3,
                stateful_step_count=50,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
