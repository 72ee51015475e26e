"""Signatures, as the receiver's side of the standard checks them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from echo_session.webhooks.errors import BadSecret
from echo_session.webhooks.signing import check_secret, encode_body, new_secret, signed_headers

PAYLOAD = {"type": "participant.joined", "data": {"person": {"name": "Dr. Núñez \U0001f44b"}, "seq": 3}}


def test_the_standards_own_package_verifies_what_we_send() -> None:
    secret = new_secret(secrets.token_bytes)
    body = encode_body(PAYLOAD)
    headers = signed_headers("evt_1", body, [secret], datetime.now(UTC))
    assert Webhook(secret).verify(body, headers) == PAYLOAD


def test_an_altered_body_id_or_secret_is_not_verified() -> None:
    secret, other = new_secret(secrets.token_bytes), new_secret(secrets.token_bytes)
    body = encode_body(PAYLOAD)
    headers = signed_headers("evt_1", body, [secret], datetime.now(UTC))
    for receiver, data, sent in (
        (secret, body.replace(b"joined", b"passed"), headers),
        (secret, body, {**headers, "webhook-id": "evt_2"}),
        (other, body, headers),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(receiver).verify(data, sent)


def test_both_secrets_verify_while_one_changes_over_to_the_other() -> None:
    old, new = new_secret(secrets.token_bytes), new_secret(secrets.token_bytes)
    body = encode_body(PAYLOAD)
    headers = signed_headers("evt_1", body, [new, old], datetime.now(UTC))
    assert len(headers["webhook-signature"].split(" ")) == 2
    Webhook(old).verify(body, headers)
    Webhook(new).verify(body, headers)


def test_the_id_stays_and_the_timestamp_is_that_of_the_attempt() -> None:
    secret = new_secret(secrets.token_bytes)
    first = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    body = encode_body(PAYLOAD)
    one = signed_headers("evt_1", body, [secret], first)
    two = signed_headers("evt_1", body, [secret], first + timedelta(hours=2))
    assert one["webhook-id"] == two["webhook-id"]
    assert int(two["webhook-timestamp"]) - int(one["webhook-timestamp"]) == 7200
    assert one["webhook-signature"] != two["webhook-signature"]


def test_a_time_in_another_zone_is_signed_as_the_instant_it_is() -> None:
    secret = new_secret(secrets.token_bytes)
    here = datetime.now(timezone(timedelta(hours=9)))
    body = encode_body(PAYLOAD)
    Webhook(secret).verify(body, signed_headers("evt_1", body, [secret], here))


def test_the_body_does_not_depend_on_the_order_of_its_fields() -> None:
    assert encode_body({"b": 1, "a": {"d": 2, "c": 3}}) == encode_body({"a": {"c": 3, "d": 2}, "b": 1})


def test_a_new_secret_is_one_the_standard_allows() -> None:
    check_secret(new_secret(secrets.token_bytes))


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_???", "whsec_c2hvcnQ=", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]
)
def test_a_secret_that_is_none_is_refused_in_words(secret: str) -> None:
    with pytest.raises(BadSecret, match="base64 of 24 to 64 bytes"):
        check_secret(secret)
