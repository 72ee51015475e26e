"""What may be entered as an endpoint's address."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp.abc import ResolveResult

from echo_session.webhooks import endpoints
from echo_session.webhooks.endpoints import UrlCheck
from echo_session.webhooks.errors import EndpointRefused
from echo_session.webhooks.guard import Guard

from .names import FakeNames

NAMES = FakeNames(
    scheduling_example=[["93.184.216.34"]],
    inside_example=[["10.1.2.3"]],
    both_example=[["10.1.2.3", "93.184.216.34"]],
    localhost=[["127.0.0.1", "::1"]],
)
STRICT = UrlCheck(Guard(), NAMES)
DEVELOPMENT = UrlCheck(Guard.of([], allow_loopback=True), NAMES)


@pytest.mark.parametrize(
    "url",
    [
        "https://scheduling.example/hooks?tenant=7",
        "https://scheduling.example:8443",
        "https://93.184.216.34/",
        "https://[2606:4700:4700::1111]/",
        "https://both.example/",
        "https://not-yet-there.example/",
    ],
)
async def test_a_public_https_address_is_accepted(url: str) -> None:
    await STRICT(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "https://host/path"),
        ("scheduling.example", "https://host/path"),
        ("ftp://scheduling.example", "https://host/path"),
        ("https:///hooks", "https://host/path"),
        ("http://scheduling.example/", "https://host/path"),
        ("https://user:secret@scheduling.example/", "user name or password"),
        ("https://scheduling.example/#here", "#fragment"),
        ("https://scheduling.example/a b", "blanks"),
        ("https://scheduling.example/\r\nX: y", "blanks"),
        ("https://scheduling.example:99999/", "no URL"),
        ("https://scheduling.example:0/", "port 0"),
        ("https://scheduling.example/" + "a" * 2000, "at most 2000"),
        ("https://10.0.0.5/", "10.0.0.5: 10.0.0.0/8 is private"),
        ("https://[::1]/", "::1/128 is loopback"),
        ("https://[::ffff:127.0.0.1]/", "IPv6 form"),
        ("https://169.254.169.254/latest", "link-local"),
        ("https://inside.example/", "10.1.2.3: 10.0.0.0/8 is private"),
        ("https://localhost/", "loopback"),
    ],
)
async def test_any_other_address_is_refused_with_the_reason(url: str, words: str) -> None:
    with pytest.raises(EndpointRefused, match=words.replace("[", r"\[")):
        await STRICT(url)


async def test_the_settings_open_the_hospitals_own_network() -> None:
    await UrlCheck(Guard.of(["10.1.0.0/16"]), NAMES)("https://inside.example/")


async def test_in_development_http_is_for_this_machine_only() -> None:
    await DEVELOPMENT("http://localhost:9000/hook")
    await DEVELOPMENT("http://127.0.0.1:9000/hook")
    with pytest.raises(EndpointRefused, match="this machine itself"):
        await DEVELOPMENT("http://scheduling.example/")


async def test_a_name_whose_servers_hang_does_not_hold_up_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeNames):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            await asyncio.Event().wait()
            return []

    monkeypatch.setattr(endpoints, "LOOK_UP_SECONDS", 0.01)
    await UrlCheck(Guard(), Hanging())("https://slow.example/")
