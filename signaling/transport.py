"""What the engine's events mean for who is here: transports, silence, attendance intervals, restarts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from signaling import departure
from signaling.effects import RecordJoined, RecordRecovered, RemovePeer, Save
from signaling.media import (
    PeerAway,
    PeerClosed,
    PeerConnected,
    PeerSnapshot,
    PeersSeen,
    PictureSlot,
    SpeakersNow,
    VoiceSlots,
)
from signaling.members import LISTENERS, Member
from signaling.messages import RejoinPlease, Source, Speakers
from signaling.moment import Moment, Now
from signaling.participant import Input, State
from signaling.ports import Presence
from signaling.state import RoomState

REPLACED_PAUSE_MS = 1000
"""A page that closed its own peer connection most likely has a ``rejoin`` on its way."""


# --- one transport ---------------------------------------------------------------------------------------


def connected(room: RoomState, event: PeerConnected, now: Now) -> None:
    """The transport is up: attendance begins, or goes on after a short gap."""
    member = room.members.get(event.peer)
    if member is None:
        if event.peer not in room.joining:
            room.emit(RemovePeer(event.peer))
        return
    if event.generation < member.generation:
        return
    member.generation = event.generation
    member.transport = True
    if member.told is not None and event.at.seconds_since(member.told) > room.settings.split:
        departure.close_spell(room, member, member.told, "lost")
    goes_on = member.attending
    _attend(room, member, event.at)
    if goes_on:
        # The engine forgets this event too, and a checkpoint may come one crash too late.
        room.emit(Save(member.presence()))
    _alive(room, member, now)
    moves, member.moves = member.moves, []
    for other_id in moves:
        other = room.members.get(other_id)
        if other is not None:
            departure.move(room, other, now)


def seen(room: RoomState, event: PeersSeen, now: Now) -> list[Member]:
    """Last authenticated packets; returns whose moved forward.

    However far, that is no absence: of one, the engine tells in ``PeerAway``.
    """
    moved: list[Member] = []
    for participant_id, at in event.seen.items():
        member = room.members.get(participant_id)
        if member is None or member.seen is None or not (member.attending or member.transport):
            continue
        if at.seconds_since(member.seen) > 0:
            _attend(room, member, at)
            moved.append(member)
            if member.transport:
                _alive(room, member, now)
    return moved


def away(room: RoomState, event: PeerAway, now: Now) -> None:
    """A transport was silent for too long and is not any more: the interval splits; where this process was
    away meanwhile, as it would have then."""
    member = room.members.get(event.peer)
    if member is None or not (member.attending or member.transport):
        return
    if member.told is not None and event.at.seconds_since(member.told) <= 0:
        return
    departure.close_spell(room, member, event.since, "lost")
    _attend(room, member, event.at)
    if member.transport:
        _alive(room, member, now)


def closed(room: RoomState, event: PeerClosed, now: Now) -> None:
    """A transport ended; the participant has the grace to come back."""
    member = room.members.get(event.peer)
    if member is None:
        return
    last = event.at if member.attending else None
    if last is not None:
        member.note_told(last)
    current = event.generation >= member.generation and event.reason != "replaced"
    if current:
        _interrupted(room, member)
        _forget_transport(member)
    if last is not None:
        # The engine forgets the event once this is durable: no checkpoint is sure to come before a crash.
        room.emit(Save(member.presence()))
    if not current:
        return
    if event.reason not in ("removed", "room_closed") and not member.answering:
        pause = REPLACED_PAUSE_MS if event.reason == "closed_by_peer" else 0
        room.tell(member.socket, RejoinPlease(after_ms=pause))


def _attend(room: RoomState, member: Member, at: Moment) -> None:
    """A packet at ``at``: opens the interval, or prolongs it."""
    member.note_told(at)
    if not member.attending:
        member.spell += 1
        member.attending = True
        room.emit(RecordJoined(member.presence(), at))
        room.hold(member)


def _alive(room: RoomState, member: Member, now: Now) -> None:
    member.heard = now.monotonic
    if not member.connected:
        member.connected = True
        member.follow(Input.CONNECTED)
        room.put(member)


def _forget_transport(member: Member) -> None:
    """Nothing of it is left in the engine, which counts the next one of this peer from 1 again."""
    member.transport = False
    member.generation = 0


def _interrupted(room: RoomState, member: Member) -> None:
    member.follow(Input.INTERRUPTED)
    if member.connected:
        member.connected = False
        room.put(member)


def tick(room: RoomState, now: Now) -> None:
    """Time passes: who is silent for long is shown as not connected, and after the grace has left.

    While the media node cannot be heard, or this process stood still, silence says nothing about anybody.
    """
    still = now.monotonic - room.ticked if room.ticked is not None else 0.0
    room.ticked = now.monotonic
    if still > room.settings.stale:
        for member in room.members.values():
            member.heard += still
    if room.detached:
        return
    for member in list(room.members.values()):
        silence = member.silence(now.monotonic)
        if member.connected and silence > room.settings.stale:
            _interrupted(room, member)
        if not member.connected and silence > room.settings.split and member.seen is not None:
            # The seat stays for the grace, and while the page answers; but nobody attends without packets.
            departure.close_spell(room, member, member.seen, "lost")
        if not member.connected and silence > room.settings.grace:
            _grace_over(room, member)


def _grace_over(room: RoomState, member: Member) -> None:
    if member.socket is not None:
        return
    if member.state is not State.LOST:
        member.follow(Input.INTERRUPTED)
    departure.grace_over(room, member)


# --- slots and speakers ----------------------------------------------------------------------------------


def voices(room: RoomState, event: VoiceSlots) -> None:
    """Whose voices a receiver gets."""
    member = room.members.get(event.peer)
    if member is not None and member.board.take_voices(event, room.members.keys()):
        room.slots_changed(member)


def picture(room: RoomState, event: PictureSlot) -> None:
    """What a receiver's video slot does."""
    member = room.members.get(event.peer)
    if member is not None and member.board.take_picture(event):
        room.slots_changed(member)


