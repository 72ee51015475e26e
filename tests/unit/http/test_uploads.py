"""Files that come in with a request."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from echo_session.api.files import uploaded
from echo_session.api.problems import Problem


class Body:
    """A body that comes in two pieces."""

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        yield b"Name,"
        yield b"E-mail\n"


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


async def test_a_file_is_there_to_be_read_and_in_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    request: Any = SimpleNamespace(content=Body())
    async with uploaded(request, 100) as file:
        assert file.read_bytes() == b"Name,E-mail\n"
        assert file.read_bytes() == b"Name,E-mail\n"
        assert names(tmp_path) == [], "nothing is left if we are killed now"
    with pytest.raises(Problem, match="too large"):
        async with uploaded(request, 8):
            pass
