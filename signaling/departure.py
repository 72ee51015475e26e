"""Ways out of the room, and how each is dated."""

from __future__ import annotations

from signaling.effects import RecordEvicted, RecordLeft, RemovePeer, Save
from signaling.errors import CloseCode
from signaling.members import Caller, Member
from signaling.messages import Ended, Moved, ServerMessage
from signaling.messages import Removed as RemovedMessage
from signaling.moment import Moment, Now
from signaling.participant import Input
from signaling.ports import LeftCause
from signaling.state import RoomState

REMOVED = "A facilitator removed you from this session."
MOVED = "You went on with another device."


def last_moment(room: RoomState, member: Member, now: Now) -> Moment:
    """When an orderly end is dated: now where packets come, else at the last one."""
    if member.seen is None:
        return now.moment
    flowing = member.connected and now.moment.seconds_since(member.seen) <= room.settings.flowing
    return now.moment if flowing else member.seen


def close_spell(room: RoomState, member: Member, at: Moment, cause: LeftCause) -> None:
    """Ends the attendance interval, if one is open; the participant may stay."""
    if member.attending:
        member.attending = False
        room.emit(RecordLeft(member.presence(), at, cause))


def leave(room: RoomState, member: Member, now: Now) -> None:
    """A click on Leave: at once."""
    at = last_moment(room, member, now)
    member.follow(Input.LEAVE)
    _go(room, member, at, "left", None, CloseCode.NORMAL)


def grace_over(room: RoomState, member: Member) -> None:
    """Did not come back. Dated at the last authenticated packet."""
    member.follow(Input.GRACE_OVER)
    _go(room, member, member.seen, "lost", None, CloseCode.TIMED_OUT)


def move(room: RoomState, member: Member, now: Now) -> None:
    """The same person goes on with another device."""
    at = last_moment(room, member, now)
    member.follow(Input.MOVED)
    _go(room, member, at, "moved", Moved(message=MOVED), CloseCode.MOVED)


def end(room: RoomState, member: Member, now: Now, message: str) -> None:
    """The session is over."""
    at = last_moment(room, member, now)
    member.follow(Input.ENDED)
    _go(room, member, at, "ended", Ended(message=message), CloseCode.ENDED)


def evict(room: RoomState, member: Member, now: Now, by: str) -> None:
    """A facilitator removed the person."""
    at = last_moment(room, member, now)
    member.follow(Input.EVICTED)
    if member.attending:
        member.attending = False
        room.emit(RecordEvicted(member.presence(), at, by))
    _go(room, member, at, "lost", RemovedMessage(message=REMOVED), CloseCode.REMOVED)


def drop_caller(room: RoomState, caller: Caller) -> None:
    """A socket without a member is gone: out of the lobby, and the offer in work is taken back."""
    room.waiting_gone(caller)
    room.unfollow(caller.socket)
    if caller.participant_id is not None and room.joining.pop(caller.participant_id, None) is not None:
        room.emit(RemovePeer(caller.participant_id))


def _go(
    room: RoomState,
    member: Member,
    at: Moment | None,
    cause: LeftCause,
    message: ServerMessage | None,
    code: CloseCode,
) -> None:
    del room.members[member.participant_id]
    if member.attending and at is not None:
        close_spell(room, member, at, cause)
    else:
        room.emit(Save(member.presence()))
    room.emit(RemovePeer(member.participant_id))
    room.gone(member.participant_id)
    for other in room.members.values():
        if other.board.forget(member.participant_id):
            room.slots_changed(other)
    room.assign_viewers(member.participant_id)
    room.tell(member.socket, message)
    room.hold(member)
    room.dismiss(member.socket, None, code)
    member.socket = None
