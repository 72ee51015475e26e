"""Time from the Join button to the first decoded picture of somebody else, in a real browser.

``python -m bench.join_time`` starts a service, lets a load generator publish into a session, and joins a
Chromium page twenty times, each time in a new context. Prints each run, the median and the worst, and JSON on
the last line. The figures are the machine's own: browser, service and publisher share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from pathlib import Path

from tests.e2e.browsers import Browsers, chromium
from tests.e2e.people import LOOKS, Person
from tests.native import hall
from tests.scene import open_scene
from tests.service import running_service

STOPWATCH = """() => new Promise((done) => {
    const button = document.querySelector(".door-button");
    const began = performance.now();
    const look = () => {
        const videos = document.querySelectorAll("[data-participant] video");
        const shown = [...videos].some((video) => video.getVideoPlaybackQuality().totalVideoFrames > 0
            && video.closest("[data-participant]").dataset.participant !== window.__echo.participantId);
        if (shown) done(performance.now() - began);
        else setTimeout(look, 4);
    };
    button.click();
    look();
})"""


async def measure(runs: int) -> list[float]:
    """Milliseconds of each run."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_service(Path(folder)) as service,
            hall(service.websocket_url) as here,
            chromium(Path(folder)) as browsers,
        ):
            scene = await open_scene(service, "Publisher", "Viewer")
            await here.enter(scene.links["Publisher"], "Publisher")
            return [await _once(browsers, scene.links["Viewer"], number) for number in range(1, runs + 1)]


async def _once(browsers: Browsers, link: str, number: int) -> float:
    person = await Person.arrive(browsers, "Viewer", LOOKS[0])
    await person.page.goto(link)
    await person.page.get_by_role("button", name="Join", exact=True).wait_for()
    took = float(await person.page.evaluate(STOPWATCH))
    print(f"run {number:2}: {took:6.0f} ms", flush=True)
    await person.leave()
    await person.page.context.close()
    return took


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    taken = asyncio.run(measure(parser.parse_args().runs))
    summary = {
        "runs": len(taken),
        "median_ms": round(statistics.median(taken)),
        "worst_ms": round(max(taken)),
    }
    print(f"median {summary['median_ms']} ms, worst {summary['worst_ms']} ms of {summary['runs']}")
    print(json.dumps(summary | {"all_ms": [round(one) for one in taken]}))


if __name__ == "__main__":
    main()
