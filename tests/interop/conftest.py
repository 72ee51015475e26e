"""Fixtures of tests with a real browser on one side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.browsers import RESULTS, Browsers, chromium


@pytest.fixture
async def browsers(request: pytest.FixtureRequest) -> AsyncIterator[Browsers]:
    """One Chromium; traces stay in test-results where the test fails."""
    failed_before = request.session.testsfailed
    async with chromium(RESULTS / request.node.name) as opened:
        yield opened
        if request.session.testsfailed > failed_before:
            await opened.keep()
