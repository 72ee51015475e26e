"""The TURN and STUN servers that a client may use, with credentials that do not outlive their use.

A server that shares a secret with us takes a user name that says until when it is good, and as password its
HMAC-SHA1 under the secret: coturn's ``use-auth-secret`` (draft-uberti-behave-turn-rest-00, section 2.2).
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signaling.messages import IceServer

LIFE = timedelta(minutes=5)
"""How long credentials are good. An allocation made in that time lives on for as long as it is refreshed."""

RENEWED_EVERY = 120.0
"""Seconds after which everybody is told new ones, so that whoever needs a new transport has good ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IceRelay:
    """One server of the settings: with a ``secret``, or with a fixed name and password, or with neither."""

    urls: Sequence[str]
    username: str = ""
    credential: str = ""
    secret: str = ""

    def at(self, now: datetime) -> IceServer:
        """As a client is told of it."""
        if not self.secret:
            return IceServer(urls=list(self.urls), username=self.username, credential=self.credential)
        username = f"{int((now + LIFE).timestamp())}:echo-session"
        password = b64encode(hmac.digest(self.secret.encode(), username.encode(), "sha1")).decode()
        return IceServer(urls=list(self.urls), username=username, credential=password)


def told(relays: Iterable[IceRelay], now: datetime) -> list[IceServer]:
    """All of them, as a client is told."""
    return [relay.at(now) for relay in relays]


def pass_away(relays: Iterable[IceRelay]) -> bool:
    """True where some credentials must be told anew from time to time."""
    return any(relay.secret for relay in relays)
