"""Limits and times of the conversation. ``app.py`` fills them from the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from signaling.relays import IceRelay


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All times in seconds."""

    ice_servers: Sequence[IceRelay] = ()
    max_video_slots: int = 25
    allowed_origins: frozenset[str] = field(default_factory=frozenset)
    """Origins of pages that may open a socket, as ``https://host[:port]``. A client that sends no Origin,
    which no browser does, is let in; the socket's own host always is."""

    hello_deadline: float = 10.0
    heartbeat: float = 10.0
    grace: float = 15.0
    """How long a person who dropped out may stay away without having left."""
    split: float = 15.0
    """An absence longer than this is one, whatever the grace; ``domain.attendance.SPLIT`` bridges no more."""
    flowing: float = 3.0
    """The engine tells of packets every second, and heartbeats make one every two: where the last is older
    than this, they have ceased."""
    stale: float = 4.0
    """Without a packet for so long a participant is shown as not connected."""
    tick: float = 1.0
    seen_every: float = 3.0
    """With the second between two reports of the engine, and the write, a crash costs less than five."""
    rejoin_jitter: float = 0.5
    hear_timeout: float = 3.0
    """How long the end of a session waits for a media node that cannot be heard just now: only it knows who
    stayed while this process was away."""
    close_timeout: float = 2.0
    """How long the farewell to a client may take."""

    outbound_messages: int = 512
    outbound_bytes: int = 2 * 1024 * 1024

    message_rate: float = 30.0
    message_burst: float = 150.0
    join_rate: float = 0.5
    join_burst: float = 6.0
    socket_rate: float = 20.0
    """New sockets a second from one address; a clinic is one address."""
    socket_burst: float = 200.0
