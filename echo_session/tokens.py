"""Link tokens: signed claims, short enough for a URL fragment.

JSON Web Tokens (RFC 7519) with HS256, and with nothing else: a token that names another algorithm is forged.
They say which row to look at; whether that row still agrees (``store.access``) decides. A link keeps its text
as long as its epoch, so that the same link can be shown again.

Calendar programs and one-click unsubscribing send no fragment, so those two have tokens of one purpose each
that stand in the path: ids and a message authentication code.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
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

_ENDING = frozenset({LinkKind.CONSOLE, LinkKind.LEARNER})
"""Kinds that must say until when they are good."""
_JTI_BYTES = 12
_MAC_BYTES = 16
"""Half of SHA-256: as much as RFC 2104 section 5 lets one cut off."""
_FEED = "calendar feed"
_UNSUBSCRIBE = "unsubscribe"


class BadToken(Exception):
    """Not one of our tokens, or one whose time is over."""


class Links:
    """Makes and reads link tokens."""

    def __init__(self, *, key: str, public_url: str, random: RandomBytes) -> None:
        """``key`` is a secret of at least 256 bits (RFC 7518 section 3.2)."""
        self._key = OctKey.import_key(key)
        self._secret = key.encode()
        self._public_url = public_url.rstrip("/")
        self._random = random

    def personal(self, registration: Registration) -> str:
        """Address for one registered person. One for a series or a program names no session: it leads to
        whichever is the right one when it is opened."""
        claims: dict[str, object] = {"rid": registration.id, "epoch": registration.epoch}
        if registration.session_id:
            claims = {"sid": registration.session_id, **claims}
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

    def learner(self, session_id: str, person_id: str, until: datetime) -> str:
        """Address of one person's page about one session, good until then."""
        return f"{self._public_url}/credit#{self.learner_token(session_id, person_id, until)}"

    def learner_token(self, session_id: str, person_id: str, until: datetime) -> str:
        """The token in that address. It lets nobody into a room."""
        claims = {"sid": session_id, "pid": person_id, "exp": int(until.timestamp())}
        return self._sign(LinkKind.LEARNER, f"{session_id}.{person_id}", claims)

    def read_learner(self, token: str, now: datetime) -> tuple[str, str]:
        """Ids of the session and the person in such an address.

        Raises:
            BadToken: it is none of ours, or its time is over.
        """
        claims = self.read(token, now)
        if claims.kind is not LinkKind.LEARNER or not claims.person_id:
            raise BadToken("not the link of a learner's page")
        return claims.session_id, claims.person_id

    def sign_in(self, secret: str) -> str:
        """Address that signs in whoever opens it and presses the button."""
        return f"{self._public_url}/sign-in#{secret}"

    def here(self, code: str) -> str:
        """Address at which somebody checks in at a shared camera, on a telephone of their own."""
        return f"{self._public_url}/here#{code}"

    @property
    def verify_page(self) -> str:
        """Address at which anybody confirms a certificate; its code follows a ``#``."""
        return f"{self._public_url}/verify"

    def page(self, kind: str, slug: str) -> str:
        """Address of a public page, such as that of ``programs`` or ``series``."""
        return f"{self._public_url}/{kind}/{slug}"

    def feed(self, feed_id: str) -> str:
        """Address of a calendar feed. Whoever has it may read, until the feed is revoked."""
        return f"{self._public_url}/calendar/{self._stamped(_FEED, feed_id)}.ics"

    def read_feed(self, token: str) -> str:
        """Id of the feed whose address holds this token.

        Raises:
            BadToken: it is not ours.
        """
        (feed_id,) = self._parts(_FEED, token, 1)
        return feed_id

    def unsubscribe(self, person_id: str, program_id: str) -> str:
        """Address where a person takes themselves off a program's mail, and on again."""
        return f"{self._public_url}/unsubscribe/{self._stamped(_UNSUBSCRIBE, person_id, program_id)}"

    def read_unsubscribe(self, token: str) -> tuple[str, str]:
        """Ids of the person and the program in such an address.

        Raises:
            BadToken: it is not ours.
        """
        person_id, program_id = self._parts(_UNSUBSCRIBE, token, 2)
        return person_id, program_id

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
            standing = kind is LinkKind.PERSONAL and "sid" not in claims
            if (kind in _ENDING and ends is None) or (ends is not None and now.timestamp() >= ends):
                raise BadToken("its time is over")
            return Claims(
                kind=kind,
                session_id="" if standing else str(claims["sid"]),
                epoch=int(claims.get("epoch", 0)),
                registration_id=str(claims["rid"]) if standing else claims.get("rid"),
                account_id=claims.get("aid"),
                person_id=claims.get("pid"),
            )
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise BadToken("not one of our tokens") from error

    def _sign(self, kind: LinkKind, jti: str, claims: Mapping[str, object]) -> str:
        header = {"alg": ALGORITHM, "typ": "JWT"}
        said = {"typ": kind.value, "jti": jti, **claims}
        return jwt.encode(header, said, self._key, algorithms=[ALGORITHM])

    def _join(self, token: str) -> str:
        return f"{self._public_url}/join#{token}"

    def _stamped(self, purpose: str, *ids: str) -> str:
        return ".".join((*ids, self._code(purpose, ids)))

    def _parts(self, purpose: str, token: str, count: int) -> tuple[str, ...]:
        *ids, code = token.split(".") if token.isascii() and len(token) <= MAX_TOKEN else [""]
        if len(ids) != count or not hmac.compare_digest(code, self._code(purpose, ids)):
            raise BadToken("not one of our tokens")
        return tuple(ids)

    def _code(self, purpose: str, ids: Sequence[str]) -> str:
        said = "\0".join((purpose, *ids)).encode()
        return unpadded(hmac.new(self._secret, said, hashlib.sha256).digest()[:_MAC_BYTES])
