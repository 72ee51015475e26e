"""What can go wrong between control and a media node."""

from __future__ import annotations

from typing import Literal

RefusalCode = Literal["bad_offer", "no_room", "room_full", "no_peer", "internal"]


class MediaError(Exception):
    """Base of the errors of this package."""


class PortInUseError(MediaError):
    """A port is taken: which, and what to set."""


class CommandRefusedError(MediaError):
    """The engine refused a command; the message is for the person whom it concerns."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code


class NodeUnavailableError(MediaError):
    """There is no link to the media node, or it dropped before the answer."""


class WrongNodeError(MediaError):
    """The node refuses this control: another protocol, or another secret."""
