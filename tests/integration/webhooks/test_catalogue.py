"""Everything in the catalogue is told by what causes it, in order, by the schema that is published."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from echo_session.api.event_models import BODIES
from echo_session.api.event_schemas import breaks, file_name, schema_of
from echo_session.domain.event_types import CATALOGUE, EVENT_TYPES
from echo_session.domain.gatherings import Way, Why
from echo_session.domain.newcomers import Newcomer
from echo_session.domain.people import Role
from echo_session.domain.programs import ProgramDraft
from echo_session.domain.questions import Question, QuestionKind
from echo_session.domain.registering import Approval, Scope, ScopeKind
from echo_session.domain.rules import Rule
from echo_session.domain.series import SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.sessions import Change
from echo_session.domain.spans import Span
from echo_session.store import admissions, commands, import_telling, series_commands
from echo_session.store.check_ins import check_in, check_out
from echo_session.store.corrections import By, correct
from echo_session.store.editions import finalize
from echo_session.store.engine import Database, Tx
from echo_session.store.gatherings import Device, open_gathering
from echo_session.store.import_apply import step
from echo_session.store.import_ready import UNDER_WAY, follow_up, follow_up_left, prepare
from echo_session.store.newcomers import person_behind
from echo_session.store.programs import archive_program, change_program, create_program, restore_program
from echo_session.store.replays import send_test
from echo_session.store.scopes import scope_facts
from echo_session.store.tables import EventRow
from echo_session.store.tell_registrations import tell_registrations
from scheduler.recurrence import expand
from tests.integration.imports.people import NOW, a_program, staged
from tests.integration.records.people import START, a_visitor, draft, joins, leaves, moment

from .samples import endpoint

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
random = secrets.token_bytes
EARLY = START - timedelta(days=7)
OURS: dict[str, Any] = {"now": EARLY, "random": random}
MINUTE = timedelta(minutes=1)


async def told(database: Database) -> list[EventRow]:
    """Every event, each stream in its order."""
    async with database.read() as tx:
        return list(await tx.scalars(select(EventRow).order_by(EventRow.stream, EventRow.seq)))


def types_of(events: list[EventRow], stream: str) -> list[str]:
    return [event.type for event in events if event.stream == stream]


async def asks(tx: Tx, program_id: str, name: str) -> str:
    """Somebody registers on the public page; gives the registration's id."""
    email = f"{name.lower()}@clinic.example"
    person_id = await person_behind(tx, Newcomer(name=name, email=email), now=EARLY, random=random)
    facts = await scope_facts(tx, Scope(ScopeKind.PROGRAM, program_id), lock=True)
    return (await admissions.register(tx, facts, person_id, [], [], **OURS)).id


async def a_program_lives(database: Database) -> str:
    question = Question(kind=QuestionKind.TEXT, label="County")
    wanted = ProgramDraft(
        name="Asthma",
        zone="America/Denver",
        approval=Approval.COORDINATOR,
        capacity=1,
        waiting_list=True,
        questions=(question,),
    )
    async with database.write() as tx:
        program = await create_program(tx, wanted, **OURS)
        await change_program(tx, program.id, ProgramDraft(name="Asthma", zone="UTC"), revision=None, **OURS)
        await change_program(tx, program.id, wanted, revision=None, **OURS)
        for _ in range(2):
            await archive_program(tx, program.id, **OURS)
        await restore_program(tx, program.id, **OURS)
        first, second, third = [await asks(tx, program.id, name) for name in ("Ana", "Ben", "Zoe")]
        for registration_id in (first, second):
            await admissions.approve(tx, registration_id, by="acc_1", **OURS)
        await admissions.decline(tx, third, "", by="acc_1", **OURS)
        await admissions.withdraw(tx, first, by="acc_1", **OURS)
        await admissions.change_role(tx, second, Role.PANELIST, revision=None, **OURS)
    return program.id


async def a_series_lives(database: Database, program_id: str) -> str:
    wanted = SeriesDraft(
        program_id=program_id,
        title="Asthma, autumn",
        zone="America/Denver",
        starts_local=datetime.fromisoformat("2026-12-01T12:00"),
        duration_minutes=60,
        rule=Rule(freq="weekly", interval=1, weekdays=(1,), count=2),
    )
    async with database.write() as tx:
        series = (await series_commands.create_series(tx, wanted, expand=expand, **OURS)).series
        title = SeriesChange(title="Asthma, winter")
        both: dict[str, Any] = {"scope": "all", "expand": expand, **OURS}
        await series_commands.change_series(tx, series.id, title, **both)
        await series_commands.cancel_series(tx, series.id, **both)
        await series_commands.restore_series(tx, series.id, **OURS)
    return series.id


