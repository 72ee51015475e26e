"""Instructions a forwarded packet, a figure that no noise can touch: ``python -m bench.instructions``.

Builds and runs a fixed scenario of the engine in simulated time (``media/core/tests/instructions.rs``) under
callgrind, which counts what the engine does with the datagrams of a steady room: reading, forwarding,
sealing, and everybody's feedback, but neither system calls nor joins. The figure is compared with the one in
docs/benchmarks.md; it fails where it is higher by more than 2%, and ``--keep`` writes it there.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
SCENARIO = "instructions"
TOLERANCE = 0.02
"""Keys and hash tables differ from run to run: the count by less than 1%."""
KEPT = re.compile(r"(?<=Instructions a forwarded packet: \*\*)[\d,]+(?=\*\*)")


@dataclass(frozen=True, slots=True)
class Count:
    """What callgrind counted."""

    instructions: int
    packets: int

    @property
    def each(self) -> float:
        """Of one forwarded packet."""
        return self.instructions / self.packets


def built() -> Path:
    """The scenario's program, built as the tests are."""
    command = ["cargo", "test", "--release", "--locked", "--workspace", "--test", SCENARIO, "--no-run"]
    said = subprocess.run(
        [*command, "--message-format=json"], cwd=ROOT / "media", stdout=subprocess.PIPE, text=True, check=True
    )
    for line in said.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == SCENARIO:
            return Path(message["executable"])
    raise LookupError(f"cargo built no test {SCENARIO}")


def counted(program: Path) -> Count:
    """Runs it under callgrind."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        callgrind = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={folder}/callgrind.out",
            "--collect-atstart=no",
            "--toggle-collect=*measured_*",
        ]
        command = [*callgrind, str(program), "--test-threads=1", "--nocapture"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode:
        raise RuntimeError(f"the scenario failed:\n{said.stdout}{said.stderr}")
    return read(said.stdout + said.stderr)


def read(said: str) -> Count:
    """What scenario and callgrind told. ValueError if they told nothing."""
    packets = re.search(r"forwarded (\d+) packets", said)
    instructions = re.search(r"Collected : (\d+)", said)
    if packets is None or instructions is None:
        raise ValueError("neither packets nor instructions were told")
    return Count(int(instructions[1]), int(packets[1]))


def kept(page: str) -> int | None:
    """The figure in the page, if it has one."""
    found = KEPT.search(page)
    return int(found[0].replace(",", "")) if found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Counts, compares, and keeps if told to."""
    parser = argparse.ArgumentParser(prog="python -m bench.instructions", description=__doc__)
    parser.add_argument("--keep", action="store_true", help=f"write the figure into {PAGE.name}")
    options = parser.parse_args(arguments)
    count = counted(built())
    print(f"{count.each:,.0f} instructions a packet ({count.instructions:,} for {count.packets:,})")
    page = PAGE.read_text()
    before = kept(page)
    if options.keep:
        PAGE.write_text(KEPT.sub(f"{count.each:,.0f}", page))
    elif before is not None:
        change = count.each / before - 1
        print(f"{before:,} are kept in {PAGE.name}: {change:+.1%}")
        return int(change > TOLERANCE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
