"""A session with people as they are: long names, many scripts, latecomers, a shared camera, corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from echo_session.domain.attendance import Interval, Way
from echo_session.domain.reporting import Held, Line, Place
from echo_session.domain.spans import Span, clip, length, without
from echo_session.reports.session_report import Changed, SessionReport, Told

START = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNTABLE = (Span(START, START + HOUR),)
TAOS = Place(id="site_1", name="Taos Clinic", type="clinic", county="Taos", state="NM", rural=True)
CHINLE = Place(
    id="site_2",
    name="Chinle Comprehensive Health Care Facility",
    type="tribal",
    county="Apache",
    state="AZ",
    rural=True,
    shortage_area=True,
)
CITY = Place(
    id="site_3", name="Albuquerque High School", type="school", county="Bernalillo", state="NM", rural=False
)


def held(number: int = 1, **changes: object) -> Held:
    """One of several sessions, a week apart."""
    start = START + timedelta(weeks=number - 1)
    fields: dict[str, object] = {
        "id": f"ses_{number}",
        "title": "Pediatric asthma ECHO",
        "program": "Asthma in rural New Mexico",
        "series": "Fall 2026",
        "starts_local": datetime.fromisoformat("2026-11-21T16:00") + timedelta(weeks=number - 1),
        "starts_at": start,
        "zone": "America/Denver",
        "minutes": 60,
    }
    return Held(**fields | changes)  # type: ignore[arg-type]


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def line(
    name: str,
    *stays: tuple[float, float],
    session: Held | None = None,
    place: Place = TAOS,
    way: Way = Way.DEVICE,
    countable: tuple[Span, ...] = COUNTABLE,
    **changes: object,
) -> Line:
    """Somebody who was there for these minutes of the session."""
    session = session or held()
    shift = session.starts_at - START
    spans = [Span(at(start) + shift, at(end) + shift) for start, end in stays]
    counted = clip(spans, [Span(one.start + shift, one.end + shift) for one in countable])
    seconds = round(length(counted).total_seconds())
    fields: dict[str, object] = {
        "session": session,
        "person_id": f"per_{name}",
        "name": name,
        "email": f"{name.split()[-1].lower()}@clinic.example",
        "credentials": "",
        "profession": "Nurse",
        "role": "participant",
        "matched": True,
        "place": place,
        "first_at": spans[0].start,
        "last_at": spans[-1].end,
        "here": False,
        "present_seconds": round(length(spans).total_seconds()),
        "counted_seconds": seconds,
        "original_seconds": seconds,
        "corrected": False,
        "way": way.value,
        "intervals": tuple(Interval(one.start, one.end, False, way) for one in spans),
        "counted": tuple(Interval(one.start, one.end, False, way) for one in counted),
    }
    return Line(**fields | changes)  # type: ignore[arg-type]


def a_report(extra: int = 0) -> SessionReport:
    """The report of a session with a break, two corrections and an amendment."""
    rest = without(COUNTABLE, [Span(at(30), at(35))])
    lines = [
        line("Rosa Yazzie", (-4, 62), credentials="RN, MSN", place=CHINLE, countable=rest),
        line("Ąłtsé Ǫ́ǫ́ Begay", (2, 28), (33, 62), place=CHINLE, way=Way.SHARED, countable=rest),
        line(
            "Dr. María-José Hernández de la Cruz y Villanueva",
            (0, 60),
            profession="Physician",
            countable=rest,
        ),
        line(
            "Nguyễn Thị Ngọc",
            (7.5, 20),
            (24, 41),
            (44, 60),
            profession="Community health worker",
            countable=rest,
        ),
        line("=HYPERLINK(1)", (1, 59), place=Place(), matched=False, profession="", countable=rest),
        line(
            "Tom Ortiz",
            (10, 60),
            place=CITY,
            way=Way.HAND,
            corrected=True,
            original_seconds=0,
            countable=rest,
        ),
        line(
            "Dr. Lena Vigil",
            (-12, 64),
            place=CITY,
            role="panelist",
            profession="Pulmonologist",
            countable=rest,
        ),
    ]
    lines += [line(f"Participant {number:03}", (number % 9, 60), countable=rest) for number in range(extra)]
    return SessionReport(
        held=held(),
        state="final",
        editions=(
            Told(number=0, at=at(62), by="", reason=""),
            Told(number=1, at=at(1500), by="Rosa Lee", reason=""),
            Told(number=2, at=at(2900), by="Rosa Lee", reason="Tom was in the room with Lena"),
        ),
        countable=rest,
        breaks=((at(30), at(35)),),
        lines=tuple(lines),
        corrections=(
            Changed(
                name="Tom Ortiz",
                action="add",
                start=at(10),
                end=at(60),
                by="Rosa Lee",
                reason="He sat beside Lena and had no device of his own; she confirmed it by telephone",
                at=at(2900),
            ),
        ),
        links=57,
        head="9f2c" * 16,
        made_at=at(3000),
    )


def day(number: int) -> date:
    """Of the session with this number."""
    return held(number).day
