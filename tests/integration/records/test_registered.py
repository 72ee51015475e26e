"""How many people are registered, by index; held against who is, one by one."""

from __future__ import annotations

import random as dice
from typing import Any

import pytest

from echo_session.store.engine import Database
from echo_session.store.registered import count_programs, count_roughly, count_series, count_sessions
from echo_session.store.registrants import (
    registrants_of_program,
    registrants_of_series,
    registrants_of_session,
)
from echo_session.store.sessions import get_session
from tests.integration.records.people import START, a_session
from tests.integration.records.registrations import (
    add_person,
    add_program,
    add_registration,
    add_series,
    put_into,
)

STATUSES = ("approved", "approved", "approved", "pending", "waiting", "declined", "withdrawn")
PEOPLE = 40


@pytest.mark.parametrize("seed", range(3))
async def test_the_counts_are_those_of_who_may_come(database: Database, seed: int) -> None:
    chance = dice.Random(seed)
    sessions = [(await a_session(database, opened=False)).id for _ in range(6)]
    async with database.write() as tx:
        programs = [await add_program(tx) for _ in range(2)]
        series = [await add_series(tx, program) for program in programs for _ in range(2)]
        for number, session in enumerate(sessions):
            program = programs[number % 2] if number < 5 else None
            if program:
                await put_into(tx, session, program, series[2 * (number % 2)] if number < 4 else None)
        people = [await add_person(tx, f"Person {number}") for number in range(PEOPLE // 2)]
        for number in range(PEOPLE // 2):
            merged = chance.choice(people[:10]) if chance.random() < 0.5 else None
            people.append(await add_person(tx, f"Double {number}", merged_into=merged))
        scopes = (("session_id", sessions), ("series_id", series), ("program_id", programs))
        for column, ids in scopes:
            for one in ids:
                for person in chance.sample(people, 15):
                    status = chance.choice(STATUSES)
                    more: dict[str, Any] = {"decided_at": START} if chance.random() < 0.3 else {}
                    await add_registration(tx, person, status, **{column: one} | more)
        for count, listed, ids in (
            (count_sessions, registrants_of_session, sessions),
            (count_series, registrants_of_series, series),
            (count_programs, registrants_of_program, programs),
        ):
            counted = await count(tx, ids)
            assert counted == {one: len(await listed(tx, one)) for one in ids}
            assert sum(counted.values()) > len(ids)


async def test_a_rough_count_is_right_where_nobody_is_registered_twice(database: Database) -> None:
    session = (await a_session(database)).id
    async with database.write() as tx:
        program = await add_program(tx)
        series = await add_series(tx, program)
        await put_into(tx, session, program, series)
        for scope in ({"session_id": session}, {"series_id": series}, {"program_id": program}):
            for status in ("approved", "approved", "pending", "withdrawn"):
                await add_registration(tx, await add_person(tx, "Somebody"), status, **scope)
        known = await get_session(tx, session)
        assert await count_roughly(tx, [known]) == {session: 6} == await count_sessions(tx, [session])


async def test_nobody_is_counted_where_there_is_nothing(database: Database) -> None:
    async with database.read() as tx:
        assert await count_sessions(tx, []) == {}
        assert await count_series(tx, ["srs_none"]) == {}
        assert await count_programs(tx, ["prg_none"]) == {"prg_none": 0}
