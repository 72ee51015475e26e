"""Who asks: a program by its bearer token, or somebody whose browser is signed in to the console."""

from __future__ import annotations

from aiohttp import hdrs, web

from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.domain.accounts import Actor
from echo_session.store.accounts import actor_of_cookie, actor_of_token, note_use, use_is_worth_noting

COOKIE = "echo_console"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="echo-session"'}
_SIGN_IN = "Send an API token (Authorization: Bearer est_...) or sign in to the console."


async def authenticate(request: web.Request, ports: Ports) -> Actor:
    """Who asks.

    Raises:
        Problem: 401 where nobody does, 403 where a signed-in browser was sent here by another site's page.
    """
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is not None:
        return await _program(header, ports)
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise Problem(401, _SIGN_IN, headers=_CHALLENGE)
    async with ports.database.read() as tx:
        actor = await actor_of_cookie(tx, cookie, now=ports.now())
    if actor is None:
        raise Problem(401, "You are signed out. Sign in again to go on.", headers=_CHALLENGE)
    if request.method not in SAFE:
        refuse_other_sites(request, ports)
    return actor


def refuse_other_sites(request: web.Request, ports: Ports, *, programs: bool = False) -> None:
    """Lets a change through only if a page of ours asks for it.

    Browsers say so in Sec-Fetch-Site, older ones in Origin alone; ``programs`` send neither and may pass.

    Raises:
        Problem: 403.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get(hdrs.ORIGIN)
    if site is None and origin is None and programs:
        return
    own = ports.origins | {f"{request.scheme}://{request.host}"}
    if site == "same-origin" or (site is None and origin in own):
        return
    raise Problem(403, "This change did not come from a page of this service. Nothing was changed.")


async def _program(header: str, ports: Ports) -> Actor:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(401, _SIGN_IN, headers=_CHALLENGE)
    async with ports.database.read() as tx:
        found = await actor_of_token(tx, secret.strip())
    if found is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="echo-session", error="invalid_token"'}
        raise Problem(401, "This API token is not valid, or was revoked.", headers=challenge)
    actor, last_used_at = found
    now = ports.now()
    if use_is_worth_noting(last_used_at, now):
        async with ports.database.write() as tx:
            await note_use(tx, actor.id, now=now)
    return actor
