"""Host names to addresses, in threads of our own: a name whose servers hang must not hold up other work's.

There is a thread for each host that an endpoint may have, and a host is looked up once at a time: whoever
else asks meanwhile gets the same answer. So a name server that hangs takes one thread for each of its hosts,
however many requests wait for them, and never that of another host.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from echo_session.domain.webhook_endpoints import MAX_ENDPOINTS

__all__ = ["SystemResolver"]

SPARE = 14
"""Threads beside those for the endpoints: for the form in which a URL is entered, and for hosts that
endpoints had before. The system's own time limit, some ten seconds, frees a thread that hangs."""

Asked = tuple[str, int, socket.AddressFamily]
LookUp = Callable[[str, int, socket.AddressFamily], list[ResolveResult]]


class SystemResolver(AbstractResolver):
    """Asks the system, `getaddrinfo`, whatever it is set up to ask."""

    def __init__(self, look_up: LookUp | None = None) -> None:
        self._look_up = look_up or _look_up
        self._threads = ThreadPoolExecutor(MAX_ENDPOINTS + SPARE, thread_name_prefix="webhook-names")
        self._under_way: dict[Asked, asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of `host`.

        Raises:
            OSError: the name has none, or cannot be looked up.
        """
        asked = host, port, family
        answer = self._under_way.get(asked)
        if answer is None:
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._threads, self._look_up, *asked)
            self._under_way[asked] = answer
            answer.add_done_callback(lambda done: self._answered(asked, done))
        # Whoever gives up waiting leaves the look-up to those who still do.
        return await asyncio.shield(answer)

    def _answered(self, asked: Asked, answer: asyncio.Future[list[ResolveResult]]) -> None:
        del self._under_way[asked]
        if not answer.cancelled():
            answer.exception()  # looked at, also where nobody waits for it any more

    async def close(self) -> None:
        """Let the threads go; does not wait for a look-up that hangs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=found_family,
            proto=protocol,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for found_family, _, protocol, _, address in found
    ]
