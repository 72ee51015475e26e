"""Somebody is erased while something is being told of them: whoever comes second sees what the first did."""

from __future__ import annotations

from datetime import timedelta

from echo_session.store.commands import close_session
from echo_session.store.engine import Database
from echo_session.store.erasures import erase
from echo_session.store.sessions import lock_session
from tests.integration.records.people import START, a_session, a_visitor, joins, leaves, random
from tests.integration.records.test_privacy import everything
from tests.integration.records.test_who_comes_first import begun, both, postgresql

__all__ = ["postgresql"]


async def test_a_session_that_ends_while_somebody_is_erased(postgresql: Database) -> None:
    session = await a_session(postgresql)
    came = await joins(postgresql, await a_visitor(postgresql, session.id), START)
    await leaves(postgresql, came, START + timedelta(minutes=50))

    async def forget() -> None:
        async with postgresql.write() as tx:
            await erase(tx, came.person_id, "", by="acc_1", now=START + timedelta(hours=1), random=random)

    async with postgresql.write() as tx:
        await lock_session(tx, session.id)
        await close_session(tx, session.id, now=START + timedelta(hours=1), random=random)
        erasing = await begun(forget())
    await both(erasing)
    async with postgresql.read() as tx:
        assert "ortiz" not in await everything(tx)
