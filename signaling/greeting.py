"""The first exchange of a socket: hello, welcome, and taking over where another socket dropped."""

from __future__ import annotations

import hmac

from signaling.effects import Send
from signaling.errors import CloseCode, RemoteProtocolError
from signaling.members import Caller, Member
from signaling.messages import PROTOCOL, ErrorCode, Hello, IceServers, RejoinPlease, Resume, Welcome, You
from signaling.moment import Now
from signaling.ports import Visitor
from signaling.relays import RENEWED_EVERY, pass_away, told
from signaling.rules import hash_secret, refuse_barred, waits
from signaling.state import RoomState


def hello(room: RoomState, socket: str, visitor: Visitor, message: Hello, now: Now) -> None:
    """Welcomes a socket; with a good ``resume`` it takes over the participant."""
    caller = Caller(socket=socket, visitor=visitor)
    room.callers[socket] = caller
    refuse_barred(room, visitor.person)
    if room.ended:
        raise RemoteProtocolError(ErrorCode.ENDED, "This session is over.", fatal=True)
    member = _resumable(room, message.resume)
    if member is not None:
        _take_over(room, caller, member)
    person_id = visitor.person.person_id if visitor.person is not None else None
    others = room.present(person_id) if person_id is not None and member is None else []
    room.tell(
        socket,
        Welcome(
            protocol=PROTOCOL,
            server_time=now.moment.wall,
            session=room.facts.info,
            you=_you(room, visitor),
            others=[other.other_device() for other in others],
            ice_servers=told(room.settings.ice_servers, now.moment.wall),
            max_video_slots=room.settings.max_video_slots,
            resumed=member is not None,
        ),
    )
    if member is not None:
        room.flush()
        room.tell(socket, room.snapshot(caller))
        room.tell(socket, member.board.wire())
        room.follow(caller)
        if not member.transport and not member.answering and not room.detached:
            room.tell(socket, RejoinPlease(after_ms=0))


def _you(room: RoomState, visitor: Visitor) -> You:
    person = visitor.person
    return You(
        known=person is not None,
        name=person.name if person is not None else visitor.name,
        site=person.site if person is not None else "",
        role=visitor.role,
        asks=list(visitor.asks) if person is None else [],
        lobby=person is None and waits(room, visitor.role),
    )


def _resumable(room: RoomState, resume: Resume | None) -> Member | None:
    """The participant whose secret this is. Any other resume is answered by an ordinary welcome."""
    member = room.members.get(resume.connection_id) if resume is not None else None
    if member is None or resume is None:
        return None
    return member if hmac.compare_digest(member.secret_hash, hash_secret(resume.secret)) else None


def _take_over(room: RoomState, caller: Caller, member: Member) -> None:
    room.dismiss(member.socket, None, CloseCode.TAKEN_OVER)
    member.socket = caller.socket
    caller.member = member


def renew_relays(room: RoomState, now: Now) -> None:
    """Tells everybody fresh credentials of the relays in good time, where they pass away."""
    relays = room.settings.ice_servers
    if now.monotonic - room.relays_told < RENEWED_EVERY or not pass_away(relays):
        return
    room.relays_told = now.monotonic
    if room.callers:
        room.emit(Send(tuple(room.callers), IceServers(ice_servers=told(relays, now.moment.wall))))
