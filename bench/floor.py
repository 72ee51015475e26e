"""What sending alone costs: the generator crate's ``echo-floor``, pinned as the servers are.

Nothing can forward for less on the same kernel without sending fewer messages: one ``sendto`` a packet, or
one message of equal packets that the kernel cuts apart (GSO), each plain and with the packet sealed first.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from bench.cases import Case
from bench.drive import BINARY
from bench.figures import Figures
from bench.measure import Bench
from bench.peers.base import PeerError

MODES = {
    "sendto": ["sendto"],
    "sendto + seal": ["sendto", "--seal"],
    "gso": ["gso"],
    "gso + seal": ["gso", "--seal"],
}


async def floor(bench: Bench, case: Case) -> Figures:
    """One mode with so many receivers."""
    generator = bench.binary or Path(os.environ.get("ECHO_GENERATOR") or BINARY)
    program = generator.parent / "echo-floor"
    pinned = () if bench.server_core is None else ("taskset", "-c", str(bench.server_core))
    command = [*pinned, str(program), *MODES[case.server], str(case.size), str(bench.seconds)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    if process.returncode != 0:
        raise PeerError(f"echo-floor: {err.decode(errors='replace').strip()}")
    said = json.loads(out)
    return Figures(
        server_us=said["cpu_us_per_packet"], per_second=said["packets"] / said["seconds"], lost=said["lost"]
    )
