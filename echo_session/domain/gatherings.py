"""Several people at one site in front of one device: the code to check in with, and what they are asked.

The person of the device is the host; the others are their company. All of them are credited while the
device is in the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from echo_session.domain.errors import FieldProblem
from echo_session.domain.ids import RandomBytes
from echo_session.domain.newcomers import Newcomer, newcomer_problems

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, and U, which people take for one another, or for a word."""
CODE_LENGTH = 6
"""Seven hundred million codes, of which as many are good as clinics are in a session just now."""
ALIKE = str.maketrans("", "", " -")
"""What people write between letters."""

_ANY_ADDRESS = "nobody@echo.invalid"
"""In the place of an address that nobody needs to give."""


class Way(StrEnum):
    """How somebody checked in."""

    SCREEN = "screen"
    """On the device's own screen."""
    PHONE = "phone"
    """On a telephone of their own."""
    HAND = "hand"
    """By a facilitator or coordinator, who said why."""


class Why(StrEnum):
    """Why somebody checked out."""

    SELF = "self"
    HOST = "host"
    """On the device's own screen."""
    HAND = "hand"
    NOT_HERE = "not_here"
    """Asked whether they were still here, they were not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A device that several people share in a session."""

    id: str
    session_id: str
    host_person_id: str
    site_id: str | None
    code: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """Somebody in front of it, from then until they check out, or the session ends."""

    id: str
    session_id: str
    gathering_id: str
    person_id: str
    way: Way
    at: datetime
    out_at: datetime | None
    confirmed_at: datetime | None
    """When they last said that they were still here."""

    def asked(self, asks_at: datetime, now: datetime) -> bool:
        """True from ``asks_at`` on until they answer, though the session be over; not of who came later."""
        answered = self.confirmed_at is not None and self.confirmed_at >= asks_at
        return self.out_at is None and self.at < asks_at <= now and not answered


def new_code(random: RandomBytes) -> str:
    """A code to be read out and typed in. Every one is as likely as every other."""
    number = int.from_bytes(random(16), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def read_code(typed: str) -> str | None:
    """The code that somebody means, whatever the case, with or without a space; None where it can be none."""
    code = typed.upper().translate(ALIKE)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def said_problems(said: Newcomer) -> list[FieldProblem]:
    """What is wrong with what somebody says of who is in front of the device; an address may be left out."""
    if said.email.strip():
        return newcomer_problems(said)
    without = Newcomer(name=said.name, email=_ANY_ADDRESS, profession=said.profession)
    return newcomer_problems(without)
