"""Processor time of the engine per forwarded packet: ``python -m bench.cost``.

The engine has a process of its own, pinned to one core; the generator has another. One participant publishes
136 packets of video and 50 of sound a second, the others receive both. A round lasts some seconds after
everybody is in. Each round starts both processes anew, and the median of the rounds counts, since a virtual
machine's figures are noisy by a fifth. A spinner of idle priority keeps each core awake, or the figures
would tell of halting and waking. Prints a table, or JSON with ``--json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel

from bench.drive import EngineRoom, Generator

PUBLISHER = "publisher"
SETTLE_SECONDS = 2.0


class Round(BaseModel):
    """Figures of one round."""

    viewers: int
    seconds: float
    delivered: int
    lost: int
    cpu_us_per_packet: float
    """Of the worker thread, per media packet that a viewer received."""
    process_us_per_packet: float
    """Of the whole engine process, Python included."""
    core_busy: float
    """Share of one core that the worker thread used."""
    delay_p50_ms: float
    delay_p99_ms: float
    largest_gap_ms: float


@contextmanager
def awake(cores: Sequence[int | None]) -> Iterator[None]:
    """Keeps cores from halting: a spinner on each that yields to everybody else."""
    context = get_context("spawn")
    spinners = [
        context.Process(target=_spin, args=(core,), daemon=True) for core in cores if core is not None
    ]
    for spinner in spinners:
        spinner.start()
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.terminate()
            spinner.join()


def _spin(core: int) -> None:
    """Body of a spinner; ends by being terminated."""
    os.sched_setaffinity(0, {core})
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    while True:
        pass


class RemoteEngine:
    """An engine in a process of its own, with the two calls that ``EngineRoom`` needs."""

    def __init__(self, core: int | None) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, core), daemon=True)
        self._process.start()
        theirs.close()

    def command(self, command: str) -> None:
        """As ``Engine.command``."""
        self._ask("command", command)

    def add_peer(self, command: str) -> str:
        """As ``Engine.add_peer``."""
        return str(self._ask("add_peer", command))

    def counters(self) -> dict[str, int]:
        """As ``Engine.counters``, and the processor time of the process, ``cpu_ns_process``."""
        counters: dict[str, int] = self._ask("counters")
        return counters

    def close(self) -> None:
        """Ends the process."""
        self._pipe.close()
        self._process.join()

    def _ask(self, call: str, *arguments: str) -> Any:
        self._pipe.send((call, arguments))
        failed, result = self._pipe.recv()
        if failed:
            raise RuntimeError(result)
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _serve(pipe: Connection, core: int | None) -> None:
    """Body of the engine's process: calls in, results out, until the pipe closes."""
    from time import process_time_ns

    from echo_session._media import Engine

    if core is not None:
        os.sched_setaffinity(0, {core})
    engine = Engine(bind=["127.0.0.1"], port=0, workers=1, public_addresses=[])
    while True:
        try:
            call, arguments = pipe.recv()
        except EOFError:
            break
        try:
            result = getattr(engine, call)(*arguments)
            if call == "counters":
                result["cpu_ns_process"] = process_time_ns()
            engine.take_events()
            pipe.send((False, result))
        except Exception as error:
            pipe.send((True, repr(error)))
    engine.close()


async def measure(viewers: int, seconds: float, cores: Sequence[int | None], binary: Path | None) -> Round:
    """One round: ``cores`` are those of the engine and of the generator."""
    engine_core, generator_core = cores
    prefix = () if generator_core is None else ("taskset", "-c", str(generator_core))
    with RemoteEngine(engine_core) as engine:
        async with Generator(binary, prefix=prefix) as generator:
            room = EngineRoom(engine, generator, "room_cost", max_peers=viewers + 1)
            await room.join(PUBLISHER)
            names = [f"viewer_{index}" for index in range(viewers)]
            for name in names:
                await room.join(name, voices=3, videos=9)
                room.watch(name, {0: (PUBLISHER, "camera")})
            generator.publish(PUBLISHER, "microphone")
            generator.publish(PUBLISHER, "camera")
            await generator.reported(
                lambda r: all(f"{PUBLISHER}/camera" in r.by.get(name, {}) for name in names), every=0.5
            )
            await asyncio.sleep(SETTLE_SECONDS)
            generator.reset()
            before = await asyncio.to_thread(engine.counters)
            await asyncio.sleep(seconds)
            after = await asyncio.to_thread(engine.counters)
            report = await generator.report(detail=False)
    spent = {name: after[name] - before[name] for name in ("cpu_ns_worker_0", "cpu_ns_process", "media_out")}
    received = report.total.packets
    return Round(
        viewers=viewers,
        seconds=report.seconds,
        delivered=received,
        lost=report.lost,
        cpu_us_per_packet=spent["cpu_ns_worker_0"] / 1000 / spent["media_out"],
        process_us_per_packet=spent["cpu_ns_process"] / 1000 / spent["media_out"],
        core_busy=spent["cpu_ns_worker_0"] / 1e9 / seconds,
        delay_p50_ms=report.total.delay_p50_ms,
        delay_p99_ms=report.total.delay_p99_ms,
        largest_gap_ms=report.total.gap_ms,
    )


def median(rounds: Sequence[Round]) -> Round:
    """The median of every figure by itself."""
    names = Round.model_fields
    return Round.model_validate(
        {name: _median([getattr(one, name) for one in rounds], whole=name in _WHOLE) for name in names}
    )


_WHOLE = {"viewers", "delivered", "lost"}


def _median(values: Sequence[float], *, whole: bool) -> float:
    middle = statistics.median(values)
    return round(middle) if whole else middle


def table(rounds: Sequence[Round]) -> str:
    """Rounds, and their median in the last line."""
    head = "round  viewers  delivered   lost  us/packet  us (process)  core   p50 ms   p99 ms   gap ms"
    lines = [head]
    for label, one in [*((str(n), one) for n, one in enumerate(rounds, 1)), ("median", median(rounds))]:
        lines.append(
            f"{label:>6} {one.viewers:>7} {one.delivered:>10} {one.lost:>6} {one.cpu_us_per_packet:>10.2f}"
            f" {one.process_us_per_packet:>13.2f} {one.core_busy:>5.0%} {one.delay_p50_ms:>8.2f}"
            f" {one.delay_p99_ms:>8.2f} {one.largest_gap_ms:>8.1f}"
        )
    return "\n".join(lines)


def _cores() -> tuple[int | None, int | None]:
    """One core each where there are two; else nobody is pinned."""
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[1]) if len(available) > 1 else (None, None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--viewers", type=int, nargs="+", default=[20], help="receivers beside the publisher")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a round")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--generator", type=Path, help="the generator's binary")
    options = parser.parse_args(arguments)
    results: dict[int, list[Round]] = {viewers: [] for viewers in options.viewers}
    cores = _cores()
    with awake(cores):
        for _ in range(options.rounds):
            for viewers, rounds in results.items():
                rounds.append(asyncio.run(measure(viewers, options.seconds, cores, options.generator)))
    if options.json:
        document = [
            {"median": median(rounds).model_dump(), "rounds": [one.model_dump() for one in rounds]}
            for rounds in results.values()
        ]
        json.dump(document, sys.stdout, indent=2)
        print()
    else:
        print("\n\n".join(table(rounds) for rounds in results.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
