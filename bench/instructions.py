"""Instructions a forwarded packet, a figure that no noise can touch: ``python -m bench.instructions``.

Builds and runs a fixed scenario of the engine in simulated time (``core/tests/it/instructions.rs``) under
callgrind, which counts what the engine does with the datagrams of a steady room: reading, forwarding,
sealing, and everybody's feedback, but neither system calls nor joins. The figure is compared with the one in
docs/benchmarks.md; it fails where it is higher by more than 2%, and ``--keep`` writes it there.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
SCENARIOS = {
    "direct": ("it", "instructions::a_steady_room"),
    "str0m": ("on_str0m", "instructions::a_steady_room"),
}
"""Of each egress the test program and the test in it."""
TOLERANCE = 0.02
"""Keys and hash tables differ from run to run: the count by less than 1%."""


@dataclass(frozen=True, slots=True)
class Count:
    """What callgrind counted."""

    instructions: int
    packets: int

    @property
    def each(self) -> float:
        """Of one forwarded packet."""
        return self.instructions / self.packets


def built() -> dict[str, Path]:
    """The test programs, built as the tests are, by name."""
    names = [name for name, _ in SCENARIOS.values()]
    command = ["cargo", "test", "--release", "--locked", "--workspace", "--no-run", "--message-format=json"]
    command += [word for name in names for word in ("--test", name)]
    said = subprocess.run(command, cwd=ROOT / "media", stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in said.stdout.splitlines()]
    found = {m["target"]["name"]: Path(m["executable"]) for m in messages if m.get("executable")}
    return {name: found[name] for name in names}


def counted(program: Path, test: str) -> Count:
    """Runs one test under callgrind."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        callgrind = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={folder}/callgrind.out",
            "--collect-atstart=no",
            "--toggle-collect=*measured_*",
        ]
        command = [*callgrind, str(program), test, "--test-threads=1", "--nocapture"]
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


def line(egress: str) -> re.Pattern[str]:
    """Where the page has the figure of an egress."""
    return re.compile(rf"(?<=\| {egress} \| )[\d,]+(?= \|)")


def kept(page: str, egress: str) -> int | None:
    """The figure in the page, if it has one."""
    found = line(egress).search(page)
    return int(found[0].replace(",", "")) if found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Counts, compares, and keeps if told to."""
    parser = argparse.ArgumentParser(prog="python -m bench.instructions", description=__doc__)
    parser.add_argument("--keep", action="store_true", help=f"write the figures into {PAGE.name}")
    options = parser.parse_args(arguments)
    if shutil.which("valgrind") is None:
        parser.error("valgrind is not installed: it is what counts (apt-get install valgrind)")
    programs, page, worse = built(), PAGE.read_text(), False
    for egress, (program, test) in SCENARIOS.items():
        count = counted(programs[program], test)
        before = kept(page, egress)
        said = f"{egress}: {count.each:,.0f} instructions a packet"
        if before is not None:
            change = count.each / before - 1
            worse |= change > TOLERANCE
            said += f", {change:+.1%} to the {before:,} in {PAGE.name}"
        print(said, flush=True)
        page = line(egress).sub(f"{count.each:,.0f}", page)
    if options.keep:
        PAGE.write_text(page)
        return 0
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
