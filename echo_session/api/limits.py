"""How often one address may ask for something that costs us."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MOST_ADDRESSES = 10_000
"""Beyond this the oldest are forgotten, so that the table itself is no way to exhaust us."""


class RateLimit:
    """So many in a sliding window of seconds, by address; an IPv6 subscriber is a /64."""

    def __init__(self, count: int, window: float, monotonic: Callable[[], float]) -> None:
        self._count = count
        self._window = window
        self._monotonic = monotonic
        self._seen: dict[str, deque[float]] = {}

    def wait(self, address: str | None) -> float:
        """Counts one more; gives 0, or, where it is too many and not counted, the seconds to wait."""
        now = self._monotonic()
        key = subscriber(address)
        times = self._seen.pop(key, None) or deque()
        self._seen[key] = times
        if len(self._seen) > MOST_ADDRESSES:
            del self._seen[next(iter(self._seen))]
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(times) >= self._count:
            return times[0] + self._window - now
        times.append(now)
        return 0.0


def subscriber(address: str | None) -> str:
    """What stands for one line: the IPv4 address, or the first 64 bits of the IPv6 one."""
    try:
        parsed = ip_address((address or "").strip("[]").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
