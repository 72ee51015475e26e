"""People out of files: every row has its fate beforehand, and applying does exactly that or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from echo_session.domain.cells import UnusableFile
from echo_session.domain.errors import NotPossible
from echo_session.domain.imports import ImportState
from echo_session.domain.people import Invitation, Role
from echo_session.imports import staging
from echo_session.imports.applying import apply
from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.imports import discard, get_import, list_imports
from echo_session.store.people import visitor
from echo_session.store.search import matching
from echo_session.store.tables import (
    ImportedRow,
    ImportRow,
    PersonContactRow,
    PersonRow,
    SearchWordRow,
    SiteRow,
)
from tests.integration.imports.people import (
    NOW,
    a_program,
    everybody,
    known,
    random,
    registered,
    rows_of,
    self_registered,
    staged,
)

ANA = "Ana Ortiz,ana@clinic.example"


async def applied(database: Database, import_id: str) -> None:
    await apply(database, import_id, by="acc_1", now=NOW, random=random)


async def test_every_row_has_its_fate_before_anybody_is_changed(database: Database, tmp_path: Path) -> None:
    await known(database, "Ana Ortiz", "ana@clinic.example", profession="RN", site="Clinic 4")
    await known(database, "Lee Wong", "lee@hub.example")
    made = await staged(
        database,
        tmp_path,
        "ANA ORTIZ,Ana@Clinic.example,,NP,,clinic 4",
        "Lee Wong,lee@hub.example",
        "Zoe Hill,lee@hub.example,+1 505 555 0100,,,Clinic 9,NM",
        "Bob,bob@",
        ANA,
    )
    rows = await rows_of(database, made)
    assert [(row.number, row.fate, row.told) for row in rows] == [
        (2, "update", "Profession: RN becomes NP."),
        (3, "same", "Known already."),
        (
            4,
            "new",
            "New, at a new site: Clinic 9. Lee Wong has the same address: look whether they are one person.",
        ),
        (5, "refused", "B (E-mail): 'bob@' is not an e-mail address."),
        (6, "refused", "Ana Ortiz, ana@clinic.example, is in row 2 already."),
    ]
    assert made.state is ImportState.STAGED
    assert made.counts == {"new": 1, "update": 1, "same": 1, "refused": 2, "registered": 0}
    assert set(await everybody(database)) == {"Ana Ortiz", "Lee Wong"}
    assert (await everybody(database))["Ana Ortiz"].profession == "RN"


async def test_applying_does_what_was_shown(database: Database, tmp_path: Path) -> None:
    await known(database, "Ana Ortiz", "ana@clinic.example", profession="RN", site="Clinic 4")
    scope = await a_program(database)
    made = await staged(
        database,
        tmp_path,
        f"{ANA},505 555 0101,NP,DNP,Clinic 9,NM,America/Phoenix,presenter",
        "Zoe Hill,zoe@clinic.example,+1 505 555 0100,Nurse,,Clinic 9,NM",
        "Bob,bob@",
        scope=scope,
    )
    await applied(database, made.id)
    people = await everybody(database)
    ana, zoe = people["Ana Ortiz"], people["Zoe Hill"]
    assert (ana.profession, ana.credentials, ana.zone, ana.revision) == ("NP", "DNP", "America/Phoenix", 2)
    assert (zoe.profession, zoe.email, zoe.matched, zoe.revision) == ("Nurse", "zoe@clinic.example", True, 1)
    assert ana.site_id == zoe.site_id
    async with database.read() as tx:
        site = await tx.get_one(SiteRow, zoe.site_id)
        phones = {row.person_id: row.value for row in await tx.scalars(select(PersonContactRow))}
        found = await tx.scalar(
            select(PersonRow.id).where(await matching(tx, "person", "zoe hil", PersonRow.id))
        )
    assert (site.name, site.state, site.confirmed) == ("Clinic 9", "NM", True)
    assert phones == {ana.id: "+1 505-555-0101", zoe.id: "+1 505-555-0100"}
    assert found == zoe.id
    registrations = await registered(database)
    assert {name: (row.role, row.status, row.source) for name, row in registrations.items()} == {
        "Ana Ortiz": ("panelist", "approved", "import"),
        "Zoe Hill": ("participant", "approved", "import"),
    }
    assert registrations["Zoe Hill"].answers == []
    assert (await registered(database))["Zoe Hill"].decided_by == "acc_1"


async def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    scope = await a_program(database)
    lines = (f"{ANA},505 555 0101,NP,DNP,Clinic 9,NM", "Zoe Hill,zoe@clinic.example")
    await applied(database, (await staged(database, tmp_path, *lines, scope=scope)).id)
    again = await staged(database, tmp_path, *lines, scope=scope)
    assert [row.told for row in await rows_of(database, again)] == ["Known already. Registered already."] * 2
    before = await everybody(database)
    await applied(database, again.id)
    after = await everybody(database)
    assert {name: row.revision for name, row in after.items()} == dict.fromkeys(before, 1)


async def test_an_import_is_applied_once(database: Database, tmp_path: Path) -> None:
    made = await staged(database, tmp_path, ANA)
    await applied(database, made.id)
    with pytest.raises(NotPossible, match="done already"):
        await applied(database, made.id)
    assert len(await everybody(database)) == 1
    with pytest.raises(NotPossible, match="What it changed stays"):
        await discard(database, made.id)


async def test_what_has_changed_meanwhile_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    ana = await known(database, "Ana Ortiz", "ana@clinic.example", profession="RN")
    made = await staged(database, tmp_path, f"{ANA},,NP", "Zoe Hill,zoe@clinic.example")
    async with database.write() as tx:
        row = await tx.get_one(PersonRow, ana)
        row.profession, row.revision = "MD", 2
    with pytest.raises(NotPossible, match="have been checked again"):
        await applied(database, made.id)
    assert set(await everybody(database)) == {"Ana Ortiz"}
    assert [row.told for row in await rows_of(database, made)] == ["Profession: MD becomes NP.", "New."]
    async with database.read() as tx:
        words = set(await tx.scalars(select(SearchWordRow.word)))
    assert "zoe" not in words
    await applied(database, made.id)
    assert (await everybody(database))["Ana Ortiz"].profession == "NP"


async def test_who_became_known_meanwhile_is_not_made_twice(database: Database, tmp_path: Path) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, ANA, scope=scope)
    await known(database, "ana ortiz", "ana@clinic.example")
    with pytest.raises(NotPossible):
        await applied(database, made.id)
    assert [row.told for row in await rows_of(database, made)] == [
        "Known already. Registered as participant."
    ]
    await applied(database, made.id)
    assert list(await registered(database)) == ["ana ortiz"]


async def test_who_was_registered_meanwhile_is_not_registered_twice(
    database: Database, tmp_path: Path
) -> None:
    await known(database, "Ana Ortiz", "ana@clinic.example")
    scope = await a_program(database)
    made = await staged(database, tmp_path, ANA, scope=scope)
    other = await staged(database, tmp_path, ANA, scope=scope)
    await applied(database, other.id)
    with pytest.raises(NotPossible):
        await applied(database, made.id)
    assert (await rows_of(database, made))[0].told == "Known already. Registered already."


async def test_a_site_that_somebody_adds_meanwhile_is_not_made_twice(
    database: Database, tmp_path: Path
) -> None:
    made = await staged(database, tmp_path, f"{ANA},,,,Clinic 9")
    await known(database, "Lee Wong", "lee@hub.example", site="Clinic 9")
    with pytest.raises(NotPossible):
        await applied(database, made.id)
    await applied(database, made.id)
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(SiteRow)) == 1


async def test_somebody_is_known_by_any_of_their_addresses_and_as_whom_they_turned_out_to_be(
    database: Database, tmp_path: Path
) -> None:
    ana = await known(database, "Ana Ortiz", "ana@clinic.example")
    double = await known(database, "Ana M. Ortiz", "ortiz@home.example")
    async with database.write() as tx:
        tx.add(PersonContactRow(id="pct_1", person_id=ana, kind="email", value="ana@home.example", label=""))
        (await tx.get_one(PersonRow, double)).merged_into = ana
    made = await staged(
        database, tmp_path, "Ana Ortiz,ana@home.example,,NP", "Ana M. Ortiz,ortiz@home.example"
    )
    rows = await rows_of(database, made)
    assert [(row.fate, row.person_id) for row in rows] == [("update", ana), ("refused", None)]
    assert rows[1].told == "Ana M. Ortiz, ortiz@home.example, is in row 2 already."


async def test_who_registered_themselves_is_who_is_imported_and_no_visitor_is(
    database: Database, tmp_path: Path
) -> None:
    scope = await a_program(database)
    ana = await self_registered(database, scope, "Ana Ortiz", "ana@clinic.example")
    async with database.write() as tx:
        said = Invitation(name="Zoe Hill", email="zoe@clinic.example", role=Role.PARTICIPANT)
        visiting = (await visitor(tx, "ses_1", said, now=NOW, random=random)).id
    made = await staged(database, tmp_path, ANA, "Zoe Hill,zoe@clinic.example", scope=scope)
    assert [(row.fate, row.told) for row in await rows_of(database, made)] == [
        ("update", "Registered on a public page before; is taken for the same person. Registered already."),
        ("new", "New. Registered as participant."),
    ]
    await applied(database, made.id)
    async with database.read() as tx:
        people = {row.id: row.matched for row in await tx.scalars(select(PersonRow))}
    assert people.pop(ana) is True
    assert people.pop(visiting) is False
    assert list(people.values()) == [True]


async def test_who_registers_themselves_meanwhile_is_not_made_twice(
    database: Database, tmp_path: Path
) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, ANA)
    await self_registered(database, scope, "Ana Ortiz", "ana@clinic.example")
    with pytest.raises(NotPossible, match="have been checked again"):
        await applied(database, made.id)
    assert [row.fate for row in await rows_of(database, made)] == ["update"]


async def test_there_must_be_places_for_those_who_are_registered(database: Database, tmp_path: Path) -> None:
    scope = await a_program(database, capacity=1)
    two = await staged(database, tmp_path, ANA, "Zoe Hill,zoe@clinic.example", scope=scope)
    with pytest.raises(NotPossible, match="2 participants would be registered for Asthma, but only 1 of 1"):
        await applied(database, two.id)
    assert not await everybody(database)
    one = await staged(database, tmp_path, ANA, "Zoe Hill,zoe@clinic.example,,,,,,,observer", scope=scope)
    await applied(database, one.id)
    assert len(await registered(database)) == 2


async def test_a_file_that_fails_half_way_leaves_nothing(database: Database, tmp_path: Path) -> None:
    lines = [f"Person {n},p{n}@clinic.example" for n in range(600)]
    with pytest.raises(UnusableFile, match="row 602"):
        await staged(database, tmp_path, *lines, '"x"y,z@clinic.example')
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(ImportRow)) == 0
        assert await tx.scalar(select(func.count()).select_from(ImportedRow)) == 0


async def test_more_rows_than_the_limit_are_refused_with_the_first_too_many(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MAX_ROWS", 3)
    lines = ["", *(f"Person {n},p{n}@clinic.example" for n in range(4))]
    with pytest.raises(UnusableFile, match="row 6: there are more than 3 people"):
        await staged(database, tmp_path, *lines)


async def test_a_header_alone_is_nobody(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="there is nobody in it"):
        await staged(database, tmp_path)


async def test_imports_are_listed_and_forgotten(database: Database, tmp_path: Path) -> None:
    first = await staged(database, tmp_path, ANA)
    second = await staged(database, tmp_path, ANA)
    async with database.read() as tx:
        page, more = await list_imports(tx, limit=1, after=None)
        assert more is not None
        rest, end = await list_imports(tx, limit=1, after=more)
    assert end is None
    assert {page[0].id, rest[0].id} == {first.id, second.id}
    await discard(database, first.id)
    async with database.read() as tx:
        with pytest.raises(NotFound):
            await get_import(tx, first.id)
