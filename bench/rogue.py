"""One of a room misbehaves, fifty others watch: ``python -m bench.rogue``.

For each manner (``Manner`` in ``bench/generator/src/control.rs``) somebody joins the room, sends so many
datagrams a second that nobody should send, and leaves. Meanwhile the delay of the others is measured, as in
every benchmark here, and whether anything of theirs was lost. Rounds are interleaved with quiet ones. Exit
code 1 where one of the others lost a packet or its connection.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.awake import awake, two_cores
from bench.cases import OURS, SHORT_SIZE, Case
from bench.drive import Generator
from bench.figures import Figures
from bench.machine import address
from bench.measure import SETTLE_SECONDS, Bench, seats, started, viewing, window
from bench.peers.base import Seat
from bench.peers.ours import Ours

QUIET = "quiet"
MANNERS = (
    "strangers",
    "garbage",
    "truncated",
    "nacks",
    "keyframes",
    "feedback",
    "streams",
    "extensions",
    "leaps",
    "replays",
)
TURNED_AWAY = re.compile("dropped|limited|refused|unknown|forged|replayed")


@dataclass(slots=True)
class Row:
    """What the others noticed of one manner."""

    figures: list[Figures] = field(default_factory=list)
    ended: int = 0
    """Rounds in which the rogue was shown out."""
    counted: Counter[str] = field(default_factory=Counter)
    """What the engine counted of it: what it dropped, limited or refused."""
    others_ended: int = 0
    """Connections of others that were lost."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A full room."""

    bench: Bench
    server: Ours
    generator: Generator
    crowd: Generator
    publisher: Seat
    lines: Sequence[str]

    async def measure(self, manner: str, number: int, per_second: int, row: Row) -> None:
        """One window, with one who misbehaves unless it is to be quiet."""
        rogue = f"rogue_{number}_{manner}"
        if manner != QUIET:
            seat = Seat(room=self.publisher.room, name=rogue, views=1, layers=3, newcomer=True)
            await self.server.view(seat, [self.publisher])
            await asyncio.sleep(SETTLE_SECONDS)
            self.crowd.misbehave(rogue, manner, per_second=per_second)
        before = Counter(await self.server.counters())
        row.figures.append(await window(self.bench, self.server, self.generator, self.lines))
        grown = Counter(await self.server.counters()) - before
        row.counted += Counter({name: grown[name] for name in grown if TURNED_AWAY.search(name)})
        row.ended += rogue in self.crowd.closed
        row.others_ended += len(self.generator.closed)
        if manner != QUIET and rogue not in self.crowd.closed:
            self.crowd.leave(rogue)


async def measured(
    bench: Bench, viewers: int, manners: Sequence[str], rounds: int, per_second: int
) -> dict[str, Row]:
    """Each manner, so many rounds."""
    case = Case(server=OURS, scenario="webinar", size=viewers)
    rows = {manner: Row() for manner in (QUIET, *manners)}
    async with started(bench, case) as (server, generator, crowd):
        assert isinstance(server, Ours)
        (publisher,), others = seats(case)
        await server.publish(publisher)
        lines = await viewing(server, generator, others, [publisher], None)
        scene = Scene(bench, server, generator, crowd, publisher, lines)
        for number in range(rounds):
            for manner, row in rows.items():
                await scene.measure(manner, number, per_second, row)
                print(said(manner, row), flush=True)
    return rows


def said(manner: str, row: Row) -> str:
    """A row so far: medians, and the most that was lost."""
    p99 = [figures.p99_ms or 0.0 for figures in row.figures]
    worst = [figures.worst_ms or 0.0 for figures in row.figures]
    busy = median(figures.core_busy or 0.0 for figures in row.figures)
    lost = sum(figures.lost or 0 for figures in row.figures)
    counted = "".join(f", {name} {number}" for name, number in row.counted.most_common(2))
    shown_out = f", shown out in {row.ended} of {len(row.figures)}" if row.ended else ""
    return (
        f"{manner:11} others: p99 {median(p99):.2f} ms ({min(p99):.2f}-{max(p99):.2f}),"
        f" worst {max(worst):.1f} ms, {lost:.0f} lost; core {busy:.0%}{shown_out}{counted}"
    )


def main() -> int:
    """Measures and judges."""
    parser = argparse.ArgumentParser(prog="python -m bench.rogue", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each window is")
    parser.add_argument("--viewers", type=int, default=SHORT_SIZE)
    parser.add_argument("--manners", nargs="+", choices=MANNERS, default=MANNERS, metavar="MANNER")
    parser.add_argument("--per-second", type=int, default=2000, help="datagrams of the rogue")
    options = parser.parse_args()
    cores = two_cores()
    if cores[1] is not None:
        os.sched_setaffinity(0, {cores[1]})
    with awake(cores) as spinners:
        bench = Bench(*cores, address(), options.seconds, spinners)
        work = measured(bench, options.viewers, options.manners, options.rounds, options.per_second)
        rows = asyncio.run(work)
    print()
    print("\n".join(said(manner, row) for manner, row in rows.items()))
    harmed = [
        manner
        for manner, row in rows.items()
        if row.others_ended or any(figures.lost for figures in row.figures)
    ]
    print(f"others were harmed by: {', '.join(harmed)}" if harmed else "nobody else was harmed")
    return 1 if harmed else 0


if __name__ == "__main__":
    sys.exit(main())
