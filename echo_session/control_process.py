"""Control as a process: locks, keys, sockets, and what it tells whoever started it."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from aiohttp import web

from config import Settings
from echo_session import data_folder
from echo_session.access import console_link
from echo_session.app import CONTROL, Control, compose
from echo_session.http.listen import listening_sockets
from echo_session.status import Ready

log = logging.getLogger(__name__)

HTTP_WARNING = (
    "Links begin with {url}: browsers give neither camera nor microphone to pages that come over plain http "
    "from another machine. Set http.tls_certificate and http.tls_key, or put a proxy with TLS in front and "
    "set public_url (docs/operations.md)."
)


async def run_control(
    settings: Settings, stopping: asyncio.Event, ready: Callable[[Ready], None], *, show_links: bool
) -> None:
    """Serves until told to stop.

    Raises:
        AddressError: it cannot listen where the settings say.
        FolderInUseError: another service uses the data folder.
    """
    data_folder.prepare(settings.data)
    sockets = listening_sockets(settings.http.host, settings.http.port)
    with data_folder.claimed(settings.data, "control"):
        app = compose(
            settings,
            signing_key=data_folder.shared_secret(settings.data / data_folder.SIGNING_KEY),
            node_secret=data_folder.shared_secret(settings.data / data_folder.NODE_SECRET),
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=settings.http.shutdown_seconds)
        await runner.setup()
        try:
            context = _tls(settings)
            for one in sockets:
                await web.SockSite(runner, one, ssl_context=context).start()
            log.info("Control serves on port %s", settings.http.port)
            ready(await _report(app[CONTROL], show_links=show_links))
            await stopping.wait()
        finally:
            await runner.cleanup()


async def _report(control: Control, *, show_links: bool) -> Ready:
    settings = control.settings
    warnings = []
    if settings.links_refused_by_browsers:
        warnings.append(HTTP_WARNING.format(url=settings.base_url))
        log.warning(warnings[0])
    links = {}
    if show_links:
        links["Console"] = await console_link(control.database, control.links)
        links["Practice room"] = f"{settings.base_url}/practice"
    return Ready(links=links, warnings=warnings)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.http.tls:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.http.tls_certificate, settings.http.tls_key)
    return context
