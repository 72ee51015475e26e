"""Where a link leads: what it claims, held against what is so now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.accounts import Account
from echo_session.domain.links import Claims, LinkKind
from echo_session.domain.people import Registration
from echo_session.domain.sessions import Session
from echo_session.domain.which_session import by_preference
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.registrants import effective, merged_with
from echo_session.store.registration_rows import read_registration
from echo_session.store.registrations import barred
from echo_session.store.sessions import get_session
from echo_session.store.standing_links import sessions_ahead
from echo_session.store.tables import AccountRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who comes, and where to. ``registration`` goes with a personal link, ``account`` with the console's."""

    kind: LinkKind
    session: Session
    registration: Registration | None = None
    """The one that counts in this session; not always the one that the link was sent for."""
    account: Account | None = None


async def resolve(tx: Tx, claims: Claims, *, now: datetime) -> Access:
    """Whom these claims let in, and where. A session that is over is found; say so to who asks.

    Raises:
        NotFound: void, revoked or never was; which of them is nobody's business.
    """
    if claims.kind is LinkKind.PERSONAL:
        return await _personal(tx, claims, now)
    session = await get_session(tx, claims.session_id)
    practice = session.kind == "practice"
    match claims.kind:
        case LinkKind.PUBLIC if not practice and session.public_link_on:
            if claims.epoch == session.public_epoch:
                return Access(kind=claims.kind, session=session)
        case LinkKind.PRACTICE if practice:
            if claims.epoch == session.public_epoch:
                return Access(kind=claims.kind, session=session)
        case LinkKind.CONSOLE if not practice and claims.account_id:
            row = await tx.get(AccountRow, claims.account_id)
            if row is not None:
                account = Account(id=row.id, name=row.name, email=row.email)
                return Access(kind=claims.kind, session=session, account=account)
        case _:
            pass
    raise NotFound("no such link")


async def _personal(tx: Tx, claims: Claims, now: datetime) -> Access:
    """The link must be its registration's last one, and that one good. Who comes as what is then decided by
    the registration that counts in the session: one for the session before one for its series, and that
    before one for its program."""
    own = await read_registration(tx, claims.registration_id or "")
    if not own.lets_in or own.epoch != claims.epoch or (own.session_id or "") != claims.session_id:
        raise NotFound("no such link")
    people = frozenset(await merged_with(tx, own.person.id))
    for session in by_preference(await _where_to(tx, own, people, now), now):
        registration = await effective(tx, session.id, own.person.id)
        if registration is None:
            continue
        if people & await barred(tx, session.id):
            break
        return Access(kind=claims.kind, session=session, registration=registration)
    raise NotFound("no such link")


async def _where_to(tx: Tx, own: Registration, people: frozenset[str], now: datetime) -> list[Session]:
    if own.session_id is not None:
        session = await get_session(tx, own.session_id)
        return [session] if session.kind == "session" else []
    return await sessions_ahead(tx, own, people, now=now)
