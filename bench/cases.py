"""What is measured: a case is one server in one scenario of one size; a plan is a list of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Scenario = Literal["webinar", "meeting", "rooms", "joins", "floor"]

SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
USUAL_SLOTS = 9

OURS, OURS_STROM, GALENE, AIORTC = "ours", "ours (str0m)", "Galene", "aiortc relay"
FORWARDING = (OURS, OURS_STROM, "Janus", "LiveKit", GALENE)
FLOORS = ("sendto", "sendto + seal", "gso", "gso + seal")
SHORT_SIZE = 50
WEBINARS = (1, 10, 50, 100, 200)
MEETINGS = (5, 10, 20)
ROOM_OF = 10
LARGE = 400


class Case(BaseModel):
    """One row of the result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: str
    """A name of ``peers.known.SERVERS``; of a floor one of ``FLOORS``."""
    scenario: Scenario
    size: int
    """Viewers of one publisher, members who all publish, or newcomers at once."""
    layers: int = 1
    slots: int = USUAL_SLOTS
    """Video slots of each viewer, where a server has such."""
    rooms: int = 1
    """Into how many equal rooms the viewers are divided, each with its publisher."""

    @property
    def setting(self) -> str:
        """The case without its server: rows of one setting are compared with each other."""
        words = [f"{self.scenario} {self.size}"]
        if self.layers > 1:
            words.append(f"{self.layers} layers")
        if self.slots != USUAL_SLOTS:
            words.append(f"{self.slots} slots")
        if self.rooms > 1:
            words.append(f"{self.rooms} rooms")
        return ", ".join(words)

    @property
    def key(self) -> str:
        """Name in the file of results."""
        return f"{self.setting}: {self.server}"


def quick() -> list[Case]:
    """Ours alone."""
    return [Case(server=OURS, scenario="webinar", size=20), Case(server=OURS, scenario="meeting", size=5)]


def short() -> list[Case]:
    """Everybody with 50 viewers; aiortc with the one that it can serve."""
    cases = [Case(server=name, scenario="webinar", size=SHORT_SIZE) for name in FORWARDING]
    return [*cases, Case(server=AIORTC, scenario="webinar", size=1), *floors([SHORT_SIZE])]


def full() -> list[Case]:
    """All sizes, and what our own promises name."""
    webinars = [Case(server=name, scenario="webinar", size=size) for size in WEBINARS for name in FORWARDING]
    meetings = [Case(server=name, scenario="meeting", size=size) for size in MEETINGS for name in FORWARDING]
    relays = [Case(server=AIORTC, scenario="webinar", size=size) for size in (1, 2)]
    large = [Case(server=name, scenario="webinar", size=LARGE) for name in (OURS, GALENE)]
    return [
        *webinars,
        *relays,
        *meetings,
        *large,
        *layered(),
        *slotted(),
        *roomed(),
        *joining(),
        *floors(WEBINARS),
    ]


def layered() -> list[Case]:
    """Publishers with three layers."""
    names = (OURS, OURS_STROM, "Janus", "LiveKit")
    return [Case(server=name, scenario="webinar", size=SHORT_SIZE, layers=3) for name in names]


def slotted() -> list[Case]:
    """Whether the price grows with slots."""
    return [
        Case(server=name, scenario="webinar", size=SHORT_SIZE, slots=slots)
        for slots in (3, 25)
        for name in (OURS, OURS_STROM)
    ]


def roomed() -> list[Case]:
    """Whether the price grows with rooms: 20 of 10 against one of 200, which is among the webinars."""
    size = WEBINARS[-1]
    return [Case(server=OURS, scenario="rooms", size=size, rooms=rooms) for rooms in (1, size // ROOM_OF)]


def joining() -> list[Case]:
    """Everybody at once."""
    return [Case(server=name, scenario="joins", size=SHORT_SIZE) for name in FORWARDING]


def floors(sizes: Iterable[int]) -> list[Case]:
    """What sending alone costs."""
    return [Case(server=name, scenario="floor", size=size) for size in sizes for name in FLOORS]


def narrowed(cases: Sequence[Case], servers: Sequence[str], scenarios: Sequence[str]) -> list[Case]:
    """The cases of some servers and scenarios; of all where none is named."""
    return [
        case
        for case in cases
        if (not servers or case.server in servers) and (not scenarios or case.scenario in scenarios)
    ]
