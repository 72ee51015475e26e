"""What keeps an endpoint out."""

from __future__ import annotations


class EndpointError(Exception):
    """The endpoint cannot go on; the message is a sentence for the person who started it."""
