"""What facilitators and coordinators may do: admit, decline, mute, remove."""

from __future__ import annotations

from signaling import admission, departure
from signaling.effects import Bar, SetMuted
from signaling.errors import CloseCode, RemoteProtocolError
from signaling.members import Caller, Member
from signaling.messages import Admit, Decline, ErrorCode, Mute, Muted, PictureSource, Remove, Removed, Source
from signaling.moment import Now
from signaling.participant import Input
from signaling.state import RoomState


def require(caller: Caller) -> None:
    """Raises where the caller may not moderate: by state, then by role."""
    caller.follow(Input.MODERATE)
    if not caller.moderates:
        raise RemoteProtocolError(ErrorCode.NOT_ALLOWED, "Only facilitators and coordinators may do that.")


def watch(room: RoomState, caller: Caller) -> None:
    """Follow the room from the console."""
    if not caller.moderates:
        raise RemoteProtocolError(ErrorCode.NOT_ALLOWED, "Only facilitators and coordinators may watch.")
    caller.follow(Input.WATCH)
    room.flush()
    room.tell(caller.socket, room.snapshot(caller))
    room.follow(caller)


def admit(room: RoomState, caller: Caller, message: Admit, now: Now) -> None:
    """One from the lobby, or all; those for whom there is no place are told so."""
    require(caller)
    waiters = room.waiting() if message.waiting_id is None else [_waiter(room, message.waiting_id)]
    for waiter in waiters:
        admission.admit(room, waiter, now)


def decline(room: RoomState, caller: Caller, message: Decline) -> None:
    """Sends one away from the lobby."""
    require(caller)
    admission.decline(room, _waiter(room, message.waiting_id))


def _waiter(room: RoomState, waiting_id: str) -> Caller:
    for waiter in room.waiting():
        if waiter.waiting_id == waiting_id:
            return waiter
    raise RemoteProtocolError(
        ErrorCode.NO_SUCH_PARTICIPANT, "This person no longer waits.", field="waiting_id"
    )


def _member(room: RoomState, participant_id: str) -> Member:
    member = room.members.get(participant_id)
    if member is None:
        raise RemoteProtocolError(
            ErrorCode.NO_SUCH_PARTICIPANT, "This person is no longer in the room.", field="participant_id"
        )
    return member


def mute(room: RoomState, caller: Caller, message: Mute) -> None:
    """Stops one participant's source, or everybody else's."""
    require(caller)
    if message.participant_id is None:
        targets = [m for m in room.members.values() if m is not caller.member]
    else:
        targets = [_member(room, message.participant_id)]
    for member in targets:
        if member.shows(message.source):
            member.held.add(message.source)
            room.emit(SetMuted(member.participant_id, message.source, True))
            room.tell(member.socket, Muted(source=message.source, by=caller.name))
            published(room, member, message.source)


def published(room: RoomState, member: Member, source: Source) -> None:
    """Tells everybody what a participant sends now, and fills the slots of those who want to see it."""
    room.put(member)
    if source in (Source.CAMERA, Source.SCREEN):
        room.assign_viewers(member.participant_id, PictureSource(source.value))


def remove(room: RoomState, caller: Caller, message: Remove, now: Now) -> None:
    """Removes a person with all devices, for the rest of the session."""
    require(caller)
    member = _member(room, message.participant_id)
    if caller.member is not None and caller.member.person.person_id == member.person.person_id:
        raise RemoteProtocolError(
            ErrorCode.NOT_ALLOWED, "You cannot remove yourself: use Leave.", field="participant_id"
        )
    room.emit(Bar(member.person.person_id, caller.actor))
    bar(room, member.person.person_id, now, caller.actor)


def bar(room: RoomState, person_id: str, now: Now, by: str) -> None:
    """Puts a person out and keeps them out: everywhere in the room, and on the way in."""
    room.barred.add(person_id)
    for member in room.of_person(person_id):
        departure.evict(room, member, now, by)
    for caller in list(room.callers.values()):
        if caller.member is None and _person_behind(room, caller) == person_id:
            caller.follow(Input.EVICTED)
            departure.drop_caller(room, caller)
            room.dismiss(caller.socket, Removed(message=departure.REMOVED), CloseCode.REMOVED)


def _person_behind(room: RoomState, caller: Caller) -> str | None:
    """Who is on the way in through this socket, as far as it is known."""
    joining = room.joining.get(caller.participant_id) if caller.participant_id is not None else None
    person = joining.person if joining is not None else None
    if person is None and caller.identity is None:
        person = caller.visitor.person
    return person.person_id if person is not None else None