async def a_session_lives(database: Database) -> str:
    async with database.write() as tx:
        session = await commands.create_session(tx, draft(), **OURS)
        await commands.change_session(tx, session.id, Change(title="Wheezing"), **OURS)
        await commands.cancel_session(tx, session.id, **OURS)
        await commands.restore_session(tx, session.id, **OURS)
        await commands.renew_public_link(tx, session.id, **OURS)
        await commands.open_session(tx, session.id, now=START, random=random)
    ana = await joins(database, await a_visitor(database, session.id), START)
    ben = await a_visitor(database, session.id, "Ben")
    device = Device(
        connection_id=ana.connection_id, session_id=session.id, person_id=ana.person_id, role=ana.role
    )
    async with database.write() as tx:
        gathering = await open_gathering(tx, device, now=START, random=random)
        here = await check_in(
            tx, gathering, ben.person_id, Way.SCREEN, at=moment(START + MINUTE), random=random
        )
        await check_out(tx, here.id, Why.SELF, at=moment(START + 9 * MINUTE), random=random)
    await leaves(database, ana, START + 50 * MINUTE)
    async with database.write() as tx:
        await commands.close_session(tx, session.id, now=START + 60 * MINUTE, random=random)
        await finalize(tx, session.id, by="acc_1", now=START + 70 * MINUTE, random=random)
        by = By(id="acc_1", reason="The line was lost.", at=moment(START + 80 * MINUTE))
        more = Span(START + 50 * MINUTE, START + 55 * MINUTE)
        await correct(tx, session.id, ana.person_id, "add", more, by, random=random)
    return session.id


async def test_everything_is_told_in_order_by_its_schema(database: Database) -> None:
    known = await endpoint(database, "https://scheduling.example/", "whsec_x")
    program_id = await a_program_lives(database)
    series_id = await a_series_lives(database, program_id)
    session_id = await a_session_lives(database)
    async with database.write() as tx:
        await send_test(tx, known.id, **OURS)
    events = await told(database)
    assert {event.type for event in events} == set(EVENT_TYPES)
    for stream, group in groupby(events, lambda event: event.stream):
        numbers = [event.seq for event in group]
        assert numbers == list(range(1, len(numbers) + 1)), stream
    for event in events:
        published = json.loads((SCHEMAS / f"{file_name(event.type)}.json").read_text())
        checker = Draft202012Validator.FORMAT_CHECKER
        Draft202012Validator(published, format_checker=checker).validate(event.payload)
        BODIES[event.type].model_validate(event.payload)  # which allows nothing that is not described
    assert types_of(events, program_id) == [
        "program.created",
        *["program.updated"] * 2,
        "program.archived",
        "program.restored",
        *["registration.created"] * 3,
        "registration.approved",
        "registration.waiting",
        "registration.declined",
        "registration.withdrawn",
        "registration.approved",
        "registration.updated",
    ]
    assert types_of(events, series_id) == [
        "series.created",
        "series.updated",
        "series.cancelled",
        "series.restored",
    ]
    dates = {event.stream for event in events if event.payload["data"].get("session", {}).get("series_id")}
    assert [types_of(events, one) for one in dates] == [
        ["session.scheduled", "session.updated", "session.cancelled", "session.restored"]
    ] * 2
    assert types_of(events, session_id) == [
        "session.scheduled",
        "session.updated",
        "session.cancelled",
        "session.restored",
        "session.opened",
        "participant.joined",
        "participant.checked_in",
        "participant.checked_out",
        "participant.left",
        "session.closed",
        "attendance.ready",
        "attendance.finalized",
        "attendance.amended",
    ]
    changed = {event.type: event.payload["data"].get("changed") for event in events}
    assert (changed["session.scheduled"], changed["session.updated"]) == ([], ["title"])
    assert changed["program.restored"] == ["archived_at"]


def test_what_is_published_is_what_the_code_says_and_would_not_be_changed_unseen() -> None:
    files = {file.name: json.loads(file.read_text()) for file in SCHEMAS.glob("*.json")}
    current = {f"{file_name(kind.name)}.json": schema_of(kind.name) for kind in CATALOGUE}
    assert {name: files.get(name) for name in current} == current
    one = schema_of("participant.left")
    left = one["$defs"]["LeftData"]
    more = {**left, "properties": {**left["properties"], "mood": {"type": "string"}}}
    less = {**left, "required": [name for name in left["required"] if name != "seconds"]}
    assert breaks(one, one | {"$defs": one["$defs"] | {"LeftData": more}}) == []
    assert breaks(one, one | {"$defs": one["$defs"] | {"LeftData": less}}) != []


@pytest.mark.parametrize("dies", [False, True])
async def test_whom_an_import_registers_is_told_of_once_whoever_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    monkeypatch.setattr(import_telling, "CHUNK", 2)
    scope = await a_program(database)
    lines = [f"Person {n},p{n}@clinic.example" for n in range(5)]
    made = await staged(database, tmp_path, *lines, scope=scope)
    await prepare(database, made.id, random)
    await step(database, made.id, by="acc_1", send=None, now=NOW, random=random)
    assert await told(database) == []
    if dies:
        times = iter([1])

        async def once(*asked: Any, **more: Any) -> None:
            next(times)
            await tell_registrations(*asked, **more)

        with monkeypatch.context() as patched:
            patched.setattr(import_telling, "tell_registrations", once)
            with pytest.raises(RuntimeError):
                await follow_up(database, made.id, now=NOW, random=random)
        assert len(await told(database)) == 2
        later = NOW + UNDER_WAY + MINUTE
        assert await follow_up_left(database, now=later, random=random) == 1
    for _ in range(2):
        await follow_up(database, made.id, now=NOW, random=random)
    events = await told(database)
    assert [(event.type, event.stream, event.seq) for event in events] == [
        ("registration.created", scope.id, number) for number in range(1, 6)
    ]
    assert len({event.payload["data"]["person"]["email"] for event in events}) == 5
