"""Whether the service could run with these settings, here and now."""

from __future__ import annotations

import socket

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from echo_session import data_folder
from echo_session.http.errors import AddressError
from echo_session.http.listen import listening_sockets
from echo_session.store.engine import Database
from echo_session.store.errors import StoreError


async def problems(settings: Settings) -> list[str]:
    """One line for each thing that would keep the service from running. Do not ask while it runs."""
    found = []
    try:
        data_folder.prepare(settings.data)
    except OSError as error:
        found.append(str(error))
    try:
        for one in listening_sockets(settings.http.host, settings.http.port):
            one.close()
    except AddressError as error:
        found.append(str(error))
    found += _media_problems(settings)
    found += await _database_problems(settings)
    if settings.links_refused_by_browsers:
        found.append(
            f"Links begin with {settings.base_url}: browsers give no camera to plain http off this machine; "
            "set http.tls_certificate and http.tls_key, or public_url to the https address of a proxy."
        )
    return found


def _media_problems(settings: Settings) -> list[str]:
    found = []
    for address in settings.media.bind:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for port in range(settings.media.port, settings.media.port + settings.media.workers):
            for kind, name in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
                error = _bind_error(family, kind, address, port)
                if error:
                    found.append(
                        f"Media cannot use {name} port {port} on {address} ({error}): set media.port "
                        "(ECHO_SESSION_MEDIA__PORT) or media.bind (ECHO_SESSION_MEDIA__BIND)."
                    )
    return found


def _bind_error(family: socket.AddressFamily, kind: socket.SocketKind, address: str, port: int) -> str:
    with socket.socket(family, kind) as one:
        if kind is socket.SOCK_STREAM:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((address, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


async def _database_problems(settings: Settings) -> list[str]:
    try:
        database = Database(settings.database)
    except (StoreError, SQLAlchemyError) as error:
        return [f"database_url (ECHO_SESSION_DATABASE_URL): {error}"]
    try:
        async with database.read() as tx:
            await tx.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        first_line = str(error).partition("\n")[0]
        return [f"The database does not answer ({first_line}): set database_url (ECHO_SESSION_DATABASE_URL)."]
    finally:
        await database.close()
    return []
