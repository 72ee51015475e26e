"""Measures servers against each other: ``python -m bench [quick|short|full]``; see docs/benchmarks.md.

Each round of each case starts its server anew. Results are written after every round, as JSON, and at the end
as text, Markdown and a picture beside it. A run that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import cases, table
from bench.awake import awake, two_cores
from bench.machine import address, machine
from bench.measure import Bench
from bench.peers.known import SERVERS, versions
from bench.plot import svg
from bench.results import Results
from bench.rounds import run

PLANS = {"quick": cases.quick, "short": cases.short, "full": cases.full}
ROUNDS = {"quick": 2, "short": 5, "full": 5}
SECONDS = {"quick": 5.0, "short": 10.0, "full": 10.0}
FOLDER = Path("test-results") / "bench"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is not measured yet, and prints all of it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("plan", choices=PLANS, nargs="?", default="short")
    parser.add_argument("--out", type=Path, help=f"file of results; usually {FOLDER}/PLAN.json")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="how long media flow in a round")
    parser.add_argument("--servers", nargs="+", default=[], choices=[*SERVERS, *cases.FLOORS], metavar="NAME")
    parser.add_argument("--scenarios", nargs="+", default=[])
    parser.add_argument("--sizes", nargs="+", type=int, default=[])
    parser.add_argument("--fresh", action="store_true", help="forget the results that are there")
    parser.add_argument("--generator", type=Path, help="the generator's binary")
    options = parser.parse_args(arguments)
    there, missing = versions()
    chosen = cases.narrowed(PLANS[options.plan](), options.servers, options.scenarios)
    chosen = [case for case in chosen if case.server not in missing]
    chosen = [case for case in chosen if not options.sizes or case.size in options.sizes]
    path = options.out or FOLDER / f"{options.plan}.json"
    seconds = options.seconds or SECONDS[options.plan]
    results = Results(machine=machine(), versions=there, missing=missing, seconds=seconds)
    if path.exists() and not options.fresh:
        kept = Results.load(path)
        if differences := results.differs(kept):
            parser.error(f"{path} is of another run ({', '.join(differences)}): --fresh forgets it")
        results = kept
    for name, how in missing.items():
        print(f"{name} is left out: {how}", file=sys.stderr)
    cores = two_cores()
    if cores[1] is not None:
        os.sched_setaffinity(0, {cores[1]})
    with awake(cores) as spinners:
        bench = Bench(*cores, address(), seconds, spinners, options.generator)
        run(results, path, chosen, options.rounds or ROUNDS[options.plan], bench)
    write(results, path)
    print(f"\n{table.text(results)}")
    return 0


def write(results: Results, path: Path) -> None:
    """Markdown and picture beside the results."""
    path.with_suffix(".md").write_text(table.markdown(results))
    path.with_suffix(".svg").write_text(svg(results))


if __name__ == "__main__":
    sys.exit(main())
