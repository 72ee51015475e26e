"""From the link that somebody was sent to the signaling socket."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from echo_session.endpoint.errors import EndpointError

_SOCKET_SCHEMES = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Link:
    """Where to connect, and what to say there."""

    socket_url: str
    origin: str
    token: str

    @classmethod
    def parse(cls, text: str) -> Link:
        """Takes personal, public and practice links. Raises ``EndpointError``."""
        parts = urlsplit(text.strip())
        scheme = _SOCKET_SCHEMES.get(parts.scheme)
        if scheme is None or not parts.netloc or not parts.fragment:
            raise EndpointError(
                "This is no link to a session. Give it as it was sent, https://host/join#token, in quotes "
                "and with all of what follows the #."
            )
        return cls(f"{scheme}://{parts.netloc}/ws", f"{parts.scheme}://{parts.netloc}", parts.fragment)
