"""What every answer carries, which files are served, and whom to believe about addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from echo_session.http.health import add_health_routes
from echo_session.http.pages import PAGES, Pages
from echo_session.http.security import add_security_headers, trusted_proxies

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[Client]:
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    for name in sorted(set(PAGES.values())):
        (folder / name).write_text(f"<title>{Path(name).stem}</title>")
    (folder / "assets" / "join-Ab1_-2.js").write_text("plain")
    (folder / "assets" / "join-Ab1_-2.js.br").write_bytes(b"small")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.key").write_text("secret")
    return folder


def pages(folder: Path, *, https: bool = False) -> web.Application:
    app = web.Application()
    Pages(folder).add_routes(app.router)
    add_security_headers(app, https=https)
    return app


async def test_pages_are_served_under_their_addresses_and_checked_for_news_each_time(built: Path) -> None:
    async with serving(pages(built)) as client:
        for address, title in (("/", "index"), ("/join", "join"), ("/sign-in", "sign-in")):
            answer = await client.get(address)
            assert (answer.status, await answer.text()) == (200, f"<title>{title}</title>")
            assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/programs/autism-echo", "register"),
        ("/series/autism-echo-2027", "register"),
        ("/lost-link", "lost-link"),
        ("/unsubscribe/a.token-of_letters", "unsubscribe"),
    ],
)
async def test_public_pages_are_served_whatever_they_are_about(built: Path, address: str, title: str) -> None:
    async with serving(pages(built)) as client:
        answer = await client.get(address)
        assert (answer.status, await answer.text()) == (200, f"<title>{title}</title>")


async def test_hashed_assets_are_kept_for_ever_and_sent_compressed(built: Path) -> None:
    async with serving(pages(built)) as client:
        url = client.make_url("/assets/join-Ab1_-2.js")
        async with ClientSession(auto_decompress=False) as session:
            answer = await session.get(url, headers={"Accept-Encoding": "br"})
            assert await answer.read() == b"small"
            assert answer.headers["Content-Encoding"] == "br"
            assert "immutable" in answer.headers["Cache-Control"]
            plain = await session.get(url, headers={"Accept-Encoding": "identity"})
            assert await plain.text() == "plain"


@pytest.mark.parametrize("path", ["/assets/..%2F..%2Fsecret.key", "/assets/none.js", "/assets/.env", "/none"])
async def test_nothing_else_is_served(built: Path, path: str) -> None:
    async with serving(pages(built)) as client:
        answer = await client.get(path)
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/none", "/join/", "/a/b"])
async def test_browser_at_a_wrong_address_gets_the_front_page_and_the_right_status(
    built: Path, path: str
) -> None:
    async with serving(pages(built)) as client:
        answer = await client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (answer.status, await answer.text()) == (404, "<title>index</title>")
        told = await client.get(path, headers={"Accept": "application/json"})
        assert (told.status, await told.text()) == (404, "There is nothing at this address.\n")


@pytest.mark.parametrize("path", ["/join", "/assets/join-Ab1_-2.js", "/none"])
async def test_every_answer_carries_the_security_headers(built: Path, path: str) -> None:
    async with serving(pages(built)) as client:
        headers = (await client.get(path)).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


async def test_https_is_made_to_stay(built: Path) -> None:
    async with serving(pages(built, https=True)) as client:
        assert "Strict-Transport-Security" in (await client.get("/")).headers


async def test_pages_that_are_not_built_say_so(tmp_path: Path) -> None:
    async with serving(pages(tmp_path)) as client:
        answer = await client.get("/join")
        assert answer.status == 503
        assert "make setup" in await answer.text()


def _told(networks: list[str]) -> web.Application:
    async def who(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.remote} {request.scheme}")

    app = web.Application(middlewares=[trusted_proxies([ip_network(text) for text in networks])])
    app.router.add_get("/", who)
    return app


@pytest.mark.parametrize(
    ("networks", "forwarded", "expected"),
    [
        (["127.0.0.0/8"], "203.0.113.9", "203.0.113.9 https"),
        (["127.0.0.0/8"], "198.51.100.1, 203.0.113.9", "203.0.113.9 https"),
        (["127.0.0.0/8", "10.0.0.0/8"], "203.0.113.9, 10.0.0.3", "203.0.113.9 https"),
        ([], "203.0.113.9", "127.0.0.1 http"),
        (["10.0.0.0/8"], "203.0.113.9", "127.0.0.1 http"),
    ],
)
async def test_forwarded_address_is_believed_of_our_own_proxies_only(
    networks: list[str], forwarded: str, expected: str
) -> None:
    async with serving(_told(networks)) as client:
        answer = await client.get("/", headers={"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"})
        assert await answer.text() == expected


@pytest.mark.parametrize(("works", "status"), [(True, 200), (False, 503)])
async def test_ready_only_while_every_check_passes(works: bool, status: int) -> None:
    async def check() -> bool:
        return works

    async with serving(_checked({"database": check})) as client:
        answer = await client.get("/readyz")
        assert answer.status == status
        assert (await answer.json())["checks"] == {"database": works}


async def test_check_that_fails_makes_it_not_ready_and_alive_all_the_same() -> None:
    async def check() -> bool:
        raise OSError("gone")

    async with serving(_checked({"database": check})) as client:
        assert (await client.get("/readyz")).status == 503
        assert (await client.get("/healthz")).status == 200


def _checked(checks: dict[str, Callable[[], Awaitable[bool]]]) -> web.Application:
    app = web.Application()
    add_health_routes(app.router, checks)
    return app
