"""The listening sockets of control, taken before anything else is started."""

from __future__ import annotations

import errno
import socket

from echo_session.http.errors import AddressError

BACKLOG = 1024
"""Connections that wait while the process starts: a restart loses none of them."""


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """A socket on every address of the host.

    Raises:
        AddressError: a port is in use, or the host has no address here; says what to set.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise AddressError(
            f"http.host = {host!r} is not an address of this machine ({error.strerror}): "
            "set http.host (ECHO_SESSION_HTTP__HOST).",
            in_use=False,
        ) from error
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            sockets.append(_listen(family, address))
    except OSError as error:
        for one in sockets:
            one.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressError(
                f"Port {port} (TCP, http) on {host} is in use by another program: "
                "set http.port (ECHO_SESSION_HTTP__PORT) to a free one.",
                in_use=True,
            ) from error
        raise AddressError(
            f"Cannot listen on {host} port {port} ({error.strerror}): "
            "set http.host (ECHO_SESSION_HTTP__HOST) and http.port (ECHO_SESSION_HTTP__PORT).",
            in_use=False,
        ) from error
    return sockets


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
        one.listen(BACKLOG)
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one
