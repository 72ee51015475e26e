"""Fixtures that tests of several parts share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from echo_session.store.engine import Database
from tests.database import Cluster, SqliteFiles


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL server."""
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Where fresh SQLite databases come from."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh database with all tables; each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        return files.new(tmp_path / "echo-session.db")
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new()


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    """A fresh database, open."""
    opened = Database(database_address)
    yield opened
    await opened.close()
