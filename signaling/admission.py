"""From the join page into the room or its lobby, up to the offer that goes to the engine."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from signaling.effects import AddPeer, Enrol
from signaling.errors import CloseCode, RemoteProtocolError
from signaling.members import LISTENERS, Caller, Member
from signaling.messages import Declined, ErrorCode, InLobby, Join, Role, Source
from signaling.moment import Now
from signaling.participant import Input
from signaling.ports import Ask, Identity, Person
from signaling.rules import BARRED, joining_caller, refuse_barred, refuse_joining, tidy, waits
from signaling.state import RoomState

ALL_ASKS: tuple[Ask, ...] = ("name", "email", "profession", "site")
"""What somebody else on a personal link must say."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LABEL = {"name": "your name", "email": "your e-mail", "profession": "your profession", "site": "your site"}


def join(room: RoomState, caller: Caller, message: Join, now: Now) -> None:
    """Into the lobby or straight in, by the link and the rules of the session."""
    caller.follow(Input.JOIN)
    _refuse_unopened(room)
    if caller.visitor.console:
        raise RemoteProtocolError(
            ErrorCode.NOT_ALLOWED, "The console has no seat: open a personal link to join."
        )
    person = caller.visitor.person if message.identity == "me" else None
    if person is not None:
        refuse_barred(room, person)
        caller.identity, caller.role = None, caller.visitor.role
        if message.second_device is None and room.present(person.person_id):
            raise RemoteProtocolError(
                ErrorCode.SECOND_DEVICE,
                "You are in the room with another device. Use both, or move here?",
                field="second_device",
            )
    else:
        anonymous = caller.visitor.person is None
        caller.identity = _identity(message, caller.visitor.asks if anonymous else ALL_ASKS)
        caller.role = caller.visitor.role if anonymous else Role.PARTICIPANT
    _refuse_full(room)
    caller.join = message
    if person is None and waits(room, caller.role) and not caller.admitted:
        caller.follow(Input.HELD)
        caller.waiting_id = f"wait_{room.token(16)}"
        caller.since = now.moment.wall
        room.waiting_put(caller)
        room.tell(caller.socket, InLobby(waiting_id=caller.waiting_id, since=caller.since))
    else:
        admit(room, caller, now)


def _refuse_unopened(room: RoomState) -> None:
    info = room.facts.info
    if info.status == "scheduled":
        opens = info.opens_at.astimezone(ZoneInfo(info.zone))
        raise RemoteProtocolError(
            ErrorCode.NOT_OPEN, f"The room opens at {opens:%H:%M} on {opens:%d %B %Y} ({info.zone} time)."
        )


def _refuse_full(room: RoomState) -> None:
    devices = len(room.members) + sum(c.participant_id is not None for c in room.callers.values())
    limit = room.facts.max_people if room.facts.max_people is not None else room.facts.max_peers
    if devices >= limit:
        raise RemoteProtocolError(
            ErrorCode.ROOM_FULL, f"The room is full: it holds {limit}. Try again when somebody has left."
        )


def _identity(message: Join, asks: tuple[Ask, ...]) -> Identity:
    said = {ask: tidy(getattr(message, ask) or "") for ask in ALL_ASKS}
    for ask in asks:
        if not said[ask]:
            raise RemoteProtocolError(ErrorCode.MISSING_FIELD, f"Please give {_LABEL[ask]}.", field=ask)
    if said["email"] and not _EMAIL.fullmatch(said["email"]):
        raise RemoteProtocolError(
            ErrorCode.MISSING_FIELD, "The e-mail must look like name@example.org.", field="email"
        )
    return Identity(
        name=said["name"] or "Guest", email=said["email"], profession=said["profession"], site=said["site"]
    )


def admit(room: RoomState, caller: Caller, now: Now) -> None:
    """Lets a caller in: first the person, where the link names none, then the engine's answer."""
    caller.follow(Input.ADMITTED)
    caller.admitted = True
    room.waiting_gone(caller)
    caller.participant_id = f"con_{room.token(16)}"
    if caller.identity is not None:
        room.emit(Enrol(caller.participant_id, caller.identity))
    else:
        assert caller.visitor.person is not None
        _seat(room, caller, caller.visitor.person, caller.visitor.registration_id, now)


def decline(room: RoomState, caller: Caller) -> None:
    """Sends somebody in the lobby away."""
    caller.follow(Input.DECLINED)
    room.waiting_gone(caller)
    message = "The facilitator did not let you in. Ask the hub if you think that this is a mistake."
    room.dismiss(caller.socket, Declined(message=message), CloseCode.DECLINED)


def enrolled(room: RoomState, participant_id: str, person: Person, now: Now) -> None:
    """The person behind an admitted visitor is known. Nothing where the socket is gone since."""
    caller = joining_caller(room, participant_id)
    if caller is None:
        return
    if person.person_id in room.barred:
        refuse_joining(room, caller, RemoteProtocolError(ErrorCode.NOT_ALLOWED, BARRED, fatal=True))
        return
    _seat(room, caller, person, None, now)


def _seat(room: RoomState, caller: Caller, person: Person, registration_id: str | None, now: Now) -> None:
    message, participant_id = caller.join, caller.participant_id
    assert message is not None
    assert participant_id is not None
    member = Member(
        participant_id=participant_id,
        session_id=room.facts.info.session_id,
        person=person,
        registration_id=registration_id,
        role=caller.role,
        device=message.device,
        entered_at=now.moment.wall,
        heard=now.monotonic,
        socket=caller.socket,
        answering=True,
    )
    if caller.role in LISTENERS:
        member.held = set(Source)
    else:
        member.sources = {s for s in (Source.MICROPHONE, Source.CAMERA) if getattr(message, s.value)}
    room.joining[participant_id] = member
    room.emit(AddPeer(participant_id, message.offer, message.mids))
