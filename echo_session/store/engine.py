"""The database: one engine, and units of work that are right on SQLite and on PostgreSQL.

On SQLite the driver begins transactions late and loses updates, so that is switched off: a unit of work that
writes begins with ``BEGIN IMMEDIATE``, one that reads with a deferred ``BEGIN``. On PostgreSQL both are plain
transactions at READ COMMITTED, and what must not change under a writer is read ``FOR UPDATE``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from echo_session.store.errors import BrokenReference, NestedUnitOfWork, UnsupportedDatabase
from echo_session.store.unbroken import unbroken

Tx = AsyncSession
"""An open unit of work; functions that take one leave commit and rollback to whoever opened it."""

SQLITE_BUSY_SECONDS = 30.0
"""How long a writer waits for another process, such as a command-line call, before it gives up."""
SQLITE_ATTEMPT_MS = 250
"""How long it waits inside SQLite at a time, where nothing can call it back."""
SQLITE_CACHE_KIB = 512
"""What a connection keeps of the file. All of it is dropped whenever another one has written, so more is of
little use, and the kernel keeps the file besides; but each of the pool's threads has an arena of its own in
the allocator, which stays as large as the cache once was. With SQLite's 2 MB they grow with the tables, to
10 MB altogether."""

T = TypeVar("T")
Prepare = Callable[[AsyncConnection], Awaitable[None]]

_MUCH = ("cache_size = -300000", "temp_store = MEMORY", "foreign_keys = OFF", "wal_autocheckpoint = 0")
"""Of a connection that is about to change much; 300 MB at most."""
_COLLIDED = ("40P01", "40001")
"""PostgreSQL's deadlock_detected and serialization_failure."""
_WRITES = "echo_writes"
_TOUCHED = "echo_touched"


class Topic(StrEnum):
    """What a unit of work has changed that somebody in this process may be waiting for."""

    OUTBOX = "outbox"
    DUE_WORK = "due_work"
    MAIL = "mail"


Listener = Callable[[frozenset[Topic]], None]
"""Told what was touched, once it is committed. A hint: it must return at once, and a poll is the truth."""


def touch(tx: Tx, topic: Topic) -> None:
    """Has the listeners told once this unit of work is committed."""
    tx.info.setdefault(_TOUCHED, set()).add(topic)


def collided(error: BaseException) -> bool:
    """True where PostgreSQL has ended a unit of work since it and another waited for each other: nothing of
    it is kept, and the same once more succeeds."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _COLLIDED


def sqlite_url(file: Path) -> str:
    """Address of the database in this file."""
    return URL.create("sqlite+aiosqlite", database=str(file)).render_as_string()


def async_url(address: str) -> URL:
    """The address with our driver; in settings ``postgresql://`` and ``sqlite://`` are enough."""
    url = make_url(address)
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise UnsupportedDatabase(
                f"database {other!r} is not supported; use sqlite:///FILE or postgresql://..."
            )


