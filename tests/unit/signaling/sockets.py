"""A real server on loopback with in-memory ports, and a client that speaks the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from signaling.hub import Hub
from signaling.media import PeerConnected
from signaling.messages import (
    ClientMessage,
    Hello,
    Joined,
    Resume,
    ServerMessage,
    Welcome,
    Wire,
    server_messages,
)
from signaling.server import SignalingServer
from signaling.settings import Settings
from tests.unit.signaling.fakes import World, join

M = TypeVar("M", bound=Wire)


class Client:
    """One socket of a client."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.received: list[ServerMessage] = []

    async def say(self, message: ClientMessage) -> None:
        await self.socket.send_str(message.model_dump_json())

    async def next(self) -> ServerMessage | None:
        """The next message; None once the server closed."""
        frame = await self.socket.receive()
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return None
        message = server_messages.validate_json(frame.data)
        self.received.append(message)
        return message

    async def until(self, kind: type[M]) -> M:
        """Reads up to the next message of this kind."""
        while True:
            message = await self.next()
            assert message is not None, f"closed with {self.socket.close_code} before a {kind.__name__}"
            if isinstance(message, kind):
                return message

    async def closed(self) -> int | None:
        """Reads to the end; the close code."""
        while await self.next() is not None:
            pass
        return self.socket.close_code

    def stop_reading(self) -> None:
        """Takes no more bytes from the network, as a page that hangs."""
        connection = self.socket._response.connection
        assert connection is not None
        assert isinstance(connection.transport, asyncio.Transport)
        connection.transport.pause_reading()

    def cut(self) -> None:
        """The line breaks without a close frame."""
        connection = self.socket._response.connection
        assert connection is not None
        connection.close()

    async def hello(self, token: str, resume: Resume | None = None) -> Welcome:
        await self.say(Hello(token=token, client="test", resume=resume))
        return await self.until(Welcome)

    async def enter(self, token: str) -> Joined:
        await self.hello(token)
        await self.say(join())
        return await self.until(Joined)


class Service:
    """Hub and server, and the ports behind them."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.settings = settings
        self.hub = Hub(ports=world.ports(), settings=settings)
        self.server = SignalingServer(hub=self.hub, settings=settings, clock=world.clock)
        self.web = TestServer(self._application())
        self._clients: list[aiohttp.ClientSession] = []

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/ws", self.server.handle)
        application.router.add_get("/sockets", self._count)
        return application

    async def open(self, *, compress: int = 0, origin: str | None = None, autoping: bool = True) -> Client:
        """A new socket."""
        session = aiohttp.ClientSession()
        self._clients.append(session)
        url = self.web.make_url("/ws")
        return Client(await session.ws_connect(url, compress=compress, origin=origin, autoping=autoping))

    async def until_sockets(self, count: int) -> None:
        """Waits until no more than so many sockets are open, asking over HTTP."""
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.get(self.web.make_url("/sockets")) as response:
                    if int(await response.text()) <= count:
                        return

    async def _count(self, request: web.Request) -> web.Response:
        return web.Response(text=str(self.hub.sockets))

    async def connect_media(self, joined: Joined, generation: int = 1) -> None:
        """The engine says that the transport is up."""
        room_id = f"room_{joined.room.session.session_id}"
        at = self.world.clock.moment()
        await self.hub.media_event(PeerConnected(room_id, joined.participant_id, generation, at))

    async def close(self) -> None:
        await self.hub.close()
        for session in self._clients:
            await session.close()
        await self.web.close()


@asynccontextmanager
async def serving(
    world: World, settings: Settings | None = None, *, attached: bool = True
) -> AsyncIterator[Service]:
    """A service that listens, with an empty engine attached."""
    service = Service(world, settings or Settings())
    await service.hub.start()
    if attached:
        await service.hub.media_attached([])
        service.hub.media_caught_up()
    await service.web.start_server()
    try:
        yield service
    finally:
        await service.close()
