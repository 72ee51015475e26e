"""Control and media node as two processes that are killed and started again, each life with its failpoint.

They run what `echo-session control` and `echo-session media-node` run, on one folder and the same ports. They
are forks of a process that has loaded everything, since a start from nothing costs seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Literal

import aiohttp

from config import load_settings
from echo_session import data_folder, failpoints, logs
from echo_session.control_process import run_control
from echo_session.media import node as node_module
from echo_session.media.engine import open_engine
from echo_session.media.event_log import EventLog, state_key
from echo_session.media.node_process import run_node
from echo_session.media.protocol import Event
from echo_session.status import SUPERVISOR_VARIABLE, die_with_supervisor
from tests.service import environment_of, free_port

Part = Literal["control", "node"]
PARTS: tuple[Part, Part] = ("control", "node")
START_SECONDS = 60.0


class Processes:
    """One of each. ``ended`` is set whenever one dies, and ``death`` says when that was."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database
        self.port = free_port(socket.SOCK_STREAM)
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.happened = folder / "happened.jsonl"
        """Every transition at the node, and whatever of it control has told the node to forget, since it is
        durable."""
        self.ended = asyncio.Event()
        self.armed: dict[Part, str] = {}
        """The failpoint of each life."""
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._processes: dict[Part, ForkServerProcess] = {}
        self._deaths: dict[Part, datetime] = {}
        self._blind_since: datetime | None = None
        self._settings = {
            "data": str(folder / "data"),
            "database_url": database,
            "http.port": str(self.port),
            "media.port": str(free_port(socket.SOCK_DGRAM)),
            "log_level": "warning",
        }
        data_folder.prepare(folder / "data")

    @property
    def settings(self) -> Mapping[str, str]:
        """As an environment would say them."""
        return environment_of(self._settings)

    def start(self, part: Part, failpoint: str = "") -> None:
        """Starts a life of this part; it ends at the failpoint, if it comes by."""
        process = self._context.Process(
            target=_live, args=(part, dict(self.settings), failpoint, str(self.happened)), daemon=True
        )
        process.start()
        self.armed[part] = failpoint
        self._processes[part] = process
        asyncio.get_running_loop().add_reader(process.sentinel, self._died, part, process)

    def kill(self, part: Part) -> datetime:
        """kill -9 where it still lives; gives when it died."""
        process = self._processes.get(part)
        if process is not None:
            process.kill()
            self._died(part, process)
        return self._deaths[part]

    def dead(self) -> list[Part]:
        """Those that have died and were not started again."""
        return [part for part in PARTS if part not in self._processes]

    def died_at(self, part: Part) -> datetime:
        """When its last life ended."""
        return self._deaths[part]

    def known_until(self) -> datetime:
        """Until when control has heard a node that died: where control was away just then, until it went."""
        died = self._deaths["node"]
        return died if self._blind_since is None else min(died, self._blind_since)

    def stop(self) -> None:
        """Ends both."""
        for part in PARTS:
            if part in self._processes:
                self.kill(part)

    async def ready(self) -> bool:
        """True once database and node answer control; false where one dies before."""
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while not self.dead():
                try:
                    async with session.get(f"{self.base_url}/readyz") as answer:
                        if answer.status == 200:
                            self._blind_since = None
                            return True
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        return False

    def notes(self) -> list[dict[str, Any]]:
        """All of `happened`, in order; the last line of a life may be cut short."""
        lines = self.happened.read_text().splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def log(self) -> str:
        """The end of what both said."""
        return "\n".join(
            f"{part}:\n{path.read_text()[-4000:]}"
            for part in PARTS
            if (path := self.folder / f"{part}.log").exists()
        )

    def _died(self, part: Part, process: ForkServerProcess) -> None:
        if self._processes.get(part) is not process:
            return
        asyncio.get_running_loop().remove_reader(process.sentinel)
        self._deaths[part] = datetime.now(UTC)
        if part == "control" and self._blind_since is None:
            self._blind_since = self._deaths[part]
        del self._processes[part]
        process.join()
        process.close()
        self.ended.set()


class _Told(EventLog):
    """Writes down what happens, and what control says that it has dealt with durably."""

    path = Path()

    def append(self, event: Event) -> int:
        self._note("happened", [event])
        return super().append(event)

    def acknowledge(self, seq: int) -> None:
        self._note("acknowledged", [self._events[number] for number in self._upto(seq)])
        super().acknowledge(seq)

    def _note(self, what: str, events: Sequence[Event]) -> None:
        with self.path.open("a") as file:
            for event in events:
                if state_key(event) is None:
                    note = {"what": what, "wall": datetime.now(UTC).timestamp()} | event.model_dump()
                    file.write(json.dumps(note) + "\n")


def _live(part: Part, settings: dict[str, str], failpoint: str, happened: str) -> None:
    os.environ.clear()
    os.environ.update(settings)
    os.environ[SUPERVISOR_VARIABLE] = str(os.getppid())
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_supervisor()
    folder = Path(settings["ECHO_SESSION_DATA"]).parent
    with (folder / f"{part}.log").open("ab") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    logs.configure("warning", process=part)
    failpoints.arm(failpoint)
    if part == "node":
        _Told.path = Path(happened)
        node_module.EventLog = _Told  # type: ignore[attr-defined]
    asyncio.run(_control() if part == "control" else _node())


async def _control() -> None:
    await run_control(load_settings(), asyncio.Event(), lambda _: None, show_links=False)


async def _node() -> None:
    settings = load_settings()
    with data_folder.claimed(settings.data, "node"):
        await run_node(settings, open_engine(settings.media), asyncio.Event(), lambda: None)
