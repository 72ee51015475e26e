"""The API on a fresh database, with rooms that only remember what they were told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from echo_session.store.engine import Database
from tests.integration.api.service import Service


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Service]:
    """The API, answering."""
    made = Service(database)
    await made.start()
    yield made
    await made.stop()
