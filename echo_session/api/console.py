"""What the console needs: signing in and out, who is signed in, and the ways into a session."""

from __future__ import annotations

from echo_session.api import models
from echo_session.api.auth import COOKIE, refuse_other_sites
from echo_session.api.limits import RateLimit
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.api.registrations import allowing, refuse_if_over
from echo_session.api.sessions import session_of
from echo_session.domain.accounts import Account
from echo_session.domain.people import Invitation, Role
from echo_session.store import accounts, registrations
from echo_session.store.errors import NotFound

TAG = "Console"
SPENT = "This sign-in link is not valid any more: each works once, for a day. Ask for a new one."


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The operations; signing in is limited by address."""
    limits = ports.limits
    sign_ins = RateLimit(limits.sign_ins_per_address, limits.sign_in_window, ports.monotonic)

    async def sign_in(call: Call[models.SignIn, Nothing]) -> Answer:
        refuse_other_sites(call.request, ports, programs=True)
        refuse_if_too_many(sign_ins.wait(call.request.remote))
        try:
            cookie = await accounts.sign_in(call.tx, call.body.token, now=call.now, random=call.ports.random)
        except NotFound as error:
            raise Problem(401, SPENT) from error
        return Answer(cookie=cookie)

    return (
        Operation(
            method="POST",
            path="/sign-in",
            name="signIn",
            summary="Spend a sign-in link; sets the console's cookie",
            tag=TAG,
            handler=sign_in,
            body=models.SignIn,
            query=Nothing,
            status=204,
            unit="write",
            public=True,
            problems=(401, 403, 429),
        ),
        *OPERATIONS,
    )


async def sign_out(call: Call[Nothing, Nothing]) -> Answer:
    """Forgets this browser."""
    await accounts.sign_out(call.tx, call.request.cookies.get(COOKIE, ""))
    return Answer(cookie="")


async def me(call: Call[Nothing, Nothing]) -> Answer:
    """Who asks."""
    account = call.actor.account
    return Answer(body=models.Me(account=account and models.AccountOut.model_validate(account)))


async def console_token(call: Call[Nothing, Nothing]) -> Answer:
    """A token with which the console watches and moderates."""
    session = await session_of(call)
    token = call.ports.links.console(session.id, _account(call).id, call.now)
    return Answer(body=models.ConsoleToken(token=token))


async def enter(call: Call[Nothing, Nothing]) -> Answer:
    """The signed-in facilitator's own way into the room."""
    account = _account(call)
    session = await session_of(call)
    refuse_if_over(session)
    invitation = Invitation(name=account.name, email=account.email, role=Role.FACILITATOR)
    [registration] = await registrations.invite(
        call.tx, session.id, [invitation], now=call.now, random=call.ports.random
    )
    link = models.Link(link=call.ports.links.personal(registration))
    return Answer(body=link, then=allowing(call, session, [registration]))


def refuse_if_too_many(seconds: float) -> None:
    """Raises Problem 429 where there is a time to wait."""
    if seconds > 0:
        wait = int(seconds) + 1
        raise Problem(
            429, f"Too many in a short time. Try again in {wait} seconds.", headers={"Retry-After": str(wait)}
        )


def _account(call: Call[Nothing, Nothing]) -> Account:
    if call.actor.account is None:
        raise Problem(403, "Only somebody who is signed in to the console can do this, not a program.")
    return call.actor.account


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="POST",
        path="/sign-out",
        name="signOut",
        summary="Sign this browser out",
        tag=TAG,
        handler=sign_out,
        body=Nothing,
        query=Nothing,
        status=204,
        unit="write",
    ),
    Operation(
        method="GET",
        path="/me",
        name="me",
        summary="Who is signed in",
        tag=TAG,
        handler=me,
        body=Nothing,
        query=Nothing,
        answer=models.Me,
        unit="none",
    ),
    Operation(
        method="POST",
        path="/sessions/{session_id}/console-token",
        name="consoleToken",
        summary="Get a token for watching the room over the signaling socket",
        tag=TAG,
        handler=console_token,
        body=Nothing,
        query=Nothing,
        answer=models.ConsoleToken,
        problems=(404,),
    ),
    Operation(
        method="POST",
        path="/sessions/{session_id}/enter",
        name="enter",
        summary="Get one's own personal link as facilitator",
        tag=TAG,
        handler=enter,
        body=Nothing,
        query=Nothing,
        answer=models.Link,
        unit="write",
        problems=(404, 409),
    ),
)
