"""The folder that holds the database, the keys and the node's socket."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NODE_SECRET = "node.secret"  # noqa: S105


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
