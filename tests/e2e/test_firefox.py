"""A Firefox in the room: it joins, sends and receives like everybody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.browsers import Browsers
from tests.e2e.firefox import Firefox, firefox
from tests.e2e.people import LOOKS, PROBES, SOURCES, Person, until
from tests.scene import open_scene
from tests.service import running_service

OTHER, NAME = "Dr. Abeyta", "Dr. Fierro"
pytestmark = pytest.mark.alone

LOOK = LOOKS[1]
JOIN = """[...document.querySelectorAll("button")].find(
    (button) => button.textContent.trim() === "Join" && !button.disabled)"""
COMPLAINTS = """window.__complaints = [];
    addEventListener("error", (event) => __complaints.push(String(event.message)));
    addEventListener("unhandledrejection", (event) => __complaints.push(String(event.reason)));
    addEventListener("securitypolicyviolation", (event) => __complaints.push(event.violatedDirective));"""
LAYERS_SENT = """(async () => [...(await window.__echo.pc.getStats()).values()].filter(
    (stat) => stat.type === "outbound-rtp" && stat.rid && stat.framesEncoded > 0).length)()"""


async def enter(window: Firefox, link: str) -> None:
    """Opens the link in Firefox, presses Join and waits until its media path is up."""
    source = {"colour": LOOK.colour, "tones": LOOK.tones, "label": "Fierro"}
    await window.preload(f"window.__source = {json.dumps(source)};\n{SOURCES}\n{PROBES}\n{COMPLAINTS}")
    await window.open(link)
    await window.wait_for(f"Boolean({JOIN})")
    await window.evaluate(f"{JOIN}.click()")
    await window.wait_for("window.__echo?.pc?.connectionState === 'connected'")


async def meet(chromium: Person, window: Firefox) -> None:
    """Returns once each sees and hears the other."""
    fox = Person(chromium.page, NAME, LOOK)
    await chromium.sees(fox, 40)
    assert await chromium.hears(fox) == {NAME}
    red, green, blue = chromium.look.colour
    await window.wait_for(
        f"""(() => {{
            const seen = window.__probe.colour("{OTHER}");
            return seen && Math.hypot(seen[0] - {red}, seen[1] - {green}, seen[2] - {blue}) < 60;
        }})()""",
        40,
    )
    tones = list(chromium.look.tones)
    assert sorted(await window.evaluate(f"window.__probe.tones({tones}, 15000)")) == tones


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_firefox_and_chromium_see_and_hear_each_other_also_after_the_media_node_was_killed(
    browsers: Browsers, tmp_path: Path
) -> None:
    async with running_service(tmp_path) as service, firefox(tmp_path / "profile") as window:
        scene = await open_scene(service, OTHER, NAME)
        chromium = await Person.arrive(browsers, OTHER, LOOKS[0])
        await chromium.join(scene.links[OTHER])
        await enter(window, scene.links[NAME])
        await meet(chromium, window)

        await window.wait_for(f"{LAYERS_SENT}.then((sent) => sent > 1)", 40)
        await until(
            chromium.page,
            """(name) => document.querySelector(
                `[data-participant][data-name="${name}"] video`)?.videoWidth >= 640""",
            NAME,
            seconds=40,
        )
        assert await window.evaluate("window.__echo.offers") == 1

        gone = service.kill("media-node")
        await service.back("media-node", instead_of=gone)
        again = "window.__echo.offers > 1 && window.__echo.pc?.connectionState === 'connected'"
        await window.wait_for(again, 40)
        await until(chromium.page, f"() => {again}", seconds=40)
        await meet(chromium, window)

        await window.evaluate(
            """[...document.querySelectorAll("button")].find(
                (button) => (button.ariaLabel ?? button.textContent).trim() === "Leave").click()"""
        )
        await chromium.misses(Person(chromium.page, NAME, LOOK))
        assert await window.evaluate("window.__complaints") == []
        assert browsers.errors() == []
