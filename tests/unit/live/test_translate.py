"""Nothing is lost between the node's protocol and signaling's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from echo_session.live import translate
from echo_session.live.media import NodeMedia
from echo_session.media import protocol
from echo_session.media.errors import CommandRefusedError, NodeUnavailableError, RefusalCode
from signaling import media
from signaling.errors import Refused
from signaling.messages import ErrorCode, Mids, PictureSource, Source

ANCHOR = protocol.Anchor(boot_id="boot", boottime_ns=1_000_000_000, wall_ns=1_795_000_000_000_000_000)
WALL = datetime.fromtimestamp(1_795_000_000, UTC)


def test_boot_times_are_placed_on_the_wall() -> None:
    happened = protocol.PeerConnected(room="room_a", peer="con_a", generation=2, boottime_ns=3_500_000_000)
    event = translate.event(ANCHOR, happened)
    assert isinstance(event, media.PeerConnected)
    assert (event.room_id, event.peer, event.generation) == ("room_a", "con_a", 2)
    assert event.at.wall == WALL + timedelta(seconds=2.5)
    assert (event.at.boottime_ns, event.at.boot_id) == (3_500_000_000, "boot")


def test_peer_that_never_sent_a_packet_has_no_last_one() -> None:
    happened = protocol.PeerClosed(
        room="room_a", peer="con_a", generation=1, reason="never_connected", boottime_ns=0
    )
    event = translate.event(ANCHOR, happened)
    assert isinstance(event, media.PeerClosed)
    assert event.at is None


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (
            protocol.PublicationFlow(room="room_a", peer="con_a", source="screen_sound", flowing=True),
            media.PublicationFlow(room_id="room_a", peer="con_a", source=Source.SCREEN_SOUND, flowing=True),
        ),
        (
            protocol.VoiceSlots(room="room_a", peer="con_a", voices=["con_b", None], share_sound="con_c"),
            media.VoiceSlots(room_id="room_a", peer="con_a", voices=("con_b", None), share_sound="con_c"),
        ),
        (
            protocol.SpeakersNow(room="room_a", dominant="con_a", speaking=["con_a", "con_b"]),
            media.SpeakersNow(room_id="room_a", dominant="con_a", speaking=("con_a", "con_b")),
        ),
        (
            protocol.PictureSlot(
                room="room_a",
                peer="con_a",
                slot=3,
                publisher="con_b",
                source="screen",
                state="limited",
                layer="h",
            ),
            media.PictureSlot(
                room_id="room_a",
                peer="con_a",
                slot=3,
                publisher="con_b",
                source=PictureSource.SCREEN,
                state="limited",
                layer="h",
            ),
        ),
    ],
)
def test_states_keep_their_meaning(happened: protocol.Event, expected: media.MediaEvent) -> None:
    assert translate.event(ANCHOR, happened) == expected


def test_snapshot_keeps_every_peer() -> None:
    state = protocol.RoomState(
        room="room_a",
        max_peers=5,
        echo_delay_ms=None,
        peers=[
            protocol.PeerState(
                peer="con_a",
                generation=1,
                connected=True,
                boottime_ns=2_000_000_000,
                flowing=["camera"],
                muted=["microphone"],
                voices=["con_b", None, None],
                share_sound=None,
                pictures=[None],
            )
        ],
    )
    (peer,) = translate.room(ANCHOR, state).peers
    assert peer.seen is not None
    assert peer.seen.wall == WALL + timedelta(seconds=1)
    assert (peer.flowing, peer.muted) == (frozenset({Source.CAMERA}), frozenset({Source.MICROPHONE}))
    assert (peer.voices, peer.pictures) == (("con_b", None, None), (None,))


class FakeNode:
    """Answers every command alike."""

    def __init__(self, error: Exception | None = None, answer: protocol.Answer | None = None) -> None:
        self.error = error
        self.answer = answer
        self.commands: list[protocol.Command] = []

    async def command(self, command: protocol.Command) -> protocol.Answer | None:
        self.commands.append(command)
        if self.error is not None:
            raise self.error
        return self.answer


async def test_offer_goes_out_with_its_mids_and_the_answer_comes_back() -> None:
    node = FakeNode(answer=protocol.Answer(answer="v=0", voices=3, videos=9))
    answer = await NodeMedia(node).add_peer(
        "room_a", "con_a", "offer", Mids(microphone="0", videos=["5", "6"])
    )
    assert answer == media.Answer(sdp="v=0", voices=3, videos=9)
    (command,) = node.commands
    assert isinstance(command, protocol.AddPeer)
    assert (command.mids.microphone, command.mids.videos) == ("0", ["5", "6"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("bad_offer", ErrorCode.OFFER_REFUSED),
        ("room_full", ErrorCode.ROOM_FULL),
        ("no_room", ErrorCode.MEDIA_UNAVAILABLE),
        ("internal", ErrorCode.MEDIA_UNAVAILABLE),
    ],
)
async def test_refusals_say_whose_fault_it_is(code: RefusalCode, expected: ErrorCode) -> None:
    node = NodeMedia(FakeNode(CommandRefusedError(code, "Why.")))
    with pytest.raises(Refused, match="Why") as caught:
        await node.add_peer("room_a", "con_a", "offer", Mids())
    assert caught.value.code is expected


async def test_node_that_is_away_is_unavailable() -> None:
    node = NodeMedia(FakeNode(NodeUnavailableError("gone")))
    with pytest.raises(Refused) as caught:
        await node.open_room("room_a", max_peers=3, echo_delay_ms=None)
    assert caught.value.code is ErrorCode.MEDIA_UNAVAILABLE


async def test_removing_what_is_not_there_is_no_error() -> None:
    await NodeMedia(FakeNode(CommandRefusedError("no_peer", "x"))).remove_peer("con_a")
    await NodeMedia(FakeNode(CommandRefusedError("no_room", "x"))).close_room("room_a")
