"""People and sites over the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.service import HOST, Service

ANA: dict[str, Any] = {"name": "Dr. Ana Ortíz", "email": "Ana@Taos.example"}


async def a_person(service: Service, **fields: Any) -> Any:
    reply = await service.ask("POST", "/people", ANA | fields)
    assert reply.status == 201, reply.json
    return reply.json


async def a_site(service: Service, **fields: Any) -> Any:
    reply = await service.ask("POST", "/sites", {"name": "Taos Clinic"} | fields)
    assert reply.status == 201, reply.json
    return reply.json


async def names(service: Service, path: str) -> list[str]:
    reply = await service.ask("GET", path)
    assert reply.status == 200, reply.json
    return [item["name"] for item in reply.json["items"]]


async def test_a_person_is_kept_with_all_ways_to_reach_them(service: Service) -> None:
    site = await a_site(service)
    made = await a_person(
        service,
        emails=[{"value": "ORTIZ@home.example", "label": "home"}, {"value": "ana@taos.example"}],
        phones=[{"value": "(505) 555-0100 x12", "label": "clinic"}, {"value": "+1 505 555 0100 ext 12"}],
        site_id=site["id"],
        zone="America/Denver",
    )
    assert made["email"] == "ana@taos.example"
    assert made["emails"] == [{"value": "ortiz@home.example", "label": "home"}], "the first is not one more"
    assert made["phones"] == [{"value": "+1 505-555-0100 ext. 12", "label": "clinic"}], "one number, once"
    assert made["site"] == {"id": site["id"], "name": "Taos Clinic"}
    assert (made["matched"], made["merged_into"], made["revision"]) == (True, None, 1)
    assert (await service.ask("GET", f"/people/{made['id']}")).json == made
    assert (await service.ask("GET", f"/sites/{site['id']}")).json["people"] == 1


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"email": "ana"}, {"email"}),
        ({"emails": [{"value": "x@y.example"}, {"value": "nowhere"}]}, {"emails.1.value"}),
        ({"phones": [{"value": "12"}]}, {"phones.0.value"}),
        ({"phones": [{"value": "call me"}]}, {"phones.0.value"}),
        ({"site_id": "sit_none"}, {"site_id"}),
        ({"zone": "Denver"}, {"zone"}),
        ({"emails": [{"value": f"a{n}@y.example"} for n in range(21)]}, {"emails"}),
    ],
)
async def test_what_is_wrong_of_a_person_is_named(
    service: Service, wrong: dict[str, Any], fields: set[str]
) -> None:
    reply = await service.ask("POST", "/people", ANA | wrong)
    assert (reply.status, set(reply.fields())) == (422, fields)
    assert await names(service, "/people") == []


async def test_name_and_address_together_are_one_person_only(service: Service) -> None:
    first = await a_person(service, emails=[{"value": "second@taos.example"}])
    for email in ("ana@taos.example", "second@taos.example"):
        reply = await service.ask("POST", "/people", {"name": "dr. ana ORTÍZ", "email": email})
        assert (reply.status, list(reply.fields())) == (422, ["email"])
    shared = await a_person(service, name="Ben Vigil")
    assert shared["id"] != first["id"], "an address alone decides nothing"
    session = await service.a_session()
    invited = {"people": [{"name": ANA["name"], "email": "second@taos.example", "role": "panelist"}]}
    made = await service.ask("POST", f"/sessions/{session['id']}/registrations", invited)
    assert made.json["items"][0]["person"]["id"] == first["id"], "any of their addresses is theirs"


async def test_a_change_of_a_person_leaves_out_what_is_to_stay(service: Service) -> None:
    site = await a_site(service)
    made = await a_person(service, phones=[{"value": "505-555-0100"}], site_id=site["id"])
    path = f"/people/{made['id']}"
    changed = await service.ask("PATCH", path, {"profession": "Nurse", "name": "Ana Vigil"})
    assert changed.json == made | {"profession": "Nurse", "name": "Ana Vigil", "revision": 2}
    changed = await service.ask("PATCH", path, {"site_id": None, "phones": []})
    assert (changed.json["site"], changed.json["phones"], changed.json["revision"]) == (None, [], 3)
    same = await service.ask("PATCH", path, {"name": "Ana Vigil"})
    assert same.json["revision"] == 3
    late = service.token | {"If-Match": '"2"'}
    assert (await service.ask("PATCH", path, {"name": "Someone"}, headers=late)).status == 412
    assert await names(service, "/people?search=vigil") == ["Ana Vigil"]
    assert await names(service, "/people?search=ortiz") == []


async def test_people_are_listed_by_name_in_pages_and_filtered(service: Service) -> None:
    clinic, school = await a_site(service), await a_site(service, name="Mesa School")
    for name, email, site, matched in (
        ("zoe", "zoe@x.example", clinic, True),
        ("Adam", "adam@x.example", school, True),
        ("Élan", "elan@y.example", clinic, False),
        ("ben", "ben@x.example", school, True),
    ):
        await a_person(service, name=name, email=email, site_id=site["id"], matched=matched)
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        reply = await service.ask("GET", f"/people?limit=3&cursor={cursor}")
        found += [person["name"] for person in reply.json["items"]]
        cursor = reply.json["next"]
    assert found == ["Adam", "ben", "zoe", "Élan"]
    assert await names(service, f"/people?site_id={clinic['id']}") == ["zoe", "Élan"]
    assert await names(service, "/people?matched=false") == ["Élan"]
    assert await names(service, "/people?search=elan") == ["Élan"]
    assert await names(service, "/people?search=x.example z") == ["zoe"]
    assert await names(service, f"/people?search=x.example&site_id={school['id']}") == ["Adam", "ben"]


async def test_people_of_a_program_are_those_of_its_sessions_series_and_itself(service: Service) -> None:
    program = (await service.ask("POST", "/programs", {"name": "ECHO", "zone": "UTC"})).json
    other = (await service.ask("POST", "/programs", {"name": "Other", "zone": "UTC"})).json
    ana = {"name": "Ana", "email": "ana@x.example", "role": "participant"}
    ben = {"name": "Ben", "email": "ben@x.example", "role": "participant"}
    for where, person in ((program, ana), (other, ben)):
        reply = await service.ask("POST", f"/programs/{where['id']}/registrations", {"people": [person]})
        assert reply.status == 201, reply.json
    assert await names(service, f"/people?program_id={program['id']}") == ["Ana"]
    assert await names(service, f"/people?program_id={other['id']}&search=b") == ["Ben"]
    [person] = (await service.ask("GET", "/people?search=ana")).json["items"]
    mine = (await service.ask("GET", f"/people/{person['id']}/registrations")).json["items"]
    assert [(one["scope"], one["program_id"]) for one in mine] == [("program", program["id"])]


async def test_a_person_has_one_feed_at_a_time(service: Service) -> None:
    made = await a_person(service)
    path = f"/people/{made['id']}"
    first = (await service.ask("POST", f"{path}/feed")).json["feed"]
    second = (await service.ask("POST", f"{path}/feed")).json["feed"]
    assert first.startswith(f"{HOST}/calendar/")
    assert (await service.ask("GET", path)).json["feed"] == second != first
    assert (await service.ask("DELETE", f"{path}/feed")).status == 204
    assert (await service.ask("GET", path)).json["feed"] is None


async def test_a_site_is_made_changed_found_and_never_twice(service: Service) -> None:
    made = await a_site(
        service, county="Taos", state="NM", type="clinic", rural=True, organisation="Holy Cross"
    )
    assert (made["confirmed"], made["people"], made["shortage_area"]) == (True, 0, None)
    again = await service.ask("POST", "/sites", {"name": "Taos Clinic", "county": "Taos", "state": "NM"})
    assert (again.status, list(again.fields())) == (422, ["name"])
    namesake = await a_site(service, county="Colfax", state="NM")
    path = f"/sites/{made['id']}"
    changed = await service.ask("PATCH", path, {"rural": None, "zone": "America/Denver", "county": None})
    assert changed.json == made | {"rural": None, "zone": "America/Denver", "revision": 2}
    wrong = await service.ask("PATCH", path, {"type": "bar", "zone": "Mars"})
    assert (wrong.status, set(wrong.fields())) == (422, {"type"})
    assert await names(service, "/sites?search=holy taos") == ["Taos Clinic"]
    assert await names(service, "/sites?type=clinic") == ["Taos Clinic"]
    assert await names(service, "/sites?search=colfax&confirmed=true") == [namesake["name"]]
    assert await names(service, "/sites?confirmed=false") == []


async def test_a_site_that_was_only_named_waits_for_a_coordinator(service: Service) -> None:
    session = await service.a_session()
    people = [{"name": "Ana", "email": "a@x.example", "role": "participant", "site": "Mesa School"}]
    await service.ask("POST", f"/sessions/{session['id']}/registrations", {"people": people})
    assert await names(service, "/sites?search=mesa") == ["Mesa School"]


async def test_a_double_goes_and_its_people_stay(service: Service) -> None:
    site, double = await a_site(service), await a_site(service, name="Taos clinik", confirmed=False)
    person = await a_person(service, site_id=double["id"])
    merged = await service.ask("POST", f"/sites/{double['id']}/merge", {"into_id": site["id"]})
    assert (merged.status, merged.json["id"], merged.json["people"]) == (200, site["id"], 1)
    moved = (await service.ask("GET", f"/people/{person['id']}")).json
    assert (moved["site"]["id"], moved["revision"]) == (site["id"], 2)
    assert (await service.ask("GET", f"/sites/{double['id']}")).status == 404
    assert await names(service, "/sites?search=taos") == ["Taos Clinic"]
    itself = await service.ask("POST", f"/sites/{site['id']}/merge", {"into_id": site["id"]})
    assert itself.status == 409
