"""Databases for tests: a fresh SQLite file, or a fresh database in a private PostgreSQL cluster.

The cluster lives in a temporary folder, listens on a Unix socket there and nowhere else, and is gone after
the run.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psycopg

from echo_session.store.engine import Database, sqlite_url
from echo_session.store.migrate import migrate

TEMPLATE = "migrated"
MISSING = (
    "PostgreSQL's programs (initdb, pg_ctl) were not found. The records are tested on SQLite and on"
    " PostgreSQL: install Debian's package postgresql, or have the folder of initdb in PATH."
)


class Cluster:
    """A PostgreSQL server of our own."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._home = Path(tempfile.mkdtemp(prefix="echo-pg-"))
        self._user = _unprivileged_user()
        self._made = 0
        if self._user:
            shutil.chown(self._home, self._user)
        self._run(
            "initdb", "-D", str(self._home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"
        )
        settings = ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200")
        options = " ".join([f"-k {self._home}", *(f"-c {setting}" for setting in settings)])
        log = str(self._home / "log")
        self._run("pg_ctl", "-D", str(self._home / "data"), "-w", "-l", log, "-o", options, "start")
        try:
            self._execute(f"CREATE DATABASE {TEMPLATE}")
            run_apart(lambda: migrate_at(self.address(TEMPLATE)))
        except BaseException:
            self.stop()
            raise

    def address(self, name: str) -> str:
        """What settings would say for this database."""
        return f"postgresql://postgres@/{name}?host={self._home}"

    def new(self, *, migrated: bool = True) -> str:
        """Address of a new database."""
        self._made += 1
        name = f"test_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE if migrated else 'template0'}")
        return self.address(name)

    def stop(self) -> None:
        """Ends the server and removes its files."""
        self._run("pg_ctl", "-D", str(self._home / "data"), "-w", "-m", "immediate", "stop")
        # Hundreds of databases take half a minute to delete, which nobody has to wait for.
        behind = 'nice -n 19 rm -rf "$0" < /dev/null > /dev/null 2>&1 &'
        subprocess.run(["sh", "-c", behind, self._home], check=False)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        run_apart(lambda: migrate_at(sqlite_url(self._template)))

    def new(self, file: Path) -> str:
        """Address of a new database in this file."""
        shutil.copyfile(self._template, file)
        return sqlite_url(file)


async def migrate_at(address: str) -> None:
    """Makes the tables."""
    database = Database(address)
    try:
        await migrate(database)
    finally:
        await database.close()


def run_apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs the coroutine to its end in a loop of its own, whether or not this thread has one."""
    failures: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not versions:
        raise RuntimeError(MISSING)
    return max(versions, key=lambda path: float(path.parent.name))


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user."""
    return "postgres" if os.geteuid() == 0 else None
