"""Between the node's protocol and signaling's own words. Pure; an anchor places boot times on the wall."""

from __future__ import annotations

from collections.abc import Sequence

from echo_session.media import protocol
from echo_session.media.clock import to_wall
from signaling import media
from signaling.messages import Mids, PictureSource, Source
from signaling.moment import Moment


def moment(anchor: protocol.Anchor, boottime_ns: int) -> Moment:
    """The instant on both clocks."""
    return Moment(wall=to_wall(anchor, boottime_ns), boottime_ns=boottime_ns, boot_id=anchor.boot_id)


def known_moment(anchor: protocol.Anchor, boottime_ns: int) -> Moment | None:
    """The instant; None for the protocol's 0, which says that there was none."""
    return moment(anchor, boottime_ns) if boottime_ns else None


def mids(wanted: Mids) -> protocol.Mids:
    """Which m-line of an offer is what."""
    return protocol.Mids.model_validate(wanted.model_dump())


def pictures(wanted: Sequence[media.WantedPicture | None]) -> list[protocol.WantedPicture | None]:
    """What a receiver's slots are to carry."""
    return [
        None
        if item is None
        else protocol.WantedPicture(
            publisher=item.publisher, source=item.source.value, max_height=item.max_height
        )
        for item in wanted
    ]


def answer(given: protocol.Answer) -> media.Answer:
    """The engine's answer to an offer."""
    return media.Answer(sdp=given.answer, voices=given.voices, videos=given.videos)


def event(anchor: protocol.Anchor, happened: protocol.Event) -> media.MediaEvent:
    """One event of the engine."""
    match happened:
        case protocol.PeerConnected():
            return media.PeerConnected(
                room_id=happened.room,
                peer=happened.peer,
                generation=happened.generation,
                at=moment(anchor, happened.boottime_ns),
            )
        case protocol.PeersSeen():
            return media.PeersSeen(
                room_id=happened.room,
                seen={peer: moment(anchor, at) for peer, at in happened.seen.items()},
            )
        case protocol.PeerClosed():
            return media.PeerClosed(
                room_id=happened.room,
                peer=happened.peer,
                generation=happened.generation,
                reason=happened.reason,
                at=known_moment(anchor, happened.boottime_ns),
            )
        case protocol.PeerAway():
            return media.PeerAway(
                room_id=happened.room,
                peer=happened.peer,
                since=moment(anchor, happened.since_ns),
                at=moment(anchor, happened.boottime_ns),
            )
        case protocol.PublicationFlow():
            return media.PublicationFlow(
                room_id=happened.room,
                peer=happened.peer,
                source=Source(happened.source),
                flowing=happened.flowing,
            )
        case protocol.VoiceSlots():
            return media.VoiceSlots(
                room_id=happened.room,
                peer=happened.peer,
                voices=tuple(happened.voices),
                share_sound=happened.share_sound,
            )
        case protocol.PictureSlot():
            return picture_slot(happened)
        case protocol.SpeakersNow():
            return media.SpeakersNow(
                room_id=happened.room, dominant=happened.dominant, speaking=tuple(happened.speaking)
            )


def picture_slot(slot: protocol.PictureSlot) -> media.PictureSlot:
    """What a video slot does."""
    return media.PictureSlot(
        room_id=slot.room,
        peer=slot.peer,
        slot=slot.slot,
        publisher=slot.publisher,
        source=PictureSource(slot.source),
        state=slot.state,
        layer=slot.layer,
    )


def room(anchor: protocol.Anchor, state: protocol.RoomState) -> media.RoomSnapshot:
    """A room as the engine holds it."""
    return media.RoomSnapshot(room_id=state.room, peers=tuple(_peer(anchor, peer) for peer in state.peers))


def _peer(anchor: protocol.Anchor, state: protocol.PeerState) -> media.PeerSnapshot:
    return media.PeerSnapshot(
        peer=state.peer,
        generation=state.generation,
        connected=state.connected,
        seen=known_moment(anchor, state.boottime_ns),
        flowing=frozenset(Source(source) for source in state.flowing),
        muted=frozenset(Source(source) for source in state.muted),
        voices=tuple(state.voices),
        share_sound=state.share_sound,
        pictures=tuple(None if slot is None else picture_slot(slot) for slot in state.pictures),
    )
