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
from echo_session.domain.people import Person, Registration, RegistrationStatus, Role, Source
from echo_session.tokens import BadToken, Links

NOW = datetime(2026, 11, 21, 16, tzinfo=UTC)
KEY = "of these tests alone, always the same " * 2
LINKS = Links(key=KEY, public_url="https://echo.example/", random=secrets.token_bytes)
ROOM = sessions.practice(now=NOW, random=secrets.token_bytes)
PERSON = Person(
    id="per_a",
    name="Ana",
    email="a@b.example",
    profession="",
    credentials="",
    site="",
    site_id=None,
    zone="",
    matched=True,
    merged_into=None,
    created_at=NOW,
    revision=1,
)
REGISTRATION = Registration(
    id="reg_a",
    session_id="ses_a",
    series_id=None,
    program_id=None,
    person=PERSON,
    role=Role.PARTICIPANT,
    status=RegistrationStatus.APPROVED,
    source=Source.INVITED,
    answers=(),
    consents=(),
    epoch=3,
    queued_at=NOW,
    decided_at=NOW,
    decided_by="",
    removed_at=None,
    created_at=NOW,
    revision=1,
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
        signed(CLAIMS, key=KEY[::-1]),
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


def test_a_feed_address_ends_as_calendars_want_it_and_reads_back() -> None:
    address = LINKS.feed("fed_a-b_c")
    assert address.startswith("https://echo.example/calendar/fed_a-b_c.")
    assert address.endswith(".ics")
    assert LINKS.feed("fed_a-b_c") == address
    assert LINKS.read_feed(address.rpartition("/")[2].removesuffix(".ics")) == "fed_a-b_c"


def test_an_unsubscribe_address_names_person_and_program() -> None:
    address = LINKS.unsubscribe("per_a", "prg_b")
    assert address.startswith("https://echo.example/unsubscribe/")
    assert LINKS.read_unsubscribe(address.rpartition("/")[2]) == ("per_a", "prg_b")


def path_token(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".ics")


OTHERS = Links(key=KEY[1:], public_url="https://echo.example", random=secrets.token_bytes)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "fed_a",
        "fed_a.",
        "fed_a..",
        path_token(OTHERS.feed("fed_a")),
        path_token(LINKS.feed("fed_a")).replace("fed_a", "fed_b"),
        path_token(LINKS.feed("fed_a")) + "A",
        path_token(LINKS.unsubscribe("per_a", "prg_a")),
        token_of(LINKS.personal(REGISTRATION)),
        "fed_ä.ö",
        "fed_a.\udc80",
        "x." * 100_000,
    ],
)
def test_no_other_text_reads_as_a_feed(token: str) -> None:
    with pytest.raises(BadToken):
        LINKS.read_feed(token)


def test_each_token_is_good_for_one_purpose() -> None:
    with pytest.raises(BadToken):
        LINKS.read_unsubscribe(path_token(LINKS.feed("fed_a")))
    swapped = ".".join(["prg_b", "per_a", path_token(LINKS.unsubscribe("per_a", "prg_b")).split(".")[2]])
    with pytest.raises(BadToken):
        LINKS.read_unsubscribe(swapped)
    with pytest.raises(BadToken):
        LINKS.read(path_token(LINKS.feed("fed_a")), NOW)


def test_a_link_without_session_must_name_a_registration() -> None:
    standing = signed({"typ": "link", "jti": "x", "rid": "reg_a", "epoch": 2})
    assert LINKS.read(standing, NOW) == Claims(
        kind=LinkKind.PERSONAL, session_id="", epoch=2, registration_id="reg_a"
    )
    with pytest.raises(BadToken):
        LINKS.read(signed({"typ": "link", "jti": "x", "epoch": 2}), NOW)
