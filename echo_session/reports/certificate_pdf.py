"""Certificates of attendance as a PDF, a sheet each: hours, and a code with which anybody can confirm it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import segno

from echo_session.domain.certificates import NOT_CREDIT, Certificate, hours, length_words, spaced
from echo_session.reports import words
from echo_session.reports.drawing import ACCENT, INK, LINE, MUTED, Box, Drawing, Rule, Shape
from echo_session.reports.paper import Paper

_EDGE = 26.0
_QR = 74.0
_ROOM = 560.0


def certificate_pdf(certificates: Sequence[Certificate], verify_page: str, *, now: datetime) -> bytes:
    """The file.

    Args:
        verify_page: address of the page that confirms a code: ``https://echo.example.org/verify``.
    """
    title = certificates[0].said.heading if len(certificates) == 1 else "Certificates"
    paper = Paper(title=title, now=now, orientation="landscape", margin=_EDGE + 26)
    for number, certificate in enumerate(certificates):
        if number:
            paper.turn()
        _sheet(paper, certificate, verify_page)
    return paper.finish()


def _sheet(paper: Paper, certificate: Certificate, verify_page: str) -> None:
    said, middle = certificate.said, paper.width / 2
    _frame(paper)
    paper.write(middle, 104, said.issuer, size=13, bold=True, fill=ACCENT, anchor="middle")
    _fit(paper, 156, said.heading, 30, bold=True)
    paper.write(middle, 196, "This is to confirm that", size=12, fill=MUTED, anchor="middle")
    name = f"{said.name}, {said.credentials}" if said.credentials else said.name
    _fit(paper, 236, name, 26, bold=True)
    done = "took part in" if certificate.kind == "attendance" else "completed the series"
    paper.write(middle, 268, done, size=12, fill=MUTED, anchor="middle")
    y = _lines(paper, 298, said.title, 18, bold=True, most=3)
    if said.program and said.program not in (said.title, said.issuer):
        y = _lines(paper, y - 2, said.program, 12, most=1)
    paper.write(middle, y + 2, _days(certificate), size=12, anchor="middle")
    y += 32
    amount = f"{length_words(certificate.seconds)} ({hours(certificate.seconds)} hours)"
    paper.write(middle, y, amount, size=16, bold=True, fill=ACCENT, anchor="middle")
    if said.sessions:
        paper.write(middle, y + 18, f"{said.sessions} sessions", size=11, fill=MUTED, anchor="middle")
    _foot(paper, certificate, verify_page)


def _days(certificate: Certificate) -> str:
    said = certificate.said
    first = words.day(date.fromisoformat(said.date))
    if not said.until or said.until == said.date:
        return f"on {first}"
    return f"{first} to {words.day(date.fromisoformat(said.until))}"


def _frame(paper: Paper) -> None:
    edges: list[Shape] = []
    for inset, width, stroke in ((_EDGE, 1.6, ACCENT), (_EDGE + 6, 0.5, LINE)):
        right, bottom = paper.width - inset, paper.height - inset
        edges += [
            Rule(x1=inset, y1=inset, x2=right, y2=inset, stroke=stroke, width=width),
            Rule(x1=right, y1=inset, x2=right, y2=bottom, stroke=stroke, width=width),
            Rule(x1=right, y1=bottom, x2=inset, y2=bottom, stroke=stroke, width=width),
            Rule(x1=inset, y1=bottom, x2=inset, y2=inset, stroke=stroke, width=width),
        ]
    paper.draw(Drawing(width=paper.width, height=paper.height, title="", shapes=tuple(edges)), 0, 0)


def _foot(paper: Paper, certificate: Certificate, verify_page: str) -> None:
    said, left, base = certificate.said, paper.margin, paper.height - paper.margin
    right = paper.width - paper.margin
    _code(paper, f"{verify_page}#{certificate.code}", right - _QR, base - _QR)
    x = right - _QR - 14
    host = verify_page.partition("://")[2]
    for offset, text, bold in (
        (44, "Certificate code", False),
        (29, spaced(certificate.code), True),
        (14, f"Confirm it at {host}", False),
        (2, f"Issued {words.day(date.fromisoformat(said.issued))}", False),
    ):
        size, fill = (12.0, INK) if bold else (8.5, MUTED)
        paper.write(x, base - offset, text, size=size, bold=bold, fill=fill, anchor="end")
    if said.signer:
        rule = Rule(x1=0, y1=0, x2=210, y2=0, stroke=MUTED, width=0.7)
        paper.draw(Drawing(width=210, height=0, title="", shapes=(rule,)), left, base - 64)
        paper.write(left, base - 50, said.signer, size=11, bold=True)
        paper.write(left, base - 37, said.signer_title, size=9, fill=MUTED)
    for number, line in enumerate(paper.lines_of(NOT_CREDIT, 330, size=8)):
        paper.write(left, base - 12 + 11 * number, line, size=8, fill=MUTED)


def _code(paper: Paper, address: str, x: float, y: float) -> None:
    """The address as a QR code: each row's dark runs as boxes."""
    matrix = segno.make_qr(address, error="m").matrix
    dot = _QR / len(matrix)
    boxes: list[Shape] = []
    for row, line in enumerate(matrix):
        start = None
        for column, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                width = (column - start) * dot
                boxes.append(Box(x=start * dot, y=row * dot, width=width, height=dot * 1.02, fill=INK))
                start = None
    paper.draw(Drawing(width=_QR, height=_QR, title="", shapes=tuple(boxes)), x, y)


def _fit(paper: Paper, y: float, text: str, size: float, *, bold: bool) -> None:
    """A line in the middle, smaller where it would not fit."""
    while size > 12 and paper.measure(text, size, bold) > _ROOM:
        size -= 1
    [line] = paper.lines_of(text, paper.inner, size=size, bold=bold, most=1)
    paper.write(paper.width / 2, y, line, size=size, bold=bold, anchor="middle")


def _lines(paper: Paper, y: float, text: str, size: float, *, bold: bool = False, most: int) -> float:
    """Lines in the middle; the base line of what comes next."""
    for line in paper.lines_of(text, _ROOM, size=size, bold=bold, most=most):
        paper.write(paper.width / 2, y, line, size=size, bold=bold, anchor="middle")
        y += size * 1.3
    return y
