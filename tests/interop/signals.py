"""What the decoded sound and picture of an endpoint are: measured, not believed."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from av import AudioFrame, VideoFrame

from echo_session.endpoint.received import Received


class Ears:
    """Listens to what one endpoint receives. A tap of ``Received``."""

    def __init__(self, received: Received) -> None:
        self.colours: dict[str, tuple[int, int, int]] = {}
        """Latest colour (y, u, v) of the field, by participant."""
        self.tones: defaultdict[str, list[float]] = defaultdict(list)
        """Loudest frequency of each loud frame of 20 ms, by participant."""
        received.taps.append(self.take)

    def take(self, who: str | None, _slot: int, frame: AudioFrame | VideoFrame) -> None:
        if who is None:
            return
        if isinstance(frame, VideoFrame):
            self.colours[who] = _colour(frame)
        else:
            tone = _tone(frame)
            if tone is not None:
                self.tones[who].append(tone)

    def sees(self, who: str, colour: tuple[int, int, int], *, within: int = 8) -> bool:
        """True where the latest picture of ``who`` has this colour (y, u, v), as near as VP8 keeps it."""
        seen = self.colours.get(who)
        return seen is not None and all(abs(a - b) <= within for a, b in zip(seen, colour, strict=True))

    def hears(self, who: str, *frequencies: float) -> bool:
        """True where most of what was heard of ``who``, and at least ten frames, is of these tones."""
        tones = self.tones[who]
        near = sum(any(abs(tone - f) < 60 for f in frequencies) for tone in tones)
        return near >= 10 and near > 0.8 * len(tones)


def yuv(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """BT.601, limited range: what a camera track carries."""
    r, g, b = (value / 255 for value in rgb)
    luma = 16 + 65.481 * r + 128.553 * g + 24.966 * b
    return (
        round(luma),
        round(128 - 37.797 * r - 74.203 * g + 112.0 * b),
        round(128 + 112.0 * r - 93.786 * g - 18.214 * b),
    )


def _colour(frame: VideoFrame) -> tuple[int, int, int]:
    """Medians of the planes: the moving bar does not count."""
    planes = frame.reformat(format="yuv420p").to_ndarray()
    luma = planes[: frame.height]
    chroma = planes[frame.height :].reshape(-1)
    half = len(chroma) // 2
    return int(np.median(luma)), int(np.median(chroma[:half])), int(np.median(chroma[half:]))


def _tone(frame: AudioFrame) -> float | None:
    samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0].astype(np.float64)
    if np.abs(samples).mean() < 500:
        return None
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * frame.sample_rate / len(samples))
