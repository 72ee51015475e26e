"""Whoever writes may be cancelled at any moment: the lock is free at once, and all is kept or nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from echo_session.store import engine
from echo_session.store.engine import Database, Topic, Tx, touch
from echo_session.store.tables import FactRow
from echo_session.store.unbroken import unbroken
from tests.database import SqliteFiles
from tests.integration.records.people import START

Write = Callable[[Database, str], Coroutine[Any, Any, None]]
PROMPT_SECONDS = 5.0


class CancelledAt:
    """Awaits a coroutine, and has the task that does cancelled while it waits for these times, from 1."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], *waits: int) -> None:
        self._coroutine = coroutine
        self._cancels = waits
        self.waited = 0

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._coroutine.__await__()
        error: BaseException | None = None
        while True:
            try:
                awaited = steps.send(None) if error is None else steps.throw(error)
            except StopIteration:
                return
            self.waited += 1
            if self.waited in self._cancels:
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield awaited
                error = None
            except BaseException as thrown:
                error = thrown


async def note(tx: Tx, key: str) -> None:
    tx.add(FactRow(key=key, value="1", at=START))
    touch(tx, Topic.MAIL)


async def write(database: Database, key: str) -> None:
    """Waits only while it begins and while it ends."""
    async with database.write() as tx:
        await note(tx, key)


async def write_twice(database: Database, key: str) -> None:
    async with database.write() as tx:
        await note(tx, key)
        await tx.flush()
        await note(tx, f"{key} again")
        await tx.flush()


async def write_much(database: Database, key: str) -> None:
    async def ready(connection: AsyncConnection) -> None:
        await connection.execute(text("CREATE TEMPORARY TABLE ready (id INTEGER)"))

    async with database.write_much(ready) as tx:
        await note(tx, key)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    return tmp_path / "echo-session.db"


@pytest.fixture
async def database(sqlite_files: SqliteFiles, file: Path) -> AsyncIterator[Database]:
    opened = Database(sqlite_files.new(file))
    yield opened
    await opened.close()


@contextmanager
def locked(file: Path) -> Generator[sqlite3.Connection]:
    """Another process writes. Fails where somebody does already."""
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield other
    finally:
        other.close()


async def end(step: CancelledAt) -> bool:
    """Runs it in a task of its own; True where it was cancelled."""

    async def run() -> None:
        await step

    async with asyncio.timeout(PROMPT_SECONDS):
        (outcome,) = await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
    if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
        raise outcome
    return outcome is not None


@pytest.mark.parametrize(
    ("act", "then"),
    [(write, ()), (write, (1,)), (write, (1, 2)), (write_twice, ()), (write_much, ())],
    ids=["once", "twice", "three times", "in the middle", "much"],
)
async def test_a_write_that_is_cancelled_leaves_no_lock_and_no_half(
    database: Database, file: Path, act: Write, then: tuple[int, ...]
) -> None:
    told: list[frozenset[Topic]] = []
    database.listen(told.append)
    wait, cancelled = 0, True
    while cancelled:
        wait += 1
        key = f"{wait}:"
        told.clear()
        step = CancelledAt(act(database, key), wait, *(wait + later for later in then))
        cancelled = await end(step)
        with locked(file):
            pass
        async with database.read() as tx:
            kept = (await tx.scalars(select(FactRow.key).where(FactRow.key.startswith(key)))).all()
        whole = {key, f"{key} again"} if act is write_twice else {key}
        assert set(kept) in (set(), whole)
        assert bool(told) == bool(kept), "who waits for news is told of a commit, and of nothing else"
        await write(database, f"after {key}")
    assert wait >= 3, "it was cancelled while it began, and while it ended"


async def test_a_write_that_is_cancelled_while_another_process_writes_does_not_wait_for_that(
    database: Database, file: Path
) -> None:
    with locked(file):
        for wait in range(1, 5):
            assert await end(CancelledAt(write(database, "never"), wait, wait + 1))
    with locked(file):
        pass
    async with database.read() as tx:
        assert await tx.get(FactRow, "never") is None


async def test_a_writer_waits_for_another_process_for_as_long_as_it_takes(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SQLITE_ATTEMPT_MS", 10)
    attempts = 0
    with locked(file) as other:

        async def attempted(step: Awaitable[Any]) -> Any:
            nonlocal attempts
            attempts += 1
            if attempts == 4:
                other.execute("ROLLBACK")
            return await unbroken(step)

        monkeypatch.setattr(engine, "unbroken", attempted)
        await write(database, "a")
    assert attempts >= 4


async def test_a_writer_gives_up_in_the_end(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SQLITE_ATTEMPT_MS", 10)
    monkeypatch.setattr(engine, "SQLITE_BUSY_SECONDS", 0.05)
    with locked(file), pytest.raises(OperationalError, match="locked"):
        await write(database, "a")
    await write(database, "a")
