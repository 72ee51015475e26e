"""From the link that somebody was sent to the signaling socket."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from echo_session.endpoint.errors import EndpointError

_SOCKET_SCHEMES = {"http": "ws", "https": "wss"}

PRACTICE_PATH = "/practice"


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


async def resolve(text: str) -> str:
    """The link itself; for the address of the practice page, the link of a practice room of one's own.

    Raises ``EndpointError``.
    """
    parts = urlsplit(text.strip())
    if parts.path != PRACTICE_PATH or parts.fragment or parts.scheme not in _SOCKET_SCHEMES:
        return text
    address = f"{parts.scheme}://{parts.netloc}/api/v1/practice"
    try:
        async with aiohttp.ClientSession() as client, client.post(address, json={}) as answer:
            body = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise EndpointError(f"{address} does not answer: {error}") from error
    if not answer.ok:
        raise EndpointError(str(body.get("detail") or body.get("title") or answer.reason))
    return str(body["link"])
