"""What can go wrong in the conversation, whose fault it is, and how the socket closes then.

A ``RemoteProtocolError`` is the client's fault and is told to it; a ``LocalProtocolError`` is ours: it is
logged, the client hears ``internal``. Ports raise ``Refused`` with a sentence for the person who reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from signaling.messages import ErrorCode


class SignalingError(Exception):
    """Base of everything that this package raises."""


class LocalProtocolError(SignalingError):
    """We broke our own protocol: a bug here, never the client's fault."""


class RemoteProtocolError(SignalingError):
    """The client broke the protocol or asked for what it may not have.

    ``fatal`` closes the socket with the code of ``CLOSE_CODES``.
    """

    def __init__(
        self, code: ErrorCode, message: str, *, field: str | None = None, fatal: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.fatal = fatal


class Refused(SignalingError):
    """A port said no; ``message`` is a sentence for the person who asked."""

    def __init__(self, code: ErrorCode, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class CloseCode(IntEnum):
    """Every code with which the server closes a socket."""

    NORMAL = 1000
    GOING_AWAY = 1001
    TOO_BIG = 1009
    DECLINED = 4001
    REMOVED = 4002
    MOVED = 4003
    ENDED = 4004
    TAKEN_OVER = 4005
    SLOW_READER = 4006
    BAD_MESSAGE = 4400
    LINK_INVALID = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_PARTICIPANT = 4404
    TIMED_OUT = 4408
    OUT_OF_ORDER = 4409
    LINK_EXPIRED = 4410
    TOO_LARGE = 4413
    OFFER_REFUSED = 4415
    MISSING_FIELD = 4422
    NOT_OPEN = 4425
    OLD_CLIENT = 4426
    TOO_MANY = 4429
    SECOND_DEVICE = 4430
    ROOM_FULL = 4431
    INTERNAL = 4500
    MEDIA_UNAVAILABLE = 4503


CLOSE_CODES: Mapping[ErrorCode, CloseCode] = MappingProxyType(
    {
        ErrorCode.BAD_MESSAGE: CloseCode.BAD_MESSAGE,
        ErrorCode.TOO_LARGE: CloseCode.TOO_LARGE,
        ErrorCode.TOO_MANY: CloseCode.TOO_MANY,
        ErrorCode.OUT_OF_ORDER: CloseCode.OUT_OF_ORDER,
        ErrorCode.LINK_INVALID: CloseCode.LINK_INVALID,
        ErrorCode.LINK_EXPIRED: CloseCode.LINK_EXPIRED,
        ErrorCode.NOT_OPEN: CloseCode.NOT_OPEN,
        ErrorCode.ENDED: CloseCode.ENDED,
        ErrorCode.ROOM_FULL: CloseCode.ROOM_FULL,
        ErrorCode.NOT_ALLOWED: CloseCode.NOT_ALLOWED,
        ErrorCode.NO_SUCH_PARTICIPANT: CloseCode.NO_SUCH_PARTICIPANT,
        ErrorCode.MISSING_FIELD: CloseCode.MISSING_FIELD,
        ErrorCode.SECOND_DEVICE: CloseCode.SECOND_DEVICE,
        ErrorCode.OFFER_REFUSED: CloseCode.OFFER_REFUSED,
        ErrorCode.MEDIA_UNAVAILABLE: CloseCode.MEDIA_UNAVAILABLE,
        ErrorCode.TIMED_OUT: CloseCode.TIMED_OUT,
        ErrorCode.SLOW_READER: CloseCode.SLOW_READER,
        ErrorCode.OLD_CLIENT: CloseCode.OLD_CLIENT,
        ErrorCode.INTERNAL: CloseCode.INTERNAL,
    }
)
"""The code that follows a fatal ``error`` message."""

MEANING: Mapping[CloseCode, str] = MappingProxyType(
    {
        CloseCode.NORMAL: "The participant left, or the client closed. Do not reconnect.",
        CloseCode.GOING_AWAY: (
            "The server restarts. Reconnect with `resume` after a random pause of up to 2 s."
        ),
        CloseCode.TOO_BIG: "A frame over 256 KiB, before or after decompression. A bug of the client.",
        CloseCode.DECLINED: "`declined` came before: the facilitator did not let the visitor in.",
        CloseCode.REMOVED: "`removed` came before. The link does not let this person in again.",
        CloseCode.MOVED: "`moved` came before: the person went on with another device.",
        CloseCode.ENDED: "`ended` came before, or the session is over already.",
        CloseCode.TAKEN_OVER: (
            "Another socket resumed this connection (a copied tab). Do not resume from here."
        ),
        CloseCode.SLOW_READER: (
            "The client did not read for too long. Reconnect with `resume`; `room` brings it up to date."
        ),
        CloseCode.BAD_MESSAGE: (
            "Not JSON, an unknown type, a wrong field, or a binary frame. A bug of the client."
        ),
        CloseCode.LINK_INVALID: (
            "The link is forged, revoked or of no session. The same answer for all of these."
        ),
        CloseCode.NOT_ALLOWED: "The person was removed from this session.",
        CloseCode.NO_SUCH_PARTICIPANT: "The session is gone.",
        CloseCode.TIMED_OUT: "No `hello` within 10 s, or a dead line.",
        CloseCode.OUT_OF_ORDER: "The message is not allowed in this state, such as a second `hello`.",
        CloseCode.LINK_EXPIRED: "The link was good once and is no more.",
        CloseCode.TOO_LARGE: "A frame over 64 KiB that is no `join` or `rejoin`.",
        CloseCode.OFFER_REFUSED: "The offer holds nothing that the engine speaks. Usually not fatal.",
        CloseCode.MISSING_FIELD: "A field of `join` is missing. Usually not fatal.",
        CloseCode.NOT_OPEN: "The session has not opened yet. Usually not fatal.",
        CloseCode.OLD_CLIENT: "The page speaks another protocol version. Reload it.",
        CloseCode.TOO_MANY: "Too many messages, or too many sockets from one address. Reconnect after 10 s.",
        CloseCode.SECOND_DEVICE: "`join` needs `second_device`. Usually not fatal.",
        CloseCode.ROOM_FULL: "No place is left in the room. Usually not fatal.",
        CloseCode.INTERNAL: "A bug of the server. Reconnect with `resume` after a pause.",
        CloseCode.MEDIA_UNAVAILABLE: "No media node answers. Usually not fatal.",
    }
)
"""One sentence for each, for ``docs/protocol.md``."""
