"""What arrives, counted by the participant from whom it comes."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from signaling.messages import Slots

LOUD = 200
"""Mean amplitude above which a frame is no silence."""

Tap = Callable[[str | None, int, AudioFrame | VideoFrame], None]
"""Called with participant, slot and frame; frames of an unassigned slot have no participant."""


@dataclass(slots=True)
class Tally:
    """What came from one participant."""

    pictures: int = 0
    sounds: int = 0
    """Frames of 20 ms in which something was heard."""
    width: int = 0
    height: int = 0
    first_picture: float | None = None
    """Monotonic time."""
    last_picture: float | None = None
    longest_freeze: float = 0.0
    """Longest time between two pictures, in seconds, but for when they were withheld."""
    limited_since: float | None = None
    """Monotonic time from which on the server withholds pictures, as this line is too slow for them."""
    limited_before: float = 0.0
    """Seconds of earlier such times."""

    def limited_seconds(self, now: float) -> float:
        """How long pictures were withheld, up to this monotonic time."""
        return self.limited_before + (now - self.limited_since if self.limited_since is not None else 0.0)

    def limit(self, limited: bool, now: float) -> None:
        """Pictures are withheld from now on, or are no more. The silence until the next one is no freeze."""
        if limited == (self.limited_since is not None):
            return
        self.limited_before = self.limited_seconds(now)
        self.limited_since = now if limited else None
        self.last_picture = None


class Received:
    """Reads the receiving tracks and keeps the tallies."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}
        self.slots: Slots | None = None
        self.taps: list[Tap] = []
        self.changed = asyncio.Condition()

    def take_slots(self, slots: Slots) -> None:
        """What each receiving track carries from now on."""
        self.slots = slots
        now = time.monotonic()
        limited = {s.participant_id for s in slots.videos if s is not None and s.state == "limited"}
        for participant_id in limited | self.tallies.keys():
            self._tally(participant_id).limit(participant_id in limited, now)

    async def read_voice(self, slot: int, track: MediaStreamTrack) -> None:
        """Reads a voice slot until it ends."""
        while (frame := await _frame(track)) is not None:
            if isinstance(frame, AudioFrame):
                who = self._voice(slot)
                self._tap(who, slot, frame)
                if who is not None and _loudness(frame) > LOUD:
                    self._tally(who).sounds += 1
                    await self.notify()

    async def read_picture(self, slot: int, track: MediaStreamTrack) -> None:
        """Reads a video slot until it ends."""
        while (frame := await _frame(track)) is not None:
            if isinstance(frame, VideoFrame):
                who = self._picture(slot)
                self._tap(who, slot, frame)
                if who is not None:
                    self._count_picture(self._tally(who), frame)
                    await self.notify()

    async def discard(self, track: MediaStreamTrack) -> None:
        """Reads what nobody counts."""
        while await _frame(track) is not None:
            pass

    def _count_picture(self, tally: Tally, frame: VideoFrame) -> None:
        now = time.monotonic()
        tally.pictures += 1
        tally.width, tally.height = frame.width, frame.height
        if tally.first_picture is None:
            tally.first_picture = now
        if tally.last_picture is not None:
            tally.longest_freeze = max(tally.longest_freeze, now - tally.last_picture)
        tally.last_picture = now

    def _voice(self, slot: int) -> str | None:
        return self.slots.voices[slot] if self.slots and slot < len(self.slots.voices) else None

    def _picture(self, slot: int) -> str | None:
        shown = self.slots.videos[slot] if self.slots and slot < len(self.slots.videos) else None
        return shown.participant_id if shown is not None else None

    def _tally(self, participant_id: str) -> Tally:
        return self.tallies.setdefault(participant_id, Tally())

    def _tap(self, who: str | None, slot: int, frame: AudioFrame | VideoFrame) -> None:
        for tap in self.taps:
            tap(who, slot, frame)

    async def notify(self) -> None:
        """Has all who wait look again."""
        async with self.changed:
            self.changed.notify_all()


async def _frame(track: MediaStreamTrack) -> object | None:
    try:
        return await track.recv()
    except MediaStreamError:
        return None


def _loudness(frame: AudioFrame) -> float:
    """Mean amplitude of every eighth sample: enough to tell sound from silence."""
    samples = array("h", bytes(frame.planes[0])[: frame.samples * 2 * len(frame.layout.channels)])[::8]
    return sum(map(abs, samples)) / max(1, len(samples))
