"""The whole service, as `echo-session serve` runs it, on free ports and in a folder of its own.

async with running_service(tmp_path) as service:
    async with service.api() as api:
        await api.post("/api/v1/sessions", json={...})
    await page.goto(service.sign_in_link)
    service.kill("control")
    await service.back("control")
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import psutil
from aiohttp import ClientError, ClientSession, ClientTimeout

from config import load_settings
from echo_session import data_folder
from echo_session.access import create_token, records

ROOT = Path(__file__).parents[1]
Part = Literal["control", "media-node"]

START_SECONDS = 60.0
STOP_SECONDS = 15.0
SERVE = ("-m", "echo_session", "serve")


class Service:
    """One running service."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        *,
        data: Path,
        address: str,
        port: int,
        media_port: int,
        api_token: str,
    ) -> None:
        self.process = process
        self.data = data
        self.port = port
        self.media_port = media_port
        self.api_token = api_token
        self.base_url = f"http://{address}:{port}"
        self.websocket_url = f"ws://{address}:{port}/ws"
        self.sign_in_link = ""
        """Signs a facilitator in, once."""
        self.practice_link = ""
        self.output: list[str] = []
        """Every line of both processes and their supervisor, as they came."""
        self._changed = asyncio.Event()
        self._readers: list[asyncio.Task[None]] = []

    def api(self) -> ClientSession:
        """An HTTP client with the API token. Close it, or use it as a context manager."""
        return ClientSession(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {self.api_token}"},
            timeout=ClientTimeout(total=30),
        )

    def pid(self, part: Part) -> int | None:
        """The process that plays this part now; None while there is none."""
        for child in psutil.Process(self.process.pid).children():
            try:
                if part in child.cmdline():
                    return int(child.pid)
            except psutil.Error:
                continue
        return None

    def kill(self, part: Part) -> int:
        """kill -9; gives the pid that is no more."""
        pid = self.pid(part)
        assert pid is not None, f"there is no {part} process"
        os.kill(pid, signal.SIGKILL)
        return pid

    async def back(self, part: Part, *, instead_of: int) -> None:
        """Returns once another process plays the part and the service is ready."""
        await self.until(lambda: self.pid(part) not in (None, instead_of))
        await self.ready()

    async def ready(self) -> None:
        """Returns once database and media node answer."""
        async with asyncio.timeout(START_SECONDS), ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.base_url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def said(self, words: str) -> str:
        """Returns the first line with these words, once there is one."""
        await self.until(lambda: any(words in line for line in self.output))
        return next(line for line in self.output if words in line)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Looks again whenever the service says something, and twenty times a second."""
        async with asyncio.timeout(START_SECONDS):
            while not condition():
                if self.process.returncode is not None:
                    raise AssertionError(f"the service ended:\n{self.tail()}")
                self._changed.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._changed.wait()
                except TimeoutError:
                    continue

    def tail(self, lines: int = 60) -> str:
        """The last lines it said."""
        return "\n".join(self.output[-lines:])

    async def start(self) -> None:
        """Reads what it says until it shows its links and is ready."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        for stream in (self.process.stdout, self.process.stderr):
            self._readers.append(asyncio.create_task(self._read(stream)))
        self.sign_in_link = (await self.said("Console: ")).partition(": ")[2]
        self.practice_link = (await self.said("Practice room: ")).partition(": ")[2]
        await self.ready()

    async def stop(self) -> int:
        """Ends it as Ctrl-C would; gives the exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            raise
        finally:
            await asyncio.gather(*self._readers)
        assert self.process.returncode is not None
        return self.process.returncode

    async def _read(self, stream: asyncio.StreamReader) -> None:
        with (self.data.parent / "service.log").open("a") as log:
            async for line in stream:
                text = line.decode(errors="replace").rstrip("\n")
                self.output.append(text)
                log.write(text + "\n")
                log.flush()
                self._changed.set()


@asynccontextmanager
async def running_service(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    port: int = 0,
    media_port: int = 0,
    address: str = "127.0.0.1",
    program: Sequence[str] = SERVE,
) -> AsyncIterator[Service]:
    """A service with an API token in ``folder``; its lines go to ``service.log`` there.

    Args:
        settings: names as in ``echo-session.toml``, such as ``{"webhooks.retry_scale": "0.001"}``.
        port: of http; 0 takes a free one. The same folder and ports again continue where it stopped.
        address: of this machine, where it listens for pages and media.
        program: what Python is to run.
    """
    data = folder / "data"
    chosen = port or free_port(socket.SOCK_STREAM)
    media = media_port or free_port(socket.SOCK_DGRAM)
    wanted = {
        "data": str(data),
        "http.host": address,
        "http.port": str(chosen),
        "media.bind": json.dumps([address]),
        "media.port": str(media),
        "webhooks.allow_loopback": "true",
    } | dict(settings or {})
    token = await _api_token(data)
    process = await _spawn(folder, wanted, program)
    service = Service(process, data=data, address=address, port=chosen, media_port=media, api_token=token)
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


def free_port(kind: socket.SocketKind) -> int:
    """A port on loopback that is free for UDP and TCP at this moment."""
    while True:
        with socket.socket(type=kind) as one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            other = socket.SOCK_DGRAM if kind is socket.SOCK_STREAM else socket.SOCK_STREAM
            with socket.socket(type=other) as two:
                try:
                    two.bind(("127.0.0.1", port))
                except OSError:
                    continue
            return port


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment that sets these, and no other setting of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ECHO_SESSION_")}
    kept["PYTHONPATH"] = str(ROOT)
    return kept | {
        f"ECHO_SESSION_{name.upper().replace('.', '__')}": value for name, value in settings.items()
    }


async def _spawn(
    folder: Path, settings: Mapping[str, str], program: Sequence[str]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        cwd=folder,
        env=environment_of(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _api_token(data: Path) -> str:
    data_folder.prepare(data)
    async with records(load_settings(data=data)) as (database, _links):
        return await create_token(database, "tests")
