"""``echo-session serve``: keeps the two processes of the service alive, each for itself.

A child that dies is started again, sooner or later depending on how often; the other one is left alone, so
media flows on while control restarts. A child that says its settings cannot work ends the whole service
instead.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from echo_session.status import EXIT_PORT, EXIT_SETTINGS, STATUS_VARIABLE, SUPERVISOR_VARIABLE, Ready

BACKOFF_SECONDS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Waits before starting a child again; the last one repeats."""
STEADY_SECONDS = 30.0
"""A child that lived so long starts with the shortest wait again."""
STOP_SECONDS = 10.0
"""How long a child may take to end before it is killed."""


@dataclass(slots=True)
class Child:
    """One process that is kept alive."""

    name: str
    arguments: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    was_ready: bool = False
    ready: asyncio.Future[Ready] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """The first report; a child that was started again does not change it."""


class Supervisor:
    """Starts the children, starts them again, ends them."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        announce: Callable[[dict[str, Ready]], None],
        say: Callable[[str], None],
        backoff: Sequence[float] = BACKOFF_SECONDS,
    ) -> None:
        self._commands = commands
        self._announce = announce
        self._say = say
        self._backoff = backoff
        self._stopping = asyncio.Event()
        self.exit_code = 0

    def stop(self) -> None:
        """Ends both children and then ``run``."""
        self._stopping.set()

    async def run(self) -> int:
        """Runs until stopped or until a child cannot work at all; returns the exit code."""
        children = [Child(name, command) for name, command in self._commands.items()]
        keeping = [asyncio.create_task(self._keep(child), name=f"keep {child.name}") for child in children]
        announcing = asyncio.create_task(self._announce_once(children), name="announce")
        try:
            await self._stopping.wait()
        finally:
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)
            await asyncio.gather(*keeping)
        return self.exit_code

    async def _announce_once(self, children: list[Child]) -> None:
        reports = await asyncio.gather(*(child.ready for child in children))
        self._announce({child.name: report for child, report in zip(children, reports, strict=True)})

    async def _keep(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while not self._stopping.is_set():
            started = loop.time()
            code = await self._run_once(child)
            if self._stopping.is_set():
                return
            if code == EXIT_SETTINGS or (code == EXIT_PORT and not child.was_ready):
                self.exit_code = code
                self._stopping.set()
                return
            failures = 0 if loop.time() - started > STEADY_SECONDS else failures + 1
            wait = self._backoff[min(failures, len(self._backoff)) - 1] if failures else 0.0
            self._say(f"{child.name} {_ended(code)}; starting it again{f' in {wait:g} s' if wait else ''}")
            await self._pause(wait)

    async def _run_once(self, child: Child) -> int:
        """Starts the child and waits for its end; ends it where the service stops."""
        receiving, sending = os.pipe()
        environment = os.environ | {SUPERVISOR_VARIABLE: str(os.getpid())}
        if not child.ready.done():
            environment[STATUS_VARIABLE] = str(sending)
        try:
            process = await asyncio.create_subprocess_exec(
                *child.arguments,
                env=environment,
                pass_fds=(sending,),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(sending)
        child.process = process
        child.starts += 1
        listening = asyncio.create_task(self._listen(child, receiving), name=f"status of {child.name}")
        ended = asyncio.create_task(process.wait(), name=f"end of {child.name}")
        stopping = asyncio.create_task(self._stopping.wait(), name="stop")
        try:
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await _end(process, ended)
            return await ended
        finally:
            for task in (listening, stopping):
                task.cancel()
            await asyncio.gather(listening, stopping, return_exceptions=True)

    async def _listen(self, child: Child, descriptor: int) -> None:
        """Reads the child's report; the pipe closes with it."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
        )
        try:
            line = await reader.readline()
            if line:
                child.was_ready = True
                if not child.ready.done():
                    child.ready.set_result(Ready.model_validate_json(line))
        finally:
            transport.close()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


async def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    announce: Callable[[dict[str, Ready]], None],
    say: Callable[[str], None],
) -> int:
    """Runs the children until SIGINT or SIGTERM; returns the exit code."""
    supervisor = Supervisor(commands, announce=announce, say=say)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stop)
    try:
        return await supervisor.run()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def child_command(*arguments: str) -> list[str]:
    """The command line of a child: this program, this Python."""
    return [sys.executable, "-m", "echo_session", *arguments]


async def _end(process: asyncio.subprocess.Process, ended: asyncio.Task[int]) -> None:
    process.terminate()
    done, _ = await asyncio.wait({ended}, timeout=STOP_SECONDS)
    if not done:
        process.kill()


def _ended(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}" if code else "ended"
