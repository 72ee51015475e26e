"""Programs over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from echo_session.store.tables import DueWorkRow, FeedRow, SessionRow
from tests.integration.api.service import HOST, Service

ASTHMA: dict[str, Any] = {"name": "Pediatric Asthma ECHO", "zone": "America/Denver"}
LICENSE = {"kind": "license", "label": "Your licence", "required": True}
CHOICE = {"kind": "choice", "label": "Your day", "options": ["Tuesday", "Thursday"]}
CONSENT = {"title": "Photos", "text": "We may show your picture.", "required": False}


async def a_program(service: Service, **changes: Any) -> Any:
    reply = await service.ask("POST", "/programs", ASTHMA | changes)
    assert reply.status == 201, reply.json
    return reply.json


async def test_a_program_is_made_with_usual_values_and_read_back(service: Service) -> None:
    reply = await service.ask("POST", "/programs", ASTHMA)
    assert reply.status == 201
    made = reply.json
    assert made["slug"] == "pediatric-asthma-echo"
    assert made["page"] == f"{HOST}/programs/pediatric-asthma-echo"
    assert made["reminders"] == [1440, 60, 0]
    assert (made["approval"], made["capacity"], made["public"]) == ("open", None, True)
    assert (made["feed"], made["series_count"], made["registered"]) == (None, 0, 0)
    assert reply.headers["Location"] == f"/api/v1/programs/{made['id']}"
    assert reply.headers["Etag"] == '"1"'
    assert (await service.ask("GET", f"/programs/{made['id']}")).json == made


async def test_pages_of_one_name_are_numbered(service: Service) -> None:
    slugs = [(await a_program(service))["slug"] for _ in range(3)]
    assert slugs == ["pediatric-asthma-echo", "pediatric-asthma-echo-2", "pediatric-asthma-echo-3"]
    reply = await service.ask("POST", "/programs", ASTHMA | {"slug": slugs[1]})
    assert (reply.status, list(reply.fields())) == (422, ["slug"])
    assert (await a_program(service, name="喘息"))["slug"] == "program"


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"zone": "Mars/Olympus"}, {"zone"}),
        ({"slug": "Big Letters"}, {"slug"}),
        ({"capacity": 0}, {"capacity"}),
        ({"reminders": [60, 60, -1, 99999]}, {"reminders.1", "reminders.2", "reminders.3"}),
        ({"questions": [LICENSE, CHOICE | {"options": ["one"]}]}, {"questions.1.options"}),
        ({"consents": [CONSENT | {"text": ""}]}, {"consents.0.text"}),
        ({"approval": "maybe"}, {"approval"}),
        ({"name": "a\x00b"}, {"name"}),
        ({"name": "", "zone": "", "capacity": -1}, {"name", "zone", "capacity"}),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_made(
    service: Service, wrong: dict[str, Any], fields: set[str]
) -> None:
    reply = await service.ask("POST", "/programs", ASTHMA | wrong)
    assert (reply.status, set(reply.fields())) == (422, fields)
    assert (await service.ask("GET", "/programs")).json["items"] == []


async def test_a_change_leaves_out_what_is_to_stay(service: Service) -> None:
    made = await a_program(service, capacity=20, questions=[LICENSE, CHOICE], consents=[CONSENT])
    path = f"/programs/{made['id']}"
    reply = await service.ask("PATCH", path, {"summary": "For schools", "approval": "coordinator"})
    changed = {"summary": "For schools", "approval": "coordinator", "revision": 2}
    assert (reply.status, reply.json) == (200, made | changed)
    assert reply.headers["Etag"] == '"2"'
    reply = await service.ask("PATCH", path, {"capacity": None, "name": None})
    assert (reply.json["capacity"], reply.json["name"], reply.json["revision"]) == (None, made["name"], 3)
    again = await service.ask("PATCH", path, {"questions": reply.json["questions"], "name": made["name"]})
    assert again.json["revision"] == 3, "nothing was different"


async def test_a_consent_in_other_words_is_another_one(service: Service) -> None:
    made = await a_program(service, consents=[CONSENT, CONSENT | {"title": "Mail"}])
    first, second = made["consents"]
    reworded = [first | {"text": "We will."}, second | {"required": True}]
    reply = await service.ask("PATCH", f"/programs/{made['id']}", {"consents": reworded})
    assert reply.json["consents"][0]["id"] != first["id"]
    assert reply.json["consents"][1] == second | {"required": True}


async def test_the_second_of_two_coordinators_overwrites_nothing(service: Service) -> None:
    made = await a_program(service)
    path = f"/programs/{made['id']}"
    seen = service.token | {"If-Match": '"1"'}
    assert (await service.ask("PATCH", path, {"name": "Mine"}, headers=seen)).status == 200
    late = await service.ask("PATCH", path, {"name": "Yours", "capacity": None}, headers=seen)
    assert (late.status, late.headers["Etag"]) == (412, '"2"')
    assert " changed this program on 21 November 2026 at 15:00 (America/Denver)" in late.json["detail"]
    assert late.json["changed"] == [{"field": "name", "yours": "Yours", "now": "Mine"}]
    assert (await service.ask("GET", path)).json["name"] == "Mine"


async def test_programs_are_listed_by_name_in_pages_and_found_by_words(service: Service) -> None:
    names = ["zebra ECHO", "Autism ECHO", "épilepsie", "Bone Health", "asthma"]
    for name in names:
        await a_program(service, name=name, summary="Spokes" if name == "asthma" else "")
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        reply = await service.ask("GET", f"/programs?limit=2&cursor={cursor}")
        found += [program["name"] for program in reply.json["items"]]
        cursor = reply.json["next"]
    assert found == ["asthma", "Autism ECHO", "Bone Health", "zebra ECHO", "épilepsie"]
    for words, expected in (
        ("echo", ["Autism ECHO", "zebra ECHO"]),
        ("spok", ["asthma"]),
        ("EPI", ["épilepsie"]),
    ):
        items = (await service.ask("GET", f"/programs?search={words}")).json["items"]
        assert [program["name"] for program in items] == expected
    reply = await service.ask("GET", "/programs?cursor=nonsense")
    assert (reply.status, list(reply.fields())) == (422, ["cursor"])


async def test_what_is_put_away_is_listed_apart_and_comes_back(service: Service) -> None:
    kept, away = await a_program(service), await a_program(service, name="Old ECHO")
    reply = await service.ask("POST", f"/programs/{away['id']}/archive")
    assert reply.json["archived_at"] is not None

    async def listed(query: str) -> list[str]:
        items = (await service.ask("GET", f"/programs{query}")).json["items"]
        return [program["id"] for program in items]

    assert await listed("") == [kept["id"]]
    assert await listed("?archived=true") == [away["id"]]
    assert (await service.ask("POST", f"/programs/{away['id']}/restore")).json["archived_at"] is None
    assert set(await listed("")) == {kept["id"], away["id"]}


async def test_a_feed_is_one_address_until_it_is_renewed_or_revoked(service: Service) -> None:
    made = await a_program(service)
    path = f"/programs/{made['id']}/feed"
    first = (await service.ask("POST", path)).json["feed"]
    assert first.startswith(f"{HOST}/calendar/")
    assert (await service.ask("GET", f"/programs/{made['id']}")).json["feed"] == first
    second = (await service.ask("POST", path)).json["feed"]
    assert second != first
    async with service.database.read() as tx:
        alive = await tx.scalars(select(FeedRow.id).where(FeedRow.revoked_at.is_(None)))
        assert [service.links.feed(feed_id) for feed_id in alive] == [second]
    assert (await service.ask("DELETE", path)).status == 204
    assert (await service.ask("GET", f"/programs/{made['id']}")).json["feed"] is None


async def test_other_reminders_move_those_of_the_sessions_to_come(service: Service) -> None:
    program = await a_program(service, reminders=[60])
    session = await service.a_session(starts_local="2026-12-01T12:00:00")
    async with service.database.write() as tx:
        row = await tx.get_one(SessionRow, session["id"])
        row.program_id = program["id"]
        starts_at = row.starts_at
    await service.ask("PATCH", f"/programs/{program['id']}", {"reminders": [30, 1440]})
    async with service.database.read() as tx:
        due = await tx.execute(
            select(DueWorkRow.detail, DueWorkRow.due_at)
            .where(DueWorkRow.action == "send_reminder", DueWorkRow.state == "due")
            .order_by(DueWorkRow.due_at)
        )
        assert [tuple(row) for row in due] == [
            (1440, starts_at - timedelta(minutes=1440)),
            (30, starts_at - timedelta(minutes=30)),
        ]


async def test_what_is_not_there_is_not_found(service: Service) -> None:
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "/archive"),
        ("POST", "/feed"),
        ("DELETE", "/feed"),
    ):
        assert (await service.ask(method, f"/programs/prg_no{path}")).status == 404
    assert (await service.ask("GET", "/programs", headers={})).status == 401
