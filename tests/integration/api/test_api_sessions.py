"""Sessions over the API."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.api.service import GOOD, START, Counted, Service


async def test_a_session_is_made_and_read_back(service: Service) -> None:
    made = await service.ask("POST", "/sessions", GOOD | {"contact": "Rosa, 555-0100"})
    assert made.status == 201
    assert made.headers["Location"] == f"/api/v1/sessions/{made.json['id']}"
    read = await service.ask("GET", f"/sessions/{made.json['id']}")
    assert read.json == made.json
    assert read.headers["Etag"] == made.headers["Etag"] == '"1"'
    link = made.json.pop("public_link")
    assert link.startswith("https://echo.example/join#")
    made.json.pop("id")
    assert made.json == {
        "title": "Pediatric asthma ECHO",
        "description": "",
        "contact": "Rosa, 555-0100",
        "zone": "America/Denver",
        "starts_local": "2026-11-21T16:00:00",
        "starts_at": "2026-11-21T23:00:00Z",
        "duration_minutes": 60,
        "lead_minutes": 15,
        "overrun_minutes": 15,
        "extended_minutes": 0,
        "opens_at": "2026-11-21T22:45:00Z",
        "ends_at": "2026-11-22T00:00:00Z",
        "closes_at": "2026-11-22T00:15:00Z",
        "status": "scheduled",
        "lobby": True,
        "opened_at": None,
        "closed_at": None,
        "created_at": "2026-11-21T22:00:00Z",
        "revision": 1,
        "counts": {"registered": 0, "here": 0, "waiting": 0},
        "program_id": None,
        "program_name": None,
        "series_id": None,
        "original_local": None,
        "moved_forward": False,
        "changed_by_hand": [],
        "cancel_reason": "",
    }


BAD: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"title": ""}, {"title": "1 to 200 characters"}),
    ({"title": "x" * 201}, {"title": "at most 200 characters"}),
    ({"title": "a\x00b"}, {"title": ""}),
    ({"title": 7}, {"title": "text"}),
    ({"title": None}, {"title": "text"}),
    ({"zone": "Denver"}, {"zone": 'an IANA time zone such as "America/Denver"'}),
    ({"duration_minutes": 0}, {"duration_minutes": "1 to 1440 minutes"}),
    ({"duration_minutes": "60"}, {"duration_minutes": "a whole number"}),
    ({"duration_minutes": 1.5}, {"duration_minutes": "a whole number"}),
    ({"duration_minutes": 10**400}, {"duration_minutes": ""}),
    ({"lead_minutes": 241}, {"lead_minutes": "0 to 240 minutes"}),
    ({"starts_local": "soon"}, {"starts_local": 'a date and time such as "2026-11-21T16:00:00"'}),
    (
        {"starts_local": "2026-11-21T16:00:00Z"},
        {"starts_local": 'the hub\'s wall time without one: "2026-11-21T16:00:00"'},
    ),
    (
        {"starts_local": None, "starts_at": "2026-11-21T16:00:00"},
        {"starts_at": 'an instant with one: "2026-11-21T23:00:00Z"'},
    ),
    ({"lobby": "yes"}, {"lobby": "true or false"}),
    ({"colour": "red"}, {"colour": "leave it out"}),
]


@pytest.mark.parametrize(("wrong", "allowed"), BAD, ids=[str(list(wrong.items()))[:50] for wrong, _ in BAD])
async def test_a_wrong_field_is_named_with_what_is_allowed(
    service: Service, wrong: dict[str, Any], allowed: dict[str, str]
) -> None:
    reply = await service.ask("POST", "/sessions", GOOD | wrong)
    assert reply.status == 422
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert reply.json["status"] == 422
    found = reply.fields()
    assert list(found) == list(allowed)
    for field, words in allowed.items():
        assert not words or found[field] == words
    assert (await service.ask("GET", "/sessions")).json["items"] == []


async def test_missing_fields_are_all_named(service: Service) -> None:
    reply = await service.ask("POST", "/sessions", {})
    assert set(reply.fields()) == {"title", "zone", "duration_minutes"}


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"\xff"', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b" " * 70_000, "application/json", 413),
        (b"[" * 60_000, "application/json", 422),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(
    service: Service, data: bytes, content_type: str, status: int
) -> None:
    headers = service.token | {"Content-Type": content_type}
    reply = await service.ask("POST", "/sessions", headers=headers, data=data)
    assert (reply.status, reply.json["status"]) == (status, status)


async def test_a_change_moves_the_session_and_tells_the_room(service: Service) -> None:
    session = await service.a_session()
    reply = await service.ask(
        "PATCH", f"/sessions/{session['id']}", {"starts_local": "2026-11-21T17:00:00", "lead_minutes": 0}
    )
    assert (reply.json["opens_at"], reply.json["revision"]) == ("2026-11-22T00:00:00Z", 2)
    assert service.rooms.changed == [session["id"]]


@pytest.mark.parametrize(
    ("tag", "status"), [('"1"', 200), ("*", 200), ('"2"', 412), ("W/x", 412), ("1", 412)]
)
async def test_a_change_is_made_only_to_the_state_that_was_seen(
    service: Service, tag: str, status: int
) -> None:
    session = await service.a_session()
    headers = service.token | {"If-Match": tag}
    reply = await service.ask("PATCH", f"/sessions/{session['id']}", {"title": "Other"}, headers=headers)
    assert reply.status == status


async def test_the_second_of_two_is_told_who_was_first(service: Service) -> None:
    session = await service.a_session()
    path, seen = f"/sessions/{session['id']}", {"If-Match": '"1"'}
    rosa = await service.sign_in()
    assert (await service.ask("PATCH", path, {"title": "Hers"}, headers=rosa | seen)).status == 200
    late = await service.ask("PATCH", path, {"title": "Mine"}, headers=service.token | seen)
    assert late.status == 412
    assert "Rosa Lee changed this session on 21 November 2026 at 15:00" in late.json["detail"]
    assert late.json["changed"] == [{"field": "title", "yours": "Mine", "now": "Hers"}]


async def test_two_changes_at_once_to_one_state_are_made_once(service: Service) -> None:
    session = await service.a_session()
    headers = service.token | {"If-Match": '"1"'}

    async def rename(title: str) -> int:
        reply = await service.ask("PATCH", f"/sessions/{session['id']}", {"title": title}, headers=headers)
        return reply.status

    statuses = await asyncio.gather(*(rename(f"Title {number}") for number in range(8)))
    assert sorted(statuses) == [200] + [412] * 7


async def test_a_session_is_opened_extended_and_ended(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}"
    opened = await service.ask("POST", f"{path}/open")
    assert (opened.json["status"], opened.json["opened_at"]) == ("open", "2026-11-21T22:00:00Z")
    extended = await service.ask("POST", f"{path}/extend", {"minutes": 10})
    assert (extended.json["extended_minutes"], extended.json["ends_at"]) == (10, "2026-11-22T00:10:00Z")
    ended = await service.ask("POST", f"{path}/end")
    assert (ended.json["status"], ended.json["public_link"]) == ("closed", None)
    assert [session_id for session_id, _ in service.rooms.ended] == [session["id"]]


async def test_what_a_session_cannot_become_is_a_conflict_in_words(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}"
    early = await service.ask("POST", f"{path}/extend", {"minutes": 10})
    assert early.status == 409
    assert "duration_minutes" in early.json["detail"]
    assert (await service.ask("POST", f"{path}/cancel")).json["status"] == "cancelled"
    for order in ("cancel", "open", "public-link"):
        reply = await service.ask("POST", f"{path}/{order}")
        assert (reply.status, "cancelled" in reply.json["detail"]) == (409, True)


async def test_counts_tell_who_is_registered_here_and_waiting(service: Service) -> None:
    session = await service.a_session()
    service.rooms.counted[session["id"]] = Counted(here=4, waiting=2)
    read = await service.ask("GET", f"/sessions/{session['id']}")
    assert read.json["counts"] == {"registered": 0, "here": 4, "waiting": 2}


async def test_lists_are_filtered_and_paged(service: Service) -> None:
    made = [
        await service.a_session(title=f"Session {hour}", starts_local=f"2026-11-{22 + hour}T16:00:00")
        for hour in range(5)
    ]
    first = await service.ask("GET", "/sessions?limit=3")
    second = await service.ask("GET", "/sessions", params={"limit": 3, "cursor": first.json["next"]})
    assert [item["title"] for item in first.json["items"]] == ["Session 4", "Session 3", "Session 2"]
    assert [item["title"] for item in second.json["items"]] == ["Session 1", "Session 0"]
    assert second.json["next"] is None
    await service.ask("POST", f"/sessions/{made[0]['id']}/cancel")
    window = {"from": "2026-11-22T23:00:00Z", "to": "2026-11-24T23:00:00Z", "search": "session"}
    assert [x["title"] for x in (await service.ask("GET", "/sessions", params=window)).json["items"]] == [
        "Session 1",
        "Session 0",
    ]
    cancelled = await service.ask("GET", "/sessions?status=cancelled")
    assert [item["id"] for item in cancelled.json["items"]] == [made[0]["id"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("status=done", "status"),
        ("from=yesterday", "from"),
        ("from=2026-11-21T16:00:00", "from"),
        ("from=0001-01-01T00:00:00%2B14:00", "from"),
        ("to=9999-12-31T23:59:59-14:00", "to"),
        ("cursor=%25", "cursor"),
        ("cursor=MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHxzZXNfYQ", "cursor"),
        ("cursor=eHg", "cursor"),
        ("search=%00", "search"),
        ("colour=red", "colour"),
        ("limit=1&limit=2", "limit"),
    ],
)
async def test_a_wrong_query_is_named(service: Service, query: str, field: str) -> None:
    reply = await service.ask("GET", f"/sessions?{query}")
    assert (reply.status, list(reply.fields())) == (422, [field])


async def test_the_same_idempotency_key_makes_one_session(service: Service) -> None:
    headers = service.token | {"Idempotency-Key": "visit-42"}
    replies = await asyncio.gather(
        *(service.ask("POST", "/sessions", GOOD, headers=headers) for _ in range(6))
    )
    assert {reply.status for reply in replies} == {201}
    assert len({reply.json["id"] for reply in replies}) == 1
    assert len({reply.headers["Location"] for reply in replies}) == 1
    assert {reply.headers["Etag"] for reply in replies} == {'"1"'}
    assert len((await service.ask("GET", "/sessions")).json["items"]) == 1
    other = await service.ask("POST", "/sessions", GOOD | {"title": "Other"}, headers=headers)
    assert (other.status, list(other.fields())) == (422, ["Idempotency-Key"])


async def test_a_request_that_failed_does_not_use_up_its_key(service: Service) -> None:
    headers = service.token | {"Idempotency-Key": "visit-43"}
    assert (await service.ask("POST", "/sessions", GOOD | {"zone": "X"}, headers=headers)).status == 422
    assert (await service.ask("POST", "/sessions", GOOD, headers=headers)).status == 201


async def test_a_key_is_free_again_after_a_day(service: Service) -> None:
    headers = service.token | {"Idempotency-Key": "visit-44"}
    soon = GOOD | {"starts_local": "2026-11-25T16:00:00"}
    first = await service.ask("POST", "/sessions", soon, headers=headers)
    service.rooms.now = START + timedelta(days=1)
    second = await service.ask("POST", "/sessions", soon, headers=headers)
    assert first.json["id"] != second.json["id"]


@pytest.mark.parametrize(
    "path",
    ["/sessions/ses_absent", "/sessions/%00", "/sessions/" + "x" * 200, "/nothing", "/sessions/ses_a/x"],
)
async def test_what_is_absent_is_answered_alike(service: Service, path: str) -> None:
    reply = await service.ask("GET", path)
    assert reply.status == 404
    assert reply.json["detail"] == "There is nothing at this address, or nothing that you may see."


async def test_a_practice_room_is_absent_from_the_sessions(service: Service) -> None:
    practice = await service.ask("POST", "/practice", headers={})
    claims = service.links.read(practice.json["link"].partition("#")[2], service.rooms.now)
    assert (await service.ask("GET", f"/sessions/{claims.session_id}")).status == 404
    assert (await service.ask("POST", f"/sessions/{claims.session_id}/end")).status == 404


async def test_another_method_is_answered_with_those_there_are(service: Service) -> None:
    reply = await service.ask("PUT", "/sessions", {})
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST")


async def test_a_fault_of_ours_is_told_without_its_insides(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_session_id: str) -> Counted:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(service.rooms, "counts", fails)
    reply = await service.ask("POST", "/sessions", GOOD)
    assert reply.status == 500
    assert "secret" not in str(reply.json)
    monkeypatch.undo()
    assert (await service.ask("GET", "/sessions")).json["items"] == []
