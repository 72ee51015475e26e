"""The parts of an endpoint that need no network."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from av import AudioFrame, VideoFrame

from echo_session.endpoint.errors import EndpointError
from echo_session.endpoint.link import Link, resolve
from echo_session.endpoint.received import Received, Tally
from echo_session.endpoint.recorder import Recorder
from echo_session.endpoint.report import Heard, Report
from echo_session.endpoint.room import RoomView
from echo_session.endpoint.tracks import TestPicture, TestSound, sources_of
from signaling.messages import (
    Delta,
    Gone,
    Participant,
    PictureSource,
    Put,
    Role,
    Room,
    SessionInfo,
    SessionPut,
    Slots,
    SlotState,
    VideoSlot,
)

NOW = datetime(2026, 11, 21, 16, tzinfo=UTC)


def someone(name: str, *, camera: bool = True, screen: bool = False) -> Participant:
    return Participant(
        participant_id=f"con_{name}",
        person_id=f"per_{name}",
        name=name,
        site="",
        role=Role.PARTICIPANT,
        device="desktop",
        joined_at=NOW,
        microphone=True,
        camera=camera,
        screen=screen,
        screen_sound=False,
        connected=True,
    )


def session(kind: str = "session") -> SessionInfo:
    return SessionInfo(
        session_id="ses_1",
        title="Asthma",
        kind="practice" if kind == "practice" else "session",
        status="open",
        zone="UTC",
        starts_at=NOW,
        ends_at=NOW,
        opens_at=NOW,
        closes_at=NOW,
        contact="",
    )


def room(*people: Participant, kind: str = "session") -> RoomView:
    view = RoomView()
    view.replace(Room(revision=4, session=session(kind), participants=list(people), waiting=[]))
    return view


def test_a_link_says_where_the_socket_is_and_what_the_token_is() -> None:
    link = Link.parse(" https://echo.example:8443/join#abc.def ")
    assert (link.socket_url, link.token) == ("wss://echo.example:8443/ws", "abc.def")
    assert link.origin == "https://echo.example:8443"


async def test_a_link_with_its_token_is_left_as_it_is() -> None:
    for link in ("https://echo.example/practice#abc", "https://echo.example/join#abc", "nonsense"):
        assert await resolve(link) == link


def test_deltas_in_order_are_applied_and_a_gap_is_noticed() -> None:
    view = room(someone("ann"))
    bob = Put(participant=someone("bob"))
    assert view.apply(Delta(revision=5, changes=[bob, Gone(participant_id="con_ann")]))
    assert list(view.participants) == ["con_bob"]
    renamed = session().model_copy(update={"title": "Lung"})
    assert not view.apply(Delta(revision=7, changes=[SessionPut(session=renamed)]))
    assert view.apply(Delta(revision=6, changes=[SessionPut(session=renamed)]))
    assert view.session is not None
    assert view.session.title == "Lung"


def test_screens_come_before_cameras_and_its_own_picture_only_in_practice() -> None:
    people = (someone("me"), someone("ann"), someone("bob", screen=True), someone("cyd", camera=False))
    wanted = [
        (item.participant_id, item.source.value)
        for item in room(*people).view("con_me", slots=4, height=360).items
    ]
    assert wanted == [("con_bob", "screen"), ("con_ann", "camera"), ("con_bob", "camera")]
    alone = room(someone("me"), kind="practice").view("con_me", slots=4, height=360)
    assert [item.participant_id for item in alone.items] == ["con_me"]
    assert len(room(*people).view("con_me", slots=1, height=360).items) == 1


async def test_the_test_sound_pulses_and_the_test_picture_moves() -> None:
    sound, picture = TestSound(), TestPicture(rate=1000)
    loud = [any(bytes((await sound.recv()).planes[0])) for _ in range(3)]
    assert loud == [True] * 3
    first, second = await picture.recv(), await picture.recv()
    assert bytes(first.planes[0]) != bytes(second.planes[0])
    assert second.pts is not None
    assert first.pts is not None
    assert second.pts > first.pts


@pytest.mark.parametrize("name", ["missing.mp4", "text.mp4"])
def test_a_file_that_cannot_be_played_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.mp4").write_text("not a film")
    with pytest.raises(EndpointError, match=name):
        sources_of(tmp_path / name)


@pytest.mark.parametrize("name", ["out.txt", "no/such/folder/out.mkv"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(EndpointError, match="out"):
        Recorder(tmp_path / name)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".webm", ".wav"])
async def test_every_kind_of_file_can_be_recorded(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    recorder = Recorder(path)
    sound, picture = TestSound(), TestPicture(rate=15)
    async with asyncio.timeout(10):
        for _ in range(10):
            frame: AudioFrame | VideoFrame = await sound.recv()
            recorder.take("con_a", 0, frame)
            recorder.take("con_b", 1, frame)
        recorder.take("con_a", 0, await picture.recv())
    recorder.close()
    assert path.stat().st_size > 500


def test_a_recording_in_which_nothing_came_is_closed_all_the_same(tmp_path: Path) -> None:
    Recorder(tmp_path / "empty.mkv").close()


def test_pictures_that_a_slow_line_withholds_are_no_freeze() -> None:
    tally = Tally(pictures=30, last_picture=10.0, longest_freeze=0.04)
    for limited, now in ((True, 10.1), (True, 12.0), (False, 14.1), (True, 20.0)):
        tally.limit(limited, now)
    assert tally.last_picture is None
    assert tally.limited_seconds(21.0) == pytest.approx(5.0)
    assert tally.longest_freeze == 0.04


def test_whose_picture_a_slow_line_withholds_is_in_the_slots() -> None:
    def showing(state: SlotState) -> Slots:
        shown = VideoSlot(participant_id="con_ann", source=PictureSource.CAMERA, state=state)
        return Slots(voices=[], share_sound=None, videos=[None, shown])

    received = Received()
    received.take_slots(showing("live"))
    assert received.tallies == {}
    received.take_slots(showing("limited"))
    assert received.tallies["con_ann"].limited_since is not None
    received.take_slots(Slots(voices=[], share_sound=None, videos=[None, None]))
    assert received.tallies["con_ann"].limited_since is None


def test_the_report_says_what_was_seen_and_heard() -> None:
    heard = Heard(
        "Ann", pictures=90, sound_seconds=2.5, width=640, height=360, longest_freeze=0.12, limited_seconds=0
    )
    report = Report("Asthma", "left", "", 0.21, 0.004, 1, 1, (heard,))
    text = report.text()
    assert "Joined after 0.21 s; left." in text
    assert "4 ms" in text
    assert "Ann: 90 pictures (640 x 360, longest freeze 0.1 s), sound 2.5 s" in text
    assert "too slow" not in text
    narrow = Report("Asthma", "left", "", 0.21, 0.004, 1, 1, (replace(heard, limited_seconds=6.04),))
    assert "The line was too slow for pictures for 6.0 s" in narrow.text()
    nobody = Report("Asthma", "left", "", 0.21, None, 1, 1, ())
    assert "Nobody else" in nobody.text()
    assert "Not joined: declined" in Report("A", "declined", "No.", None, None, 1, 1, ()).text()
