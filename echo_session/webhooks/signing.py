"""Signatures and secrets as Standard Webhooks 1.0 has them.

The id stays the same across retries, so that a receiver can tell what it has seen; the timestamp is that of
the attempt, so that a receiver can refuse what is old. While a secret changes over, two signatures are sent.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from echo_session.webhooks.errors import BadSecret

__all__ = ["PREFIX", "SECRET_BYTES", "check_secret", "encode_body", "new_secret", "signed_headers"]

PREFIX = "whsec_"
SECRET_BYTES = 32
MIN_BYTES, MAX_BYTES = 24, 64


def new_secret(random: Callable[[int], bytes]) -> str:
    """`whsec_` and 256 random bits in base64."""
    return PREFIX + base64.b64encode(random(SECRET_BYTES)).decode()


def check_secret(secret: str) -> None:
    """Pass, if `secret` is one the standard allows.

    Raises:
        BadSecret: it is not; the text says what a secret looks like.
    """
    problem = BadSecret(f"a secret is {PREFIX!r} and base64 of {MIN_BYTES} to {MAX_BYTES} bytes")
    if not secret.startswith(PREFIX):
        raise problem
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise problem from None
    if not MIN_BYTES <= len(key) <= MAX_BYTES:
        raise problem


def encode_body(payload: Mapping[str, Any]) -> bytes:
    """The bytes that are sent and signed, the same at every attempt: they follow from the event alone."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def signed_headers(
    event_id: str, body: bytes, secrets: Sequence[str], attempt_at: datetime
) -> dict[str, str]:
    """The three headers of one attempt; a signature by each secret, the newest first."""
    at = attempt_at.astimezone(UTC)  # sign() takes any datetime for UTC
    text = body.decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(msg_id=event_id, timestamp=at, data=text) for secret in secrets
        ),
    }
