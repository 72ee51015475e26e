"""Who may use the console and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SIGN_IN_LINK_LIFE = timedelta(hours=24)
"""How long a sign-in link can be spent."""

CONSOLE_LIFE = timedelta(hours=12)
"""How long a browser stays signed in: a working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A facilitator or coordinator of the hub."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program that uses the API. The secret itself is shown once and not kept."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a request: a signed-in account, or a program by its token (then ``account`` is None)."""

    id: str
    account: Account | None
