"""Steps that end before whoever waits for them does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

__all__ = ["unbroken"]

T = TypeVar("T")


async def unbroken(step: Awaitable[T]) -> T:
    """Waits for a step to its end, however often this task is cancelled meanwhile, and is cancelled then.

    A call into a database goes on in its thread when nobody waits for it any more: what it has locked belongs
    to nobody then. A step must therefore be short.
    """
    task = asyncio.ensure_future(_awaited(step))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled() and (failed := task.exception()) is not None:
        raise cancelled from failed
    raise cancelled


async def _awaited(step: Awaitable[T]) -> T:
    return await step
