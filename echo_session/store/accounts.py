"""Accounts, sign-in links, signed-in browsers and API tokens. Secrets are kept as SHA-256 only."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select

from echo_session.domain.accounts import CONSOLE_LIFE, SIGN_IN_LINK_LIFE, Account, Actor, ApiToken
from echo_session.domain.errors import InvalidFields
from echo_session.domain.ids import Prefix, RandomBytes, new_id, unpadded
from echo_session.domain.people import Invitation, Role, problems_of, tidy_email
from echo_session.domain.text import tidy
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import AccountRow, ApiTokenRow, ConsoleSessionRow, SignInLinkRow

SECRET_BYTES = 32
TOKEN_PREFIX = "est_"  # noqa: S105 - the prefix, no secret
"""Lets secret scanners and people see what leaked."""

_USED_EVERY = timedelta(minutes=1)


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits; it needs no salt and no slow hash."""
    return sha256(secret.encode()).hexdigest()


async def has_accounts(tx: Tx) -> bool:
    """False at the first start."""
    return bool(await tx.scalar(select(func.count()).select_from(AccountRow)))


async def ensure_account(tx: Tx, name: str, email: str, *, now: datetime, random: RandomBytes) -> Account:
    """The account with this e-mail address, made where there is none. Raises InvalidFields."""
    problems = problems_of(Invitation(name=name, email=email, role=Role.FACILITATOR))
    if problems:
        raise InvalidFields(problems)
    known = await tx.scalar(select(AccountRow).where(AccountRow.email == tidy_email(email)))
    if known is not None:
        return _to_account(known)
    row = AccountRow(
        id=new_id(Prefix.ACCOUNT, random), name=tidy(name), email=tidy_email(email), created_at=now
    )
    tx.add(row)
    await tx.flush()
    return _to_account(row)


async def list_accounts(tx: Tx) -> list[Account]:
    """Everybody who may sign in, oldest first."""
    return [_to_account(row) for row in await tx.scalars(select(AccountRow).order_by(AccountRow.created_at))]


async def create_sign_in_link(tx: Tx, account_id: str, *, now: datetime, random: RandomBytes) -> str:
    """The secret of a new one-time link, good for a day. Raises NotFound."""
    if await tx.get(AccountRow, account_id) is None:
        raise NotFound(f"no account {account_id}")
    await tx.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at < now))
    secret = unpadded(random(SECRET_BYTES))
    tx.add(
        SignInLinkRow(
            hash=digest(secret),
            account_id=account_id,
            created_at=now,
            expires_at=now + SIGN_IN_LINK_LIFE,
            used_at=None,
        )
    )
    await tx.flush()
    return secret


async def sign_in(tx: Tx, secret: str, *, now: datetime, random: RandomBytes) -> str:
    """Spends a one-time link; gives the secret for the browser's cookie.

    Raises:
        NotFound: it is spent, expired or never was; which of them is nobody's business.
    """
    link = await tx.get(SignInLinkRow, digest(secret), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise NotFound("no such sign-in link")
    link.used_at = now
    await tx.execute(delete(ConsoleSessionRow).where(ConsoleSessionRow.expires_at < now))
    cookie = unpadded(random(SECRET_BYTES))
    tx.add(
        ConsoleSessionRow(
            hash=digest(cookie), account_id=link.account_id, created_at=now, expires_at=now + CONSOLE_LIFE
        )
    )
    await tx.flush()
    return cookie


async def sign_out(tx: Tx, cookie: str) -> None:
    """Forgets the browser. Twice is once."""
    await tx.execute(delete(ConsoleSessionRow).where(ConsoleSessionRow.hash == digest(cookie)))


async def actor_of_cookie(tx: Tx, cookie: str, *, now: datetime) -> Actor | None:
    """Who is signed in with this cookie, if anybody."""
    row = await tx.scalar(
        select(AccountRow)
        .join(ConsoleSessionRow, ConsoleSessionRow.account_id == AccountRow.id)
        .where(ConsoleSessionRow.hash == digest(cookie), ConsoleSessionRow.expires_at > now)
    )
    return None if row is None else Actor(id=row.id, account=_to_account(row))


async def create_api_token(tx: Tx, name: str, *, now: datetime, random: RandomBytes) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again."""
    secret = TOKEN_PREFIX + unpadded(random(SECRET_BYTES))
    row = ApiTokenRow(
        id=new_id(Prefix.API_TOKEN, random),
        name=tidy(name)[:200],
        hash=digest(secret),
        created_at=now,
        last_used_at=None,
        revoked_at=None,
    )
    tx.add(row)
    await tx.flush()
    return _to_token(row), secret


async def list_api_tokens(tx: Tx) -> list[ApiToken]:
    """Every token ever made, oldest first."""
    return [_to_token(row) for row in await tx.scalars(select(ApiTokenRow).order_by(ApiTokenRow.created_at))]


async def revoke_api_token(tx: Tx, token_id: str, *, now: datetime) -> None:
    """Lets the token in no more. Twice is once. Raises NotFound."""
    row = await tx.get(ApiTokenRow, token_id)
    if row is None:
        raise NotFound(f"no API token {token_id}")
    row.revoked_at = row.revoked_at or now


async def actor_of_token(tx: Tx, secret: str) -> tuple[Actor, datetime | None] | None:
    """Whose token this is, if it is good, and when it was last used."""
    row = await tx.scalar(
        select(ApiTokenRow).where(ApiTokenRow.hash == digest(secret), ApiTokenRow.revoked_at.is_(None))
    )
    return None if row is None else (Actor(id=row.id, account=None), row.last_used_at)


def use_is_worth_noting(last_used_at: datetime | None, now: datetime) -> bool:
    """To the minute is enough; a write for every request would be too much."""
    return last_used_at is None or now - last_used_at >= _USED_EVERY


async def note_use(tx: Tx, token_id: str, *, now: datetime) -> None:
    """Keeps when a token was last used."""
    row = await tx.get(ApiTokenRow, token_id)
    if row is not None:
        row.last_used_at = now


def _to_account(row: AccountRow) -> Account:
    return Account(id=row.id, name=row.name, email=row.email)


def _to_token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
