"""Which picture goes to which slot."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.media import Answer, PictureSlot, VoiceSlots, WantedPicture
from signaling.messages import PictureSource
from signaling.slots import Picture, SlotBoard, assign

CAMERA, SCREEN = PictureSource.CAMERA, PictureSource.SCREEN

wishes = st.lists(
    st.builds(
        WantedPicture,
        publisher=st.sampled_from("abcdefgh"),
        source=st.sampled_from([CAMERA, SCREEN]),
        max_height=st.sampled_from([90, 180, 360, 720]),
    ),
    max_size=12,
)


def keys(pictures: list[Picture | None]) -> set[tuple[str, PictureSource]]:
    return {p.key for p in pictures if p is not None}


@given(st.lists(wishes, min_size=1, max_size=6), st.integers(0, 6))
def test_a_picture_that_stays_wanted_stays_in_its_slot(rounds: list[list[WantedPicture]], count: int) -> None:
    slots: list[Picture | None] = [None] * count
    for wanted in rounds:
        before = slots
        slots = assign(wanted, before)
        chosen: list[tuple[str, PictureSource]] = []
        for wish in wanted:
            if (key := (wish.publisher, wish.source)) not in chosen:
                chosen.append(key)
        assert keys(slots) == set(chosen[:count])
        assert len(slots) == count
        assert len([p for p in slots if p]) == len(keys(slots)), "no picture is shown twice"
        for old, new in zip(before, slots, strict=True):
            if old is not None and old.key in keys(slots):
                assert new is not None
                assert new.key == old.key


@given(wishes, st.integers(0, 6))
def test_the_same_wish_again_changes_nothing(wanted: list[WantedPicture], count: int) -> None:
    once = assign(wanted, [None] * count)
    assert assign(wanted, once) == once


def test_a_picture_wanted_twice_is_sent_once_and_as_high_as_its_highest() -> None:
    wanted = [
        WantedPicture("a", CAMERA, 90),
        WantedPicture("a", CAMERA, 720),
        WantedPicture("b", CAMERA, 180),
    ]
    slots = assign(wanted, [None, None])
    assert [p.wanted.max_height if p else None for p in slots] == [720, 180]


def board(*, voices: int = 3, videos: int = 2) -> SlotBoard:
    made = SlotBoard()
    made.resize(Answer("", voices, videos))
    return made


def test_late_news_of_another_picture_counts_nothing() -> None:
    slots = board()
    slots.want([WantedPicture("b", CAMERA, 360)])
    assert not slots.take_picture(PictureSlot("r", "me", 0, "a", CAMERA, "live", "f"))
    assert slots.take_picture(PictureSlot("r", "me", 0, "b", CAMERA, "live", "h"))
    assert not slots.take_picture(PictureSlot("r", "me", 7, "b", CAMERA, "live", "h"))
    shown = slots.wire().videos[0]
    assert shown is not None
    assert (shown.participant_id, shown.state, shown.layer) == ("b", "live", "h")


def test_a_new_height_alone_goes_to_the_engine_and_keeps_the_state() -> None:
    slots = board()
    slots.want([WantedPicture("b", CAMERA, 90)])
    slots.take_picture(PictureSlot("r", "me", 0, "b", CAMERA, "live", "q"))
    assert slots.want([WantedPicture("b", CAMERA, 720)])
    shown = slots.wire().videos[0]
    assert shown is not None
    assert shown.state == "live"


def test_a_new_transport_starts_its_pictures_again() -> None:
    slots = board()
    slots.want([WantedPicture("a", CAMERA, 90), WantedPicture("b", SCREEN, 90)])
    slots.take_picture(PictureSlot("r", "me", 0, "a", CAMERA, "live", "q"))
    slots.resize(Answer("", 3, 1))
    assert [p.state if p else None for p in slots.pictures] == ["starting"]
    slots.resize(Answer("", 3, 3))
    assert slots.orders() == (WantedPicture("a", CAMERA, 90), None, None)


def test_voices_of_those_who_left_are_not_shown() -> None:
    slots = board()
    assert slots.take_voices(VoiceSlots("r", "me", ("a", "gone", None), "gone"), {"a"})
    assert slots.voices == ["a", None, None]
    assert slots.share_sound is None
    assert slots.forget("a")
    assert not slots.forget("a")
