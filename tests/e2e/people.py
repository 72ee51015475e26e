"""A person in front of a browser: what they send, and what they see and hear."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Page, expect

from tests.e2e.browsers import Browsers

HERE = Path(__file__).parent
SOURCES = (HERE / "sources.js").read_text()
PROBES = (HERE / "probes.js").read_text()
SECONDS = 1000.0


@dataclass(frozen=True)
class Look:
    """The colour of somebody's picture and the two tones of their sound (Hz)."""

    colour: tuple[int, int, int]
    tones: tuple[int, int]


class Seen(Protocol):
    """Somebody as others see and hear them; not everybody sits at a page."""

    @property
    def name(self) -> str: ...

    @property
    def look(self) -> Look: ...


LOOKS = [
    Look((200, 40, 40), (440, 1130)),
    Look((40, 170, 60), (560, 1370)),
    Look((50, 70, 210), (690, 1610)),
    Look((200, 170, 30), (830, 1870)),
    Look((160, 50, 180), (980, 2150)),
]


async def until(page: Page, predicate: str, argument: Any = None, *, seconds: float = 20) -> None:
    """Returns once a JavaScript function is true in the page, which looks every 25 ms.

    Playwright's own waiting evaluates text in the page, which the pages' content policy rightly refuses.
    """
    held = await page.evaluate(
        f"""async ([argument, within]) => {{
            const predicate = {predicate};
            const end = performance.now() + within;
            while (!predicate(argument)) {{
                if (performance.now() > end) return false;
                await new Promise((done) => setTimeout(done, 25));
            }}
            return true;
        }}""",
        [argument, seconds * SECONDS],
    )
    assert held, f"not within {seconds} s: {predicate} of {argument}"


class Person:
    """One person at one page."""

    def __init__(self, page: Page, name: str, look: Look) -> None:
        self.page = page
        self.name = name
        self.look = look

    @classmethod
    async def arrive(cls, browsers: Browsers, name: str, look: Look, **device: Any) -> Person:
        """Opens a browser context with this person's own camera and microphone."""
        context = await browsers.context(name, **device)
        source = {"colour": look.colour, "tones": look.tones, "label": name.split()[-1]}
        await context.add_init_script(f"window.__source = {json.dumps(source)};\n{SOURCES}\n{PROBES}")
        return cls(await context.new_page(), name, look)

    async def join(self, link: str) -> None:
        """Opens the link, presses Join and waits until the room is there."""
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Join", exact=True).click()
        await self.in_room()

    async def introduce(self, email: str, profession: str, site: str) -> None:
        """Fills what the public link asks for."""
        answers = {
            "Your name": self.name,
            "E-mail": email,
            "Profession": profession,
            "Clinic, school or other workplace": site,
        }
        for label, answer in answers.items():
            await self.page.get_by_label(label).fill(answer)

    async def in_room(self) -> None:
        """Returns once the room is on screen and its media path is up."""
        await until(self.page, "() => window.__echo?.phase === 'in'")
        await until(self.page, "() => window.__echo?.pc?.connectionState === 'connected'")

    async def leave(self) -> None:
        """Presses Leave."""
        await self.page.get_by_role("button", name="Leave", exact=True).click()

    async def sees(self, other: Seen, seconds: float = 20) -> None:
        """Returns once the tile with the other's name shows the other's colour."""
        await until(
            self.page,
            """([name, [r, g, b]]) => {
                const seen = window.__probe.colour(name);
                return seen !== null && Math.hypot(seen[0] - r, seen[1] - g, seen[2] - b) < 60;
            }""",
            [other.name, list(other.look.colour)],
            seconds=seconds,
        )

    async def hears(self, *others: Seen, seconds: float = 15) -> set[str]:
        """Names of those whose two tones are both heard within the time."""
        wanted = [tone for other in others for tone in other.look.tones]
        heard = await self.page.evaluate(
            "([tones, within]) => window.__probe.tones(tones, within)", [wanted, seconds * SECONDS]
        )
        return {other.name for other in others if set(other.look.tones) <= set(heard)}

    async def misses(self, other: Seen) -> None:
        """Returns once there is no tile with the other's name."""
        await expect(self.page.locator(f'[data-participant][data-name="{other.name}"]')).to_have_count(0)

    async def negotiations(self) -> tuple[int, int]:
        """How often the browser wanted to negotiate, and how many offers the page made."""
        pair = await self.page.evaluate("[window.__echo.negotiations, window.__echo.offers]")
        return int(pair[0]), int(pair[1])

    async def watch(self) -> None:
        """Starts measuring the time between decoded frames of every tile."""
        await self.page.evaluate("window.__watch = window.__probe.watch()")

    async def longest_gap(self, name: str) -> float:
        """Longest time (ms) that the tile with this name went without a new frame since ``watch``."""
        gaps = await self.page.evaluate("window.__watch.gaps()")
        return float(gaps.get(name, math.nan))
