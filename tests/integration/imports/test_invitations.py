"""Whoever an import registers is sent an invitation, once; whoever was registered before is not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from echo_session.imports.applying import apply
from echo_session.store import import_apply
from echo_session.store.engine import Database, Topic
from echo_session.store.import_apply import step
from echo_session.store.import_ready import prepare
from echo_session.store.mails import Mails
from echo_session.store.tables import ImportedRow, MailingRow, MailRow, RegistrationRow
from echo_session.store.upkeep import Kept, keep_up
from tests.integration.imports.people import (
    NOW,
    a_program,
    known,
    random,
    registered,
    self_registered,
    staged,
)

PEOPLE = [f"Person {number},p{number}@clinic.example" for number in range(5)]
STRETCH = 2
DAY = timedelta(days=1)


async def spread(database: Database, *, stretches: int = 100) -> None:
    """As the mail worker does; a worker of its own each time, as after a restart."""
    for _ in range(stretches):
        if not await Mails(database, domain="echo.example", stretch=STRETCH).spread(NOW):
            return


async def invited(database: Database) -> Counter[str]:
    """How many invitations there are to each address."""
    async with database.read() as tx:
        mails = (await tx.scalars(select(MailRow))).all()
    assert {mail.kind for mail in mails} <= {"invitation"}
    return Counter(mail.to_address for mail in mails)


def once(*numbers: int) -> Counter[str]:
    return Counter(f"p{number}@clinic.example" for number in numbers)


async def test_those_whom_an_import_registers_are_invited_once_each(
    database: Database, tmp_path: Path
) -> None:
    scope = await a_program(database)
    await self_registered(database, scope, "Person 1", "p1@clinic.example")
    await known(database, "Person 2", "p2@clinic.example")
    await spread(database)
    async with database.write() as tx:
        for mail in await tx.scalars(select(MailRow)):
            await tx.delete(mail)
    told: list[frozenset[Topic]] = []
    database.listen(told.append)
    made = await staged(database, tmp_path, *PEOPLE, "Somebody else,no address", scope=scope)
    assert made.send is None
    assert (await apply(database, made.id, by="acc_1", now=NOW, random=random)).send is True
    assert any(Topic.MAIL in topics for topics in told), "the mail worker is woken"
    await spread(database)
    assert await invited(database) == once(0, 2, 3, 4)
    again = await staged(database, tmp_path, *PEOPLE, "Person 9,p9@clinic.example", scope=scope)
    await apply(database, again.id, by="acc_1", now=NOW, random=random)
    await spread(database)
    assert await invited(database) == once(0, 2, 3, 4, 9)


async def test_nobody_is_written_to_where_that_is_not_wished(database: Database, tmp_path: Path) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, *PEOPLE, scope=scope)
    assert (await apply(database, made.id, by="acc_1", send=False, now=NOW, random=random)).send is False
    only_known = await staged(database, tmp_path, "Person 9,p9@clinic.example")
    assert (await apply(database, only_known.id, by="acc_1", now=NOW, random=random)).send is False
    async with database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(MailingRow)) == 0
    assert len(await registered(database)) == 5


@pytest.mark.parametrize(
    ("began", "finished", "mails"), [(None, None, 5), (False, None, 0), (False, True, 5)]
)
async def test_who_is_registered_by_a_second_step_is_invited_by_that(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    began: bool | None,
    finished: bool | None,
    mails: int,
) -> None:
    monkeypatch.setattr(import_apply, "AT_ONCE", 1)
    scope = await a_program(database)
    made = await staged(database, tmp_path, *PEOPLE, scope=scope)
    await prepare(database, made.id, random)
    half = await step(database, made.id, by="acc_1", send=began, now=NOW, random=random)
    await spread(database)
    assert (half.unfinished, await invited(database)) == (True, Counter())
    whole = await apply(database, made.id, by="acc_1", send=finished, now=NOW, random=random)
    await spread(database)
    assert (whole.send, (await invited(database)).total()) == (mails > 0, mails)
    await import_apply.register(database, made.id, by="acc_1", send=True, now=NOW, random=random)
    await spread(database)
    assert (await invited(database)).total() == mails


async def test_registrations_that_fail_invite_nobody(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, *PEOPLE, scope=scope)

    async def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(import_apply, "queue_mailing", broken)
        with pytest.raises(RuntimeError):
            await apply(database, made.id, by="acc_1", now=NOW, random=random)
    assert await registered(database) == {}
    await apply(database, made.id, by="acc_1", now=NOW, random=random)
    await spread(database)
    assert await invited(database) == once(0, 1, 2, 3, 4)


async def test_a_mailing_that_is_cut_short_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    scope = await a_program(database)
    made = await staged(database, tmp_path, *PEOPLE, scope=scope)
    await apply(database, made.id, by="acc_1", now=NOW, random=random)
    await spread(database, stretches=1)
    assert (await invited(database)).total() == STRETCH
    gone = (await registered(database))["Person 3"]
    async with database.write() as tx:
        left = update(RegistrationRow).where(RegistrationRow.id == gone.id)
        await tx.execute(left.values(status="withdrawn", removed_at=NOW))
    await spread(database)
    assert await invited(database) == once(0, 1, 2, 4)


async def test_rows_stay_until_everybody_is_registered_and_written_to(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(events=30 * DAY, mails=30 * DAY, imports=30 * DAY)

    async def rows_after_upkeep() -> int:
        await keep_up(database, kept, now=NOW + 31 * DAY, random=random)
        async with database.read() as tx:
            return await tx.scalar(select(func.count()).select_from(ImportedRow)) or 0

    monkeypatch.setattr(import_apply, "AT_ONCE", 1)
    scope = await a_program(database)
    made = await staged(database, tmp_path, *PEOPLE, scope=scope)
    await prepare(database, made.id, random)
    await step(database, made.id, by="acc_1", send=True, now=NOW, random=random)
    assert await rows_after_upkeep() == 5
    await apply(database, made.id, by="acc_1", now=NOW, random=random)
    await spread(database, stretches=1)
    assert await rows_after_upkeep() == 5
    await spread(database)
    assert await invited(database) == once(0, 1, 2, 3, 4)
    assert await rows_after_upkeep() == 0
