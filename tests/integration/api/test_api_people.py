"""Invitations, links and attendance over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from echo_session.domain.links import LinkKind
from echo_session.domain.presence import Presence
from echo_session.store.tables import AuditRow
from tests.integration.api.service import START, Service
from tests.integration.records.people import a_visitor, joins, leaves

ANA = {
    "name": "Ana Ortiz",
    "email": "ana@clinic.example",
    "role": "panelist",
    "site": "Taos",
    "profession": "MD",
}
BEN = {"name": "Ben Vigil", "email": "ben@clinic.example", "role": "participant"}


async def test_people_are_invited_and_get_links_of_their_own(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}/registrations"
    made = await service.ask("POST", path, {"people": [ANA, BEN]})
    assert made.status == 201
    assert (await service.ask("GET", path)).json == made.json
    ana, ben = made.json["items"]
    assert ana["person"] | {"id": ""} == {
        "id": "",
        "name": "Ana Ortiz",
        "email": "ana@clinic.example",
        "profession": "MD",
        "credentials": "",
        "site": "Taos",
    }
    for registration in (ana, ben):
        claims = service.links.read(registration["link"].partition("#")[2], START)
        assert (claims.kind, claims.registration_id) == (LinkKind.PERSONAL, registration["id"])
    read = await service.ask("GET", f"/sessions/{session['id']}")
    assert read.json["counts"]["registered"] == 2


async def test_wrong_people_are_named_by_their_place_and_nobody_is_invited(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}/registrations"
    wrong = [ANA, BEN | {"email": "ben"}, BEN | {"name": " "}]
    reply = await service.ask("POST", path, {"people": wrong})
    assert (reply.status, set(reply.fields())) == (422, {"people.1.email", "people.2.name"})
    reply = await service.ask("POST", path, {"people": [BEN | {"role": "boss"}]})
    assert "'panelist'" in reply.fields()["people.0.role"]
    assert (await service.ask("GET", path)).json == {"items": []}


@pytest.mark.parametrize("people", [[], [BEN] * 501])
async def test_the_number_of_people_in_one_request_has_bounds(service: Service, people: list[object]) -> None:
    session = await service.a_session()
    reply = await service.ask("POST", f"/sessions/{session['id']}/registrations", {"people": people})
    assert (reply.status, list(reply.fields())) == (422, ["people"])


async def test_an_invitation_taken_back_leaves_the_list_and_the_room(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}/registrations"
    [ana] = (await service.ask("POST", path, {"people": [ANA]})).json["items"]
    assert (await service.ask("DELETE", f"{path}/{ana['id']}")).status == 204
    assert service.rooms.barred == [(session["id"], ana["person"]["id"], service.token_id)]
    assert (await service.ask("GET", path)).json == {"items": []}
    assert (await service.ask("DELETE", f"{path}/{ana['id']}")).status == 404


async def test_a_new_link_differs_from_the_one_before(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}/registrations"
    [ana] = (await service.ask("POST", path, {"people": [ANA]})).json["items"]
    renewed = await service.ask("POST", f"{path}/{ana['id']}/link")
    assert renewed.json["link"] != ana["link"]
    assert service.rooms.allowed == [(session["id"], [ana["person"]["id"]])] * 2
    assert renewed.json | {"link": "", "revision": 1} == ana | {"link": "", "revision": 1}


async def test_nobody_is_invited_to_a_session_that_is_over(service: Service) -> None:
    session = await service.a_session()
    await service.ask("POST", f"/sessions/{session['id']}/cancel")
    reply = await service.ask("POST", f"/sessions/{session['id']}/registrations", {"people": [ANA]})
    assert reply.status == 409


async def test_a_new_public_link_replaces_the_one_before(service: Service) -> None:
    session = await service.a_session()
    renewed = await service.ask("POST", f"/sessions/{session['id']}/public-link")
    read = await service.ask("GET", f"/sessions/{session['id']}")
    assert session["public_link"] != renewed.json["public_link"] == read.json["public_link"]


async def came_and_went(service: Service, session_id: str, name: str, start: float, end: float) -> Presence:
    present = await joins(
        service.database,
        await a_visitor(service.database, session_id, name),
        START + timedelta(seconds=start),
    )
    return await leaves(service.database, present, START + timedelta(seconds=end))


async def test_attendance_tells_who_was_there_to_the_second_and_notes_who_asked(service: Service) -> None:
    session = await service.a_session()
    await service.ask("POST", f"/sessions/{session['id']}/open")
    await came_and_went(service, session["id"], "Ana", 0, 60.6)
    await joins(service.database, await a_visitor(service.database, session["id"], "Ben"), START)
    reply = await service.ask("GET", f"/sessions/{session['id']}/attendance")
    assert reply.json["session"]["id"] == session["id"]
    assert (reply.json["generated_at"], reply.json["state"]) == ("2026-11-21T22:00:00Z", "live")
    ana, ben = reply.json["people"]
    ana.pop("person_id")
    assert ana.pop("site")["id"].startswith("site_")
    assert ana == {
        "name": "Ana",
        "email": "ortiz@clinic.example",
        "site_name": "Taos",
        "role": "participant",
        "profession": "Physician",
        "matched": False,
        "way": "device",
        "here": False,
        "first_joined_at": "2026-11-21T23:00:00Z",
        "last_left_at": "2026-11-21T23:01:00.600000Z",
        "present_seconds": 61,
        "counted_seconds": 61,
        "original_seconds": 61,
        "corrected": False,
        "intervals": [
            {
                "joined_at": "2026-11-21T23:00:00Z",
                "left_at": "2026-11-21T23:01:00.600000Z",
                "seconds": 61,
                "way": "device",
            }
        ],
        "counted": [{"from": "2026-11-21T23:00:00Z", "until": "2026-11-21T23:01:00.600000Z"}],
        "corrections": [],
        "shared_with": None,
    }
    assert (ben["here"], ben["last_left_at"], ben["intervals"][0]["left_at"]) == (True, None, None)
    await service.ask("GET", f"/sessions/{session['id']}/attendance")
    async with service.database.read() as tx:
        [noted] = await tx.scalars(select(AuditRow))
    assert (noted.actor, noted.action, noted.subject) == (service.token_id, "attendance.read", session["id"])
