"""The guarded HTTP client: sends one POST to an address that somebody else chose.

The guard looks at every address at the moment of connecting, in the socket factory: aiohttp passes IP
literals by the resolver, and a name may resolve to something else each time it is asked. No redirects, no
proxy from the environment, no cookies, no decompression; a connection serves one request, so each is
checked anew.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from types import TracebackType

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver
from yarl import URL

from echo_session.webhooks.errors import AddressRefused
from echo_session.webhooks.guard import Guard
from echo_session.webhooks.ports import Answer
from echo_session.webhooks.redact import shown_response, shown_text
from echo_session.webhooks.resolver import SystemResolver

__all__ = ["EXCERPT_BYTES", "GuardedClient"]

EXCERPT_BYTES = 4096
"""So much of an answer's body is read, and kept for the log."""

EXCERPT_SECONDS = 2.0
"""For so long; by then the status is known, which is all that counts."""

_REFUSED: ContextVar[list[AddressRefused]] = ContextVar("refused addresses of one request")

AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]


class GuardedClient:
    """One client of one process. An async context manager; `send` works inside it."""

    def __init__(
        self,
        guard: Guard,
        *,
        timeout_seconds: float = 15.0,
        user_agent: str = "echo-session",
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._timeout = timeout_seconds
        self._user_agent = user_agent
        self._resolver = resolver
        self._tls = tls
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> GuardedClient:
        self._resolver = self._resolver or SystemResolver()
        self._sessions["https"] = self._session(self._guard)
        if self._guard.allow_loopback:
            self._sessions["http"] = self._session(replace(self._guard, only_loopback=True))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        if self._resolver is not None:
            await self._resolver.close()

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """See `echo_session.webhooks.ports.Sender.send`."""
        _REFUSED.set([])
        try:
            return await self._post(URL(url), body, headers)
        except TimeoutError:
            return Answer(None, f"no answer within {self._timeout:g} s")
        except aiohttp.ClientConnectorDNSError as error:
            return Answer(None, f"the host name cannot be looked up: {_cause(error)}")
        except aiohttp.ClientConnectorCertificateError as error:
            return Answer(None, f"the certificate is not valid: {error.certificate_error}")
        except aiohttp.ClientConnectorError as error:
            return Answer(None, f"no connection: {_cause(error)}", refused=bool(_REFUSED.get()))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(None, f"the request failed: {error or type(error).__name__}")

    async def _post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Answer:
        session = self._sessions.get(url.scheme)
        if session is None:
            return Answer(None, f"the URL begins with {url.scheme}://, and only https:// is sent to")
        async with asyncio.timeout(self._timeout):
            response = await session.post(url, data=body, headers=headers, allow_redirects=False)
        async with response:
            return Answer(
                status=response.status,
                error=_refusal(response),
                excerpt=await _excerpt(response.content),
                retry_after=response.headers.get(hdrs.RETRY_AFTER),
                sent=dict(response.request_info.headers),
                headers=shown_response(response.headers.items()),
            )

    def _session(self, guard: Guard) -> aiohttp.ClientSession:
        def guarded_socket(info: AddrInfo) -> socket.socket:
            family, kind, protocol, _, address = info
            try:
                guard.check(address[0])
            except AddressRefused as refused:
                _REFUSED.get().append(refused)
                raise
            return socket.socket(family, kind, protocol)

        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            socket_factory=guarded_socket,
            use_dns_cache=False,
            force_close=True,
            limit=0,
            ssl=self._tls or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            headers={
                hdrs.USER_AGENT: self._user_agent,
                hdrs.CONTENT_TYPE: "application/json",
                hdrs.ACCEPT_ENCODING: "identity",
            },
        )


def _refusal(response: aiohttp.ClientResponse) -> str:
    """What is wrong with this answer; empty if it is 2xx."""
    if 200 <= response.status < 300:
        return ""
    if 300 <= response.status < 400:
        where = shown_text(response.headers.get(hdrs.LOCATION, "nowhere")[:200])
        return f"answered {response.status} to {where}; redirects are not followed, change the endpoint's URL"
    return f"answered {response.status} {shown_text(response.reason or '')[:100]}".rstrip()


async def _excerpt(content: aiohttp.StreamReader) -> str:
    """The beginning of the body. A body that breaks off is no failure, since the status has been given."""
    data = b""
    with suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(EXCERPT_SECONDS):
            while len(data) < EXCERPT_BYTES and (chunk := await content.read(EXCERPT_BYTES - len(data))):
                data += chunk
    return shown_text(data.decode(errors="replace"))


def _cause(error: aiohttp.ClientConnectorError) -> str:
    return str(error.os_error.strerror or error.os_error)
