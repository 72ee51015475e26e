"""Orders to a session, from the room and from the clock."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from echo_session.domain.errors import NotPossible
from echo_session.domain.sessions import Status
from echo_session.live.clock import utc_now
from echo_session.live.due_work import handlers
from echo_session.live.session_commands import SessionCommands
from echo_session.store import commands
from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database
from echo_session.store.sessions import get_session
from scheduler.due import Action, Claim, State
from scheduler.errors import ClaimLost
from signaling.errors import Refused
from signaling.messages import ErrorCode
from tests.integration.live.conftest import Desk, FakeRooms


async def claim_next(database: Database, action: Action) -> Claim:
    """Claims what is due; the clock is past everything."""
    work, later = DueWork(database), utc_now() + timedelta(days=1)
    while (claim := await work.claim(later, later + timedelta(minutes=1))) is not None:
        if claim.action is action:
            return claim
        await work.finish(claim, State.DONE, "skipped", utc_now())
    raise AssertionError(f"{action} is not due")


async def status(database: Database, session_id: str) -> Status:
    async with database.read() as tx:
        return (await get_session(tx, session_id)).status


async def test_extending_moves_the_end_and_tells_the_room(
    desk: Desk, session_commands: SessionCommands, rooms: FakeRooms, database: Database
) -> None:
    session = await desk.open_session()
    await session_commands.extend(session.id, 10, by="per_host")
    async with database.read() as tx:
        assert (await get_session(tx, session.id)).extended_minutes == 10
    assert rooms.told == [("changed", session.id)]


async def test_too_long_an_extension_says_what_is_allowed(
    desk: Desk, session_commands: SessionCommands
) -> None:
    session = await desk.open_session()
    with pytest.raises(Refused, match="minutes") as caught:
        await session_commands.extend(session.id, 100_000, by="per_host")
    assert caught.value.code is ErrorCode.NOT_ALLOWED


async def test_ending_empties_the_room_before_the_records_close(
    desk: Desk, session_commands: SessionCommands, rooms: FakeRooms, database: Database
) -> None:
    session = await desk.open_session()
    await session_commands.end(session.id, by="per_host")
    assert rooms.told == [("end", session.id), ("changed", session.id)]
    assert await status(database, session.id) is Status.CLOSED
    with pytest.raises(Refused) as caught:
        await session_commands.end(session.id, by="per_host")
    assert caught.value.code is ErrorCode.ENDED


async def test_clock_opens_the_room(
    desk: Desk, session_commands: SessionCommands, rooms: FakeRooms, database: Database
) -> None:
    session = await desk.session()
    claim = await claim_next(database, Action.OPEN_ROOM)
    done = await handlers(session_commands, lambda: rooms)[Action.OPEN_ROOM](claim)
    assert done == "opened"
    assert await status(database, session.id) is Status.OPEN
    assert rooms.told == [("changed", session.id)]


async def test_clock_warns(desk: Desk, session_commands: SessionCommands, rooms: FakeRooms) -> None:
    session = await desk.open_session()
    claim = await claim_next(desk.database, Action.WARN_ENDING)
    assert await handlers(session_commands, lambda: rooms)[Action.WARN_ENDING](claim) == "warned"
    assert rooms.told == [("ending", session.id)]


async def test_clock_closes_the_room_once_its_time_is_over(
    desk: Desk, database: Database, rooms: FakeRooms
) -> None:
    session = await desk.open_session()
    late = SessionCommands(
        database, lambda: rooms, now=lambda: utc_now() + timedelta(days=1), random=secrets.token_bytes
    )
    claim = await claim_next(database, Action.CLOSE_ROOM)
    assert await handlers(late, lambda: rooms)[Action.CLOSE_ROOM](claim) == "closed"
    assert rooms.told == [("end", session.id), ("changed", session.id)]
    assert await status(database, session.id) is Status.CLOSED


async def test_clock_does_not_close_a_session_that_was_extended_in_between(
    desk: Desk, session_commands: SessionCommands, rooms: FakeRooms, database: Database
) -> None:
    session = await desk.open_session()
    claim = await claim_next(database, Action.CLOSE_ROOM)
    with pytest.raises(ClaimLost):
        await handlers(session_commands, lambda: rooms)[Action.CLOSE_ROOM](claim)
    assert rooms.told == []
    assert await status(database, session.id) is Status.OPEN


async def test_clock_has_nothing_to_do_where_a_facilitator_was_quicker(
    desk: Desk, session_commands: SessionCommands, rooms: FakeRooms, database: Database
) -> None:
    session = await desk.session()
    claim = await claim_next(database, Action.OPEN_ROOM)
    async with database.write() as tx:
        await commands.open_session(tx, session.id, now=utc_now(), random=secrets.token_bytes)
    with pytest.raises(ClaimLost):
        await handlers(session_commands, lambda: rooms)[Action.OPEN_ROOM](claim)


async def test_closing_what_is_closed_is_refused(
    desk: Desk, session_commands: SessionCommands, database: Database
) -> None:
    session = await desk.open_session()
    await session_commands.close(session.id, "Bye.")
    with pytest.raises(NotPossible, match="closed already"):
        await session_commands.close(session.id, "Bye.")
