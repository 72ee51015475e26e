"""Programs that are measured: found, started on a core, ended by their process id."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ENDING_SECONDS = 5.0
POLL_SECONDS = 0.05
FOLDER = Path(os.environ.get("ECHO_BENCH_PEERS", Path.home() / ".cache" / "echo-bench" / "bin"))
"""Where ``make bench-peers`` puts what is no package of the system."""
ROOT = Path(__file__).parents[2]


class Program:
    """One running process."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self.log = log

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        core: int | None,
        log: Path,
        environment: Mapping[str, str] | None = None,
        talks: bool = False,
    ) -> Program:
        """Starts it; with ``talks`` input and output are pipes, else the log takes its output."""
        pinned = [*(() if core is None else ("taskset", "-c", str(core))), *command]
        pipe = asyncio.subprocess.PIPE
        with log.open("wb") as opened:
            process = await asyncio.create_subprocess_exec(
                *pinned,
                stdin=pipe if talks else asyncio.subprocess.DEVNULL,
                stdout=pipe if talks else opened,
                stderr=opened,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                limit=1 << 24,
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        """Process id: ``taskset`` becomes the program it starts."""
        return self.process.pid

    async def listening(self, port: int, address: str = "127.0.0.1") -> None:
        """Waits until it takes TCP connections; RuntimeError with its last words if it ends instead."""
        while True:
            if self.process.returncode is not None:
                words = self.log.read_text(errors="replace").strip().splitlines()[-3:]
                raise RuntimeError(f"it ended with {self.process.returncode}: {' / '.join(words)}")
            try:
                _, writer = await asyncio.open_connection(address, port)
            except OSError:
                await asyncio.sleep(POLL_SECONDS)
            else:
                writer.close()
                return

    async def stop(self) -> None:
        """Ends it: one that is talked to by the end of its input, and by force who takes too long."""
        if self.process.returncode is not None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        else:
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), ENDING_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def find(name: str) -> Path | None:
    """A program in our folder or on the path."""
    ours = FOLDER / name
    if ours.exists():
        return ours
    there = shutil.which(name)
    return Path(there) if there else None


def first_line(*command: str) -> str:
    """The first line that a program says of itself."""
    said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return (said.stdout or said.stderr).strip().splitlines()[0]


def free_port() -> int:
    """A TCP port of the loopback that nobody has now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
