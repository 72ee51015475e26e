"""The media node as a process: sockets, signals, and the way control finds it."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import ssl
from collections.abc import Callable
from pathlib import Path

from aiohttp import ClientSession, TCPConnector, UnixConnector, web

from config import Settings
from echo_session import data_folder
from echo_session.media.engine import MediaEngine
from echo_session.media.errors import PortInUseError
from echo_session.media.node import MediaNode

log = logging.getLogger(__name__)

LINK_PATH = "/link"


async def run_node(
    settings: Settings, engine: MediaEngine, stopping: asyncio.Event, ready: Callable[[], None]
) -> str:
    """Serves control until told to stop or left alone; returns why it ended. Closes the engine."""
    node = MediaNode(
        engine,
        secret=data_folder.shared_secret(settings.data / data_folder.NODE_SECRET),
        unclaimed_seconds=settings.node.unclaimed_seconds,
    )
    app = web.Application()
    app.router.add_get(LINK_PATH, node.serve_link)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            site = _site(runner, settings)
            await site.start()
        except BaseException:
            engine.close()
            raise
        ready()
        return await node.run(stopping)
    finally:
        await runner.cleanup()


def session_factory(settings: Settings) -> tuple[Callable[[], ClientSession], str]:
    """How control connects: makes client sessions, and the address to give them."""
    if not settings.node.url:
        path = str(settings.node_socket)
        return lambda: ClientSession(connector=UnixConnector(path)), f"http://node{LINK_PATH}"
    context = ssl.create_default_context(cafile=settings.node.ca or None)
    return (
        lambda: ClientSession(connector=TCPConnector(ssl=context)),
        settings.node.url.rstrip("/") + LINK_PATH,
    )


def _site(runner: web.AppRunner, settings: Settings) -> web.BaseSite:
    if settings.node.listen:
        host, _, port = settings.node.listen.rpartition(":")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings.node.tls_certificate, settings.node.tls_key)
        return _TcpSite(runner, host.strip("[]"), int(port), ssl_context=context)
    return _PrivateSocket(runner, settings.node_socket)


class _PrivateSocket(web.UnixSite):
    """A Unix socket that only this user may open from the first moment on."""

    def __init__(self, runner: web.AppRunner, path: Path) -> None:
        super().__init__(runner, path)

    async def start(self) -> None:
        before = os.umask(0o177)
        try:
            await super().start()
        finally:
            os.umask(before)


class _TcpSite(web.TCPSite):
    """A TCP socket that says which setting to change where its port is taken."""

    async def start(self) -> None:
        try:
            await super().start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(
                f"The node's control port {self._port} is in use by another program: "
                "set node.listen (ECHO_SESSION_NODE__LISTEN) to a free one."
            ) from error
