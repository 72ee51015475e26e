"""The receivers of docs/examples work: fed by the real service, killed, sent everything again, lied to."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from echo_session.webhooks.signing import encode_body, new_secret, signed_headers
from tests.service import ROOT, free_port, running_service

EXAMPLES, WEB = ROOT / "docs" / "examples", ROOT / "web"
API = "/api/v1"


@dataclass(frozen=True)
class Example:
    """One of the receivers."""

    listen: list[str]
    catch_up: list[str]
    port: int
    seen: Callable[[], set[str]]
    """Ids of the events that it has applied."""
    state: Callable[[str, str], Any]
    """What it knows of a thing."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


def in_python(folder: Path) -> Example:
    records, port = folder / "records.db", free_port(socket.SOCK_STREAM)
    begin = [sys.executable, str(EXAMPLES / "receiver.py"), "--records", str(records)]

    def rows(query: str, *values: str) -> list[Any]:
        with sqlite3.connect(records) as db:
            return db.execute(query, values).fetchall()

    def state(kind: str, thing_id: str) -> Any:
        [(body,)] = rows("SELECT body FROM thing WHERE kind = ? AND id = ?", kind, thing_id)
        return json.loads(body)

    return Example(
        listen=[*begin, "--port", str(port)],
        catch_up=[*begin, "--catch-up"],
        port=port,
        seen=lambda: {row[0] for row in rows("SELECT event_id FROM seen")},
        state=state,
    )


async def in_typescript(folder: Path) -> Example:
    types = ["--typeRoots", str(WEB / "node_modules" / "@types"), "--types", "node"]
    strict = ["--strict", "--noUncheckedIndexedAccess", "--noUnusedLocals", "--ignoreConfig"]
    kind = ["--module", "nodenext", "--target", "es2023", "--outDir", str(folder)]
    compiler = str(WEB / "node_modules" / ".bin" / "tsc")
    await said([compiler, str(EXAMPLES / "receiver.mts"), *types, *strict, *kind])
    records, port = folder / "records", free_port(socket.SOCK_STREAM)
    script = str(folder / "receiver.mjs")
    return Example(
        listen=["node", script, str(port), str(records)],
        catch_up=["node", script, "catch-up", str(records)],
        port=port,
        seen=lambda: {file.name for file in (records / "seen").iterdir() if file.suffix != ".half"},
        state=lambda name, one: json.loads((records / "things" / f"{name}-{one}.json").read_text())["body"],
    )


async def said(command: list[str], **environment: str) -> str:
    """What the program prints until it ends well."""
    process = await asyncio.create_subprocess_exec(
        *command, env=dict(os.environ) | environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


@asynccontextmanager
async def listening(example: Example, secret: str) -> AsyncIterator[None]:
    """The receiver, until it is killed."""
    process = await asyncio.create_subprocess_exec(
        *example.listen,
        env=dict(os.environ) | {"WEBHOOK_SECRET": secret},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).decode().strip() == f"listening on {example.port}"
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def ask(api: ClientSession, method: str, path: str, body: object = None) -> Any:
    async with api.request(method, f"{API}{path}", json=body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json() if answer.status != 204 else None


async def feed(api: ClientSession, session_id: str = "") -> set[str]:
    page = await ask(api, "GET", "/events?limit=200" + (f"&session_id={session_id}" if session_id else ""))
    return {event["id"] for event in page["items"]}


async def lies(example: Example, secret: str) -> list[int]:
    """Answers to an event that is forged, and to a true one that was recorded ten minutes ago."""
    body = encode_body({"type": "session.closed", "data": {"stream": "ses_1", "seq": 1}})
    now = datetime.now(UTC)
    forged = signed_headers("evt_forged", body, [new_secret(secrets.token_bytes)], now)
    old = signed_headers("evt_old", body, [secret], now - timedelta(minutes=10))
    async with ClientSession() as client:
        statuses = []
        for headers in (forged, old):
            async with client.post(example.url, data=body, headers=headers) as answer:
                statuses.append(answer.status)
        return statuses


async def drained(api: ClientSession, hook_id: str) -> None:
    """Until nothing is on its way to the endpoint."""
    async with asyncio.timeout(30):
        while (await ask(api, "GET", f"/webhook-endpoints/{hook_id}"))["pending"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process drains it


async def test_the_examples_apply_each_event_once_through_crashes_replays_and_lies(tmp_path: Path) -> None:
    for name in ("python", "typescript"):
        (tmp_path / name).mkdir()
    examples = [in_python(tmp_path / "python"), await in_typescript(tmp_path / "typescript")]
    async with (
        running_service(tmp_path, {"webhooks.retry_scale": "0.001"}) as service,
        service.api() as api,
    ):
        program = await ask(api, "POST", "/programs", {"name": "Asthma", "zone": "America/Denver"})
        hooks = [await ask(api, "POST", "/webhook-endpoints", {"url": one.url}) for one in examples]
        async with AsyncExitStack() as both:
            for example, hook in zip(examples, hooks, strict=True):
                await both.enter_async_context(listening(example, hook["secret"]))
            planned = {"title": "Asthma", "zone": "UTC", "starts_local": "2035-01-08T12:00:00"}
            wanted = planned | {"duration_minutes": 60, "program_id": program["id"]}
            session = await ask(api, "POST", "/sessions", wanted)
            for example, hook in zip(examples, hooks, strict=True):
                await drained(api, hook["id"])
                assert example.seen() == await feed(api, session["id"])
                assert await lies(example, hook["secret"]) == [401, 401]
        await ask(api, "PATCH", f"/sessions/{session['id']}", {"title": "Wheezing"})  # both are down
        await ask(api, "POST", f"/sessions/{session['id']}/cancel", {})
        everything = await feed(api)
        assert len(everything) == 4
        for example in examples:
            for new in (3, 0):
                words = await said([*example.catch_up, service.base_url], ECHO_TOKEN=service.api_token)
                assert words == f"{new} events were new\n"
            assert example.seen() == everything
        for example, hook in zip(examples, hooks, strict=True):
            async with listening(example, hook["secret"]):
                here = f"/webhook-endpoints/{hook['id']}"
                await ask(api, "POST", f"{here}/replay", {"event_ids": sorted(everything)})
                test = await ask(api, "POST", f"{here}/test")
                await drained(api, hook["id"])
                assert example.seen() == everything | {test["event_id"]}
            known = example.state("session", session["id"])
            assert (known["title"], known["status"]) == ("Wheezing", "cancelled")
            assert example.state("program", program["id"])["name"] == "Asthma"
