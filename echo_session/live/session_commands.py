"""Orders to a session that change both the records and the room: from the room, the API and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from echo_session import failpoints
from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.sessions import ENDED_BY_HOST
from echo_session.store import commands, sessions
from echo_session.store.credit_offers import offer_credit
from echo_session.store.due_work import finish_within
from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.finalise import finalise_session
from echo_session.store.reminders import queue_reminder
from scheduler.due import Claim
from scheduler.errors import ClaimLost
from signaling.errors import Refused
from signaling.messages import ErrorCode

ENDED_BY_CLOCK = "The session is over. Thank you for taking part."


class Rooms(Protocol):
    """The live side of a session: ``signaling.hub.Hub``."""

    async def session_changed(self, session_id: str) -> None: ...

    async def ending_soon(self, session_id: str) -> None: ...

    async def end_session(self, session_id: str, message: str) -> None: ...


class SessionCommands:
    """``signaling.ports.Sessions``, and the same for the API and the clock."""

    def __init__(
        self,
        database: Database,
        rooms: Callable[[], Rooms],
        *,
        now: Callable[[], datetime],
        random: RandomBytes,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._now = now
        self._random = random

    async def extend(self, session_id: str, minutes: int, *, by: str) -> None:
        """Moves the end. Raises Refused where the session is over, or cannot be that long."""
        try:
            async with self._database.write() as tx:
                await commands.extend_session(tx, session_id, minutes, now=self._now(), random=self._random)
        except (NotPossible, NotFound) as error:
            raise Refused(ErrorCode.ENDED, str(error)) from error
        except InvalidFields as error:
            allowed = "; ".join(problem.allowed for problem in error.problems)
            raise Refused(ErrorCode.NOT_ALLOWED, f"The session can be extended by {allowed}.") from error
        await self._rooms().session_changed(session_id)

    async def end(self, session_id: str, *, by: str) -> None:
        """Ends the session now. Raises Refused where it is over."""
        try:
            await self.close(session_id, ENDED_BY_HOST)
        except (NotPossible, NotFound) as error:
            raise Refused(ErrorCode.ENDED, str(error)) from error

    async def open(self, session_id: str, *, claim: Claim | None = None) -> None:
        """Opens the room. Raises NotFound, NotPossible, and ClaimLost where the clock is not to do it."""
        async with self._database.write() as tx:
            if claim is not None:
                await finish_within(tx, claim, "opened", self._now())
            await commands.open_session(tx, session_id, now=self._now(), random=self._random)
        await self._rooms().session_changed(session_id)

    async def close(self, session_id: str, message: str, *, claim: Claim | None = None) -> None:
        """Everybody leaves with this message, then the records are closed, so that every leave comes before
        the end. Raises NotFound, NotPossible, and ClaimLost where the clock is not to do it."""
        async with self._database.read() as tx:
            session = await sessions.get_session(tx, session_id)
        if session.over:
            raise NotPossible(f"This session is {session.status.value} already.")
        if claim is not None and session.closes_at > self._now():
            raise ClaimLost(claim.id, claim.epoch)
        failpoints.reached("session.close.before_leaves")
        await self._rooms().end_session(session_id, message)
        async with self._database.write() as tx:
            if claim is not None:
                await finish_within(tx, claim, "closed", self._now())
            await commands.close_session(tx, session_id, now=self._now(), random=self._random)
            failpoints.reached("session.close.before_commit")
        failpoints.reached("session.close.after_commit")
        await self._rooms().session_changed(session_id)

    async def remind(self, claim: Claim) -> str:
        """Queues the reminder and gives the outcome. Raises NotFound, ClaimLost."""
        async with self._database.write() as tx:
            outcome = await queue_reminder(
                tx, claim.session_id, claim.detail, now=self._now(), random=self._random
            )
            await finish_within(tx, claim, outcome, self._now())
        return outcome

    async def finalise(self, claim: Claim) -> str:
        """Finalises the closed session and gives the outcome. Raises NotFound, ClaimLost."""
        async with self._database.write() as tx:
            outcome = await finalise_session(tx, claim.session_id, now=self._now(), random=self._random)
            await finish_within(tx, claim, outcome, self._now())
            failpoints.reached("session.finalise.before_commit")
        failpoints.reached("session.finalise.after_commit")
        return outcome

    async def offer_credit(self, claim: Claim) -> str:
        """Has those who were there written to, and gives the outcome. Raises NotFound, ClaimLost."""
        async with self._database.write() as tx:
            outcome = await offer_credit(tx, claim.session_id, now=self._now(), random=self._random)
            await finish_within(tx, claim, outcome, self._now())
        return outcome
