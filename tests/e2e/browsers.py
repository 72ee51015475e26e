"""Chromium for the tests: Debian's, headless, with a context a person and a trace a test."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
RESULTS = Path(__file__).parents[2] / "test-results"
ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--no-first-run",
]


class Browsers:
    """Makes contexts in one Chromium, collects what their pages say, and keeps it where the test failed."""

    def __init__(self, browser: Browser, results: Path) -> None:
        self._browser = browser
        self._results = results
        self._contexts: list[tuple[str, BrowserContext]] = []
        self._said: list[str] = []

    async def context(
        self,
        name: str,
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        touch: bool = False,
        zone: str = "America/Denver",
    ) -> BrowserContext:
        """A context of its own, as another person on another device."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            permissions=["camera", "microphone"],
            locale="en-US",
            timezone_id=zone,
        )
        await context.tracing.start(screenshots=True, snapshots=True)
        context.on("page", lambda page: self._listen(name, page))
        self._contexts.append((name, context))
        return context

    def _listen(self, name: str, page: Page) -> None:
        def heard(message: ConsoleMessage) -> None:
            self._said.append(f"{name} [{message.type}] {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: self._said.append(f"{name} [error] {error}"))

    def errors(self) -> list[str]:
        """What pages said that nobody should see: uncaught errors and refusals of the content policy."""
        return [line for line in self._said if "[error]" in line and "Failed to load resource" not in line]

    async def keep(self) -> None:
        """Writes traces and what the pages said beside each other."""
        self._results.mkdir(parents=True, exist_ok=True)
        for number, (name, context) in enumerate(self._contexts):
            path = self._results / (
                "trace.zip" if number == 0 else f"trace-{re.sub('[^a-z0-9]+', '-', name.lower())}.zip"
            )
            with contextlib.suppress(Exception):
                await context.tracing.stop(path=path)
        (self._results / "console.txt").write_text("\n".join(self._said))

    async def close(self) -> None:
        """Ends every context."""
        for _, context in self._contexts:
            with contextlib.suppress(Exception):
                await context.close()


@contextlib.asynccontextmanager
async def chromium(
    results: Path, *, program: Path = CHROMIUM, arguments: Sequence[str] = ()
) -> AsyncIterator[Browsers]:
    """One Chromium process for one test; ``program`` starts it, with further ``arguments``."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, headless=not os.environ.get("HEADED"), args=[*ARGUMENTS, *arguments]
        )
        browsers = Browsers(browser, results)
        try:
            yield browsers
        finally:
            await browsers.close()
            await browser.close()
