"""Which machine this is: figures of one are not those of another."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEASURED = ("media", "bench/generator", "bench/peers")
ANYWHERE = ("198.51.100.1", 9)
"""An address for documentation (RFC 5737): a route to it is looked up, nothing is sent."""


def machine() -> dict[str, str]:
    """Processor, memory, kernel, and the commit that is measured."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"Linux {platform.release()}",
        "python": platform.python_version(),
        "commit": _commit(),
    }


def address() -> str:
    """An IPv4 address of this machine that is not the loopback, where it has one.

    Packets to it take the loopback's way through the kernel all the same; some servers refuse 127.0.0.1.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(ANYWHERE)
        except OSError:
            return "127.0.0.1"
        return str(sock.getsockname()[0])


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """The last commit that touched what is measured: other work does not make another run of it."""
    commit = _git("log", "-1", "--format=%h", "--", *MEASURED) or "unknown"
    return f"{commit} and changes" if _git("status", "--porcelain", "--", *MEASURED) else commit


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()
