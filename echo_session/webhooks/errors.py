"""Errors of the webhooks."""

from __future__ import annotations

__all__ = ["AddressRefused", "BadSecret", "EndpointRefused", "WebhookError"]


class WebhookError(Exception):
    """Base of everything the webhooks raise."""


class BadSecret(WebhookError):
    """A signing secret is not `whsec_` and base64 of 24 to 64 bytes."""


class EndpointRefused(WebhookError):
    """The address of an endpoint may not be used. The text is for whoever entered it."""


class AddressRefused(WebhookError, OSError):
    """A network address may not be connected to.

    An `OSError`, since the guard speaks up in the middle of connecting, where after one the next address of
    the same name is tried.
    """

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} is refused: {reason}")
        self.address = address
        self.reason = reason
