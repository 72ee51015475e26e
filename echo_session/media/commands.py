"""Carries out commands on the engine: those of one peer in order, offers in a thread."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from echo_session.media.engine import MediaEngine
from echo_session.media.errors import CommandRefusedError
from echo_session.media.protocol import (
    AddPeer,
    Answer,
    Command,
    CommandFrame,
    RemovePeer,
    Reply,
    SetMuted,
    SetPictures,
)

log = logging.getLogger(__name__)

OFFER_THREADS = max(2, min(8, os.cpu_count() or 1))
"""Reading an offer takes milliseconds of a core and holds no lock of Python meanwhile."""
OFFER_NICENESS = 5
"""By so much those threads stand back: where fifty join at once, who is in a session already goes first."""


class CommandRunner:
    """Runs commands on behalf of the node. They finish even where the link that brought them drops."""

    def __init__(self, engine: MediaEngine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(
            OFFER_THREADS, thread_name_prefix="offer", initializer=give_way_to_media
        )
        self._turns: defaultdict[str, _Turn] = defaultdict(_Turn)

    async def run(self, frame: CommandFrame) -> Reply:
        """Carries out one command and says how it went."""
        peer = _peer_of(frame.command)
        try:
            if peer is None:
                return Reply(id=frame.id, ok=True, answer=await self._carry_out(frame.command))
            turn = self._turns[peer]
            turn.users += 1
            try:
                async with turn.lock:
                    return Reply(id=frame.id, ok=True, answer=await self._carry_out(frame.command))
            finally:
                turn.users -= 1
                if not turn.users:
                    self._turns.pop(peer, None)
        except CommandRefusedError as refusal:
            return Reply(id=frame.id, ok=False, code=refusal.code, error=str(refusal))
        except Exception:
            log.exception("A media command failed")
            return Reply(id=frame.id, ok=False, code="internal", error="The media server had a fault.")

    async def _carry_out(self, command: Command) -> Answer | None:
        if isinstance(command, AddPeer):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._engine.add_peer, command)
        self._engine.apply(command)
        return None

    def close(self) -> None:
        """Waits for offers that are being read."""
        self._threads.shutdown(wait=True)


class _Turn:
    """The queue of one peer's commands."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


def give_way_to_media() -> None:
    """On Linux a priority is a thread's own. It only ever becomes lower, which everybody may do."""
    lower = os.getpriority(os.PRIO_PROCESS, 0) + OFFER_NICENESS
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(19, lower))


def _peer_of(command: Command) -> str | None:
    match command:
        case AddPeer() | RemovePeer() | SetMuted() | SetPictures():
            return command.peer
        case _:
            return None
