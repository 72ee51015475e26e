"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Check = Callable[[], Awaitable[bool]]
CHECK_SECONDS = 2.0


def add_health_routes(router: web.UrlDispatcher, checks: Mapping[str, Check]) -> None:
    """``/healthz``: 200 while the process answers. ``/readyz``: 200 while every check passes, else 503."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def readyz(_request: web.Request) -> web.Response:
        passed = await asyncio.gather(*(_passes(check) for check in checks.values()))
        results = dict(zip(checks, passed, strict=True))
        ready = all(passed)
        return web.json_response(
            {"status": "ready" if ready else "not ready", "checks": results},
            status=200 if ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    router.add_get("/healthz", healthz)
    router.add_get("/readyz", readyz)


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception:
        return False
