"""A session whose ledger has a link of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from echo_session.domain.corrections import corrections_of
from echo_session.domain.ids import Prefix, new_id
from echo_session.domain.ledger import Kind
from echo_session.domain.presence import Presence
from echo_session.domain.sessions import Session
from echo_session.domain.spans import Span
from echo_session.store import commands, frames
from echo_session.store.chain import chain, write_link
from echo_session.store.corrections import By, correct, undo
from echo_session.store.engine import Database
from tests.integration.records.people import (
    START,
    a_person,
    a_session,
    a_visitor,
    happens,
    joins,
    leaves,
    moment,
    random,
)

MINUTE = timedelta(minutes=1)


def minute(number: float) -> datetime:
    return START + number * MINUTE


def by(at: float, reason: str = "The coordinator knows.") -> By:
    return By(id="acc_rosa", reason=reason, at=moment(minute(at)))


async def checks(
    database: Database, session: Session, person_id: str, host: str, kind: Kind, at: float, check_in: str = ""
) -> str:
    """Somebody in front of another one's device comes or goes; gives the id of the check-in."""
    check_in = check_in or new_id(Prefix.CHECK_IN, random)
    async with database.write() as tx:
        await write_link(
            tx,
            session.id,
            kind=kind,
            person_id=person_id,
            connection_id=check_in,
            at=moment(minute(at)),
            source="screen",
            by=host,
            reason="",
            detail={"gathering": "gth_1", "host": host, "way": "screen"},
            random=random,
        )
    return check_in


async def a_full_hour(database: Database) -> tuple[Session, Presence, str]:
    """A closed session with its host's device, and who was beside it; of fifteen links."""
    session = await a_session(database)
    host = await joins(database, await a_visitor(database, session.id, "Dr. Ruiz"), START)
    bea = await a_person(database, session.id, "Bea")
    cleo = await joins(database, await a_visitor(database, session.id, "Cleo"), minute(1))
    check_in = await checks(database, session, bea.id, host.person_id, Kind.CHECKED_IN, 2)
    async with database.write() as tx:
        pause = await frames.begin_break(tx, session.id, by="acc_rosa", at=moment(minute(20)), random=random)
    async with database.write() as tx:
        await frames.end_break(tx, session.id, pause.id, by="acc_rosa", at=moment(minute(25)), random=random)
    await happens(database, host, Kind.RECOVERED, minute(30))
    await happens(database, host, Kind.SEEN, minute(31))
    await happens(database, replace(cleo, state="removed"), Kind.EVICTED, minute(33))
    await checks(database, session, bea.id, host.person_id, Kind.STILL_HERE, 40, check_in)
    await checks(database, session, bea.id, host.person_id, Kind.CHECKED_OUT, 50, check_in)
    await leaves(database, host, minute(58))
    async with database.write() as tx:
        await commands.close_session(tx, session.id, now=minute(60), random=random)
    strike, add = Span(minute(1), minute(5)), Span(minute(34), minute(44))
    async with database.write() as tx:
        await correct(tx, session.id, cleo.person_id, "strike", strike, by(70), random=random)
    async with database.write() as tx:
        await correct(tx, session.id, cleo.person_id, "add", add, by(71), random=random)
    async with database.write() as tx:
        [first, _] = corrections_of(await chain(tx, session.id))
        await undo(tx, session.id, first.id, by(72), random=random)
    async with database.write() as tx:
        await frames.set_windows(tx, session.id, [Span(START, minute(55))], None, by(73), random=random)
    return session, host, bea.id
