"""What changes in a room when somebody in it becomes something else."""

from __future__ import annotations

from dataclasses import replace

from signaling.effects import Save, SetMuted
from signaling.members import LISTENERS, Member
from signaling.messages import Muted, Role, Source
from signaling.moderation import published
from signaling.state import RoomState

BY = "the facilitator"


def give_role(room: RoomState, person_id: str, role: Role) -> None:
    """A person's role is another one by now: for every device here, and for those on the way in."""
    for caller in room.callers.values():
        person = caller.visitor.person
        if person is not None and person.person_id == person_id:
            caller.visitor = replace(caller.visitor, role=role)
            if caller.identity is None:
                caller.role = role
    for member in room.joining.values():
        if member.person.person_id == person_id:
            member.role = role
            if role in LISTENERS:
                member.held = set(Source)
    for member in room.of_person(person_id):
        if member.role is not role:
            _change(room, member, role)


def _change(room: RoomState, member: Member, role: Role) -> None:
    caller = room.caller_of(member)
    moderated = caller is not None and caller.moderates
    member.role = role
    if role in LISTENERS:
        _silence(room, member)
    room.put(member)
    room.emit(Save(member.presence()))
    if caller is not None and caller.moderates != moderated:
        # The other stream counts its own revisions, and has the lobby in it or not.
        room.flush()
        room.tell(caller.socket, room.snapshot(caller))
        room.follow(caller)


def _silence(room: RoomState, member: Member) -> None:
    shown = [source for source in Source if member.shows(source)]
    member.held = set(Source)
    for source in shown:
        room.emit(SetMuted(member.participant_id, source, True))
        room.tell(member.socket, Muted(source=source, by=BY))
        published(room, member, source)
