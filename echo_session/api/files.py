"""Files in and out: uploads that go to the disk as they come, downloads that come from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import quote

from aiohttp import hdrs, web

from echo_session.api.operation import KIB, AnyOperation, Download
from echo_session.api.problems import Problem

_CHUNK = 64 * KIB
_MIB = 1024 * KIB


def too_large(most: int) -> Problem:
    """The problem of a body that is longer than allowed."""
    limit = f"{most // KIB} KiB" if most < _MIB else f"{most // _MIB} MiB"
    return Problem(413, f"The body is too large: at most {limit} are allowed here.")


def check_upload(request: web.Request, operation: AnyOperation) -> None:
    """Refuses a file that is of another kind or said to be too large. Raises Problem 413, 415."""
    if request.content_type not in operation.upload:
        kinds = ", ".join(operation.upload)
        raise Problem(415, f"The body must be a file: {kinds}.", headers={hdrs.ACCEPT: kinds})
    if (request.content_length or 0) > operation.max_body:
        raise too_large(operation.max_body)


@asynccontextmanager
async def uploaded(request: web.Request, most: int) -> AsyncIterator[Path]:
    """The body as a file that is gone afterwards, even if we are killed: it has no name in any folder.

    Raises Problem 413.
    """
    with TemporaryFile() as file:
        size = 0
        async for chunk in request.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > most:
                raise too_large(most)
            await asyncio.to_thread(file.write, chunk)
        file.flush()
        file.seek(0)
        yield Path(f"/dev/fd/{file.fileno()}")


async def send_file(request: web.Request, download: Download) -> web.StreamResponse:
    """Answers with a file."""
    name = download.filename
    with download.file as file:
        response = web.StreamResponse(
            headers={
                hdrs.CONTENT_TYPE: download.media_type,
                hdrs.CONTENT_DISPOSITION: f"attachment; filename*=UTF-8''{quote(name)}; filename=\"{name}\"",
                hdrs.CONTENT_LENGTH: str(file.seek(0, 2)),
                hdrs.CACHE_CONTROL: "no-store",
            }
        )
        file.seek(0)
        await response.prepare(request)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            await response.write(chunk)
        await response.write_eof()
    return response
