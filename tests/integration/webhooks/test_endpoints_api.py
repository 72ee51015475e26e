"""The API of the webhook endpoints, over HTTP."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

import pytest
from sqlalchemy import select

from echo_session.api.event_names import EventName
from echo_session.api.webhook_models import StateName, StatusName
from echo_session.domain.deliveries import DeliveryState, EndpointStatus
from echo_session.domain.events import EVENT_TYPES
from echo_session.domain.webhook_endpoints import MAX_ENDPOINTS
from echo_session.store.audit import REFUSED_URL
from echo_session.store.engine import Database
from echo_session.store.tables import AuditRow
from echo_session.webhooks.signing import check_secret

from .api import Api, json_of
from .receiver import always
from .samples import FAST, happen, listening, relaying, sessions

URL = "https://scheduling.example/hook"


async def created(api: Api, **fields: object) -> dict[str, Any]:
    answer = await api.post("/webhook-endpoints", json={"url": URL, **fields})
    assert answer.status == 201
    return cast(dict[str, Any], await answer.json())


async def test_the_secret_is_shown_when_it_is_made_and_never_again(api: Api) -> None:
    answer = await api.post("/webhook-endpoints", json={"url": URL, "description": "Scheduling"})
    made = await answer.json()
    check_secret(made["secret"])
    assert answer.headers["Location"] == f"/api/v1/webhook-endpoints/{made['id']}"
    known = await json_of(api, f"/webhook-endpoints/{made['id']}")
    assert known == {name: value for name, value in made.items() if name != "secret"}
    assert known["status"] == "enabled"
    assert await json_of(api, "/webhook-endpoints") == {"items": [known]}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"url": "https://10.0.0.5/"}, "url", "10.0.0.5: 10.0.0.0/8 is private"),
        ({"url": "https://inside.example/"}, "url", "10.1.2.3: 10.0.0.0/8 is private"),
        ({"url": "http://scheduling.example/"}, "url", "https://host/path"),
        ({"url": "https://[::1]/"}, "url", "loopback"),
        ({"url": None}, "url", ""),
        ({"url": URL, "event_types": ["session.exploded"]}, "event_types.0", "none of the known values"),
        ({"url": URL, "colour": "blue"}, "colour", ""),
        ({"url": URL, "description": "a" * 201}, "description", "too long"),
    ],
)
async def test_a_bad_field_is_named_with_the_reason(
    api: Api, database: Database, fields: dict[str, object], field: str, words: str
) -> None:
    answer = await api.post("/webhook-endpoints", json=fields)
    problem = await answer.json()
    assert answer.status == 422
    assert answer.content_type == "application/problem+json"
    (error,) = problem["errors"]
    assert error["field"] == field
    assert words in error["message"]
    assert await json_of(api, "/webhook-endpoints") == {"items": []}
    async with database.read() as tx:
        kept = list(await tx.scalars(select(AuditRow.detail).where(AuditRow.action == REFUSED_URL)))
    asked = field == "url" and fields["url"] is not None
    assert kept == ([error["message"]] if asked else []), "who tries addresses inside leaves a trace"


async def test_an_endpoint_is_changed_field_by_field(api: Api) -> None:
    made = await created(api)
    path = f"/webhook-endpoints/{made['id']}"
    types = ["session.closed", "session.opened", "session.closed"]
    changed = await (await api.patch(path, json={"event_types": types})).json()
    assert changed["event_types"] == ["session.opened", "session.closed"]
    assert changed["url"] == URL
    disabled = await (await api.patch(path, json={"status": "disabled"})).json()
    assert (disabled["status"], disabled["disabled_reason"] != "") == ("disabled", True)
    enabled = await (await api.patch(path, json={"status": "enabled", "description": "again"})).json()
    assert (enabled["status"], enabled["disabled_reason"], enabled["description"]) == ("enabled", "", "again")
    refused = await api.patch(path, json={"url": "https://127.0.0.1/"})
    assert refused.status == 422
    assert (await json_of(api, path))["url"] == URL


async def test_a_new_secret_leaves_the_old_one_signing_for_as_long_as_was_asked(api: Api) -> None:
    made = await created(api)
    path = f"/webhook-endpoints/{made['id']}/secret"
    renewed = await (await api.post(path, json={"keep_previous_hours": 2})).json()
    assert renewed["secret"] != made["secret"]
    until = datetime.fromisoformat(renewed["previous_secret_until"])
    assert timedelta(minutes=119) < until - datetime.now(UTC) <= timedelta(hours=2)
    at_once = await (await api.post(path, json={"keep_previous_hours": 0})).json()
    assert at_once["previous_secret_until"] is None
    assert (await api.post(path, json={"keep_previous_hours": 169})).status == 422


async def test_a_deleted_endpoint_is_gone(api: Api) -> None:
    made = await created(api)
    path = f"/webhook-endpoints/{made['id']}"
    assert (await api.delete(path)).status == 204
    for answer in (
        await api.get(path),
        await api.delete(path),
        await api.patch(path, json={}),
        await api.post(f"{path}/secret", json={}),
        await api.get(f"{path}/deliveries"),
    ):
        assert answer.status == 404


async def test_nobody_without_a_token_sees_or_changes_anything(api: Api) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/wep_1/deliveries"), ("DELETE", "/wep_1")):
        answer = await api.request(
            method, f"/webhook-endpoints{path}", headers={"Authorization": "Bearer est_wrong"}
        )
        assert answer.status == 401


async def test_there_is_a_limit_to_the_number_of_endpoints(api: Api) -> None:
    for _ in range(MAX_ENDPOINTS):
        await created(api)
    answer = await api.post("/webhook-endpoints", json={"url": URL})
    assert answer.status == 409
    assert "delete one" in (await answer.json())["detail"]


async def test_the_log_tells_what_was_tried_and_what_came_back(api: Api, database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database) as (receiver, known):
        first, second, third = await happen(database, session, 3)
        receiver.answer = lambda event, time: 500 if event == second and time == 1 else 200
        async with relaying(database, policy=FAST):
            await receiver.until(lambda: len(receiver.accepted) == 3)
    path = f"/webhook-endpoints/{known.id}/deliveries"
    log = await json_of(api, path)
    assert [item["event_id"] for item in log["items"]] == [third, second, first]
    assert log["next"] is None
    tried = log["items"][1]
    assert (tried["event_type"], tried["seq"], tried["state"]) == ("participant.joined", 2, "delivered")
    assert (tried["counted_attempts"], tried["next_attempt_at"]) == (2, None)
    assert [attempt["status"] for attempt in tried["attempts"]] == [200, 500]
    assert tried["attempts"][1]["error"] == "answered 500 Internal Server Error"

    pages, cursor = [], ""
    while cursor is not None:
        page = await json_of(api, f"{path}?limit=1&cursor={cursor}")
        pages += [item["event_id"] for item in page["items"]]
        cursor = page["next"]
    assert pages == [third, second, first]
    assert (await json_of(api, f"{path}?state=failed"))["items"] == []
    answer = await api.get(f"{path}?cursor=dlv_nowhere")
    assert (await answer.json())["errors"][0]["field"] == "cursor"


async def test_an_endpoint_that_is_down_says_since_when(api: Api, database: Database) -> None:
    (session,) = await sessions(database, 1)
    async with listening(database, answer=always(503)) as (receiver, known):
        await happen(database, session)
        async with relaying(database, policy=FAST.scaled(1000)):
            await receiver.until(lambda: bool(receiver.came))
            async with asyncio.timeout(30):
                down = await json_of(api, f"/webhook-endpoints/{known.id}")
                while not down["failures"]:
                    down = await json_of(api, f"/webhook-endpoints/{known.id}")
    assert (down["failures"], down["pending"], down["status"]) == (1, 1, "enabled")
    assert down["failing_since"] < down["next_attempt_at"]


def test_the_models_name_the_words_of_the_domain() -> None:
    assert get_args(EventName) == EVENT_TYPES
    assert get_args(StateName) == tuple(DeliveryState)
    assert get_args(StatusName) == tuple(EndpointStatus)
