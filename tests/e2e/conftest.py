"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest

from tests.e2e.browsers import RESULTS, Browsers, chromium

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remembers on the test whether its body failed, for the fixtures that keep traces."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
async def browsers(request: pytest.FixtureRequest) -> AsyncIterator[Browsers]:
    """One Chromium; traces and console output stay in test-results where the test fails."""
    async with chromium(RESULTS / request.node.name) as opened:
        yield opened
        if request.node.stash.get(FAILED, True):
            await opened.keep()
