"""What the engine says to an offer: into the room, on with a new transport, or why not."""

from __future__ import annotations

from signaling.effects import AddPeer, SaveNewcomer, SetMuted, SetPictures
from signaling.errors import Refused, RemoteProtocolError
from signaling.media import Answer
from signaling.members import Caller, Member
from signaling.messages import Joined, Rejoin, Rejoined
from signaling.moment import Now
from signaling.participant import Input
from signaling.rules import hash_secret, joining_caller, refuse_joining, wire_error
from signaling.state import RoomState

SECRET_BYTES = 24


def answered(room: RoomState, participant_id: str, answer: Answer, now: Now) -> None:
    """The engine has answered a join or a rejoin."""
    newcomer = room.joining.pop(participant_id, None)
    if newcomer is not None:
        _enter(room, newcomer, answer, now)
        return
    member = room.members.get(participant_id)
    if member is None:
        return
    member.follow(Input.ANSWERED)
    member.answering = False
    member.board.resize(answer)
    room.tell(member.socket, Rejoined(answer=answer.sdp, slots=member.board.wire()))
    _order(room, member)


def _enter(room: RoomState, member: Member, answer: Answer, now: Now) -> None:
    caller = room.caller_of(member)
    assert caller is not None, "a dropped socket takes its offer back"
    assert caller.join is not None
    secret = room.token(SECRET_BYTES)
    member.secret_hash = hash_secret(secret)
    member.follow(Input.ANSWERED)
    member.answering = False
    member.heard = now.monotonic
    member.board.resize(answer)
    member.moves = _moved_out(room, member, everything=caller.join.second_device == "move")
    room.members[member.participant_id] = member
    caller.member, caller.join, caller.participant_id = member, None, None
    room.emit(SaveNewcomer(member.presence()))
    room.put(member)
    room.flush()
    room.hold(member)
    room.tell(
        caller.socket,
        Joined(
            connection_id=member.participant_id,
            secret=secret,
            participant_id=member.participant_id,
            answer=answer.sdp,
            room=room.snapshot(caller),
            slots=member.board.wire(),
        ),
    )
    room.follow(caller)
    _order(room, member)


def _moved_out(room: RoomState, member: Member, *, everything: bool) -> list[str]:
    """Connections of the same person that go once this one is up: all on "move here", else those that are
    dead."""
    person_id = member.person.person_id
    present = room.present(person_id)
    return [m.participant_id for m in room.of_person(person_id) if everything or m not in present]


def _order(room: RoomState, member: Member) -> None:
    """Tells a new transport what the old one knew."""
    for source in sorted(member.held):
        room.emit(SetMuted(member.participant_id, source, True))
    if any(member.board.pictures):
        room.emit(SetPictures(member.participant_id, member.board.orders()))


def rejoin(room: RoomState, caller: Caller, message: Rejoin) -> None:
    """A new peer connection for somebody in the room."""
    caller.follow(Input.REJOIN)
    assert caller.member is not None
    caller.member.answering = True
    room.emit(AddPeer(caller.member.participant_id, message.offer, message.mids))


def refused(room: RoomState, participant_id: str, refusal: Refused) -> None:
    """No person or no answer: the visitor hears why and may try again."""
    error = RemoteProtocolError(refusal.code, refusal.message, field=refusal.field)
    room.joining.pop(participant_id, None)
    caller = joining_caller(room, participant_id)
    if caller is not None:
        refuse_joining(room, caller, error)
        return
    member = room.members.get(participant_id)
    if member is not None:
        member.follow(Input.REFUSED)
        member.answering = False
        room.tell(member.socket, wire_error(error))
