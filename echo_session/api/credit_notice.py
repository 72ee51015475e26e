"""What credit there is, by whom accredited and in which words: for everybody to read before the start."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import hdrs
from pydantic import Field

from echo_session.api.console import refuse_if_too_many
from echo_session.api.limits import RateLimit
from echo_session.api.models import Out
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.domain.credit import credit_of
from echo_session.domain.credit_types import CreditType
from echo_session.store.access import resolve
from echo_session.store.errors import NotFound
from echo_session.store.session_credit import offers_of
from echo_session.tokens import BadToken


class CreditNotice(Out):
    """A credit type, as people read of it before they come."""

    name: str
    provider: str
    statement: str
    professions: list[str] = Field(description="Whom it is for; empty: everybody")
    most: str | None = Field(description="The most credit that a session is worth; null: it depends on it")


class CreditNotices(Out):
    """All of a session."""

    items: list[CreditNotice]


def notice(kept: CreditType, designated_minutes: int | None) -> CreditNotice:
    """What people read of this type; ``designated_minutes`` None: of no session in particular."""
    unit = kept.rounding_minutes
    most = None if designated_minutes is None else credit_of(kept.rule, designated_minutes // unit * unit)
    return CreditNotice(
        name=kept.name,
        provider=kept.provider,
        statement=kept.statement,
        professions=list(kept.professions),
        most=most,
    )


def notices(found: Iterable[CreditType]) -> list[CreditNotice]:
    """The same of a program's types."""
    return [notice(one, one.designated_minutes) for one in found]


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The one operation, limited by the address that asks."""
    looks = RateLimit(ports.limits.public_looks_per_address, ports.limits.public_window, ports.monotonic)

    def admit(call: AnyCall) -> None:
        refuse_if_too_many(looks.wait(call.request.remote))

    return (
        Operation(
            method="GET",
            path="/public/credit/offers",
            name="readCreditOffers",
            summary="What credit a session offers, for whoever has a link to it",
            tag="Learner's page",
            handler=_read,
            admit=admit,
            body=Nothing,
            query=Nothing,
            answer=CreditNotices,
            public=True,
            problems=(404, 429),
        ),
    )


async def _read(call: Call[Nothing, Nothing]) -> Answer:
    scheme, _, token = call.request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "link":
        raise NotFound("no link")
    try:
        claims = call.ports.links.read(token.strip(), call.now)
    except BadToken as error:
        raise NotFound("no such link") from error
    session = (await resolve(call.tx, claims, now=call.now)).session
    offers = [offer for offer in await offers_of(call.tx, session) if offer.offered]
    items = [notice(offer.type, offer.designated_minutes) for offer in offers]
    return Answer(body=CreditNotices(items=items), headers={"Cache-Control": "no-store"})
