"""A QR code as rows of squares, to be drawn by whoever shows it."""

from __future__ import annotations

import segno


def squares(text: str) -> list[str]:
    """Rows of 0 and 1, the dark ones, without the quiet border. Read even where an eighth is hidden."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return ["".join("1" if dark else "0" for dark in row) for row in code.matrix]
