"""What can go wrong with serving."""

from __future__ import annotations


class HttpError(Exception):
    """Base of the errors of this package."""


class AddressError(HttpError):
    """The service cannot listen where the settings say; the message says what to set."""

    def __init__(self, message: str, *, in_use: bool) -> None:
        super().__init__(message)
        self.in_use = in_use
