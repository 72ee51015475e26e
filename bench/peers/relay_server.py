"""The server that aiortc's own examples lead to: tracks of publishers, handed on by ``MediaRelay``.

``python -m bench.peers.relay_server PORT``. It decodes what it receives and encodes it anew for each viewer:
aiortc has no other way. ``POST /publish/NAME`` and ``POST /view?of=NAME&of=NAME`` take an offer as text and
give the answer; a viewer's offer has a recvonly line for each voice and each picture it is to get.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict

from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

TRACK_SECONDS = 20.0


class Relay:
    """All publishers and viewers of this process."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._tracks: dict[str, dict[str, MediaStreamTrack]] = defaultdict(dict)
        self._arrived = asyncio.Condition()
        self._connections: set[RTCPeerConnection] = set()

    async def publish(self, request: web.Request) -> web.Response:
        """Takes a publisher's offer."""
        name = request.match_info["name"]
        connection = self._connect()

        @connection.on("track")
        async def arrived(track: MediaStreamTrack) -> None:
            async with self._arrived:
                self._tracks[name][track.kind] = track
                self._arrived.notify_all()

        return await self._answer(connection, await request.text())

    async def view(self, request: web.Request) -> web.Response:
        """Takes a viewer's offer, and gives it the tracks of those it names."""
        connection = self._connect()
        for name in request.query.getall("of"):
            for track in await self._both(name):
                connection.addTrack(self._relay.subscribe(track))
        return await self._answer(connection, await request.text())

    async def _both(self, name: str) -> list[MediaStreamTrack]:
        """Voice and picture of a publisher, once they are there."""
        async with asyncio.timeout(TRACK_SECONDS), self._arrived:
            await self._arrived.wait_for(lambda: len(self._tracks[name]) == 2)
        return list(self._tracks[name].values())

    async def close(self, _: web.Application) -> None:
        """Ends all connections."""
        await asyncio.gather(*(connection.close() for connection in self._connections))

    def _connect(self) -> RTCPeerConnection:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections.add(connection)
        return connection

    async def _answer(self, connection: RTCPeerConnection, offer: str) -> web.Response:
        await connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return web.Response(text=connection.localDescription.sdp)


async def application() -> web.Application:
    """Routes to one relay."""
    relay = Relay()
    made = web.Application()
    made.add_routes([web.post("/publish/{name}", relay.publish), web.post("/view", relay.view)])
    made.on_shutdown.append(relay.close)
    return made


def main() -> None:
    """Serves on the loopback until it is told to end."""
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
