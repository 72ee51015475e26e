"""What may be entered as the address of an endpoint. The client checks again each time it connects.

Here the answer is for a person who fills in a form: early and in words. It is no protection; names change.
"""

from __future__ import annotations

import asyncio
import ipaddress

from aiohttp.abc import AbstractResolver
from yarl import URL

from echo_session.webhooks.errors import AddressRefused, EndpointRefused
from echo_session.webhooks.guard import Guard

__all__ = ["LOOK_UP_SECONDS", "MAX_URL", "UrlCheck"]

MAX_URL = 2000
LOOK_UP_SECONDS = 3.0
"""How long a form waits for a host name; one that cannot be looked up in that time is let through."""


class UrlCheck:
    """Judges URLs under the settings of `guard`."""

    def __init__(self, guard: Guard, resolver: AbstractResolver) -> None:
        self._guard = guard
        self._resolver = resolver

    async def __call__(self, url: str) -> None:
        """Pass, or say why not.

        Raises:
            EndpointRefused: no event could or should be sent there.
        """
        parsed = self._parse(url)
        addresses = await self._addresses(parsed)
        refusals = [refusal for address in addresses if (refusal := self._refusal(address))]
        if addresses and len(refusals) == len(addresses):
            raise EndpointRefused(f"leads to {'; '.join(refusals[:3])}")
        if parsed.scheme == "http" and not all(ipaddress.ip_address(each).is_loopback for each in addresses):
            raise EndpointRefused("begins with http://, which is only for this machine itself; use https://")

    async def why_not(self, url: str) -> str:
        """The refusal in words; empty if there is none."""
        try:
            await self(url)
        except EndpointRefused as refused:
            return str(refused)
        return ""

    def _parse(self, url: str) -> URL:
        if len(url) > MAX_URL:
            raise EndpointRefused(f"has {len(url)} characters; at most {MAX_URL} are allowed")
        if any(character.isspace() or not character.isprintable() for character in url):
            raise EndpointRefused("has blanks or control characters in it; write them as %20 and the like")
        try:
            parsed = URL(url)
            port = parsed.port
        except ValueError as error:
            raise EndpointRefused(f"is no URL: {error}") from None
        schemes = ("https", "http") if self._guard.allow_loopback else ("https",)
        if parsed.scheme not in schemes or not parsed.host:
            raise EndpointRefused("is not of the form https://host/path")
        if parsed.user is not None or parsed.password is not None:
            raise EndpointRefused("has a user name or password in it; receivers know us by the signature")
        if parsed.fragment:
            raise EndpointRefused("has a #fragment, which is never sent; leave it out")
        if port == 0:
            raise EndpointRefused("has port 0, which nobody can listen on")
        return parsed

    async def _addresses(self, url: URL) -> list[str]:
        """Where the host is; empty if that cannot be found out now."""
        host = url.host or ""
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                found = await self._resolver.resolve(url.raw_host or host, url.port or 443)
        except (OSError, TimeoutError):
            return []
        return [each["host"] for each in found]

    def _refusal(self, address: str) -> str:
        try:
            self._guard.check(address)
        except AddressRefused as refused:
            return f"{address}: {refused.reason}"
        return ""
