"""Identifiers: a prefix that says what a thing is, and 128 random bits that nobody can guess."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from enum import StrEnum

RandomBytes = Callable[[int], bytes]
"""Gives that many unpredictable bytes; ``secrets.token_bytes`` outside of tests."""

ID_BYTES = 16
"""128 bits, as many as a random UUID and enough that ids need no other protection against guessing."""


class Prefix(StrEnum):
    """What an id names."""

    SESSION = "ses"
    ROOM = "room"
    PERSON = "per"
    SITE = "site"
    REGISTRATION = "reg"
    CONNECTION = "con"
    ACCOUNT = "acc"
    API_TOKEN = "tok"  # noqa: S105 - a prefix, no secret
    ATTENDANCE = "att"
    DUE_WORK = "due"
    WEBHOOK_ENDPOINT = "wep"
    EVENT = "evt"
    DELIVERY = "dlv"
    DELIVERY_ATTEMPT = "dat"
    AUDIT = "aud"
    PROGRAM = "prg"
    SERIES = "srs"
    PART = "prt"
    CONTACT = "pct"
    MERGE = "mrg"
    MERGE_SUGGESTION = "mgs"
    MAILING = "mlg"
    MAIL = "mai"
    FEED = "fed"
    IMPORT = "imp"
    NOTICE = "ntc"
    GATHERING = "gth"
    CHECK_IN = "chk"
    BREAK = "brk"
    CORRECTION = "cor"
    CREDIT_TYPE = "crt"
    EVALUATION = "evl"
    CLAIM = "clm"
    CERTIFICATE = "cer"
    ERASURE = "ers"


def new_id(prefix: Prefix, random: RandomBytes) -> str:
    """``<prefix>_<22 characters>``, of letters, digits, ``-`` and ``_``."""
    return f"{prefix.value}_{unpadded(random(ID_BYTES))}"


def unpadded(data: bytes) -> str:
    """URL-safe base64 without padding (RFC 4648 section 5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
