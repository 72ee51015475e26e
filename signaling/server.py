"""The ``/ws`` handler: who may open a socket, and with what limits."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web

from signaling.connection import Connection
from signaling.hub import Hub
from signaling.messages import MAX_JOIN_BYTES
from signaling.moment import Clock
from signaling.rates import Buckets
from signaling.settings import Settings


class SignalingServer:
    """Opens conversations. ``request.remote`` must be the client's address, behind a proxy too."""

    def __init__(self, *, hub: Hub, settings: Settings, clock: Clock) -> None:
        self._hub = hub
        self._settings = settings
        self._clock = clock
        self._sockets = Buckets(settings.socket_rate, settings.socket_burst)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket, from the handshake to its end."""
        if not self._origin_allowed(request):
            raise web.HTTPForbidden(
                text="This page may not open a session here: its origin is not allowed.\n"
            )
        if not self._sockets.take(request.remote or "", self._clock.monotonic()):
            raise web.HTTPTooManyRequests(
                text="Too many connections from this address. Try again in a few seconds.\n",
                headers={"Retry-After": "5"},
            )
        socket: web.WebSocketResponse[Literal[False]] = web.WebSocketResponse(
            heartbeat=self._settings.heartbeat,
            timeout=self._settings.close_timeout,
            # aiohttp refuses a frame of exactly the limit too.
            max_msg_size=MAX_JOIN_BYTES + 1,
            decode_text=False,
        )
        await socket.prepare(request)

        def abort() -> None:
            if request.transport is not None:
                request.transport.abort()

        connection = Connection(socket, abort, hub=self._hub, settings=self._settings, clock=self._clock)
        await connection.run()
        return socket

    def _origin_allowed(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None or origin in self._settings.allowed_origins:
            return True
        return urlsplit(origin).netloc == request.host
