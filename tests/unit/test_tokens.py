"""Link tokens: ours are read, all others refused alike."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from echo_session.domain import sessions
from echo_session.domain.links import Claims, LinkKind
from echo_session.domain.people import Person, Registration, Role
from echo_session.tokens import BadToken, Links

NOW = datetime(2026, 11, 21, 16, tzinfo=UTC)
KEY = secrets.token_urlsafe(32)
LINKS = Links(key=KEY, public_url="https://echo.example/", random=secrets.token_bytes)
ROOM = sessions.practice(now=NOW, random=secrets.token_bytes)
PERSON = Person(
    id="per_a", name="Ana", email="a@b.example", profession="", credentials="", site="", matched=True
)
REGISTRATION = Registration(
    id="reg_a",
    session_id="ses_a",
    person=PERSON,
    role=Role.PARTICIPANT,
    epoch=3,
    removed_at=None,
    created_at=NOW,
)


def token_of(link: str) -> str:
    return link.partition("#")[2]


def signed(claims: dict[str, object], key: str = KEY, algorithm: str = "HS256") -> str:
    header = {"alg": algorithm}
    return jwt.encode(header, claims, OctKey.import_key(key), algorithms=[algorithm])


def test_a_personal_link_is_a_fragment_that_reads_back() -> None:
    link = LINKS.personal(REGISTRATION)
    assert link.startswith("https://echo.example/join#")
    assert LINKS.read(token_of(link), NOW) == Claims(
        kind=LinkKind.PERSONAL, session_id="ses_a", epoch=3, registration_id="reg_a"
    )


def test_a_link_keeps_its_text_while_its_epoch_stays() -> None:
    assert LINKS.personal(REGISTRATION) == LINKS.personal(REGISTRATION)


def test_a_link_never_expires_by_itself() -> None:
    LINKS.read(token_of(LINKS.personal(REGISTRATION)), NOW + timedelta(days=3650))


def test_a_console_token_is_good_for_five_minutes() -> None:
    token = LINKS.console("ses_a", "acc_a", NOW)
    assert LINKS.read(token, NOW + timedelta(seconds=299)).account_id == "acc_a"
    with pytest.raises(BadToken):
        LINKS.read(token, NOW + timedelta(seconds=300))


@given(st.integers(0, 10_000), st.integers(1, 63))
def test_one_changed_character_makes_a_token_no_token(place: int, by: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = token_of(LINKS.practice(ROOM))
    place %= len(token) - 1
    if token[place] == ".":
        return
    other = alphabet[(alphabet.index(token[place]) + by) % 64]
    with pytest.raises(BadToken):
        LINKS.read(token[:place] + other + token[place + 1 :], NOW)


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        LINKS.read(text, NOW)


CLAIMS: dict[str, object] = {"typ": "public", "jti": "x", "sid": "ses_a", "epoch": 1}


@pytest.mark.parametrize(
    "token",
    [
        signed(CLAIMS, key=secrets.token_urlsafe(32)),
        signed(CLAIMS, algorithm="HS512"),
        signed({**CLAIMS, "typ": "root"}),
        signed({**CLAIMS, "epoch": "many"}),
        signed({**CLAIMS, "epoch": None}),
        signed({"typ": "public"}),
        signed({"typ": "console", "jti": "x", "sid": "ses_a", "aid": "acc_a"}),
        signed({"typ": "console", "jti": "x", "sid": "ses_a", "aid": "acc_a", "exp": "never"}),
        "x" * 100_000,
    ],
    ids=[
        "another key",
        "another algorithm",
        "unknown kind",
        "epoch no number",
        "no epoch",
        "no session",
        "console token without end",
        "console token with an odd end",
        "much too long",
    ],
)
def test_what_is_signed_otherwise_or_says_otherwise_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        LINKS.read(token, NOW)


def test_a_token_that_asks_for_no_signature_is_refused() -> None:
    def part(value: dict[str, object]) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    assert json.loads(urlsafe_b64decode(part(CLAIMS) + "==")) == CLAIMS
    with pytest.raises(BadToken):
        LINKS.read(f"{part({'alg': 'none'})}.{part(CLAIMS)}.", NOW)
