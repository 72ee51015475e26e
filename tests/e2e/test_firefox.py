"""A Firefox in the room: it joins, sends and receives like everybody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.browsers import Browsers
from tests.e2e.firefox import firefox
from tests.e2e.people import LOOKS, PROBES, SOURCES, Person
from tests.scene import open_scene
from tests.service import running_service

NAME = "Dr. Fierro"
PRESS_JOIN = """[...document.querySelectorAll("button")].find(
    (button) => button.textContent.trim() === "Join" && !button.disabled)?.click() ?? true"""


@pytest.mark.browser
async def test_firefox_and_chromium_see_and_hear_each_other(browsers: Browsers, tmp_path: Path) -> None:
    async with running_service(tmp_path) as service, firefox(tmp_path / "profile") as window:
        scene = await open_scene(service, "Dr. Abeyta", NAME)
        chromium = await Person.arrive(browsers, "Dr. Abeyta", LOOKS[0])
        await chromium.join(scene.links["Dr. Abeyta"])
        look = LOOKS[1]
        source = {"colour": look.colour, "tones": look.tones, "label": "Fierro"}
        await window.preload(f"window.__source = {json.dumps(source)};\n{SOURCES}\n{PROBES}")
        await window.open(scene.links[NAME])
        await window.wait_for(
            """[...document.querySelectorAll("button")].some(
                (button) => button.textContent.trim() === "Join" && !button.disabled)"""
        )
        await window.evaluate(PRESS_JOIN)
        await window.wait_for("window.__echo?.pc?.connectionState === 'connected'")

        fox = Person(chromium.page, NAME, look)
        await chromium.sees(fox)
        assert await chromium.hears(fox) == {NAME}
        await window.wait_for(
            """(() => {
                const seen = window.__probe.colour("Dr. Abeyta");
                return seen && Math.hypot(seen[0] - 200, seen[1] - 40, seen[2] - 40) < 60;
            })()"""
        )
        tones = list(LOOKS[0].tones)
        assert sorted(await window.evaluate(f"window.__probe.tones({tones}, 15000)")) == tones