class Database:
    """Opens units of work. One per process; ``close`` it at the end."""

    def __init__(self, address: str) -> None:
        url = async_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        # An error is logged with its statement; the values in it are people's names and addresses.
        self.engine: AsyncEngine = create_async_engine(
            url, pool_pre_ping=not self.is_sqlite, hide_parameters=True
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._readers = async_sessionmaker(self.engine, expire_on_commit=False)
        writing = self.engine.execution_options(**{_WRITES: True})
        self._writers = async_sessionmaker(writing, expire_on_commit=False)
        self._turn = asyncio.Lock()
        self._writer: asyncio.Task[Any] | None = None
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tells the listener of every committed unit of work of this process that touched something."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A consistent look; nothing that is changed in it is kept."""
        async with self._readers() as tx:
            yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """All or nothing: commits at the end, rolls back on any exception.

        SQLite has one writer at a time. Writers of this process queue here, in order, rather than at SQLite's
        busy handler, which polls and starves.

        Raises:
            NestedUnitOfWork: this task holds one already.
        """
        if not self.is_sqlite:
            async with self._writers() as tx, tx.begin():
                yield tx
            self._tell(tx)
            return
        task = asyncio.current_task()
        if task is not None and task is self._writer:
            raise NestedUnitOfWork("this task already holds the writing unit of work; pass that one on")
        async with self._turn:
            self._writer = task
            try:
                async with self._alone(self._writers()) as tx:
                    yield tx
            finally:
                self._writer = None

    @asynccontextmanager
    async def _alone(self, tx: Tx) -> AsyncIterator[Tx]:
        """The unit of work of SQLite's one writer. Who is cancelled while it begins or ends leaves neither
        the lock behind, nor half of it, nor a commit that nobody is told of."""
        try:
            await _patiently(tx.connection)
            yield tx
        except BaseException:
            await unbroken(tx.close())
            raise
        await unbroken(self._commit(tx))

    async def _commit(self, tx: Tx) -> None:
        try:
            await tx.commit()
        finally:
            await tx.close()
        self._tell(tx)

    @asynccontextmanager
    async def rebuild(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing, for changing tables: SQLite copies them, and follows no references meanwhile.

        Raises:
            BrokenReference: a row refers to one that is not there any more; nothing is kept.
        """
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(**{_WRITES: True})
            await self._follow_references(connection, on=False)
            try:
                transaction = await _patiently(connection.begin)
                try:
                    yield connection
                    if self.is_sqlite:
                        await _refuse_broken_references(connection)
                except BaseException:
                    await transaction.rollback()
                    raise
                await transaction.commit()
            finally:
                await self._follow_references(connection, on=True)

    async def _follow_references(self, connection: AsyncConnection, *, on: bool) -> None:
        """SQLite takes this between transactions only."""
        if self.is_sqlite:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")

    @asynccontextmanager
    async def write_much(self, ready: Prepare) -> AsyncIterator[Tx]:
        """As ``write``, for one that changes a hundred thousand rows and is to hold up the others for less
        than a second.

        On SQLite it gets a connection of its own, made ready before its turn: ``ready`` may fill temporary
        tables, pages stay in memory until the end rather than be written twice, and the log is merged into
        the file after the turn. Foreign keys are not checked row by row: whoever writes here has looked that
        what is referred to is there. On PostgreSQL, where writers do not queue, ``ready`` comes first.
        """
        if not self.is_sqlite:
            async with self.write() as tx:
                await ready(await tx.connection())
                yield tx
            return
        connection = await self.engine.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "a connection that was just made has one"
            for pragma in _MUCH:
                await driver.execute(f"PRAGMA {pragma}")
            await ready(connection)
            await connection.commit()
            await connection.execution_options(**{_WRITES: True})
            async with self._turn, self._alone(AsyncSession(connection, expire_on_commit=False)) as tx:
                yield tx
            await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            await unbroken(_throw_away(connection))

    def _tell(self, tx: Tx) -> None:
        touched = frozenset(tx.info.get(_TOUCHED, ()))
        if touched:
            for listener in self._listeners:
                listener(touched)

    async def close(self) -> None:
        """Gives back every connection."""
        await self.engine.dispose()


async def _patiently(begin: Callable[[], Awaitable[T]]) -> T:
    """Begins to write, after other processes: they are waited for in SQLite's busy handler, which polls, a
    moment at a time."""
    patience = time.monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            return await unbroken(begin())
        except OperationalError as error:
            if not _busy(error) or time.monotonic() > patience:
                raise


def _busy(error: OperationalError) -> bool:
    """True where another process writes. The lower byte is the code, the rest of it says which kind."""
    return isinstance(error.orig, sqlite3.Error) and error.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


async def _throw_away(connection: AsyncConnection) -> None:
    """Nobody else gets it as it is now."""
    await connection.invalidate()
    await connection.close()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Runs on every new connection. FULL, since an acknowledged attendance event survives a power cut. The
    first connection after a crash reads the log, and others wait for it; from then on only writers wait."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {SQLITE_BUSY_SECONDS * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = {-SQLITE_CACHE_KIB}",
        f"busy_timeout = {SQLITE_ATTEMPT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _refuse_broken_references(connection: AsyncConnection) -> None:
    broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
    if broken:
        raise BrokenReference(f"{len(broken)} rows of {sorted({row[0] for row in broken})} refer to nothing")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
