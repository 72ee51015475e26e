"""A real Firefox over WebDriver BiDi (W3C): just what a test needs - open an address, evaluate, end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # All its addresses, loopback among them, and not only that of the default route, are for pages that may
    # use a real microphone.
    "permissions.default.microphone": 1,
    "permissions.default.camera": 1,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    # Sound needs a clock, which a machine without a sound card has not.
    "media.cubeb.force_mock_context": True,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-provider.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One window of one Firefox process."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._context = ""

    async def command(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Sends one BiDi command and waits for its result; raises AssertionError with Firefox's words."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame.get("id") != number:
                continue
            assert frame["type"] == "success", f"{method}: {frame.get('error')}: {frame.get('message')}"
            result: dict[str, Any] = frame["result"]
            return result
        raise AssertionError(f"Firefox ended during {method}")

    async def begin(self) -> None:
        """Starts the BiDi session and finds the window."""
        await self.command("session.new", {"capabilities": {}})
        tree = await self.command("browsingContext.getTree", {})
        self._context = tree["contexts"][0]["context"]

    async def open(self, address: str) -> None:
        """Loads an address and waits until it is interactive."""
        await self.command(
            "browsingContext.navigate", {"context": self._context, "url": address, "wait": "interactive"}
        )

    async def preload(self, script: str) -> None:
        """Runs a script in every page before the page's own."""
        await self.command("script.addPreloadScript", {"functionDeclaration": f"() => {{{script}}}"})

    async def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression; a promise is awaited. The value travels as JSON."""
        result = await self.command(
            "script.evaluate",
            {
                "expression": f"(async () => JSON.stringify((await ({expression})) ?? null))()",
                "target": {"context": self._context},
                "awaitPromise": True,
            },
        )
        assert result["type"] == "success", result.get("exceptionDetails", {}).get("text", result)
        return json.loads(result["result"]["value"])

    async def wait_for(self, expression: str, seconds: float = 20.0) -> Any:
        """First truthy value of an expression that the page itself re-evaluates every 50 ms."""
        value = await self.evaluate(
            f"""(async () => {{
                const end = performance.now() + {seconds * 1000};
                for (;;) {{
                    const value = await ({expression});
                    if (value || performance.now() > end) return value;
                    await new Promise((done) => setTimeout(done, 50));
                }}
            }})()"""
        )
        assert value, f"not within {seconds} s in Firefox: {expression}"
        return value


@contextlib.asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Firefox]:
    """A headless Firefox with a fake camera and microphone and a profile of its own."""
    _prepare(profile)
    process = await asyncio.create_subprocess_exec(
        "firefox-esr", "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        address = await asyncio.wait_for(_bidi_address(process), 60)
        drain = asyncio.create_task(_drain(process))
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"{address}/session", max_msg_size=0) as socket,
        ):
            window = Firefox(socket)
            await window.begin()
            yield window
        drain.cancel()
        await asyncio.gather(drain, return_exceptions=True)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _prepare(profile: Path) -> None:
    profile.mkdir(parents=True, exist_ok=True)
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines))


async def _bidi_address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode(errors="replace")
        if "WebDriver BiDi listening on" in text:
            return text.rsplit(" ", 1)[1].strip()
    raise AssertionError("Firefox ended before it listened")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    async for _ in process.stderr:
        pass
