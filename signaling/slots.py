"""Which picture goes to which video slot of a receiver, and what the page is told about its slots.

A picture that stays wanted stays where it is: moving it would cost a keyframe and a flicker.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from signaling.media import Answer, Layer, PeerSnapshot, PictureSlot, VoiceSlots, WantedPicture
from signaling.messages import PictureSource, Slots, SlotState, VideoSlot

RESTORED_HEIGHT = 360
"""Height assumed for a picture of before a restart, until the page says its ``view`` again."""

Key = tuple[str, PictureSource]


@dataclass(frozen=True, slots=True)
class Picture:
    """What one video slot carries."""

    wanted: WantedPicture
    state: SlotState = "starting"
    layer: Layer = ""

    @property
    def key(self) -> Key:
        return self.wanted.publisher, self.wanted.source


def assign(wanted: Sequence[WantedPicture], current: Sequence[Picture | None]) -> list[Picture | None]:
    """Fills the slots with the first of ``wanted``, most wanted first, moving nothing that stays.

    A picture wanted twice counts once, as high as its highest. Slots without a wish are freed.
    """
    chosen: dict[Key, WantedPicture] = {}
    for wish in wanted:
        key = (wish.publisher, wish.source)
        before = chosen.get(key)
        if before is not None:
            chosen[key] = replace(before, max_height=max(before.max_height, wish.max_height))
        elif len(chosen) < len(current):
            chosen[key] = wish
    slots: list[Picture | None] = []
    for picture in current:
        stays = chosen.pop(picture.key, None) if picture is not None else None
        slots.append(replace(picture, wanted=stays) if picture is not None and stays is not None else None)
    newcomers = iter(chosen.values())
    for index, picture in enumerate(slots):
        newcomer = next(newcomers, None) if picture is None else None
        if newcomer is not None:
            slots[index] = Picture(newcomer)
    return slots


class SlotBoard:
    """All receiving slots of one participant."""

    def __init__(self) -> None:
        self.voices: list[str | None] = []
        self.share_sound: str | None = None
        self.pictures: list[Picture | None] = []

    def resize(self, answer: Answer) -> None:
        """A new transport: its slots are empty, but keep what the pictures were, to be set again."""
        self.voices = [None] * answer.voices
        self.share_sound = None
        kept = [Picture(p.wanted) if p else None for p in self.pictures[: answer.videos]]
        self.pictures = [*kept, *[None] * (answer.videos - len(kept))]

    def restore(self, peer: PeerSnapshot) -> None:
        """Takes over what the engine holds, after a restart of this process."""
        self.voices = list(peer.voices)
        self.share_sound = peer.share_sound
        self.pictures = [
            Picture(WantedPicture(p.publisher, p.source, RESTORED_HEIGHT), p.state, p.layer) if p else None
            for p in peer.pictures
        ]

    def want(self, wanted: Sequence[WantedPicture]) -> bool:
        """Assigns anew; True where the engine must be told."""
        before = self.orders()
        self.pictures = assign(wanted, self.pictures)
        return self.orders() != before

    def take_voices(self, event: VoiceSlots, present: Collection[str]) -> bool:
        """Whose voices the engine sends now; True where the page must be told."""
        before = (self.voices, self.share_sound)
        self.voices = [v if v in present else None for v in event.voices]
        self.share_sound = event.share_sound if event.share_sound in present else None
        return (self.voices, self.share_sound) != before

    def take_picture(self, event: PictureSlot) -> bool:
        """What the engine does with a slot; late news of another picture count nothing."""
        if event.slot >= len(self.pictures):
            return False
        picture = self.pictures[event.slot]
        if picture is None or picture.key != (event.publisher, event.source):
            return False
        self.pictures[event.slot] = replace(picture, state=event.state, layer=event.layer)
        return self.pictures[event.slot] != picture

    def forget(self, participant: str) -> bool:
        """A participant left; True where a voice of theirs was shown. Pictures follow by ``want``."""
        before = (self.voices, self.share_sound)
        self.voices = [None if v == participant else v for v in self.voices]
        if self.share_sound == participant:
            self.share_sound = None
        return (self.voices, self.share_sound) != before

    def orders(self) -> tuple[WantedPicture | None, ...]:
        """What the engine is to do."""
        return tuple(p.wanted if p else None for p in self.pictures)

    def wire(self) -> Slots:
        """What the page is told."""
        return Slots(
            voices=self.voices,
            share_sound=self.share_sound,
            videos=[
                VideoSlot(
                    participant_id=p.wanted.publisher, source=p.wanted.source, state=p.state, layer=p.layer
                )
                if p
                else None
                for p in self.pictures
            ],
        )
