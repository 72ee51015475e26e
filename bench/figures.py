"""Figures of one round, and what several rounds say together."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict


class Figures(BaseModel):
    """One round of one case. What a server or scenario cannot tell is None."""

    model_config = ConfigDict(extra="forbid")

    server_us: float | None = None
    """Processor time of the server, all of it, per media packet delivered, in microseconds."""
    worker_us: float | None = None
    """Of its media threads alone."""
    core_busy: float | None = None
    """Share of one core that the server used."""
    machine_busy: float | None = None
    """Share of all cores that anybody used, the generator and the kernel too."""
    others_busy: float | None = None
    """Of that, what was neither the server nor those who measure it: a busy machine tells nothing."""
    per_second: float | None = None
    """Packets delivered a second."""
    share: float | None = None
    """Of the packets that should have been delivered."""
    lost: float | None = None
    """Packets missing."""
    unread: float | None = None
    """Datagrams that the generator was too slow to take: it was busy then, not the server."""
    p50_ms: float | None = None
    """Forwarding delay, keyframes apart, like the next two."""
    p99_ms: float | None = None
    worst_ms: float | None = None
    mib_a_viewer: float | None = None
    """Growth of the server's proportional set size by the viewers, divided among them."""
    join_p50_ms: float | None = None
    """From the request to the first packet of a keyframe that can be opened."""
    join_p99_ms: float | None = None
    watched_p99_ms: float | None = None
    """Forwarding delay in another session meanwhile."""


class Spread(BaseModel):
    """Median and extremes of a figure over the rounds."""

    median: float
    low: float
    high: float


def spreads(rounds: Sequence[Figures]) -> dict[str, Spread]:
    """Of every figure that any round has; each by itself."""
    found = {}
    for name in Figures.model_fields:
        values = [value for one in rounds if (value := getattr(one, name)) is not None]
        if values:
            found[name] = Spread(median=statistics.median(values), low=min(values), high=max(values))
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that so large a share of the values does not exceed (nearest rank)."""
    if not values:
        raise ValueError("there is no quantile of nothing")
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)
    return ordered[min(max(rank, 1), len(ordered)) - 1]
