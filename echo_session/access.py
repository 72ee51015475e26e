"""Ways in for whoever runs the service: sign-in links for people, tokens for programs."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings
from echo_session import data_folder
from echo_session.domain.accounts import Account
from echo_session.live.clock import utc_now
from echo_session.store import accounts
from echo_session.store.engine import Database, Tx
from echo_session.store.migrate import migrate
from echo_session.tokens import Links

NAME = "Facilitator"
EMAIL = "facilitator@localhost"


@asynccontextmanager
async def records(settings: Settings) -> AsyncIterator[tuple[Database, Links]]:
    """The database, its tables brought up to date, and what makes links."""
    key = data_folder.shared_secret(settings.data / data_folder.SIGNING_KEY)
    database = Database(settings.database)
    try:
        await migrate(database)
        yield database, Links(key=key, public_url=settings.base_url, random=secrets.token_bytes)
    finally:
        await database.close()


async def console_link(database: Database, links: Links) -> str:
    """A one-time sign-in link for the oldest account, which the first start makes."""
    async with database.write() as tx:
        known = await accounts.list_accounts(tx)
        account = known[0] if known else await _first_account(tx)
        secret = await accounts.create_sign_in_link(tx, account.id, now=utc_now(), random=secrets.token_bytes)
    return links.sign_in(secret)


async def facilitator_link(database: Database, links: Links, name: str, email: str) -> str:
    """A one-time sign-in link for the account with this address, made where there is none.

    Raises InvalidFields.
    """
    async with database.write() as tx:
        account = await accounts.ensure_account(tx, name, email, now=utc_now(), random=secrets.token_bytes)
        secret = await accounts.create_sign_in_link(tx, account.id, now=utc_now(), random=secrets.token_bytes)
    return links.sign_in(secret)


async def _first_account(tx: Tx) -> Account:
    return await accounts.ensure_account(tx, NAME, EMAIL, now=utc_now(), random=secrets.token_bytes)


async def create_token(database: Database, name: str) -> str:
    """The secret of a new API token."""
    async with database.write() as tx:
        _, secret = await accounts.create_api_token(tx, name, now=utc_now(), random=secrets.token_bytes)
    return secret


async def describe_tokens(database: Database) -> list[str]:
    """One line a token: id, name, state."""
    async with database.read() as tx:
        known = await accounts.list_api_tokens(tx)
    lines = []
    for token in known:
        used = f"last used {token.last_used_at:%Y-%m-%d %H:%M} UTC" if token.last_used_at else "never used"
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else used
        lines.append(f"{token.id}  {token.name}  {state}")
    return lines


async def revoke_token(database: Database, token_id: str) -> None:
    """Raises NotFound."""
    async with database.write() as tx:
        await accounts.revoke_api_token(tx, token_id, now=utc_now())
