"""The service, each process of which tells twice a second what only it knows of itself.

``python -m bench.watched FOLDER serve`` is ``echo-session serve``; its children write ``FOLDER/control.json``
and ``FOLDER/media-node.json`` (``Inside``). ``running_service(..., program=watched(folder))`` starts it.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from pydantic import BaseModel

from config.models import Media
from echo_session import cli, supervisor
from echo_session.media import engine as engine_module
from echo_session.media.engine import RustEngine, open_engine

EVERY_SECONDS = 0.5
_Result = TypeVar("_Result")


class PeerInside(BaseModel):
    """One connection as the engine holds it."""

    peer: str
    watches: bool
    """Whether any of its video slots has a wish."""
    estimate_bps: int | None
    """What the engine thinks its line carries; None where the engine does not tell."""


class Inside(BaseModel):
    """What a process says of itself. All but the first is the media node's."""

    tasks: dict[str, int]
    """asyncio's, by coroutine; the one that writes this is left out."""
    rooms: int = 0
    peers: list[PeerInside] = []
    counters: dict[str, int] = {}


def watched(folder: Path) -> list[str]:
    """What Python is to run instead of ``-m echo_session serve``."""
    return ["-m", "bench.watched", str(folder), "serve"]


def read(folder: Path, part: str) -> Inside | None:
    """The newest that a process (``control``, ``media-node``) has said; None before the first."""
    try:
        return Inside.model_validate_json((folder / f"{part}.json").read_text())
    except FileNotFoundError:
        return None


class _Watch:
    """Writes, beside the work of a process and in its loop, what is to be known of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: RustEngine | None = None

    def open_engine(self, media: Media) -> RustEngine:
        """As ``echo_session.media.engine.open_engine``, whose result it then watches."""
        self._engine = open_engine(media)
        return self._engine

    async def beside(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """The work's own result."""
        writing = asyncio.create_task(self._write(), name="watch")
        try:
            return await work
        finally:
            writing.cancel()

    async def _write(self) -> None:
        fresh = self._path.with_suffix(".new")
        while True:
            fresh.write_text(self._inside().model_dump_json())
            fresh.replace(self._path)
            await asyncio.sleep(EVERY_SECONDS)

    def _inside(self) -> Inside:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        inside = Inside(tasks=Counter(_coroutine(task) for task in others))
        if self._engine is not None:
            rooms = self._engine.snapshot()
            inside.rooms = len(rooms)
            inside.counters = self._engine.counters()
            inside.peers = [
                PeerInside(
                    peer=peer.peer,
                    watches=any(peer.pictures),
                    estimate_bps=peer.estimate_bps,
                )
                for room in rooms
                for peer in room.peers
            ]
        return inside


def _coroutine(task: asyncio.Task[Any]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", "unknown"))


def main() -> None:
    """Runs the command of ``echo-session`` that is named last, watched."""
    folder, command = Path(sys.argv[1]), sys.argv[2]
    run = asyncio.run
    watch = _Watch(folder / f"{command}.json")

    def child_command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "bench.watched", str(folder), *arguments]

    def watched_run(work: Coroutine[Any, Any, _Result]) -> _Result:
        return run(watch.beside(work))

    with (
        patch.object(supervisor, "child_command", child_command),
        patch.object(engine_module, "open_engine", watch.open_engine),
        patch.object(asyncio, "run", watched_run),
    ):
        sys.exit(cli.app([command]))


if __name__ == "__main__":
    main()
