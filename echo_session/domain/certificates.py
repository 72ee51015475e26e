"""Certificates of attendance: who may have one, what is printed on it, and the code that confirms it.

Pure. A certificate says hours, never when somebody came and went. It is not credit: that an accredited
provider alone issues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from echo_session.domain.ids import RandomBytes

Kind = Literal["attendance", "completion"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are misread, or read as words."""
CODE_LENGTH = 12
"""60 bits: whoever tries a million a second finds one of a million certificates in about six days, and the
public page lets nobody try so many."""
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})

NOT_CREDIT = (
    "This certificate confirms attendance. It does not award continuing-education credit, which an accredited"
    " provider alone issues."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is printed, kept so that it can be printed again word for word."""

    name: str
    credentials: str
    title: str
    """Of the session, or of the series."""
    program: str
    date: str
    """ISO 8601, at the hub; of a series that of its first session."""
    until: str = ""
    """Of a series the date of its last session."""
    sessions: str = ""
    """Of a series how many were attended: ``8 of 10``."""
    issued: str
    """The day at the hub, ISO 8601."""
    stands_on: str = ""
    """Of a series the ids of the sessions that were attended, with blanks between. It is not printed."""
    heading: str
    issuer: str
    signer: str
    signer_title: str

    def to_json(self) -> dict[str, Any]:
        """As the records keep it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Said:
        """What ``to_json`` gave, also of a version that knew fewer fields or more."""
        return cls(**{name: str(kept.get(name, "")) for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate. It is good until it is revoked, for instance since the time on it was corrected."""

    id: str
    code: str
    kind: Kind
    person_id: str
    session_id: str | None
    series_id: str | None
    seconds: int
    said: Said
    issued_at: datetime
    revoked_at: datetime | None
    revoked_by: str
    revoke_reason: str
    replaced_by: str | None

    @property
    def valid(self) -> bool:
        """True while nobody has revoked it."""
        return self.revoked_at is None


def new_code(random: RandomBytes) -> str:
    """A code as it is kept: twelve characters."""
    number = int.from_bytes(random(8), "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(CODE_LENGTH))


def spaced(code: str) -> str:
    """As it is printed: ``7K2M-Q9XT-4RBD``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(text: str) -> str | None:
    """The code that somebody typed, whatever they did with case, spaces, hyphens, O and 0; None for none."""
    plain = "".join(one for one in text.upper() if one.isalnum()).translate(_MISREAD)
    return plain if len(plain) == CODE_LENGTH and all(one in ALPHABET for one in plain) else None


def minutes(seconds: int) -> int:
    """Whole minutes, a half up: what is printed."""
    return (seconds + 30) // 60


def hours(seconds: int) -> str:
    """The printed minutes as hours with two decimals: ``0.87``."""
    return str((Decimal(minutes(seconds)) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP))


def length_words(seconds: int) -> str:
    """``52 minutes``, ``1 hour``, ``1 hour 5 minutes``."""
    whole, rest = divmod(minutes(seconds), 60)
    parts = [f"{whole} hour{'s' * (whole != 1)}"] * (whole > 0)
    if rest or not whole:
        parts.append(f"{rest} minute{'s' * (rest != 1)}")
    return " ".join(parts)


def why_none(*, on: bool, over: bool, matched: bool, erased: bool, seconds: int) -> str:
    """Why somebody gets no certificate of attendance, in a sentence; empty where they do."""
    if not on:
        return "This program gives no certificates of attendance."
    if not over:
        return "Certificates are issued once the session is over."
    if erased:
        return "Their name was removed from the records."
    if not matched:
        return "Their time is kept; a certificate waits until the hub has matched them."
    if minutes(seconds) < 1:
        return "Less than half a minute of their time is counted."
    return ""
