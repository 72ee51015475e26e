"""The complete picture of a session's attendance, as events tell it."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from echo_session.api.event_parts import Chain, Data, Part, Seconds, SiteRef, Stay
from echo_session.api.models import RoleName

Way = Literal["device", "shared", "hand"]


class AttendanceLine(Part):
    """One person's time, in ``session.closed``."""

    person_id: str
    name: str
    site: str
    role: RoleName
    profession: str
    matched: bool
    here: bool
    first_joined_at: AwareDatetime
    last_left_at: AwareDatetime | None
    seconds: Seconds
    intervals: list[Stay]


class PictureSession(Part):
    """Which session the picture is of."""

    id: str
    title: str
    program_id: str | None
    series_id: str | None
    zone: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None


class Edition(Part):
    """0 is ready, 1 final; from 2 on each is an amendment."""

    number: int = Field(ge=0)
    kind: Literal["ready", "finalized", "amended"]
    at: AwareDatetime
    by: str = Field(description="Id of whoever made it final or corrected; empty for ready")
    reason: str


class Span(Part):
    """From when until when."""

    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime


class Break(Part):
    """What does not count."""

    id: str
    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime | None


class WayStay(Stay):
    """A stay, and how they were there."""

    way: Way


class Correction(Part):
    """Somebody with the right to has changed a person's time."""

    id: str
    action: Literal["add", "strike"]
    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    by: str
    reason: str
    at: AwareDatetime
    undone: bool


class PictureLine(Part):
    """One person's time."""

    person_id: str
    name: str
    email: str
    site: SiteRef | None
    profession: str
    role: str
    matched: bool = Field(description="False: their time is kept; credit waits until the hub knows them")
    way: Way = Field(description="device, shared: in front of somebody else's, hand: by a correction")
    shared_with: str | None = Field(description="Name of whoever's device it was")
    first_joined_at: AwareDatetime
    last_left_at: AwareDatetime | None
    present_seconds: Seconds
    counted_seconds: Seconds = Field(description="Within what counts: what credit stands on")
    original_seconds: Seconds = Field(description="The same without corrections")
    corrected: bool
    intervals: list[WayStay]
    counted: list[Span]
    corrections: list[Correction]
    events: list[str] = Field(description="Ids of the attendance events that the figures stand on")


class Picture(Data):
    """All that is known of who was there."""

    session: PictureSession
    edition: Edition
    chain: Chain
    countable_seconds: Seconds = Field(description="The most that anybody's counted time can be")
    windows: list[Span] = Field(description="What counts, breaks not taken out")
    breaks: list[Break]
    people: list[PictureLine]
