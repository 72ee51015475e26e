"""What an endpoint sends: a file, or a test picture that moves and a test tone that pulses."""

from __future__ import annotations

import asyncio
import math
import time
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaPlayer
from av import AudioFrame, VideoFrame

from echo_session.endpoint.errors import EndpointError

SAMPLE_RATE = 48_000
SAMPLES_A_FRAME = SAMPLE_RATE // 50
VIDEO_CLOCK = 90_000


@dataclass(slots=True)
class Sources:
    """What is sent; a missing one is not offered."""

    microphone: MediaStreamTrack | None = None
    camera: MediaStreamTrack | None = None

    def stop(self) -> None:
        """Ends both tracks."""
        for track in (self.microphone, self.camera):
            if track is not None:
                track.stop()


def sources_of(play: Path | None) -> Sources:
    """Sound and picture of a file, over and over, or the test pattern. Raises ``EndpointError``."""
    if play is None:
        return Sources(microphone=TestSound(), camera=TestPicture())
    if not play.is_file():
        raise EndpointError(f"There is no file {play} to play.")
    try:
        player = MediaPlayer(str(play), loop=True)
    except (OSError, ValueError) as error:
        raise EndpointError(
            f"{play} cannot be played: {error}. A file with sound or picture is needed."
        ) from error
    return Sources(microphone=player.audio, camera=player.video)


class _Paced(MediaStreamTrack):
    """Frames at even times; one that comes late is not made up for."""

    def __init__(self, interval: float) -> None:
        super().__init__()
        self._interval = interval
        self._start: float | None = None
        self._count = 0

    async def _next(self) -> int:
        """Waits for the next frame's time; its number."""
        now = time.monotonic()
        if self._start is None:
            self._start = now
        else:
            self._count += 1
            due = self._start + self._count * self._interval
            if due > now:
                await asyncio.sleep(due - now)
            elif now - due > 1.0:
                self._count += int((now - due) / self._interval)
        return self._count


class TestSound(_Paced):
    """A tone of ``frequency`` that sounds for half of every second, as loud as a voice."""

    __test__ = False
    kind = "audio"

    def __init__(self, frequency: float = 440.0) -> None:
        super().__init__(SAMPLES_A_FRAME / SAMPLE_RATE)
        self._samples = _tone(frequency)

    async def recv(self) -> AudioFrame:
        """Twenty milliseconds."""
        number = await self._next()
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES_A_FRAME)
        sounding = number % 50 < 25
        first = (number * SAMPLES_A_FRAME) % len(self._samples)
        wanted = self._samples[first : first + SAMPLES_A_FRAME]
        frame.planes[0].update(wanted.tobytes() if sounding else bytes(2 * SAMPLES_A_FRAME))
        frame.sample_rate = SAMPLE_RATE
        frame.pts = number * SAMPLES_A_FRAME
        frame.time_base = Fraction(1, SAMPLE_RATE)
        return frame


def _tone(frequency: float) -> array[int]:
    """One second of a sine, so that whole hertz join without a click."""
    step = 2 * math.pi * frequency / SAMPLE_RATE
    return array("h", (round(8000 * math.sin(step * i)) for i in range(SAMPLE_RATE)))


class TestPicture(_Paced):
    """A field of one colour with a bright bar that moves across it.

    ``colour`` is (y, u, v) of the field: what a receiver must find at the other end.
    """

    __test__ = False
    kind = "video"

    def __init__(
        self,
        *,
        width: int = 640,
        height: int = 360,
        rate: int = 15,
        colour: tuple[int, int, int] = (110, 90, 200),
    ) -> None:
        super().__init__(1 / rate)
        self._width, self._height, self._rate = width, height, rate
        self._colour = colour

    async def recv(self) -> VideoFrame:
        """The next picture."""
        number = await self._next()
        frame = VideoFrame(self._width, self._height, "yuv420p")
        y, u, v = self._colour
        luma = frame.planes[0]
        bar = (number * 8) % (self._width - 16)
        row = bytearray([y]) * luma.line_size
        row[bar : bar + 16] = bytes([235]) * 16
        luma.update(bytes(row) * luma.height)
        for plane, value in ((frame.planes[1], u), (frame.planes[2], v)):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts = number * VIDEO_CLOCK // self._rate
        frame.time_base = Fraction(1, VIDEO_CLOCK)
        return frame
