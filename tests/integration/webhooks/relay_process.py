"""A relay in a process of its own, to be killed: `python -m ... DATABASE`."""

from __future__ import annotations

import asyncio
import sys

from echo_session.store.engine import Database

from .samples import relaying


async def main(address: str) -> None:
    async with relaying(Database(address), lease=1.0):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
