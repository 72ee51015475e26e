"""What an endpoint that is given up at any moment leaves open: nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from echo_session.endpoint.peer import Peer
from echo_session.endpoint.received import Received
from echo_session.endpoint.tracks import Sources, TestSound


def sockets() -> set[str]:
    """Inodes of this process's sockets."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("after", range(8))
async def test_peer_given_up_while_it_gathers_its_addresses_leaves_no_socket(after: int) -> None:
    before = sockets()
    sources = Sources(microphone=TestSound())
    peer = Peer(sources, Received(), videos=1, ice_servers=[])
    offering = asyncio.create_task(peer.offer())
    await turns(after)
    offering.cancel()
    await asyncio.gather(offering, return_exceptions=True)
    await peer.close()
    sources.stop()
    assert sockets() <= before


@pytest.mark.parametrize("after", range(8))
async def test_peer_whose_closing_is_given_up_is_closed_all_the_same(after: int) -> None:
    before = sockets()
    sources = Sources(microphone=TestSound())
    peer = Peer(sources, Received(), videos=1, ice_servers=[])
    await peer.offer()
    assert sockets() > before
    closing = asyncio.create_task(peer.close())
    await turns(after)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    async with asyncio.timeout(5):
        await peer.close()
    sources.stop()
    assert sockets() <= before
