"""Mail into a folder, a file each: nothing has to be set up to try the service."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from echo_session.domain.mail import Fate, Outcome
from echo_session.mail.ports import Begun, Message

__all__ = ["FolderTransport"]


class FolderTransport:
    """Writes ``<Message-ID>.eml``. The same message again replaces its file, so nothing is there twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: Message, begun: Begun) -> Outcome:
        """Keep the message."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            return Outcome(Fate.DOWN, f"The folder {self._folder} cannot be written: {error.strerror}.")
        return Outcome(Fate.SENT)

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, message: Message) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = message.envelope.message_id.strip("<>").replace("/", "_")
        part = self._folder / f".{name}.part"
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(message.data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / f"{name}.eml")
