"""Which servers there are, and which of them can be measured here."""

from __future__ import annotations

from collections.abc import Mapping

from bench.peers.aiortc_relay import AiortcRelay
from bench.peers.base import Server, UnavailableError
from bench.peers.galene import Galene
from bench.peers.janus import Janus
from bench.peers.livekit import LiveKit
from bench.peers.ours import Ours, OursStrom

SERVERS: Mapping[str, type[Server]] = {
    server.name: server for server in (Ours, OursStrom, Janus, LiveKit, Galene, AiortcRelay)
}


def versions() -> tuple[dict[str, str], dict[str, str]]:
    """What is installed, by server; and what is not, with the way to install it."""
    there, missing = {}, {}
    for name, server in SERVERS.items():
        try:
            there[name] = server.version()
        except UnavailableError as error:
            missing[name] = str(error)
    return there, missing
