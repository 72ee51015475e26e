"""Ends a measurement as it should end, however it is ended."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """``asyncio.run``, but SIGTERM cancels the work too, so that everything it has opened is closed."""

    async def guarded() -> _Result:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            raise SystemExit(128 + signal.SIGTERM) from None

    return asyncio.run(guarded())
