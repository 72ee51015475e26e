"""What is written about the wire agrees with the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from signaling import document
from signaling.errors import CLOSE_CODES, MEANING, CloseCode
from signaling.messages import ClientMessage, ErrorCode, ServerMessage, client_messages
from signaling.schema import wire_schema

ROOT = Path(__file__).parents[3]


def test_the_protocol_document_is_current() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert document.rewrite(text) == text, "run: python -m signaling.document docs/protocol.md"


def test_every_error_has_a_close_code_and_every_close_code_a_sentence() -> None:
    assert set(CLOSE_CODES) == set(ErrorCode)
    assert set(MEANING) == set(CloseCode)
    assert len(set(CLOSE_CODES.values())) == len(CLOSE_CODES)
    assert all(4000 <= code <= 4999 for code in CLOSE_CODES.values())


def test_the_schema_names_every_message_and_requires_its_type() -> None:
    definitions: dict[str, Any] = wire_schema()["$defs"]
    for union in (ClientMessage, ServerMessage):
        for model in get_args(get_args(union)[0]):
            shape = definitions[model.__name__]
            assert "type" in shape["required"]
            assert shape["additionalProperties"] is False


def test_what_a_client_may_leave_out_is_optional_and_the_server_leaves_out_nothing() -> None:
    definitions: dict[str, Any] = wire_schema()["$defs"]
    assert "second_device" not in definitions["Join"]["required"]
    assert set(definitions["Error"]["required"]) == set(definitions["Error"]["properties"])


@pytest.mark.parametrize(
    "wrong",
    [
        '{"type":"hello","token":"","client":"c"}',
        '{"type":"extend","minutes":0}',
        '{"type":"extend","minutes":121}',
        '{"type":"view","items":[{"participant_id":"p","source":"microphone","height":90}]}',
        '{"type":"mute","role":"facilitator"}',
    ],
)
def test_values_out_of_bounds_are_no_messages(wrong: str) -> None:
    with pytest.raises(ValidationError):
        client_messages.validate_json(wrong)
