"""docs/webhooks.md shows what is really sent, and its example of a receiver works."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from echo_session.domain.events import EVENT_TYPES
from echo_session.store.commands import close_session
from echo_session.store.engine import Database
from echo_session.store.tables import EventRow
from echo_session.webhooks.signing import encode_body, new_secret, signed_headers
from tests.integration.records.people import START, a_session, a_visitor, joins, leaves

GUIDE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def shape(value: Any) -> Any:
    """Names and kinds, without the values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


async def test_the_examples_have_the_fields_that_are_sent(database: Database) -> None:
    session = await a_session(database)
    visitor = await joins(database, await a_visitor(database, session.id), START + timedelta(seconds=72))
    await leaves(database, visitor, START + timedelta(minutes=58))
    async with database.write() as tx:
        await close_session(tx, session.id, now=START + timedelta(minutes=75), random=secrets.token_bytes)
    async with database.read() as tx:
        sent = list(await tx.scalars(select(EventRow.payload).order_by(EventRow.seq)))
    shown = [json.loads(block) for block in blocks("json")]
    assert [example["type"] for example in shown] == list(EVENT_TYPES)
    assert [shape(example) for example in shown] == [shape(payload) for payload in sent]


def test_the_example_of_a_receiver_accepts_each_event_once_and_no_forgery() -> None:
    (code,) = blocks("python")
    told: list[object] = []
    names: dict[str, Any] = {"print": lambda *words: told.append(words)}
    exec(compile(code, "docs/webhooks.md", "exec"), names)
    secret, body = new_secret(secrets.token_bytes), encode_body({"type": "session.opened", "data": {}})
    headers = signed_headers("evt_1", body, [secret], datetime.now(UTC))
    seen: set[str] = set()
    receive = names["receive"]
    assert [receive(body, headers, secret, seen) for _ in range(2)] == [204, 204]
    assert receive(body.replace(b"opened", b"closed"), headers, secret, seen) == 401
    assert told == [("session.opened", {})]
