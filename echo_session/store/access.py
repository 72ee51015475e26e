"""Where a link leads: what it claims, held against what is so now."""

from __future__ import annotations

from dataclasses import dataclass

from echo_session.domain.accounts import Account
from echo_session.domain.links import Claims, LinkKind
from echo_session.domain.people import Registration
from echo_session.domain.sessions import Session
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.registrations import barred, find_registration
from echo_session.store.sessions import get_session
from echo_session.store.tables import AccountRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who comes, and where to. ``registration`` goes with a personal link, ``account`` with the console's."""

    kind: LinkKind
    session: Session
    registration: Registration | None = None
    account: Account | None = None


async def resolve(tx: Tx, claims: Claims) -> Access:
    """Whom these claims let in, and where. A session that is over is found; say so to who asks.

    Raises:
        NotFound: void, revoked or never was; which of them is nobody's business.
    """
    session = await get_session(tx, claims.session_id)
    practice = session.kind == "practice"
    match claims.kind:
        case LinkKind.PERSONAL if not practice:
            return await _personal(tx, session, claims)
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


async def _personal(tx: Tx, session: Session, claims: Claims) -> Access:
    registration = await find_registration(tx, claims.registration_id or "")
    if (
        registration is None
        or registration.session_id != session.id
        or registration.removed_at is not None
        or registration.epoch != claims.epoch
        or registration.person.id in await barred(tx, session.id)
    ):
        raise NotFound("no such link")
    return Access(kind=claims.kind, session=session, registration=registration)
