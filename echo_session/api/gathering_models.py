"""What goes in and out of shared cameras, check-ins and the queue of those who are not known yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Body
from echo_session.api.people_models import AnId, PersonRecordOut, Reason, SiteBrief, Words
from echo_session.domain import people

Name = Annotated[str, Field(max_length=people.MAX_NAME), NO_NUL]
Email = Annotated[str, Field(max_length=people.MAX_EMAIL, description="May be left out"), NO_NUL]


class SomebodySaid(Body):
    """Somebody who is not in the list: what is said of them."""

    name: Name
    email: Email = ""
    profession: Words = ""


class SomebodyHere(Body):
    """Who is in front of the device: one of the list, or somebody else by name."""

    person_id: AnId | None = None
    person: SomebodySaid | None = None


class SomebodyByHand(SomebodyHere):
    """The same, with why it is done by hand."""

    gathering_id: AnId
    reason: Reason


class TakenOut(Body):
    """Why somebody is checked out by hand."""

    reason: Reason


class MaybeTakenOut(Body):
    """The same; on the device's own screen nobody needs to say why."""

    reason: Reason = ""


class Presence(Body):
    """The answer to "Are you still here?"."""

    here: bool


class PersonHere(Out):
    """Somebody, as everybody in front of the device may see them."""

    person_id: str
    name: str
    profession: str


class PeopleHere(Out):
    """People whom the hub knows at a site."""

    items: list[PersonHere]


class CheckInOut(Out):
    """Somebody in front of a shared device."""

    id: str
    person_id: str
    name: str
    profession: str
    matched: bool = Field(description="False where only their own word says who they are")
    way: Literal["screen", "phone", "hand"]
    at: datetime
    out_at: datetime | None = Field(description="Null while they are there, and where they stayed to the end")
    confirmed_at: datetime | None = Field(description="When they last said that they were still there")
    unanswered: bool = Field(description="Asked near the end whether they were still there, they did not say")


class GatheringOut(Out):
    """A device that several people share."""

    id: str
    host: PersonHere = Field(description="Whose link the device was opened with")
    host_here: bool = Field(description="The device is in the room: only then does anybody's time count")
    site: SiteBrief | None
    code: str = Field(description="Six characters with which somebody checks in from a telephone")
    opened_at: datetime
    check_ins: list[CheckInOut] = Field(description="In the order in which they came")


class Gatherings(Out):
    """The shared devices of a session."""

    items: list[GatheringOut]


class SharedCamera(Out):
    """What the screen of a device needs to know."""

    site: str = Field(description="Where the device is; empty where nobody knows")
    gathering: GatheringOut | None = Field(description="Null until somebody said that the camera is shared")
    link: str = Field(description="What the picture of squares leads to; empty without a gathering")
    qr: list[str] = Field(description="The picture: a row of squares each, 1 for the dark ones")
    known: list[PersonHere] = Field(description="People of the site whom the hub knows")
    asking: bool = Field(description="The end is near: ask everybody whether they are still there")


class HereGathering(Out):
    """What a telephone that has the code is told."""

    code: str
    title: str
    site: str
    host: str
    ends_at: datetime
    known: list[PersonHere]


class HereCheckIn(Out):
    """One's own check-in, as one's telephone sees it."""

    id: str
    name: str
    title: str
    site: str
    session_status: Literal["scheduled", "open", "closed", "cancelled"]
    ends_at: datetime
    at: datetime
    out_at: datetime | None
    host_here: bool
    asking: bool = Field(description="Asked whether they are still there")
    matched: bool
    credit: str = Field(
        description="Address of the page on which one claims credit; empty until the session is over"
    )


class NewHereCheckIn(HereCheckIn):
    """The same, with what the telephone keeps to come back to it."""

    secret: str


class AttendedOut(Out):
    """A session in which somebody was."""

    session_id: str
    title: str
    starts_at: datetime
    seconds: int = Field(description="How long they were there, as far as it is known by now")


class CandidateOut(Out):
    """Whom somebody may be, and why."""

    person: PersonRecordOut
    reasons: list[str]


class UnmatchedOut(Out):
    """Somebody whom only their own word names."""

    person: PersonRecordOut
    sessions: list[AttendedOut]
    suggestions: list[CandidateOut]


class UnmatchedPage(Out):
    """A page of them, first come first."""

    items: list[UnmatchedOut]
    next: str | None


class Match(Body):
    """Who they are: somebody who is known, or, with null, somebody new."""

    person_id: AnId | None
    reason: Reason = ""
