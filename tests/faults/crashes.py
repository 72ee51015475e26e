"""Processes die by SIGKILL at named failpoints while people come and go: what is acknowledged stays, once.

    python -m tests.faults.crashes --crashes 500 --database sqlite

Control and media node are real processes, the people's devices are aiortc endpoints. Each life of a process
has a failpoint of its own (`echo_session.failpoints`), or dies at a random instant; one death in five takes
the other process with it, and now and then a person goes at the same moment. After so many deaths the session
ends, which may take some more, and its record is held against what the people know (`tests.faults.verdict`).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from config import load_settings
from echo_session.access import create_token, records
from echo_session.failpoints import NAMES
from echo_session.store.engine import Database
from tests.database import Cluster
from tests.faults.people import Human, Told, now
from tests.faults.processes import PARTS, Part, Processes
from tests.faults.verdict import Verdict, judge

log = logging.getLogger(__name__)

PEOPLE = ("Ana", "Ben", "Cai", "Dee")
DEATHS_A_SESSION = 25
AFTER_A_CRASH = 5.0
"""Seconds by which an interval may be off."""
OVERDUE_SECONDS = 3.5
"""A life that has not come by its failpoint by then dies at a random instant."""
UNARMED: dict[Part, float] = {"control": 0.1, "node": 0.6}
"""Share of the lives without a failpoint. A node that dies costs everybody a new transport."""
BOTH = 0.2
VANISH = 0.35
AWAY = (0.2, 0.5, 3.0, 8.0, 24.0)
"""Seconds until somebody who left comes again."""

LIVES: dict[Part, tuple[str, ...]] = {
    "node": tuple(sorted(name for name in NAMES if name.startswith("node."))),
    "control": tuple(
        sorted(name for name in NAMES if not name.startswith(("node.", "session.")) and "evicted" not in name)
    ),
}
ENDS = tuple(sorted(name for name in NAMES if name.startswith("session.")))
EVICTIONS = tuple(sorted(name for name in NAMES if "evicted" in name))


@dataclass(slots=True)
class Report:
    """What came of it."""

    deaths: Counter[str] = field(default_factory=Counter)
    """By failpoint, or `random instant`, or `with the other`."""
    crashes: int = 0
    """Deaths, where two at once are one."""
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def wrong(self) -> list[str]:
        """One line for each thing that must not be."""
        return [line for verdict in self.verdicts for line in verdict.wrong]

    def text(self) -> str:
        """For whoever runs the command."""
        starts = [abs(error) for verdict in self.verdicts for error in verdict.starts]
        ends = [abs(error) for verdict in self.verdicts for error in verdict.ends]
        return "\n".join(
            [
                f"{self.crashes} crashes ({self.deaths.total()} processes) in {self.seconds:.0f} s, "
                f"{len(self.verdicts)} sessions",
                *(f"  {count:4d} at {name}" for name, count in sorted(self.deaths.items())),
                f"acknowledged: {self._sum('acknowledged')} by control to the node, "
                f"{self._sum('told')} to people; lost: {self._sum('lost')}; doubled: {self._sum('doubled')}",
                f"{len(starts)} intervals: starts {_spread(starts)}, ends {_spread(ends)}",
                f"wrong: {len(self.wrong)}",
                *self.wrong[:50],
                *(line for verdict in self.verdicts for line in verdict.stories[:100]),
            ]
        )

    def _sum(self, what: str) -> int:
        return sum(getattr(verdict, what) for verdict in self.verdicts)


def _spread(errors: list[float]) -> str:
    ordered = sorted(errors) or [0.0]
    return f"{ordered[len(ordered) // 2]:.2f} s off at the median, {ordered[-1]:.2f} s at most"


class Meeting:
    """One session under fire."""

    def __init__(
        self, api: aiohttp.ClientSession, processes: Processes, report: Report, chance: random.Random
    ) -> None:
        self.id = ""
        self.people: list[Human] = []
        self._registrations: dict[str, str] = {}
        self._api = api
        self._processes = processes
        self._report = report
        self._chance = chance
        self._born: dict[Part, float] = {}
        self._back: dict[str, float] = {}

    # --- the service

    async def open(self) -> None:
        """Makes the session and opens it; nobody dies meanwhile."""
        body = {
            "title": "Under fire",
            "zone": "America/Denver",
            "starts_at": datetime.now(UTC).isoformat(),
            "duration_minutes": 120,
            "lead_minutes": 0,
        }
        made = await self._call("POST", "/api/v1/sessions", body)
        self.id = made["id"]
        for number, name in enumerate(PEOPLE):
            await self._invite(name, talks=number > 0)
        await self._call("POST", f"/api/v1/sessions/{self.id}/open")

    async def close(self) -> None:
        """Ends it, however many lives that takes."""
        await self._reborn(self._chance.choice(ENDS))
        while (await self._call("GET", f"/api/v1/sessions/{self.id}"))["status"] != "closed":
            await self._call("POST", f"/api/v1/sessions/{self.id}/end", give_up=True)
        for human in self.people:
            await human.vanish()

    async def attendance(self) -> Any:
        """As the API gives it."""
        return await self._call("GET", f"/api/v1/sessions/{self.id}/attendance")

    async def _invite(self, name: str, *, talks: bool = True) -> Human:
        people = [{"name": name, "email": f"{name.lower()}@clinic.example", "role": "participant"}]
        path = f"/api/v1/sessions/{self.id}/registrations"
        (made,) = (await self._call("POST", path, {"people": people}))["items"]
        human = Human(name=name, link=made["link"], talks=talks)
        self.people.append(human)
        self._registrations[name] = made["id"]
        return human

    async def _call(self, method: str, path: str, body: Any = None, *, give_up: bool = False) -> Any:
        """Asks until there is an answer; whoever dies meanwhile is started again."""
        for _ in range(60):
            await self.revive()
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self._api.request(method, path, json=body) as answer:
                    if answer.status < 300:
                        return await answer.json() if answer.status != 204 else {}
            if give_up:
                return None
            await asyncio.sleep(0.1)
        raise AssertionError(f"{method} {path}: no answer\n{self._processes.log()}")

    # --- deaths

    async def revive(self, failpoints: dict[Part, str] | None = None) -> None:
        """Starts whatever is dead again, until both are up."""
        while dead := self._processes.dead():
            for part in await self._count(dead):
                self._start(part, (failpoints or {}).get(part, self._failpoint(part)))
            if await self._processes.ready():
                return

    async def _reborn(self, failpoint: str) -> None:
        """Kills control, for its next life to have this failpoint."""
        if "control" not in self._processes.dead():
            self._processes.armed["control"] = ""
            self._processes.kill("control")
        await self.revive({"control": failpoint})

    async def _count(self, dead: list[Part]) -> list[Part]:
        """Takes note of these deaths; gives them, and one that goes with them."""
        self._report.crashes += 1
        for part in dead:
            self._report.deaths[self._processes.armed[part] or "a random instant"] += 1
        if len(dead) == len(self._processes.dead()) == 1 and self._chance.random() < BOTH:
            other = next(part for part in PARTS if part not in dead)
            self._processes.kill(other)
            self._report.deaths["the death of the other"] += 1
            dead = [*dead, other]
        if "node" in dead:
            for human in self.people:
                human.node_died(self._processes.died_at("node"), self._processes.known_until())
        if self._chance.random() < VANISH and (here := [human for human in self.people if human.here]):
            await self._vanish(self._chance.choice(here))
        return dead

    def _failpoint(self, part: Part) -> str:
        if self._chance.random() < UNARMED[part]:
            return ""
        return f"{self._chance.choice(LIVES[part])}@{self._chance.choice((1, 1, 1, 2))}"

    def _start(self, part: Part, failpoint: str) -> None:
        self._processes.start(part, failpoint)
        self._born[part] = time.monotonic()

    def _kill_overdue(self) -> None:
        """Who does not come by its failpoint dies all the same."""
        part: Part = "control" if self._chance.random() < 0.8 else "node"
        if part not in self._processes.dead() and time.monotonic() - self._born[part] > OVERDUE_SECONDS:
            self._processes.armed[part] = ""
            self._processes.kill(part)

    # --- what people do meanwhile

    async def live(self, deaths: int) -> None:
        """Goes on until so many have died."""
        until = self._report.crashes + deaths
        while self._report.crashes < until:
            await self.revive()
            await self._something()
            self._processes.ended.clear()
            if not self._processes.dead():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._chance.uniform(0.05, 0.5)):
                        await self._processes.ended.wait()
            if not self._processes.dead():
                self._kill_overdue()
        await self.revive()

    async def evict(self) -> None:
        """A guest comes and is put out, by a control process that dies over it."""
        guest = await self._invite(f"Guest-{len(self.people)}")
        await self._reborn(self._chance.choice(EVICTIONS))
        guest.join()
        await guest.until_in_the_room()
        path = f"/api/v1/sessions/{self.id}/registrations/{self._registrations[guest.name]}"
        connection = guest.connection_id if guest.in_the_room else ""
        if await self._call("DELETE", path, give_up=True) is not None and connection:
            guest.told.append(Told("evicted", connection, now()))
        await guest.vanish()

    async def _something(self) -> None:
        """Mostly what leads control to its failpoint."""
        away = [human for human in self.people if self._may_come(human)]
        here = [human for human in self.people if human.connected]
        leaving = "left" in self._processes.armed["control"]
        if away and (not here or self._chance.random() < (0.2 if leaving else 0.8)):
            human = self._chance.choice(away)
            human.join()
            await asyncio.sleep(self._chance.uniform(0.0, 0.6))
        elif here and self._chance.random() < 0.7:
            human = self._chance.choice(here)
            if leaving or self._chance.random() < 0.6:
                await human.leave()
                self._back[human.name] = now() + self._chance.choice(AWAY)
            else:
                await self._vanish(human)

    async def _vanish(self, human: Human) -> None:
        await human.vanish()
        self._back[human.name] = now() + self._chance.choice(AWAY)

    def _may_come(self, human: Human) -> bool:
        hurry = 10.0 if self._processes.armed["control"] else 0.0
        return human.name in PEOPLE and not human.here and now() >= self._back.get(human.name, 0.0) - hurry


async def run(
    folder: Path, database: str, *, crashes: int, seed: int, tolerance: float = AFTER_A_CRASH
) -> Report:
    """Lets so many crashes happen, over as many sessions as that takes."""
    report, chance, begun = Report(), random.Random(seed), time.monotonic()
    processes = Processes(folder, database)
    async with _service(processes) as (api, store):
        while report.crashes < crashes:
            meeting = Meeting(api, processes, report, chance)
            processes.stop()
            for part in PARTS:
                meeting._start(part, "")
            await processes.ready()
            await meeting.open()
            await meeting.live(min(DEATHS_A_SESSION, crashes - report.crashes) - 4)
            await meeting.evict()
            await meeting.close()
            attendance = await meeting.attendance()
            report.verdicts.append(
                await judge(
                    store, meeting.id, meeting.people, attendance, processes.notes(), tolerance=tolerance
                )
            )
            report.seconds = time.monotonic() - begun
            log.info("%s", report.text().splitlines()[0])
            for line in (*report.verdicts[-1].wrong, *report.verdicts[-1].stories):
                log.error("%s", line)
    return report


@asynccontextmanager
async def _service(processes: Processes) -> AsyncIterator[tuple[aiohttp.ClientSession, Database]]:
    settings = load_settings(data=processes.folder / "data", database_url=processes.database)
    async with records(settings) as (store, _links):
        token = await create_token(store, "crashes")
        async with aiohttp.ClientSession(
            base_url=processes.base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=aiohttp.ClientTimeout(total=20),
        ) as api:
            try:
                yield api, store
            finally:
                processes.stop()


async def _main(database: str, crashes: int, seed: int) -> Report:
    with tempfile.TemporaryDirectory() as name:
        cluster = Cluster() if database == "postgresql" else None
        try:
            return await run(Path(name), cluster.new() if cluster else "", crashes=crashes, seed=seed)
        finally:
            if cluster:
                cluster.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Kill control and media node while people come and go.")
    parser.add_argument("--crashes", type=int, default=500)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    chosen = parser.parse_args()
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    found = asyncio.run(_main(chosen.database, chosen.crashes, seed))
    print(f"seed {seed}\n{found.text()}")  # noqa: T201 - a command
    raise SystemExit(1 if found.wrong else 0)
