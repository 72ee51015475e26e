"""GET /calendar/{token}.ics: a feed that calendar programs subscribe to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from aiohttp import ETag, hdrs, web

from echo_session.calendar.build import Voice, feed
from echo_session.calendar.model import Recurring, Single, events_of, takes_place
from echo_session.domain.feeds import FeedContent
from echo_session.domain.sessions import Session
from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.feed_reading import note_read, read_feed
from echo_session.tokens import BadToken, Links

__all__ = ["add_calendar_route"]

CACHE = "private, max-age=900"
NOTHING = "There is nothing at this address.\n"
_STAMP = re.compile(rb"DTSTAMP:\d{8}T\d{6}Z\r\n")


def add_calendar_route(
    router: web.UrlDispatcher, database: Database, links: Links, now: Callable[[], datetime]
) -> None:
    """Adds the address of the feeds."""

    async def calendar(request: web.Request) -> web.StreamResponse:
        at = now()
        try:
            feed_id = links.read_feed(request.match_info["token"])
            async with database.read() as tx:
                content = await read_feed(tx, feed_id, at)
        except (BadToken, NotFound) as error:
            raise web.HTTPNotFound(text=NOTHING) from error
        data = await asyncio.to_thread(feed_of, content, links, at)
        await note_read(database, feed_id, at)
        tag = sha256(_STAMP.sub(b"", data)).hexdigest()[:32]
        headers = {hdrs.CACHE_CONTROL: CACHE}
        asked = request.if_none_match or ()
        if any(one.value in (tag, "*") for one in asked):
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=data, content_type="text/calendar", charset="utf-8", headers=headers)
        response.etag = ETag(tag)
        return response

    router.add_get(r"/calendar/{token:[\w.-]{1,500}}.ics", calendar)


def feed_of(content: FeedContent, links: Links, stamp: datetime) -> bytes:
    """The feed as iCalendar."""

    def link(session: Session) -> str:
        registration = content.registrations.get(session.id)
        return links.personal(registration) if registration is not None else ""

    by_part: dict[str | None, list[Session]] = {}
    for session in content.sessions:
        by_part.setdefault(session.part_id, []).append(session)
    events: list[Recurring | Single] = []
    for part in content.parts:
        recurring, own = events_of(part, by_part.pop(part.id, []))
        events += [recurring] if recurring.sessions else []
        events += own
    events += [Single(session) for rest in by_part.values() for session in rest]
    there = [one for one in events if isinstance(one, Recurring) or takes_place(one.session)]
    register = links.page("programs", content.slug) if content.slug else ""
    return feed(content.name, there, Voice(stamp=stamp, link=link, register=register))
