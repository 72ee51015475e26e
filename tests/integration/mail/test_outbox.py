"""The outbox against a server that fails in every way: everything arrives, and duplicates are known."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from echo_session.domain.mail import MailKind, MailState
from echo_session.mail.policy import RETRY_AFTER
from echo_session.mail.ports import Transport
from echo_session.store.engine import Database
from echo_session.store.mail_log import retry_mail

from .samples import NOW, Clock, a_world, log_of, mails, relaying, settled
from .server import Hangs, PostOffice, line_to, open_office

QUICK = 1 / 3000
"""The retry schedule, from a minute to 20 milliseconds."""
PEOPLE = 24


async def until(true: Callable[[], bool]) -> None:
    """Returns once it is so."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - told from outside
            await asyncio.sleep(0.01)


async def until_told(database: Database, words: str) -> None:
    """Returns once the log says so of some message."""
    async with asyncio.timeout(30):
        while not any(words in one.last_error for one in await log_of(database)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Ticking(Clock):
    """A clock that goes on by itself, from `NOW`."""

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=asyncio.get_running_loop().time())


def lines(office: PostOffice) -> Transport:
    return line_to(office, timeout_seconds=0.5)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_server_in_trouble_gets_everything_at_least_once_and_doubles_are_known(
    database: Database, restarted: bool
) -> None:
    world = await a_world(database, PEOPLE)
    tried: Counter[str] = Counter()

    async with open_office() as office:

        def recipient(address: str) -> str:
            tried[address] += 1
            number = int("".join(c for c in address if c.isdigit()))
            return "450 come back" if number % 4 == 1 and tried[address] == 1 else ""

        def text(message_id: str) -> str:
            tried[message_id] += 1
            first = tried[message_id] == 1
            kind = sum(map(ord, message_id)) % 4
            if first and kind == 0:
                raise Hangs
            return "451 disk full" if first and kind == 1 else ""

        office.rcpt, office.text = recipient, text
        await world.queue(MailKind.INVITATION)
        async with relaying(database, lambda: lines(office), Ticking(), retry_scale=QUICK):
            if restarted:
                await until(lambda: sum(office.accepted.values()) >= PEOPLE // 3)
                await office.stop()
                await until(lambda: len(office.accepted) < PEOPLE)
                await office.start()
            await settled(database)
    log = await log_of(database)
    assert len(log) == PEOPLE
    assert {one.state for one in log} == {MailState.SENT}
    assert len(office.accepted) == PEOPLE, "one Message-ID each, whatever happened"
    doubles = {one.id: office.accepted[f"<{one.id}@echo.example.org>"] - 1 for one in log}
    assert any(doubles.values())
    known = {one.id: one.possible_duplicates for one in log}
    if restarted:
        assert all(doubles[mail_id] <= known[mail_id] for mail_id in doubles)
    else:
        assert doubles == known == {one.id: office.unanswered[f"<{one.id}@echo.example.org>"] for one in log}


async def test_who_is_refused_fails_and_holds_nobody_up(database: Database) -> None:
    world = await a_world(database, 5)
    async with open_office() as office:
        office.rcpt = lambda address: "550 no such user" if address.startswith("person2@") else ""
        await world.queue(MailKind.INVITATION)
        async with relaying(database, lambda: lines(office), Ticking(), retry_scale=QUICK):
            await settled(database)
        [failed] = [one for one in await log_of(database) if one.state is MailState.FAILED]
        assert failed.to_address == "person2@clinic.example"
        assert "550 no such user" in failed.last_error
        assert len(office.accepted) == 4
        office.rcpt = lambda _: ""
        async with database.write() as tx:
            await retry_mail(tx, failed.id, now=NOW)
        async with relaying(database, lambda: lines(office), Ticking(), retry_scale=QUICK):
            await settled(database)
    assert len(office.accepted) == 5


async def test_what_is_put_off_for_two_days_fails(database: Database) -> None:
    world = await a_world(database)
    async with open_office() as office:
        office.rcpt = lambda _: "450 come back"
        await world.queue(MailKind.INVITATION)
        async with relaying(database, lambda: lines(office), Ticking(), retry_scale=QUICK / 100):
            await settled(database)
    [failed] = await log_of(database)
    assert failed.state is MailState.FAILED
    assert failed.attempts == len(RETRY_AFTER) + 1
    assert "two days" in failed.last_error
    assert timedelta(days=1.9) < sum(RETRY_AFTER, timedelta()) < timedelta(days=2.1)


async def test_while_the_server_is_down_nothing_is_counted_against_a_message(database: Database) -> None:
    world = await a_world(database, 3)
    office = PostOffice()
    await world.queue(MailKind.INVITATION)
    async with relaying(database, lambda: lines(office), Ticking(), retry_scale=QUICK):
        await until_told(database, "cannot be reached")
        assert {one.state for one in await log_of(database)} <= {MailState.PENDING, MailState.SENDING}
        await office.start()
        await settled(database)
        await office.stop()
    assert {one.attempts for one in await log_of(database)} == {1}
    assert len(office.accepted) == 3


async def test_two_relays_send_each_message_once(database: Database) -> None:
    world = await a_world(database, PEOPLE)
    async with open_office() as office:
        await world.queue(MailKind.INVITATION)
        async with (
            relaying(database, lambda: lines(office), Ticking()),
            relaying(database, lambda: lines(office), Ticking()),
        ):
            await settled(database)
    assert set(office.accepted.values()) == {1}
    assert len(office.accepted) == PEOPLE


@pytest.mark.parametrize("begun", [True, False])
async def test_who_dies_with_the_text_under_way_leaves_a_possible_double(
    database: Database, begun: bool
) -> None:
    world = await a_world(database)
    await world.queue(MailKind.INVITATION)
    store = mails(database)
    assert await store.spread(NOW)
    claim = await store.claim(NOW, NOW + timedelta(seconds=30))
    assert claim is not None
    if begun:
        assert await store.begun(claim, "Hello", NOW + timedelta(seconds=30))
    assert await store.claim(NOW + timedelta(seconds=29), NOW + timedelta(seconds=60)) is None
    again = await store.claim(NOW + timedelta(seconds=31), NOW + timedelta(seconds=60))
    assert again is not None
    assert again.message_id == claim.message_id
    assert not await store.begun(claim, "Hello", NOW + timedelta(seconds=90)), "the claim is lost"
    [mail] = await log_of(database)
    assert mail.possible_duplicates == int(begun)
