"""The guarded client, against a server on loopback and against names that lie."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from echo_session.webhooks import client as client_module
from echo_session.webhooks.client import EXCERPT_BYTES, GuardedClient
from echo_session.webhooks.endpoints import UrlCheck
from echo_session.webhooks.guard import Guard

from .names import FakeNames

LOOPBACK = Guard.of([], allow_loopback=True)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    port: int = 0
    seen: list[web.Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()

    async def noted(request: web.Request) -> web.StreamResponse:
        server.seen.append(request)
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", noted)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


async def fine(_: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


@asynccontextmanager
async def sending(
    guard: Guard = LOOPBACK, resolver: AbstractResolver | None = None, **options: float
) -> AsyncIterator[GuardedClient]:
    async with GuardedClient(guard, resolver=resolver, timeout_seconds=options.get("timeout", 15)) as client:
        yield client


async def test_a_body_arrives_with_its_headers() -> None:
    bodies = []

    async def note(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.read())
        return web.Response(text="thanks")

    async with serving(note) as server, sending() as client:
        answer = await client.send(server.url, b'{"a":1}', {"webhook-id": "evt_1"})
    assert (answer.status, answer.error, answer.excerpt) == (200, "", "thanks")
    assert bodies == [b'{"a":1}']
    headers = server.seen[0].headers
    assert (server.seen[0].method, headers["webhook-id"]) == ("POST", "evt_1")
    assert headers["Content-Type"] == "application/json"
    assert "Cookie" not in headers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_an_ip_literal_is_checked_although_no_name_is_looked_up(host: str) -> None:
    names = FakeNames()
    async with sending(Guard(), names) as client:
        answer = await client.send(f"https://{host}:9/", b"{}", {})
    assert answer.status is None
    assert "is refused" in answer.error
    assert names.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.1.1", "100.64.1.1"])
async def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    async with sending(Guard(), FakeNames(inside_example=[[address]])) as client:
        answer = await client.send("https://inside.example/", b"{}", {})
    assert answer.status is None
    assert f"{address} is refused" in answer.error or "is refused" in answer.error


async def test_a_name_that_changes_between_the_check_and_the_connection_is_refused() -> None:
    names = FakeNames(rebind_example=[["93.184.216.34"], ["127.0.0.1"]])
    await UrlCheck(Guard(), names)("https://rebind.example/")
    async with serving(fine) as server, sending(Guard(), names) as client:
        answer = await client.send(f"https://rebind.example:{server.port}/", b"{}", {})
    assert "127.0.0.1 is refused" in answer.error
    assert server.seen == []


async def test_every_request_is_looked_up_and_checked_anew() -> None:
    names = FakeNames(rebind_example=[["127.0.0.1"], ["10.0.0.1"]])
    async with serving(fine) as server, sending(resolver=names) as client:
        url = f"http://rebind.example:{server.port}/"
        first = await client.send(url, b"{}", {})
        second = await client.send(url, b"{}", {})
    assert first.status == 204
    assert "10.0.0.1 is refused" in second.error
    assert len(names.asked) == 2


async def test_of_several_addresses_only_the_permitted_are_tried() -> None:
    names = FakeNames(mixed_example=[["10.0.0.1", "127.0.0.1"]])
    async with serving(fine) as server, sending(resolver=names) as client:
        answer = await client.send(f"http://mixed.example:{server.port}/", b"{}", {})
    assert answer.status == 204


async def test_plain_http_is_not_sent_outside_development() -> None:
    async with sending(Guard(), FakeNames()) as client:
        answer = await client.send("http://93.184.216.34/", b"{}", {})
    assert "only https:// is sent to" in answer.error


async def test_plain_http_in_development_does_not_leave_this_machine() -> None:
    async with sending(resolver=FakeNames(far_example=[["93.184.216.34"]])) as client:
        answer = await client.send("http://far.example/", b"{}", {})
    assert "plain http is only for this machine itself" in answer.error


async def test_a_redirect_is_not_followed() -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("http://127.0.0.1:1/inside")

    async with serving(elsewhere) as server, sending() as client:
        answer = await client.send(server.url, b"{}", {})
    assert answer.status == 307
    assert "redirects are not followed" in answer.error
    assert len(server.seen) == 1


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(fine) as proxy, serving(fine) as server, sending() as client:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        answer = await client.send(server.url, b"{}", {})
    assert answer.status == 204
    assert proxy.seen == []
    assert len(server.seen) == 1


async def test_cookies_are_not_kept() -> None:
    async def cookie(_: web.Request) -> web.StreamResponse:
        response = web.Response()
        response.set_cookie("a", "b")
        return response

    async with serving(cookie) as server, sending() as client:
        await client.send(server.url, b"{}", {})
        await client.send(server.url, b"{}", {})
    assert "Cookie" not in server.seen[1].headers


async def test_of_a_large_answer_only_the_beginning_is_read() -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        try:
            while True:
                await response.write(b"\0x" * 50_000)
        except ConnectionError:
            return response

    async with serving(large) as server, sending() as client:
        answer = await client.send(server.url, b"{}", {})
    assert answer.status == 500
    assert len(answer.excerpt) == EXCERPT_BYTES
    assert "\0" not in answer.excerpt


async def test_a_body_that_never_ends_does_not_undo_an_acceptance(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dribble(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=200)
        await response.prepare(request)
        await response.write(b"thank")
        await asyncio.Event().wait()
        return response

    monkeypatch.setattr(client_module, "EXCERPT_SECONDS", 0.2)
    async with serving(dribble) as server, sending() as client:
        answer = await client.send(server.url, b"{}", {})
    assert (answer.status, answer.error, answer.excerpt) == (200, "", "thank")


async def test_a_receiver_that_hangs_is_given_up_on() -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(hang) as server, sending(timeout=0.2) as client:
        answer = await client.send(server.url, b"{}", {})
    assert (answer.status, answer.error) == (None, "no answer within 0.2 s")


async def test_what_the_receiver_asks_for_is_passed_on() -> None:
    async def busy(_: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "120"})

    async with serving(busy) as server, sending() as client:
        answer = await client.send(server.url, b"{}", {})
    assert (answer.status, answer.retry_after, answer.error) == (
        503,
        "120",
        "answered 503 Service Unavailable",
    )


async def test_a_refused_connection_and_an_unknown_name_are_told_apart() -> None:
    async with sending(resolver=FakeNames()) as client:
        refused = await client.send("http://127.0.0.1:1/", b"{}", {})
        unknown = await client.send("https://nowhere.example/", b"{}", {})
    assert refused.error.startswith("no connection")
    assert unknown.error.startswith("the host name cannot be looked up")


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate it signed itself, and a client's that trusts that one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


async def test_https_needs_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    theirs, trusting = _certificate(tmp_path)
    names = FakeNames(localhost=[["127.0.0.1"]])
    async with serving(fine, theirs) as server:
        url = f"https://localhost:{server.port}/"
        async with GuardedClient(LOOPBACK, resolver=names, tls=trusting) as client:
            trusted = await client.send(url, b"{}", {})
        async with GuardedClient(LOOPBACK, resolver=names) as client:
            unknown = await client.send(url, b"{}", {})
    assert trusted.status == 204
    assert unknown.status is None
    assert "certificate is not valid" in unknown.error