def speakers(room: RoomState, event: SpeakersNow) -> None:
    """Who speaks, told to everybody in the room."""
    here = room.members
    room.tell_all(
        Speakers(
            dominant=event.dominant if event.dominant in here else None,
            speaking=[s for s in event.speaking if s in here],
        )
    )


# --- restarts --------------------------------------------------------------------------------------------


def restore(room: RoomState, presences: Iterable[Presence], now: Now) -> None:
    """This process restarted: everybody of before is here, until the engine or the grace says otherwise."""
    for presence in presences:
        room.members[presence.connection_id] = Member.of_presence(presence, heard=now.monotonic)


def attached(room: RoomState, peers: Sequence[PeerSnapshot], now: Now) -> None:
    """A media node answers: whom it does not have must send a new offer, a few at a time."""
    room.detached = False
    known = {peer.peer: peer for peer in peers}
    for unknown in known.keys() - room.members.keys() - room.joining.keys():
        room.emit(RemovePeer(unknown))
    homeless = [m for m in room.members.values() if not _vouched(room, m, known, now)]
    for member in [m for m in room.members.values() if m.person.person_id in room.barred]:
        # Removed, and this process died before it could put the person out.
        departure.evict(room, member, now, "")
    homeless = [m for m in homeless if m.participant_id in room.members]
    for index, member in enumerate(homeless):
        _interrupted(room, member)
        _forget_transport(member)
        spread = room.settings.rejoin_jitter * index / len(homeless)
        room.tell(member.socket, RejoinPlease(after_ms=int(1000 * spread)))


def _vouched(room: RoomState, member: Member, known: Mapping[str, PeerSnapshot], now: Now) -> bool:
    """True where the engine still has the participant."""
    restored, member.restored = member.restored, False
    peer = known.get(member.participant_id)
    if peer is None:
        return False
    if restored:
        _restore_member(member, peer)
        if peer.connected and member.attending and peer.seen is not None:
            room.emit(RecordRecovered(member.presence(), peer.seen))
    member.generation = peer.generation
    member.transport = peer.connected
    if peer.seen is not None and member.attending:
        # No transport changes while we are away, so this is one unbroken line whatever the time since.
        member.note_seen(peer.seen)
    if peer.connected:
        _alive(room, member, now)
    elif restored:
        room.put(member)
    return True


def _restore_member(member: Member, peer: PeerSnapshot) -> None:
    """What the page sends is known again from what flows, until it says so itself."""
    member.board.restore(peer)
    member.held = set(Source) if member.role in LISTENERS else set(peer.muted)
    member.sources = set(peer.flowing) | set(peer.muted)
