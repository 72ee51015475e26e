"""The built web pages."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

WEB = Path(__file__).parents[1] / "web"
"""Where the build puts them."""

PAGES = {
    "/": "index.html",
    "/join": "join.html",
    "/practice": "practice.html",
    "/console": "console.html",
    "/sign-in": "sign-in.html",
    "/programs/{slug}": "register.html",
    "/series/{slug}": "register.html",
    "/lost-link": "lost-link.html",
    "/here": "here.html",
    "/credit": "credit.html",
    "/verify": "verify.html",
    "/unsubscribe/{token}": "unsubscribe.html",
}
"""By address. A page finds out by itself what the parts in braces name."""
IMMUTABLE = "public, max-age=31536000, immutable"
"""Assets carry a hash of their content in the name."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
NOT_BUILT = "The web pages are not built: run `make setup` in the source folder, or install a release.\n"
NOTHING = "There is nothing at this address.\n"


class Pages:
    """Serves pages and assets; a ``.br`` or ``.gz`` file beside one is sent where the browser takes it."""

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Adds the pages' addresses."""
        for address, name in PAGES.items():
            router.add_get(address, self._page(name))
        router.add_get("/assets/{name}", self._asset)
        router.add_get(r"/{name:[A-Za-z0-9_-]+\.(?:svg|ico|png|webmanifest|txt)}", self._small_file)
        router.add_get("/{elsewhere:.*}", self._elsewhere)

    def _page(self, name: str) -> Handler:
        async def page(_request: web.Request) -> web.StreamResponse:
            file = self._folder / name
            if not file.is_file():
                return web.Response(status=503, text=NOT_BUILT)
            return web.FileResponse(file, headers={"Cache-Control": "no-cache"})

        return page

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return self._file(self._folder / "assets", request.match_info["name"], IMMUTABLE)

    async def _small_file(self, request: web.Request) -> web.StreamResponse:
        return self._file(self._folder, request.match_info["name"], "public, max-age=86400")

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        """The front page, for somebody whose link was cut off; programs are told in a line."""
        front = self._folder / PAGES["/"]
        if "text/html" not in request.headers.get("Accept", "") or not front.is_file():
            raise web.HTTPNotFound(text=NOTHING)
        return web.FileResponse(front, status=404, headers={"Cache-Control": "no-store"})

    def _file(self, folder: Path, name: str, cache: str) -> web.StreamResponse:
        file = folder / name
        if not _PLAIN_NAME.fullmatch(name) or not file.is_file():
            raise web.HTTPNotFound(text=NOTHING)
        return web.FileResponse(file, headers={"Cache-Control": cache})
