"""What the clock does: to rooms, and to what goes with a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from echo_session.domain.errors import NotPossible
from echo_session.live.session_commands import ENDED_BY_CLOCK, Rooms, SessionCommands
from echo_session.store.errors import NotFound
from scheduler.due import Action, Claim
from scheduler.ports import Handler


def handlers(commands: SessionCommands, rooms: Callable[[], Rooms]) -> Mapping[Action, Handler]:
    """A handler for each action; work that no longer applies is done with a word about why."""

    async def open_room(claim: Claim) -> str:
        try:
            await commands.open(claim.session_id, claim=claim)
        except (NotPossible, NotFound) as error:
            return f"nothing to open: {error}"
        return "opened"

    async def warn_ending(claim: Claim) -> str:
        await rooms().ending_soon(claim.session_id)
        return "warned"

    async def close_room(claim: Claim) -> str:
        try:
            await commands.close(claim.session_id, ENDED_BY_CLOCK, claim=claim)
        except (NotPossible, NotFound) as error:
            return f"nothing to close: {error}"
        return "closed"

    async def send_reminder(claim: Claim) -> str:
        try:
            return await commands.remind(claim)
        except NotFound as error:
            return f"nothing to remind of: {error}"

    async def finalise(claim: Claim) -> str:
        try:
            return await commands.finalise(claim)
        except NotFound as error:
            return f"nothing to finalise: {error}"

    async def offer_credit(claim: Claim) -> str:
        try:
            return await commands.offer_credit(claim)
        except NotFound as error:
            return f"nothing to offer: {error}"

    return {
        Action.OPEN_ROOM: open_room,
        Action.WARN_ENDING: warn_ending,
        Action.CLOSE_ROOM: close_room,
        Action.SEND_REMINDER: send_reminder,
        Action.FINALISE: finalise,
        Action.OFFER_CREDIT: offer_credit,
    }
