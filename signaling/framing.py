"""From a frame to a message, within the limits."""

from __future__ import annotations

from pydantic import ValidationError

from signaling.errors import RemoteProtocolError
from signaling.messages import (
    MAX_FRAME_BYTES,
    MAX_JOIN_BYTES,
    ClientMessage,
    ErrorCode,
    Join,
    Rejoin,
    ServerMessage,
    Slots,
    Speakers,
    client_messages,
)

_KINDS = frozenset(("model_type", "union_tag_invalid", "union_tag_not_found", "json_invalid"))


def decode(frame: bytes) -> ClientMessage:
    """Raises ``RemoteProtocolError``, fatal: a client that sends such frames has a bug."""
    if len(frame) > MAX_JOIN_BYTES:
        raise _too_large(len(frame), MAX_JOIN_BYTES)
    try:
        message = client_messages.validate_json(frame)
    except ValidationError as error:
        raise _bad(error) from None
    if len(frame) > MAX_FRAME_BYTES and not isinstance(message, Join | Rejoin):
        raise _too_large(len(frame), MAX_FRAME_BYTES)
    return message


def encode(message: ServerMessage) -> str:
    """One text frame."""
    return message.model_dump_json()


def replaces(message: ServerMessage) -> str | None:
    """The key under which a newer message makes an older one, which still waits, needless."""
    return message.type if isinstance(message, Slots | Speakers) else None


def _too_large(size: int, limit: int) -> RemoteProtocolError:
    return RemoteProtocolError(
        ErrorCode.TOO_LARGE,
        f"A frame of {size} bytes; allowed are {limit}, and {MAX_JOIN_BYTES} for join and rejoin.",
        fatal=True,
    )


def _bad(error: ValidationError) -> RemoteProtocolError:
    """Names the first wrong field and what is allowed there; never echoes what was sent."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = [str(part) for part in first["loc"]]
    field = ".".join(path[1:]) or None
    where = f"{path[0]}.{field}" if field else (path[0] if path else "frame")
    reason = "not a message of this protocol" if first["type"] in _KINDS and not field else first["msg"]
    return RemoteProtocolError(ErrorCode.BAD_MESSAGE, f"{where}: {reason}", field=field, fatal=True)
