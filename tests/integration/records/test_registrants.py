"""Who is registered: for the session, its series, its program, and as whom."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from echo_session.domain.people import Registration
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import NotFound
from echo_session.store.registrants import (
    effective,
    registrants_of_program,
    registrants_of_series,
    registrants_of_session,
    registrations_of_person,
)
from echo_session.store.tables import PersonRow, RegistrationRow
from tests.integration.records.people import START, a_session
from tests.integration.records.registrations import (
    add_person,
    add_program,
    add_registration,
    add_series,
    put_into,
)


@dataclass
class Place:
    """A session of a series of a program."""

    session: str
    series: str
    program: str


async def a_place(database: Database) -> Place:
    session = await a_session(database)
    async with database.write() as tx:
        program = await add_program(tx)
        series = await add_series(tx, program)
        await put_into(tx, session.id, program, series)
    return Place(session.id, series, program)


async def names(tx: Tx, place: Place) -> dict[str, str]:
    """Role of everybody who may come, by name; each way of asking must give the same."""
    listed = await registrants_of_session(tx, place.session)
    for one in listed:
        assert await effective(tx, place.session, one.person.id) == one
    return {one.person.name: one.role.value for one in listed}


async def test_a_registration_of_any_width_lets_in(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        await add_registration(tx, await add_person(tx, "Ana"), session_id=place.session)
        await add_registration(tx, await add_person(tx, "Ben"), role="panelist", series_id=place.series)
        await add_registration(tx, await add_person(tx, "Cruz"), program_id=place.program)
        elsewhere = await add_series(tx, place.program)
        await add_registration(tx, await add_person(tx, "Dee"), series_id=elsewhere)
        assert await names(tx, place) == {"Ana": "participant", "Ben": "panelist", "Cruz": "participant"}
        of_series = await registrants_of_series(tx, place.series)
        assert {one.person.name for one in of_series} == {"Ben", "Cruz"}
        assert [one.person.name for one in await registrants_of_program(tx, place.program)] == ["Cruz"]


@pytest.mark.parametrize("status", ["pending", "waiting", "declined", "withdrawn"])
async def test_only_an_approved_one_does(database: Database, status: str) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Ana")
        await add_registration(tx, ana, status, series_id=place.series)
        assert await names(tx, place) == {}
        assert await effective(tx, place.session, ana) is None


async def test_the_narrower_decision_is_the_exception(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana, ben, cruz = [await add_person(tx, name) for name in ("Ana", "Ben", "Cruz")]
        for person in (ana, ben, cruz):
            await add_registration(tx, person, program_id=place.program)
        await add_registration(tx, ana, role="panelist", series_id=place.series)
        await add_registration(tx, ana, role="facilitator", session_id=place.session)
        await add_registration(tx, ben, "withdrawn", session_id=place.session)
        await add_registration(tx, cruz, session_id=place.session, removed_at=START)
        assert await names(tx, place) == {"Ana": "facilitator"}
        of_series = await registrants_of_series(tx, place.series)
        assert {one.person.name: one.role for one in of_series} == {
            "Ana": "panelist",
            "Ben": "participant",
            "Cruz": "participant",
        }


@pytest.mark.parametrize("status", ["pending", "waiting"])
async def test_a_wish_does_not_undo_what_a_wider_registration_gives(database: Database, status: str) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Ana")
        await add_registration(tx, ana, program_id=place.program)
        await add_registration(tx, ana, status, series_id=place.series)
        assert await names(tx, place) == {"Ana": "participant"}


async def test_who_was_turned_down_and_asks_again_is_not_let_in_by_a_wider_one(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Ana")
        await add_registration(tx, ana, program_id=place.program)
        await add_registration(tx, ana, "pending", series_id=place.series, decided_at=START)
        assert await names(tx, place) == {}


async def test_people_who_turned_out_to_be_one_are_one(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Dr. Ana Ortiz")
        double = await add_person(tx, "A. Ortiz", merged_into=ana)
        first = await add_registration(tx, ana, series_id=place.series)
        second = await add_registration(tx, double, series_id=place.series)
        assert await names(tx, place) == {"Dr. Ana Ortiz": "participant"}
        found = await effective(tx, place.session, double)
        assert found is not None
        assert found.person.id == ana
        assert found.id in (first, second)
        await add_registration(tx, double, "withdrawn", session_id=place.session)
        assert await names(tx, place) == {}
        (await tx.get_one(PersonRow, double)).merged_into = None
        await tx.flush()
        assert await names(tx, place) == {"Dr. Ana Ortiz": "participant"}


async def test_of_two_registrations_of_one_person_the_good_one_counts(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Dr. Ana Ortiz")
        double = await add_person(tx, "A. Ortiz", merged_into=ana)
        one = await add_registration(tx, ana, series_id=place.series)
        other = await add_registration(tx, double, series_id=place.series)
        for declined, approved in ((one, other), (other, one)):
            (await tx.get_one(RegistrationRow, declined)).status = "declined"
            (await tx.get_one(RegistrationRow, approved)).status = "approved"
            await tx.flush()
            found = await effective(tx, place.session, ana)
            assert found is not None
            assert found.id == approved


async def test_a_long_list_comes_in_pages_without_gaps(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        made = set()
        for number in range(7):
            person = await add_person(tx, f"Person {number}")
            made.add(await add_registration(tx, person, series_id=place.series))
        seen: list[Registration] = []
        while page := await registrants_of_session(
            tx, place.session, after=seen[-1].id if seen else "", limit=3
        ):
            assert len(page) <= 3
            seen += page
        assert len(seen) == len(made)
        assert {one.id for one in seen} == made


async def test_nobody_is_registered_for_what_is_not_there(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(NotFound):
            await registrants_of_session(tx, "ses_none")
        with pytest.raises(NotFound):
            await registrants_of_series(tx, "srs_none")
        with pytest.raises(NotFound):
            await effective(tx, "ses_none", "per_none")


async def test_a_person_has_the_registrations_of_all_whom_they_turned_out_to_be(database: Database) -> None:
    place = await a_place(database)
    async with database.write() as tx:
        ana = await add_person(tx, "Dr. Ana Ortiz")
        double = await add_person(tx, "A. Ortiz", merged_into=ana)
        made = [
            await add_registration(tx, double, "declined", session_id=place.session),
            await add_registration(tx, ana, "pending", series_id=place.series),
            await add_registration(tx, double, program_id=place.program),
        ]
        for person in (ana, double):
            found = await registrations_of_person(tx, person)
            assert [one.id for one in found] == made
            assert {one.person.id for one in found} == {ana}
