"""The API of the webhooks, for the tests here."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from echo_session.store.engine import Database

from .api import Api, serving


@pytest.fixture
async def api(database: Database) -> AsyncIterator[Api]:
    """A client with a token."""
    async with serving(database) as client:
        yield client
