"""Small rules that several ways into the room share."""

from __future__ import annotations

import hashlib
import unicodedata

from signaling.errors import CloseCode, RemoteProtocolError
from signaling.members import MODERATORS, Caller
from signaling.messages import Error, ErrorCode, Role
from signaling.participant import Input
from signaling.ports import Person
from signaling.state import RoomState

BARRED = "A facilitator removed you from this session."


def waits(room: RoomState, role: Role) -> bool:
    """True where a visitor whom no personal link names goes through the lobby."""
    return room.facts.lobby and role not in MODERATORS


def refuse_barred(room: RoomState, person: Person | None) -> None:
    """Raises where the person was removed from this session."""
    if person is not None and person.person_id in room.barred:
        raise RemoteProtocolError(ErrorCode.NOT_ALLOWED, BARRED, fatal=True)


def refuse_joining(room: RoomState, caller: Caller, error: RemoteProtocolError) -> None:
    """A visitor who was let in gets no seat after all, and may try again unless the error is fatal."""
    caller.follow(Input.REFUSED)
    caller.participant_id = None
    room.tell(caller.socket, wire_error(error))
    if error.fatal:
        room.dismiss(caller.socket, None, CloseCode.NOT_ALLOWED)


def joining_caller(room: RoomState, participant_id: str) -> Caller | None:
    """Who waits for this seat; None where the socket is gone."""
    return next((c for c in room.callers.values() if c.participant_id == participant_id), None)


def wire_error(error: RemoteProtocolError) -> Error:
    """As the client is told."""
    return Error(code=error.code, message=error.message, field=error.field, fatal=error.fatal)


def hash_secret(secret: str) -> str:
    """How a resume secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tidy(text: str) -> str:
    """One line without control, format or private characters, and without space at the ends."""
    kept = (c for c in text if c.isspace() or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(kept).split())
