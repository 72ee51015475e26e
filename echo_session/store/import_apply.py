"""Applies an import: made ready in short turns, then done by one set-based step, all of it or nothing.

The step does exactly what was shown. Should anybody have changed a person, a site or a registration that it
is about, it does nothing, and the rows are to be judged anew.

More people than ``AT_ONCE`` are registered by a step of their own that follows at once, so that neither holds
up a session's ledger for a second. Should it not come to that, the import says so and can be applied again.

Whoever is registered is sent an invitation, unless that is not wished: the mailing is queued with them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, exists, func, insert, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.imports import Import, ImportState
from echo_session.domain.mail import MailKind
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.text import sort_key
from echo_session.store.engine import Database, Prepare, Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.import_statements import (
    CONTACT,
    PERSON,
    READY,
    REGISTRATION,
    SITE,
    STAGED,
    change_people,
    new_people,
    new_phones,
    new_registrations,
    scope_column,
)
from echo_session.store.imports import to_import
from echo_session.store.mailings import queue_mailing
from echo_session.store.scopes import scope_facts, taken
from echo_session.store.tables import ImportRow

AT_ONCE = 25_000
"""People who are made known and registered by one step; twice as many index entries take half a second."""

ONE_AT_A_TIME = 0x696D706F7274
"""Advisory lock of PostgreSQL: two imports that are applied at once could make one person twice."""


FOLLOWS = "follow_up"
"""In the columns of an import: it is applied, and what follows is yet to be done."""


class Stale(Conflict):
    """The records are not what the rows were compared with."""


async def step(
    database: Database,
    import_id: str,
    *,
    by: str,
    send: bool | None,
    turn: str = "",
    now: datetime,
    random: RandomBytes,
) -> Import:
    """Does what the rows say, but for registrations where they are many: those are left to ``register``.

    Those whom it registers are sent their invitation, unless ``send`` is false.

    Raises:
        NotFound: there is no such import.
        NotPossible: it is applied already, or its people cannot be registered.
        Stale: something that the rows are about has changed since they were judged.
    """
    async with database.write_much(_ready(import_id)) as tx:
        await _alone(database, tx)
        row = await staged(tx, import_id, lock=True, turn=turn)
        done = to_import(row)
        if done.scope is not None:
            await _check_places(tx, done.scope)
        await _add_sites(tx, import_id, now)
        await _refuse_if_stale(tx, done)
        await tx.execute(change_people())
        await tx.execute(new_people(now))
        await tx.execute(new_phones(import_id))
        many = sum(done.counts[fate] for fate in ("new", "update", "same")) > AT_ONCE
        registers = done.scope is not None and done.counts["registered"] > 0
        send = registers and send is not False
        if registers and not many:
            await _register(tx, done, by=by, send=send, now=now, random=random)
        row.state = ImportState.APPLIED.value
        row.applied_at = now
        row.columns = row.columns | {"unfinished": registers and many, "send": send, FOLLOWS: True}
        await tx.flush()
        return to_import(row)


async def register(
    database: Database, import_id: str, *, by: str, send: bool | None, now: datetime, random: RandomBytes
) -> Import:
    """Registers the people of an import who are to be registered yet.

    Whether they are sent their invitation was decided by the step before; ``send`` may decide anew.

    Raises:
        NotFound: there is no such import.
        NotPossible: its people cannot be registered.
    """
    async with database.write_much(_ready(import_id)) as tx:
        await _alone(database, tx)
        row = await tx.get(ImportRow, import_id, with_for_update=True)
        if row is None:
            raise NotFound(f"no import {import_id}")
        done = to_import(row)
        if done.unfinished:
            send = done.send is not False if send is None else send
            await _register(tx, done, by=by, send=send, now=now, random=random)
            row.columns = row.columns | {"unfinished": False, "send": send, FOLLOWS: True}
            await tx.flush()
        return to_import(row)


async def _register(tx: Tx, done: Import, *, by: str, send: bool, now: datetime, random: RandomBytes) -> None:
    scope = done.scope
    assert scope is not None, "an import without a scope registers nobody"
    await _check_places(tx, scope, lock=True)  # late, so that others wait for it less
    await tx.execute(new_registrations(scope, by=by, now=now))
    if send:
        await queue_mailing(
            tx,
            kind=MailKind.INVITATION,
            now=now,
            random=random,
            series_id=scope.id if scope.kind is ScopeKind.SERIES else None,
            program_id=scope.id if scope.kind is ScopeKind.PROGRAM else None,
            content={"import_id": done.id},
        )


def _ready(import_id: str) -> Prepare:
    """Puts the rows that are taken into a table of this connection, in the order of the ids to be written."""

    async def ready(connection: AsyncConnection) -> None:
        wanted = (
            select(*(STAGED.c[column.name] for column in READY.c))
            .where(STAGED.c.import_id == import_id, STAGED.c.fate != "refused")
            .order_by(STAGED.c.person_id)
            .compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        )
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {READY.name} AS {wanted}")
            return
        await connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {READY.name} ON COMMIT DROP AS {wanted}")
        await connection.exec_driver_sql(f"ANALYZE {READY.name}")

    return ready


async def _alone(database: Database, tx: Tx) -> None:
    if not database.is_sqlite:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


async def staged(tx: Tx, import_id: str, *, lock: bool = False, turn: str | None = None) -> ImportRow:
    """The import that waits to be applied. Raises NotFound, NotPossible.

    Args:
        turn: of whoever makes it ready: the last who began, so that two do not mix their ids.
    """
    row = await tx.get(ImportRow, import_id, with_for_update=lock)
    if row is None or row.state == ImportState.DISCARDED:
        raise NotFound(f"no import {import_id}")
    if row.state == ImportState.APPLIED:
        raise NotPossible("This import is done already.")
    if row.state != ImportState.STAGED:
        raise NotPossible("This file is still being read. Try again in a moment.")
    if turn is not None and row.columns.get("turn", "") != turn:
        raise NotPossible("Somebody else imports this file at the moment.")
    return row


async def new_sites(tx: Tx, import_id: str) -> list[list[str]]:
    """Id, name, state and county of each site that the import makes."""
    row = await tx.get_one(ImportRow, import_id)
    return list(row.columns["sites"])


async def _check_places(tx: Tx, scope: Scope, *, lock: bool = False) -> None:
    facts = await scope_facts(tx, scope, lock=lock)
    if facts.over:
        raise NotPossible(f"{facts.title} is {facts.over}; nobody can be registered for it any more.")
    if facts.terms.capacity is None:
        return
    wanted = await tx.scalar(
        select(func.count())
        .select_from(READY)
        .where(READY.c.registration_id.is_not(None), READY.c.role == Role.PARTICIPANT.value)
    )
    free = max(0, facts.terms.capacity - await taken(tx, scope))
    if wanted and wanted > free:
        raise NotPossible(
            f"{wanted} participants would be registered for {facts.title}, but only {free} of"
            f" {facts.terms.capacity} places are free. Raise the number of places first, or shorten the file."
        )


async def _add_sites(tx: Tx, import_id: str, now: datetime) -> None:
    sites = await new_sites(tx, import_id)
    if not sites:
        return
    there = select(SITE.c.sort_name, SITE.c.state, SITE.c.county).where(
        SITE.c.sort_name.in_([sort_key(name) for _, name, _, _ in sites])
    )
    known = {(name, state, sort_key(county)) for name, state, county in await tx.execute(there)}
    if any((sort_key(name), state, sort_key(county)) in known for _, name, state, county in sites):
        raise Stale("a site that the import would make is there already")
    await tx.execute(
        insert(SITE),
        [
            {
                "id": site_id,
                "name": name,
                "sort_name": sort_key(name),
                "organisation": "",
                "type": "",
                "zone": "",
                "county": county,
                "state": state,
                "rural": None,
                "shortage_area": None,
                "confirmed": True,
                "created_at": now,
                "revision": 1,
            }
            for site_id, name, state, county in sites
        ],
    )


async def _refuse_if_stale(tx: Tx, done: Import) -> None:
    """Looks whether what the rows were compared with still is so."""
    same_name = PERSON.c.sort_name == READY.c.sort_name
    registered = exists().where(REGISTRATION.c.person_id == PERSON.c.id)
    somebody = or_(PERSON.c.matched == true(), registered.correlate(PERSON))
    own = exists().where(PERSON.c.email == READY.c.email, same_name, somebody)
    other = exists().where(
        CONTACT.c.kind == "email",
        CONTACT.c.value == READY.c.email,
        PERSON.c.id == CONTACT.c.person_id,
        same_name,
        somebody,
    )
    as_judged = exists().where(
        PERSON.c.id == READY.c.person_id,
        PERSON.c.revision == READY.c.person_revision,
        PERSON.c.merged_into.is_(None),
    )
    checks = {
        "somebody new is known meanwhile": and_(READY.c.fate == "new", or_(own, other)),
        "somebody was changed": and_(READY.c.fate.in_(("update", "same")), ~as_judged),
        "a site is gone": and_(READY.c.site_id.is_not(None), ~exists().where(SITE.c.id == READY.c.site_id)),
    }
    if done.scope is not None:
        checks["somebody was registered"] = and_(
            READY.c.fate.in_(("update", "same")),
            READY.c.registration_id.is_not(None),
            exists().where(
                scope_column(done.scope) == done.scope.id, REGISTRATION.c.person_id == READY.c.person_id
            ),
        )
    for what, condition in checks.items():
        if await tx.scalar(select(READY.c.number).where(condition).limit(1)) is not None:
            raise Stale(what)
