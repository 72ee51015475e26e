"""Headers of every answer, and whom to believe about the client's address."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Network = IPv4Network | IPv6Network

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob: mediastream:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

PERMISSIONS_POLICY = ", ".join(
    (
        "camera=(self)",
        "microphone=(self)",
        "display-capture=(self)",
        "speaker-selection=(self)",
        "screen-wake-lock=(self)",
        "autoplay=(self)",
        "fullscreen=(self)",
        "picture-in-picture=(self)",
        "geolocation=()",
        "payment=()",
        "usb=()",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

STRICT_TRANSPORT = "max-age=31536000"


def add_security_headers(app: web.Application, *, https: bool) -> None:
    """Puts the headers on whatever the application answers, errors included."""
    headers = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if https else {})

    async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")

    app.on_response_prepare.append(on_prepare)


def trusted_proxies(networks: Sequence[Network]) -> Middleware:
    """Takes address and scheme from X-Forwarded-For and -Proto where the peer is one of our own proxies.

    The rightmost address that is not a proxy of ours counts: whatever stands left of it, the client wrote.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.remote is None or not _inside(request.remote, networks):
            return await handler(request)
        chain = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        client = next((hop for hop in reversed(chain) if not _inside(hop, networks)), request.remote)
        scheme = request.headers.get("X-Forwarded-Proto", request.scheme).strip().lower()
        if scheme not in ("http", "https"):
            scheme = request.scheme
        return await handler(request.clone(remote=client, scheme=scheme))

    return middleware


def _inside(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return False
    return any(parsed in network for network in networks)
