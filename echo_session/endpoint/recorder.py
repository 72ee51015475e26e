"""Writes what arrives to a file: the first picture and all voices mixed.

The clock of the file is this machine's: a voice or a picture that pauses leaves silence or a still picture.
"""

from __future__ import annotations

import logging
import time
from array import array
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av import AudioFrame, VideoFrame
from av.audio import AudioStream
from av.video import VideoStream

from echo_session.endpoint.errors import EndpointError

log = logging.getLogger(__name__)

SAMPLE_RATE = 48_000
SAMPLES_A_FRAME = SAMPLE_RATE // 50
BACKLOG_SAMPLES = SAMPLE_RATE
"""More than so much of a voice waiting to be mixed is dropped, oldest first."""
WIDTH, HEIGHT, RATE = 640, 360, 15
MILLISECONDS = Fraction(1, 1000)

_CODECS = {
    ".mkv": ("libx264", "aac"),
    ".mp4": ("libx264", "aac"),
    ".webm": ("libvpx", "libopus"),
    ".wav": (None, "pcm_s16le"),
}


class Recorder:
    """One file. ``take`` is a tap of ``Received``."""

    def __init__(self, path: Path) -> None:
        if path.suffix not in _CODECS:
            raise EndpointError(f"{path} cannot be recorded to: name a file {', '.join(_CODECS)}.")
        picture, sound = _CODECS[path.suffix]
        try:
            path.touch()
            self._container = av.open(str(path), "w")
        except OSError as error:
            raise EndpointError(f"{path} cannot be written: {error}.") from error
        self._sound = cast(AudioStream, self._container.add_stream(sound, rate=SAMPLE_RATE, layout="mono"))
        self._picture: VideoStream | None = None
        if picture is not None:
            stream = cast(VideoStream, self._container.add_stream(picture, rate=RATE))
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            stream.codec_context.time_base = MILLISECONDS
            self._picture = stream
        self._start = time.monotonic()
        self._failed = False
        self._mixed = 0
        self._last_picture = -1
        self._voices: dict[int, array[int]] = {}
        self._resamplers: dict[int, av.AudioResampler] = {}

    def take(self, _who: str | None, slot: int, frame: AudioFrame | VideoFrame) -> None:
        """Takes one frame as it arrives. A full disk ends the recording, not the session."""
        if self._failed:
            return
        try:
            self._write(slot, frame)
        except (OSError, av.FFmpegError):
            self._failed = True
            log.exception("the recording ends here")

    def _write(self, slot: int, frame: AudioFrame | VideoFrame) -> None:
        if isinstance(frame, VideoFrame):
            if slot == 0:
                self._take_picture(frame)
            return
        resampler = self._resamplers.get(slot)
        if resampler is None:
            resampler = self._resamplers[slot] = av.AudioResampler("s16", "mono", SAMPLE_RATE)
        voice = self._voices.setdefault(slot, array("h"))
        for part in resampler.resample(frame):
            voice.frombytes(bytes(part.planes[0])[: part.samples * 2])
        if len(voice) > BACKLOG_SAMPLES:
            del voice[: len(voice) - BACKLOG_SAMPLES]
        self._mix()

    def close(self) -> None:
        """Writes what is left, as far as it can be."""
        try:
            self._finish()
        except (OSError, av.FFmpegError):
            log.exception("the recording is not whole")

    def _finish(self) -> None:
        self._mix()
        for stream in (self._picture, self._sound):
            if stream is not None and (stream is self._sound or self._last_picture >= 0):
                self._container.mux(stream.encode(None))
        self._container.close()

    def _take_picture(self, frame: VideoFrame) -> None:
        if self._picture is None:
            return
        at = int((time.monotonic() - self._start) * 1000)
        if at - self._last_picture < 1000 // RATE:
            return
        self._last_picture = at
        shown = frame.reformat(WIDTH, HEIGHT, "yuv420p")
        shown.pts, shown.time_base = at, MILLISECONDS
        self._container.mux(self._picture.encode(shown))

    def _mix(self) -> None:
        """Writes sound up to now, less one frame for what is on its way."""
        due = int((time.monotonic() - self._start) * 50) - 1
        while self._mixed < due:
            frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES_A_FRAME)
            frame.planes[0].update(self._next_samples().tobytes())
            frame.sample_rate = SAMPLE_RATE
            frame.pts, frame.time_base = self._mixed * SAMPLES_A_FRAME, Fraction(1, SAMPLE_RATE)
            self._container.mux(self._sound.encode(frame))
            self._mixed += 1

    def _next_samples(self) -> array[int]:
        parts = []
        for voice in self._voices.values():
            if voice:
                part = voice[:SAMPLES_A_FRAME]
                del voice[:SAMPLES_A_FRAME]
                part.extend([0] * (SAMPLES_A_FRAME - len(part)))
                parts.append(part)
        if len(parts) == 1:
            return parts[0]
        mixed = (max(-32768, min(32767, sum(samples))) for samples in zip(*parts, strict=True))
        return array("h", mixed) if parts else array("h", bytes(2 * SAMPLES_A_FRAME))
