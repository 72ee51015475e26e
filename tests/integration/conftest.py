"""An engine in this process, and participants for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bench.drive import Generator
from tests.integration.engine_bench import EngineBench, engine_bench


@pytest.fixture
async def bench() -> AsyncIterator[EngineBench]:
    """The engine with one worker."""
    async with engine_bench() as bench:
        yield bench


@pytest.fixture
async def generator() -> AsyncIterator[Generator]:
    """The load generator, in a process of its own."""
    async with Generator() as generator:
        yield generator
