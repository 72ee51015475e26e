"""Token buckets. The clock is passed in."""

from __future__ import annotations

from collections import OrderedDict


class Bucket:
    """Lets ``rate`` events a second through, and ``burst`` at once."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, now: float) -> bool:
        """True where the event may pass."""
        self._fill(now)
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def wait(self, now: float) -> float:
        """Seconds until the next event may pass."""
        self._fill(now)
        return max(0.0, (1 - self._level) / self._rate)

    def full(self, now: float) -> bool:
        """True where nothing was taken lately, so that the bucket may be forgotten."""
        self._fill(now)
        return self._level >= self._burst

    def _fill(self, now: float) -> None:
        self._level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)


class Buckets:
    """One bucket a key (an address), bounded: the one used longest ago is forgotten first."""

    def __init__(self, rate: float, burst: float, *, keys: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._keys = keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str, now: float) -> bool:
        """True where the event of this key may pass."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate, self._burst, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return bucket.take(now)

    def __len__(self) -> int:
        return len(self._buckets)
