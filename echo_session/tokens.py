"""Link tokens: signed claims, short enough for a URL fragment.

JSON Web Tokens (RFC 7519) with HS256, and with nothing else: a token that names another algorithm is forged.
They say which row to look at; whether that row still agrees (``store.access``) decides. A link keeps its text
as long as its epoch, so that the same link can be shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from echo_session.domain.ids import RandomBytes, unpadded
from echo_session.domain.links import Claims, LinkKind
from echo_session.domain.people import Registration
from echo_session.domain.sessions import Session

ALGORITHM = "HS256"
CONSOLE_TOKEN_LIFE = timedelta(minutes=5)
MAX_TOKEN = 2048
"""Longer texts are not looked at."""

_JTI_BYTES = 12


class BadToken(Exception):
    """Not one of our tokens, or one whose time is over."""


class Links:
    """Makes and reads link tokens."""

    def __init__(self, *, key: str, public_url: str, random: RandomBytes) -> None:
        """``key`` is a secret of at least 256 bits (RFC 7518 section 3.2)."""
        self._key = OctKey.import_key(key)
        self._public_url = public_url.rstrip("/")
        self._random = random

    def personal(self, registration: Registration) -> str:
        """Address for one invited person."""
        claims = {"sid": registration.session_id, "rid": registration.id, "epoch": registration.epoch}
        return self._join(self._sign(LinkKind.PERSONAL, f"{registration.id}.{registration.epoch}", claims))

    def public(self, session: Session) -> str | None:
        """Address for everybody; None where the session has none."""
        if not session.public_link_on:
            return None
        claims = {"sid": session.id, "epoch": session.public_epoch}
        return self._join(self._sign(LinkKind.PUBLIC, f"{session.id}.{session.public_epoch}", claims))

    def practice(self, session: Session) -> str:
        """Address of a practice room."""
        claims = {"sid": session.id, "epoch": session.public_epoch}
        return self._join(self._sign(LinkKind.PRACTICE, f"{session.id}.{session.public_epoch}", claims))

    def console(self, session_id: str, account_id: str, now: datetime) -> str:
        """Token (no address) with which the console's socket watches a session; good for five minutes."""
        jti = unpadded(self._random(_JTI_BYTES))
        ends = int((now + CONSOLE_TOKEN_LIFE).timestamp())
        return self._sign(LinkKind.CONSOLE, jti, {"sid": session_id, "aid": account_id, "exp": ends})

    def sign_in(self, secret: str) -> str:
        """Address that signs in whoever opens it and presses the button."""
        return f"{self._public_url}/sign-in#{secret}"

    def read(self, token: str, now: datetime) -> Claims:
        """What the token claims.

        Raises:
            BadToken: the signature is not ours, a claim is missing, or its time is over.
        """
        if len(token) > MAX_TOKEN:
            raise BadToken("too long")
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            kind = LinkKind(claims["typ"])
            ends = claims.get("exp")
            if (kind is LinkKind.CONSOLE and ends is None) or (ends is not None and now.timestamp() >= ends):
                raise BadToken("its time is over")
            return Claims(
                kind=kind,
                session_id=str(claims["sid"]),
                epoch=int(claims.get("epoch", 0)),
                registration_id=claims.get("rid"),
                account_id=claims.get("aid"),
            )
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise BadToken("not one of our tokens") from error

    def _sign(self, kind: LinkKind, jti: str, claims: Mapping[str, object]) -> str:
        header = {"alg": ALGORITHM, "typ": "JWT"}
        said = {"typ": kind.value, "jti": jti, **claims}
        return jwt.encode(header, said, self._key, algorithms=[ALGORITHM])

    def _join(self, token: str) -> str:
        return f"{self._public_url}/join#{token}"
