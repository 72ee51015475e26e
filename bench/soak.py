"""People come and go every second for an hour: ``python -m bench.soak [MINUTES]``.

The whole service, as ``echo-session serve`` runs it (``bench/watched.py``), and fifty endpoints of the load
generator in five rooms, each of which publishes and watches. Every second one leaves (by a click, a closed
tab or a cut line) and one comes. Every ten seconds: allocated memory, descriptors, threads and asyncio tasks
of both processes, and whether everybody who watches a flowing publication gets packets. In the end all leave,
the sessions are ended, and what is left then is compared with what was there before. Exit code 1 with a
fault.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import ends
from bench.drive import Generator
from bench.procfs import open_files, own_bytes, thread_names
from bench.soak_crowd import SPARE, WAYS, Crowd, Guest, Room
from bench.soak_verdict import MIB, Leftover, Soak, Usage, Viewing, leftovers
from bench.watched import EVERY_SECONDS, Inside, read, watched
from tests.scene import Scene, get, open_scene, post
from tests.service import Part, Service, running_service

PARTS: tuple[Part, Part] = ("control", "media-node")
REHEARSAL = 10
"""People who come and go before anything is counted: what the first ones leave for good is no leak."""
AT_ONCE = 40
"""Requests before anything is counted: a connection to the database that opens later is no leak."""
GONE_SECONDS = 60.0
"""A cut line is noticed after 15 s, and its person may come back for another 15."""
SESSION_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is like."""

    seconds: float
    endpoints: int = 50
    rooms: int = 5
    every: float = 10.0
    """Seconds between two looks."""
    pace: float = 1.0
    """Seconds between two steps: one leaves, one comes."""
    ways: Sequence[str] = WAYS
    """How people go."""
    quiet: bool = False


class Lab:
    """The service under load, and what is known of it."""

    def __init__(self, service: Service, folder: Path, crowd: Crowd) -> None:
        self._service, self._folder, self._crowd = service, folder, crowd
        self.began = time.monotonic()
        """When the run began; set again once the rehearsal is over."""

    def inside(self, part: Part) -> Inside:
        """The newest that a process says of itself."""
        told = read(self._folder, part)
        assert told is not None, f"{part} says nothing of itself"
        return told

    def usage(self, part: Part) -> Usage:
        """What a process uses now. Its asyncio tasks are half a second old at most."""
        pid = self._service.pid(part)
        assert pid is not None, f"there is no {part} process"
        inside = self.inside(part)
        return Usage(
            at=time.monotonic() - self.began,
            bytes=own_bytes(pid),
            descriptors=open_files(pid),
            threads=thread_names(pid),
            tasks=inside.tasks,
        )

    def usages(self) -> dict[str, Usage]:
        """What both use now."""
        return {part: self.usage(part) for part in PARTS}

    async def emptied(self) -> None:
        """Everybody leaves; returns once the engine knows nobody, or after a while."""
        await self._crowd.empty()
        await self._settled(lambda: not self.inside("media-node").peers)

    async def closed(self) -> None:
        """Returns once the engine says that it has no room left, or after a while."""
        await self._settled(lambda: not self.inside("media-node").rooms)

    async def calm(self, idle: Mapping[str, Usage]) -> dict[str, Usage]:
        """What the processes use once nobody may come back: no more tasks wait than before anybody came."""

        def waits(part: Part) -> bool:
            return sum(self.inside(part).tasks.values()) > sum(idle[part].tasks.values())

        await self._settled(lambda: not any(map(waits, PARTS)))
        return self.usages()

    async def still(self, before: Mapping[str, Usage]) -> dict[str, Usage]:
        """What the processes use once they use no more than before, or after a while."""

        def more() -> bool:
            return any(one.after > one.before for one in leftovers(before, self.usages()))

        await self._settled(lambda: not more())
        return self.usages()

    async def _settled(self, condition: Callable[[], bool]) -> None:
        for _ in range(round(GONE_SECONDS / EVERY_SECONDS)):
            if condition():
                return
            await asyncio.sleep(EVERY_SECONDS)

    def files(self) -> set[str]:
        """Everything in the data folder."""
        return {str(path.relative_to(self._folder)) for path in (self._folder / "data").rglob("*")}


