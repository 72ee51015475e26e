"""An import beside a running session: the session's ledger does not wait for it. See ``bench.imports``."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.imports import measure
from echo_session.domain.imports import ImportState
from echo_session.imports.applying import apply
from echo_session.store import import_apply
from echo_session.store.engine import Database
from echo_session.store.import_apply import step
from echo_session.store.import_ready import prepare
from echo_session.store.imports import get_import
from echo_session.store.tables import PersonRow, RegistrationRow
from tests.integration.imports.people import NOW, a_program, everybody, random, registered, staged

PEOPLE = 2_000
PATIENCE = 1.0


@pytest.mark.alone
@pytest.mark.timeout(240)
async def test_no_event_of_a_session_waits_for_an_import(database: Database, tmp_path: Path) -> None:
    phases = await measure(database, tmp_path, PEOPLE)
    assert {name: phase.longest_event < PATIENCE for name, phase in phases.items()} == dict.fromkeys(
        phases, True
    )
    assert all(phase.events for phase in phases.values())
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(PersonRow)) == PEOPLE + 1
        assert await tx.scalar(select(func.count()).select_from(RegistrationRow)) == PEOPLE


async def test_an_import_that_ended_between_its_steps_is_finished_by_applying_it_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_apply, "AT_ONCE", 1)
    scope = await a_program(database)
    made = await staged(
        database, tmp_path, "Ana Ortiz,ana@clinic.example", "Zoe Hill,zoe@clinic.example", scope=scope
    )
    await prepare(database, made.id, random)
    half = await step(database, made.id, by="acc_1", send=None, now=NOW, random=random)
    assert (half.state, half.unfinished) == (ImportState.APPLIED, True)
    assert (len(await everybody(database)), await registered(database)) == (2, {})
    whole = await apply(database, made.id, by="acc_1", now=NOW, random=random)
    assert (whole.unfinished, len(await registered(database))) == (False, 2)
    async with database.read() as tx:
        assert not (await get_import(tx, made.id)).unfinished


async def test_a_step_that_fails_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, "Ana Ortiz,ana@clinic.example,,,,Clinic 9", scope=scope)

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(import_apply, "new_registrations", broken)
        with pytest.raises(RuntimeError):
            await apply(database, made.id, by="acc_1", now=NOW, random=random)
    assert await everybody(database) == {}
    await apply(database, made.id, by="acc_1", now=NOW, random=random)
    assert list(await registered(database)) == ["Ana Ortiz"]
