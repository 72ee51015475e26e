"""POST /unsubscribe/{token}: off a program's mail, and on again. Opening the address changes nothing.

Mail programs send the POST themselves where somebody presses their own button (RFC 8058), with
``List-Unsubscribe=One-Click`` in the body; our page sends ``unsubscribe`` or ``resubscribe``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.unsubscriptions import resubscribe, unsubscribe
from echo_session.tokens import BadToken, Links

__all__ = ["add_unsubscribe_route"]

MAX_BODY = 4096
NOTHING = "There is nothing at this address.\n"


def add_unsubscribe_route(
    router: web.UrlDispatcher, database: Database, links: Links, now: Callable[[], datetime]
) -> None:
    """Adds the address. The page for it (GET) is one of ``http.pages``."""

    async def decide(request: web.Request) -> web.Response:
        if (request.content_length or 0) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
        try:
            person_id, program_id = links.read_unsubscribe(request.match_info["token"])
            wanted = await request.post()
            async with database.write() as tx:
                if "resubscribe" in wanted:
                    name = await resubscribe(tx, person_id, program_id)
                    words = f"Mail about {name} comes to you as before."
                else:
                    name = await unsubscribe(tx, person_id, program_id, now=now())
                    words = f"Mail about {name} has stopped."
        except (BadToken, NotFound) as error:
            raise web.HTTPNotFound(text=NOTHING) from error
        return web.json_response({"words": words}, headers={"Cache-Control": "no-store"})

    router.add_post("/unsubscribe/{token}", decide)
