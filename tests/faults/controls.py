"""Control processes to be killed by the hundred, on one database.

Each is what `echo-session control` runs: pages, API, rooms, clock, webhooks. They are forks of a process that
has loaded everything, since a start from nothing costs two seconds of processor time. No media node answers
them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from config import load_settings
from echo_session import logs
from echo_session.control_process import run_control
from echo_session.status import SUPERVISOR_VARIABLE, die_with_supervisor

LEASE_SECONDS = 2.0


class Controls:
    """So many control processes, each in a folder of its own; one that is killed can be started again."""

    def __init__(
        self, database: str, folder: Path, count: int, more: Mapping[str, str] | None = None
    ) -> None:
        """``more``: settings as environment variables."""
        self.count = count
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._settings = [
            _settings(database, folder / f"control-{number}") | dict(more or {}) for number in range(count)
        ]
        self._processes: list[ForkServerProcess | None] = [None] * count

    def __enter__(self) -> Self:
        for place in range(len(self._processes)):
            self.start(place)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in range(len(self._processes)):
            self.kill(place)

    def start(self, place: int) -> None:
        """Starts the process of this place."""
        process = self._context.Process(target=_control, args=(self._settings[place],), daemon=True)
        process.start()
        self._processes[place] = process

    def kill(self, place: int) -> bool:
        """kill -9; false where it had ended before."""
        process = self._processes[place]
        if process is None:
            return False
        alive = process.is_alive()
        process.kill()
        process.join()
        process.close()
        self._processes[place] = None
        return alive

    def log(self) -> str:
        """What they all said, the end of it."""
        said = [Path(settings["ECHO_SESSION_DATA"]) / "log" for settings in self._settings]
        return "\n".join(f"{path}:\n{path.read_text()[-3000:]}" for path in said if path.exists())


def _settings(database: str, folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return {
        "ECHO_SESSION_DATA": str(folder),
        "ECHO_SESSION_DATABASE_URL": database,
        "ECHO_SESSION_HTTP__PORT": str(port),
        "ECHO_SESSION_SCHEDULER__LEASE_SECONDS": str(LEASE_SECONDS),
        "ECHO_SESSION_SCHEDULER__POLL_SECONDS": "1",
        "ECHO_SESSION_LOG_LEVEL": "warning",
    }


def _control(settings: Mapping[str, str]) -> None:
    os.environ.update(settings)
    os.environ[SUPERVISOR_VARIABLE] = str(os.getppid())
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_supervisor()
    with (Path(settings["ECHO_SESSION_DATA"]) / "log").open("ab") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    logs.configure("warning", process="control")
    asyncio.run(run_control(load_settings(), asyncio.Event(), lambda _: None, show_links=False))
