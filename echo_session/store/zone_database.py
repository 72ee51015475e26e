"""The zone database that instants come from. Governments change their clocks at short notice: when the
service starts with other rules than the records were made with, sessions to come are derived again from what
was agreed, which is the wall time at the hub."""

from __future__ import annotations

import asyncio
import zoneinfo
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError

from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.series_plan import settled
from echo_session.domain.sessions import Status
from echo_session.domain.times import zones
from echo_session.domain.zone_changes import Moved, rederived, told
from echo_session.store.engine import Database, Tx
from echo_session.store.mailings import queue_mailing
from echo_session.store.notices import add_notice
from echo_session.store.replan import plan_work
from echo_session.store.sessions import keep, to_session
from echo_session.store.tables import FactRow, SeriesPartRow, SessionRow
from echo_session.store.tell import tell_sessions

FACT = "zone_database"
AT_A_TIME = 500
MOST_NOTICES = 50


def present() -> str:
    """Names the zone database of this machine: the package's version, and a digest of every zone's file.

    The digest is what counts: files of the system come before those of the package, and change without it.
    """
    digest = sha256()
    for zone in sorted(zones()):
        digest.update(zone.encode() + b"\0" + _file(zone))
    try:
        package = version("tzdata")
    except PackageNotFoundError:
        package = "none"
    return f"tzdata {package}, sha256 {digest.hexdigest()}"


async def rederive(
    database: Database,
    *,
    now: datetime,
    random: RandomBytes,
    name: Callable[[], str] = present,
) -> int:
    """Derives sessions to come again where the zone database is another than before; gives how many moved.

    One unit of work, under a lock on the fact: where several control processes start at once, one does it.
    What is cancelled moves too, since it may be restored; nobody is told of that.
    """
    current = await asyncio.to_thread(name)
    async with database.write() as tx:
        fact = await _locked(tx, now)
        if fact.value == current:
            return 0
        moved = await _move(tx, now)
        await plan_work(tx, *(one.after for one in moved), now=now, random=random)
        await _count_on(tx, moved)
        told_of = [one for one in moved if one.after.status is Status.SCHEDULED]
        await _tell(tx, told_of, now, random)
        await tell_sessions(tx, [(one.before, one.after) for one in told_of], now=now, random=random)
        fact.value, fact.at = current, now
        return len(told_of)


async def _locked(tx: Tx, now: datetime) -> FactRow:
    query = select(FactRow).where(FactRow.key == FACT).with_for_update()
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is not None:
        return row
    row = FactRow(key=FACT, value="", at=now)
    try:
        async with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        return (await tx.scalars(query)).one()
    return row


async def _move(tx: Tx, now: datetime) -> list[Moved]:
    moved: list[Moved] = []
    place = tuple_(SessionRow.starts_at, SessionRow.id)
    query = (
        select(SessionRow)
        .where(SessionRow.status.in_((Status.SCHEDULED, Status.CANCELLED)), SessionRow.starts_at > now)
        .order_by(SessionRow.starts_at, SessionRow.id)
        .limit(AT_A_TIME)
        .with_for_update(key_share=True)
    )
    after: tuple[datetime, str] | None = None
    while True:
        rows = (await tx.scalars(query if after is None else query.where(place > after))).all()
        if not rows:
            return moved
        after = (rows[-1].starts_at, rows[-1].id)
        for row in rows:
            session = to_session(row)
            if settled(session, now) or session.zone not in zones():
                continue
            again = rederived(session)
            if again is not session:
                keep(row, again)
                moved.append(Moved(session, again))
        await tx.flush()


async def _count_on(tx: Tx, moved: list[Moved]) -> None:
    """Their parts are told of under a higher SEQUENCE."""
    parts = sorted({one.after.part_id for one in moved if one.after.part_id is not None})
    for start in range(0, len(parts), AT_A_TIME):
        some = SeriesPartRow.id.in_(parts[start : start + AT_A_TIME])
        query = select(SeriesPartRow).where(some).order_by(SeriesPartRow.id).with_for_update(key_share=True)
        for part in await tx.scalars(query, execution_options={"populate_existing": True}):
            part.sequence += 1
    await tx.flush()


async def _tell(tx: Tx, moved: list[Moved], now: datetime, random: RandomBytes) -> None:
    """Coordinators by a notice, people who are registered by mail."""
    together: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        together[one.after.series_id or one.after.id].append(one)
    for number, some in enumerate(together.values()):
        session = some[0].after
        text = told(some)
        if number < MOST_NOTICES:
            await add_notice(
                tx,
                kind=FACT,
                title=f"{session.title}: clocks change otherwise than was known",
                text=text,
                series_id=session.series_id,
                session_ids=[one.after.id for one in some],
                now=now,
                random=random,
            )
        parts = {one.after.part_id for one in some if one.after.part_id is not None}
        if session.program_id is not None:
            await queue_mailing(
                tx,
                kind=MailKind.UPDATE,
                now=now,
                random=random,
                program_id=session.program_id,
                series_id=session.series_id,
                session_id=None if session.series_id else session.id,
                content={
                    "what": [text],
                    "part_ids": sorted(parts),
                    "session_ids": [one.after.id for one in some],
                },
            )


def _file(zone: str) -> bytes:
    """The zone's rules as `zoneinfo` finds them: first in the system's folders, then in the package."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / zone
        if path.is_file():
            return path.read_bytes()
    package = resources.files("tzdata") / "zoneinfo"
    return package.joinpath(*zone.split("/")).read_bytes()