async def soak(plan: Plan) -> Soak:
    """One run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_service(folder, program=watched(folder)) as service, Generator() as generator:
            people = plan.endpoints // plan.rooms + 1
            scenes = [await _scene(service, number, people) for number in range(plan.rooms)]
            rooms = [_room(number, scene) for number, scene in enumerate(scenes)]
            crowd = Crowd(generator, service.websocket_url, rooms, ways=plan.ways)
            lab = Lab(service, folder, crowd)
            idle = lab.usages()
            await _all_ask(service, scenes)
            await crowd.fill(min(REHEARSAL, plan.endpoints))
            await lab.emptied()
            before, files = await lab.calm(idle), lab.files()

            run = Soak(seconds=plan.seconds, usages={part: [] for part in PARTS})
            crowd.joins = 0
            crowd.leaves.clear()
            await crowd.fill(plan.endpoints)
            await _come_and_go(lab, crowd, generator, run, plan)
            run.joins, run.leaves, run.failures = crowd.joins, dict(crowd.leaves), crowd.failures
            await lab.emptied()
            async with service.api() as api:
                for scene in scenes:
                    await post(api, f"/api/v1/sessions/{scene.id}/end")
            await lab.closed()
            run.left = leftovers(before, await lab.still(before))
            node = lab.inside("media-node")
            run.left += [
                Leftover(what="rooms of the engine", before=0, after=node.rooms),
                Leftover(what="peers of the engine", before=0, after=len(node.peers)),
            ]
            run.files = sorted(lab.files() - files)
    return run


async def _all_ask(service: Service, scenes: Sequence[Scene]) -> None:
    """So many requests at once that the service opens all the connections to its database that it keeps."""
    async with service.api() as api, asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(get(api, f"/api/v1/sessions/{scenes[number % len(scenes)].id}"))


async def _scene(service: Service, number: int, people: int) -> Scene:
    names = [f"Room{number} Person{index}" for index in range(people + SPARE)]
    return await open_scene(service, *names, title=f"Soak {number}", duration_minutes=SESSION_MINUTES)


def _room(number: int, scene: Scene) -> Room:
    return Room(
        [Guest(name=f"r{number}p{index}", link=link) for index, link in enumerate(scene.links.values())]
    )


async def _come_and_go(lab: Lab, crowd: Crowd, generator: Generator, run: Soak, plan: Plan) -> None:
    """Steps, and a look now and then, until the time is over."""
    look = lab.began = time.monotonic()
    step, end = look, look + run.seconds
    generator.reset()
    steps = set[asyncio.Task[None]]()
    while (now := time.monotonic()) < end:
        if now >= step:
            step += plan.pace
            steps = {one for one in steps if not one.done()}
            steps.add(asyncio.create_task(crowd.step(), name="come and go"))
        if now >= look + plan.every:
            viewings = list(crowd.viewings((await generator.report()).by, look))
            generator.reset()
            look = time.monotonic()
            run.looks += len(viewings)
            stuck = [one for one in viewings if one.packets == 0]
            run.stuck += stuck
            if stuck:
                print(_evidence(stuck, lab), flush=True)
            for part, usage in lab.usages().items():
                run.usages[part].append(usage)
            if not plan.quiet:
                print(_row(run, crowd, lab), flush=True)
        await asyncio.sleep(max(0.0, min(step, look + plan.every, end) - time.monotonic()))
    await asyncio.gather(*steps)


def _evidence(stuck: Sequence[Viewing], lab: Lab) -> str:
    """What the engine says at the moment when somebody is found stuck: afterwards nobody can tell."""
    node = lab.inside("media-node").model_dump_json()
    pairs = ", ".join(f"{one.viewer} of {one.publisher}" for one in stuck)
    return f"stuck: {pairs}\nthe engine: {node}"


def _row(run: Soak, crowd: Crowd, lab: Lab) -> str:
    told = [
        f"{part} {usages[-1].bytes / MIB:.1f} MiB, {sum(usages[-1].descriptors.values())} descriptors,"
        f" {sum(usages[-1].threads.values())} threads, {sum(usages[-1].tasks.values())} tasks"
        for part, usages in run.usages.items()
    ]
    at = run.usages[PARTS[0]][-1].at
    there, known = len(crowd.present()), len(lab.inside("media-node").peers)
    return (
        f"{at:6.0f} s  {crowd.joins} joins, {there} there, {known} peers;"
        f" {'; '.join(told)}; {len(run.stuck)} of {run.looks} stuck"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs, prints."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("minutes", type=float, nargs="?", default=60.0)
    parser.add_argument("--endpoints", type=int, default=50)
    parser.add_argument("--rooms", type=int, default=5)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
    parser.add_argument("--json", type=Path, help="file for everything that was recorded")
    options = parser.parse_args(arguments)
    run = ends.run(
        soak(
            Plan(
                seconds=options.minutes * 60,
                endpoints=options.endpoints,
                rooms=options.rooms,
                every=options.every,
            )
        )
    )
    if options.json:
        options.json.write_text(run.model_dump_json(indent=2))
    print(run.text())
    return 1 if run.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
