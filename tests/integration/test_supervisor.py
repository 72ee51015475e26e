"""The supervisor with small stand-ins for the two processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from echo_session.status import Ready
from echo_session.supervisor import Supervisor

CHILD = """
import os, signal, sys
sys.path.insert(0, {root!r})
from echo_session.status import Ready, die_with_supervisor, report_ready
die_with_supervisor()
def end(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(1, b"{name} ended\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
starts = open({starts!r}, "a"); starts.write("{name} %d\\n" % os.getpid()); starts.close()
{body}
report_ready(Ready(links={{"Page": "http://{name}"}}))
signal.pause()
"""
ROOT = str(Path(__file__).parents[2])


class Bench:
    """Commands of children that note each start in a file, and what the supervisor said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.starts = folder / "starts"
        self.starts.touch()
        self.said: list[str] = []
        self.announced: list[dict[str, Ready]] = []
        self.changed = asyncio.Event()

    def command(self, name: str, body: str = "") -> list[str]:
        code = CHILD.format(root=ROOT, starts=str(self.starts), name=name, body=body)
        return [sys.executable, "-c", code]

    def say(self, line: str) -> None:
        self.said.append(line)
        self.changed.set()

    def announce(self, reports: dict[str, Ready]) -> None:
        self.announced.append(reports)
        self.changed.set()

    def pids(self, name: str) -> list[int]:
        lines = [line.split() for line in self.starts.read_text().splitlines()]
        return [int(pid) for child, pid in lines if child == name]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                async with _at_most(0.05):
                    await self.changed.wait()

    @asynccontextmanager
    async def supervisor(self, **commands: list[str]) -> AsyncIterator[asyncio.Task[int]]:
        supervisor = Supervisor(dict(commands), announce=self.announce, say=self.say, backoff=(0.0, 0.05))
        running = asyncio.create_task(supervisor.run())
        try:
            yield running
        finally:
            supervisor.stop()
            await running


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        return


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_links_are_announced_once_both_are_ready(bench: Bench) -> None:
    async with bench.supervisor(control=bench.command("control"), node=bench.command("node")):
        await bench.until(lambda: bool(bench.announced))
    assert bench.announced == [
        {"control": Ready(links={"Page": "http://control"}), "node": Ready(links={"Page": "http://node"})}
    ]


async def test_child_that_is_killed_is_started_again_and_the_other_one_is_left_alone(bench: Bench) -> None:
    async with bench.supervisor(control=bench.command("control"), node=bench.command("node")):
        await bench.until(lambda: bool(bench.announced))
        os.kill(bench.pids("control")[0], signal.SIGKILL)
        await bench.until(lambda: len(bench.pids("control")) == 2)
        assert len(bench.pids("node")) == 1
        os.kill(bench.pids("node")[0], 0)
    assert bench.said == ["control was killed by SIGKILL; starting it again"]
    assert len(bench.announced) == 1


async def test_child_whose_settings_cannot_work_ends_the_service(bench: Bench) -> None:
    async with bench.supervisor(
        control=bench.command("control", "sys.exit(78)"), node=bench.command("node")
    ) as running:
        assert await running == 78
    assert len(bench.pids("control")) == 1


async def test_port_in_use_at_the_start_ends_the_service(bench: Bench) -> None:
    async with bench.supervisor(
        control=bench.command("control"), node=bench.command("node", "sys.exit(69)")
    ) as running:
        assert await running == 69


async def test_child_that_keeps_dying_is_tried_again_and_again(bench: Bench) -> None:
    async with bench.supervisor(control=bench.command("control", "sys.exit(3)"), node=bench.command("node")):
        await bench.until(lambda: len(bench.said) >= 3)
    assert bench.said[0] == "control ended with code 3; starting it again"
    assert bench.said[1] == "control ended with code 3; starting it again in 0.05 s"


async def test_stopping_ends_both_children(bench: Bench) -> None:
    async with bench.supervisor(control=bench.command("control"), node=bench.command("node")) as running:
        await bench.until(lambda: bool(bench.announced))
    assert await running == 0
    for name in ("control", "node"):
        with pytest.raises(ProcessLookupError):
            os.kill(bench.pids(name)[0], 0)


async def test_children_die_with_a_supervisor_that_is_killed(bench: Bench) -> None:
    program = f"""
import asyncio, sys
sys.path.insert(0, {ROOT!r})
from echo_session.supervisor import supervise
commands = {{"control": {bench.command("control")!r}, "node": {bench.command("node")!r}}}
asyncio.run(supervise(commands, announce=lambda reports: print("ready", flush=True), say=print))
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert await process.stdout.readline() == b"ready\n"
        process.kill()
        ended = {await process.stdout.readline(), await process.stdout.readline()}
        await process.communicate()
    assert ended == {b"control ended\n", b"node ended\n"}
