"""docs/webhooks.md shows what is really sent, and its example of a receiver works."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from echo_session.api.event_models import BODIES
from echo_session.domain.event_types import CATALOGUE
from echo_session.webhooks.signing import encode_body, new_secret, signed_headers

GUIDE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
EVENTS = GUIDE.partition("## The events")[2]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_guide_lists_every_event_and_its_examples_are_by_the_schemas() -> None:
    listed = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*) \|$", EVENTS, flags=re.MULTILINE)
    assert listed == [(kind.name, kind.when) for kind in CATALOGUE]
    shown = [json.loads(block) for block in blocks("json")]
    assert len(shown) == 4
    for example in shown:
        BODIES[example["type"]].model_validate(example)


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
