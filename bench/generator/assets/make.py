"""Makes the pictures that the generator sends: ``python bench/generator/assets/make.py``.

Per layer one VP8 keyframe and one interframe of a plain coloured area, small enough for one packet. Encoded
error-resilient, so that the interframe may be repeated for ever. Decoders ignore what follows the last
partition, so the generator pads each frame to the size it wants. Needs PyAV with libvpx.
"""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

LAYERS = {"q": (320, 180, 90), "h": (640, 360, 120), "f": (960, 540, 150)}
SETTLED = 12


def encode(width: int, height: int, luma: int) -> list[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.bit_rate = Fraction(1, 30), 100_000
    encoder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "error-resilient": "1",
        "lag-in-frames": "0",
        "g": "9999",
    }
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = luma
    packets = []
    for index in range(SETTLED):
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = index
        packets += encoder.encode(frame)
    return [bytes(packet) for packet in [*packets, *encoder.encode(None)]]


def main() -> None:
    folder = Path(__file__).parent
    for name, (width, height, luma) in LAYERS.items():
        frames = encode(width, height, luma)
        (folder / f"{name}.key.vp8").write_bytes(frames[0])
        (folder / f"{name}.delta.vp8").write_bytes(frames[-1])


if __name__ == "__main__":
    main()
