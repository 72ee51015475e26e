"""Due actions while control processes are killed: each takes effect exactly once.

    python -m tests.faults.due_actions --actions 1000 --kills 200 --database postgresql
    python -m tests.faults.due_actions --actions 1000 --kills 200 --database sqlite

On PostgreSQL four control processes share the database, on SQLite there is one. At random instants one is
killed with SIGKILL and started again. An action's effect is what it leaves in the records: the events that
tell of the opening and the end, the mailing of a reminder, the instant of finalising. A warning leaves
nothing but its row: it is said to whoever is in the room.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select

from echo_session.store.engine import Database, Tx
from echo_session.store.tables import DueWorkRow, EventRow, MailingRow, SessionRow
from tests.database import Cluster, SqliteFiles
from tests.faults.controls import Controls
from tests.faults.due_sessions import ACTIONS_OF_THREE, Due, make_sessions

PROCESSES = {"postgresql": 4, "sqlite": 1}
HORIZON = timedelta(minutes=20)
"""What is due later than this after the last action is no part of it."""
PATIENCE = 120.0
"""Seconds after the last kill until everything must have been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of it."""

    actions: int
    kills: int
    effects: Counter[str]
    """How many effects the records hold, by action."""
    states: Counter[str]
    """Rows of due work by state."""
    claimed_again: int
    """Rows that a process had claimed when it died, or that were tried more than once."""
    wrong: tuple[str, ...]
    """One line for each action that did not take effect exactly once."""
    seconds: float

    def text(self) -> str:
        """For whoever runs the command."""
        effects = ", ".join(f"{action} {count}" for action, count in sorted(self.effects.items()))
        lines = [
            f"{self.actions} due actions, {self.kills} kills in {self.seconds:.0f} s",
            f"rows: {', '.join(f'{state} {count}' for state, count in sorted(self.states.items()))}",
            f"effects in the records: {effects}",
            f"claimed more than once: {self.claimed_again}",
            f"wrong: {len(self.wrong)}",
        ]
        return "\n".join([*lines, *self.wrong[:50]])


async def run(database: Database, controls: Controls, *, actions: int, kills: int, window: float) -> Report:
    """Makes sessions whose work falls due within `window` seconds, and kills processes meanwhile."""
    loop = asyncio.get_running_loop()
    due = await make_sessions(database, actions // ACTIONS_OF_THREE, timedelta(seconds=window))
    begun, killed = loop.time(), 0
    with controls:
        while killed < kills:
            await asyncio.sleep(random.expovariate(kills / window))
            place = random.randrange(controls.count)
            killed += await asyncio.to_thread(controls.kill, place)
            await asyncio.to_thread(controls.start, place)
        try:
            async with asyncio.timeout(window + PATIENCE):
                await _all_finished(database, due)
        except TimeoutError:
            raise AssertionError(f"work was left undone:\n{controls.log()}") from None
    return await look(database, due, kills=killed, seconds=loop.time() - begun)


async def look(database: Database, due: Due, *, kills: int, seconds: float) -> Report:
    """What the records say of each action."""
    rows = await _rows(database, due)
    effects = await _effects(database, due)
    done = Counter((row.session_id, row.action) for row in rows if row.state == "done")
    wrong = [f"{of}: {count} effects" for of, count in sorted(effects.items()) if count != 1]
    wrong += [f"{of}: {done[of]} rows done" for of in sorted(due.wanted()) if done[of] != 1]
    wrong += [
        f"{row.session_id} {row.action} {row.state}: {row.outcome}" for row in rows if row.state != "done"
    ]
    return Report(
        actions=len(due.wanted()),
        kills=kills,
        effects=Counter(action for (_, action), count in effects.items() for _ in range(count)),
        states=Counter(row.state for row in rows),
        claimed_again=sum(row.lease_epoch > 1 for row in rows),
        wrong=tuple(wrong),
        seconds=seconds,
    )


async def _effects(database: Database, due: Due) -> dict[tuple[str, str], int]:
    """How often each (session, action) has left its effect; warnings leave none."""
    per_session = select(EventRow.session_id, func.count()).group_by(EventRow.session_id)
    reminders = select(MailingRow.session_id, func.count()).where(MailingRow.kind == "reminder")
    final = select(SessionRow.id).where(SessionRow.finalised_at.is_not(None))
    async with database.read() as tx:
        opened = await _counts(tx, per_session.where(EventRow.type == "session.opened"))
        closed = await _counts(tx, per_session.where(EventRow.type == "session.closed"))
        reminded = await _counts(tx, reminders.group_by(MailingRow.session_id))
        finalised = dict.fromkeys(await tx.scalars(final), 1)
    found = {"open_room": opened, "close_room": closed, "send_reminder": reminded, "finalise": finalised}
    return {
        (session_id, action): found[action].get(session_id, 0)
        for session_id, action in due.wanted()
        if action in found
    }


async def _counts(tx: Tx, query: Select[*tuple[Any, ...]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for session_id, count in await tx.execute(query):
        counts[session_id] = count
    return counts


async def _rows(database: Database, due: Due) -> list[DueWorkRow]:
    wanted = due.wanted()
    async with database.read() as tx:
        rows = await tx.scalars(select(DueWorkRow).where(DueWorkRow.due_at <= due.until + HORIZON))
        return [row for row in rows if (row.session_id, row.action) in wanted]


async def _all_finished(database: Database, due: Due) -> None:
    """Returns once the last action has been due and each has its row in a final state."""
    final = 0
    while datetime.now(UTC) < due.until or final < len(due.wanted()):
        await asyncio.sleep(0.2)
        rows = await _rows(database, due)
        final = sum(row.state not in ("due", "claimed") for row in rows)


async def _main(database: str, actions: int, kills: int, window: float) -> Report:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cluster = Cluster() if database == "postgresql" else None
        address = cluster.new() if cluster else SqliteFiles(folder).new(folder / "echo-session.db")
        records = Database(address)
        controls = Controls(address, folder, PROCESSES[database])
        try:
            return await run(records, controls, actions=actions, kills=kills, window=window)
        finally:
            await records.close()
            if cluster:
                cluster.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Kill control processes while actions fall due.")
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=sorted(PROCESSES), default="postgresql")
    parser.add_argument("--window", type=float, default=None, help="seconds in which the actions fall due")
    chosen = parser.parse_args()
    found = asyncio.run(
        _main(chosen.database, chosen.actions, chosen.kills, chosen.window or max(20.0, chosen.kills * 1.2))
    )
    print(found.text())  # noqa: T201 - a command
    raise SystemExit(1 if found.wrong else 0)
