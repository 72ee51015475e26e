"""What a line that becomes narrow does to pictures and sound: ``python -m bench.narrow_line``, as root.

A real Chromium behind a line of its own (``bench/network.py``) joins a running service outside; peers of the
load generator publish voice and three layers each. The line lets 2 Mbit/s through towards the page, then 0.4,
then 2 again. Prints each second, then whether estimate, pictures and sound were as they should be; exit code
1 if not. Where the engine tells no estimate of a line, that is said and not judged.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import ends
from bench.narrow_verdict import Reading, Run, Step
from bench.network import Line, NetworkError, Queue
from bench.page import Counters, WatchedPage, browser
from bench.watched import read, watched
from tests.native import hall
from tests.scene import open_scene
from tests.service import running_service

FAR = "Dr. Far"
NEAR = ["Dr. Near", "Nurse Next", "Dr. Third", "Nurse Fourth", "Dr. Fifth"]
SETTLE_SECONDS = 5.0
HEAD = "   s   line  estimate  received  heights    slots            frames  queue  dropped  voice  concealed"


async def measure(
    line: Line, *, widths: Sequence[float], seconds: float, queue_ms: int, publishers: int
) -> Run:
    """One run over a line that is there; prints each second."""
    line.narrow(widths[0], queue_ms=queue_ms)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = NEAR[:publishers]
        async with (
            running_service(folder, address=line.address, program=watched(folder)) as service,
            hall(service.websocket_url, address=line.address) as here,
            browser(folder, service.base_url, line) as browsers,
        ):
            scene = await open_scene(service, FAR, *names)
            for one in names:
                await here.enter(scene.links[one], one)
            far = await WatchedPage.arrive(browsers, FAR)
            await far.person.join(scene.links[FAR])
            for one in names:
                await far.sees(one)
            await asyncio.sleep(SETTLE_SECONDS)
            return await _record(line, far, folder, widths, seconds, queue_ms)


async def _record(
    line: Line, far: WatchedPage, folder: Path, widths: Sequence[float], seconds: float, queue_ms: int
) -> Run:
    print(HEAD, flush=True)
    run = Run(steps=[], end=0.0, readings=[], changes=[])
    before, queued = await far.counters(), line.queue()
    for width in widths:
        if run.steps:
            line.narrow(width, queue_ms=queue_ms)
        run.steps.append(Step(at=await far.now(), kbit=width))
        ends_at = run.steps[-1].at + seconds * 1000
        while (at := await far.now()) < ends_at:
            await asyncio.sleep(min(1.0, (ends_at - at) / 1000))
            reading = Reading(counted=await far.counters(), estimate_kbit=_estimate(folder))
            run.readings.append(reading)
            run.changes = await far.changes()
            queue = line.queue()
            print(row(run, before, queued, queue), flush=True)
            before, queued = reading.counted, queue
    run.end = await far.now()
    return run


def _estimate(folder: Path) -> float | None:
    """What the engine tells of the only one who watches."""
    inside = read(folder, "media-node")
    told = [peer.estimate_bps for peer in inside.peers if peer.watches] if inside else []
    return None if not told or told[0] is None else told[0] / 1000


def row(run: Run, before: Counters, queued: Queue, queue: Queue) -> str:
    """One second, under ``HEAD``: kbit/s, packets, and milliseconds that the queue holds."""
    reading, step = run.readings[-1], run.steps[-1]
    counted = reading.counted
    grown = counted.since(before)
    kbit = grown.bytes * 8 / max(counted.at - before.at, 1.0)
    heights = ",".join(map(str, sorted(counted.heights, reverse=True))) or "-"
    slots = " ".join(f"{slot.layer or '-'}/{slot.state}" for slot in run.shown(counted.at))
    estimate = "-" if reading.estimate_kbit is None else f"{reading.estimate_kbit:.0f}"
    return (
        f"{(counted.at - run.steps[0].at) / 1000:4.0f} {step.kbit:6.0f} {estimate:>9} {kbit:9.0f}"
        f"  {heights:<9}  {slots:<16} {grown.frames:6}"
        f" {queue.waiting_bytes * 8 / step.kbit:6.0f} {max(queue.dropped - queued.dropped, 0):8}"
        f" {grown.voice_packets:6} {grown.concealed / max(grown.voice_samples, 1):10.1%}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.narrow_line",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="at each width")
    parser.add_argument(
        "--kbit", type=float, nargs=3, default=[2000.0, 400.0, 2000.0], help="wide narrow wide"
    )
    parser.add_argument("--queue-ms", type=int, default=300, help="what the line holds before it drops")
    parser.add_argument("--publishers", type=int, choices=range(1, len(NEAR) + 1), default=2)
    parser.add_argument("--json", type=Path, help="file for everything that was recorded")
    options = parser.parse_args(arguments)
    try:
        with Line() as line:
            run = ends.run(
                measure(
                    line,
                    widths=options.kbit,
                    seconds=options.seconds,
                    queue_ms=options.queue_ms,
                    publishers=options.publishers,
                )
            )
    except NetworkError as error:
        print(f"narrow line: {error}", file=sys.stderr)
        return 2
    if options.json:
        options.json.write_text(run.model_dump_json(indent=2))
    findings = run.findings()
    words = {True: "met", False: "MISSED", None: "not judged"}
    print("\n".join(f"{words[one.met]:>10}: {one.what}: {one.figure}" for one in findings))
    return 1 if any(one.met is False for one in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
