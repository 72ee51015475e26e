"""A runner that claims and then hangs in its handler, to be killed: `python -m ... DATABASE`."""

from __future__ import annotations

import asyncio
import sys

from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database
from scheduler.due import Action, Claim
from scheduler.runner import Runner


async def main(address: str) -> None:
    async def hang(claim: Claim) -> str:
        sys.stdout.write(f"{claim.id}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
        return "never"

    runner = Runner(DueWork(Database(address)), dict.fromkeys(Action, hang), lease_seconds=2)
    await runner.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
