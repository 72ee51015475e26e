"""The folder that holds the database, the keys and the node's socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

NODE_SECRET = "node.secret"  # noqa: S105 - a file's name
"""What control and the node know of each other."""
SIGNING_KEY = "secret.key"
"""What links are signed with; whoever has it can make links to every session."""


def prepare(folder: Path) -> None:
    """Makes the folder where it is missing, closed to other users. Raises OSError if it cannot be written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"The data folder {folder} cannot be written: set data (ECHO_SESSION_DATA).")


def shared_secret(path: Path) -> str:
    """Reads a secret of 256 bits, or makes it (mode 0600). Safe against two processes that start at once."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text(encoding="ascii").strip()


class FolderInUseError(Exception):
    """Another process of the same kind uses the data folder."""


@contextlib.contextmanager
def claimed(folder: Path, process: str, *, patience_seconds: float = 5.0) -> Iterator[None]:
    """Holds the folder for the one process of this kind; the kernel lets go when it dies, however it dies.

    Waits a moment for one that is just ending. Raises FolderInUseError.
    """
    descriptor = os.open(folder / f".{process}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + patience_seconds
        while not _locked(descriptor):
            if time.monotonic() > deadline:
                raise FolderInUseError(
                    f"Another echo-session uses the data folder {folder}: stop it, "
                    "or set data (ECHO_SESSION_DATA) to another folder."
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
