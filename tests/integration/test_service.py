"""The whole service as processes: start, links, ports in use, stop."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.service import environment_of, free_port, running_service


async def test_service_starts_shows_its_links_and_ends_cleanly(tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        assert service.sign_in_link.startswith(f"{service.base_url}/sign-in#")
        assert service.practice_link == f"{service.base_url}/practice"
        async with ClientSession(service.base_url) as client, client.get("/healthz") as answer:
            assert answer.status == 200
            assert "Content-Security-Policy" in answer.headers
    assert await service.stop() == 0
    assert "Traceback" not in service.tail(1000)


async def test_second_start_shows_a_fresh_sign_in_link(tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        first = service.sign_in_link
    async with running_service(tmp_path, port=service.port, media_port=service.media_port) as again:
        assert again.sign_in_link != first
        assert again.sign_in_link.startswith(f"{again.base_url}/sign-in#")


async def test_service_behind_a_proxy_tells_clients_apart(tmp_path: Path) -> None:
    settings = {"http.trusted_proxies": '["127.0.0.0/8"]', "practice.rooms_per_address": "1"}

    async with running_service(tmp_path, settings) as service, ClientSession(service.base_url) as client:

        async def practice(address: str) -> tuple[int, str]:
            forwarded = {"X-Forwarded-For": f"10.9.9.9, {address}", "X-Forwarded-Proto": "https"}
            async with client.post("/api/v1/practice", json={}, headers=forwarded) as answer:
                return answer.status, (await answer.json()).get("link", "")

        status, link = await practice("203.0.113.1")
        assert status == 201
        assert (await practice("203.0.113.1"))[0] == 429
        assert (await practice("203.0.113.2"))[0] == 201
        forwarded = {"X-Forwarded-For": "203.0.113.1"}
        async with client.ws_connect("/ws", headers=forwarded) as socket_:
            await socket_.send_json({"type": "hello", "token": link.partition("#")[2], "client": "test"})
            assert (await socket_.receive_json())["session"]["kind"] == "practice"


async def _serve(folder: Path, **settings: str) -> tuple[int | None, str, str]:
    named = {name.replace("__", "."): value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "echo_session",
        "serve",
        cwd=folder,
        env=environment_of({"data": str(folder / "data")} | named),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def _complaints(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith("echo-session: ")]


async def test_http_port_in_use_is_one_line_that_says_what_to_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = await _serve(
            tmp_path, http__port=str(port), media__port=str(free_port(socket.SOCK_DGRAM))
        )
    assert code == 69
    assert "Console" not in out
    (line,) = [line for line in _complaints(err) if "media node" not in line]
    assert f"Port {port}" in line
    assert "ECHO_SESSION_HTTP__PORT" in line


async def test_media_port_in_use_is_one_line_that_says_what_to_set(tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        code, _, err = await _serve(
            tmp_path, http__port=str(free_port(socket.SOCK_STREAM)), media__port=str(port)
        )
    assert code == 69
    (line,) = _complaints(err)
    assert f"port {port}" in line
    assert "ECHO_SESSION_MEDIA__PORT" in line


async def test_wrong_setting_is_told_and_nothing_starts(tmp_path: Path) -> None:
    code, _, err = await _serve(tmp_path, http__port="eighty")
    assert code == 78
    assert "http.port = 'eighty'" in err
    assert not (tmp_path / "data").exists()


async def test_second_service_on_the_same_folder_leaves_the_first_alone(tmp_path: Path) -> None:
    async with running_service(tmp_path) as first:
        code, _, err = await _serve(
            tmp_path,
            http__port=str(free_port(socket.SOCK_STREAM)),
            media__port=str(free_port(socket.SOCK_DGRAM)),
        )
        assert code == 78
        assert "Another echo-session uses the data folder" in err
        await first.ready()
        assert not [line for line in first.output if "link to the media node is down" in line]


@pytest.mark.parametrize("part", ["control", "media-node"])
async def test_part_that_is_killed_is_back_and_the_other_one_has_lived_on(tmp_path: Path, part: str) -> None:
    async with running_service(tmp_path) as service:
        name, other = ("control", "media-node") if part == "control" else ("media-node", "control")
        survivor = service.pid(other)  # type: ignore[arg-type]
        gone = service.kill(name)  # type: ignore[arg-type]
        await service.back(name, instead_of=gone)  # type: ignore[arg-type]
        assert service.pid(other) == survivor  # type: ignore[arg-type]
