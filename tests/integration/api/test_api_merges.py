"""Two records that are one person: suggested, merged, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from echo_session.domain.people import Invitation, Role
from echo_session.store.people import visitor
from tests.integration.api.service import Service
from tests.integration.records.people import START, connection_of, joins, leaves, random


async def a_person(service: Service, name: str, email: str, **fields: Any) -> Any:
    reply = await service.ask("POST", "/people", {"name": name, "email": email} | fields)
    assert reply.status == 201, reply.json
    return reply.json


async def merge(service: Service, kept: Any, other: Any) -> Any:
    body = {"other_id": other["id"], "reason": "Told us on the phone"}
    reply = await service.ask("POST", f"/people/{kept['id']}/merge", body)
    assert reply.status == 200, reply.json
    return reply.json


async def suggested(service: Service, state: str = "open") -> list[tuple[set[str], list[str]]]:
    items = (await service.ask("GET", f"/merge-suggestions?state={state}")).json["items"]
    return [({item["first"]["id"], item["second"]["id"]}, item["reasons"]) for item in items]


async def listed(service: Service, query: str = "") -> list[str]:
    return [item["id"] for item in (await service.ask("GET", f"/people{query}")).json["items"]]


async def test_an_address_a_telephone_or_name_and_site_suggest_a_merge(service: Service) -> None:
    site = (await service.ask("POST", "/sites", {"name": "Taos"})).json["id"]
    ana = await a_person(
        service, "Ana Ortiz", "ana@x.example", phones=[{"value": "505-555-0100"}], site_id=site
    )
    by_email = await a_person(service, "A. Ortiz", "other@x.example", emails=[{"value": "ANA@x.example"}])
    by_phone = await a_person(service, "Annie", "n@x.example", phones=[{"value": "+1 (505) 555 0100"}])
    by_name = await a_person(service, "ana ORTIZ", "ao@home.example", site_id=site)
    await a_person(service, "Ana Ortiz", "namesake@far.example")
    found = await suggested(service)
    assert len(found) == 3
    assert ({ana["id"], by_email["id"]}, ["the same e-mail address"]) in found
    assert ({ana["id"], by_phone["id"]}, ["the same telephone number"]) in found
    assert ({ana["id"], by_name["id"]}, ["the same name and site"]) in found


async def test_a_mailbox_of_many_suggests_only_names_that_are_alike(service: Service) -> None:
    for name in ("Ana Ortiz", "Ben Vigil", "Cy Young", "Dee Dunn"):
        await a_person(service, name, f"{name[0]}@x.example", emails=[{"value": "desk@clinic.example"}])
    new = await a_person(service, "Dr. Benjamin Vigil", "desk@clinic.example")
    assert len([both for both, _ in await suggested(service) if new["id"] in both]) == 1


async def test_a_visitor_of_a_known_name_and_address_is_suggested_and_matched(service: Service) -> None:
    known = await a_person(service, "Ana Ortiz", "ana@x.example")
    session = await service.a_session()
    said = Invitation(name="ana ortiz", email="ana@x.example", role=Role.PARTICIPANT)
    async with service.database.write() as tx:
        seen = await visitor(tx, session["id"], said, now=START, random=random)
    [(both, reasons)] = await suggested(service)
    assert both == {known["id"], seen.id}
    assert reasons == ["the same e-mail address", "the same name"]
    [suggestion] = (await service.ask("GET", "/merge-suggestions")).json["items"]
    path = f"/merge-suggestions/{suggestion['id']}/accept"
    wrong = await service.ask("POST", path, {"keep_id": seen.id})
    assert wrong.status == 409, "nobody has looked at the visitor"
    assert (await service.ask("POST", path, {"keep_id": "per_other"})).status == 422
    accepted = await service.ask("POST", path, {"keep_id": known["id"]})
    assert (accepted.json["kept"]["id"], accepted.json["merged"]["id"]) == (known["id"], seen.id)
    assert await suggested(service) == []
    assert await suggested(service, "merged") == [({known["id"]}, reasons)]
    assert (await service.ask("POST", path, {"keep_id": known["id"]})).status == 409


async def test_what_is_dismissed_is_not_suggested_again(service: Service) -> None:
    await a_person(service, "Ana", "ana@x.example")
    ben = await a_person(service, "Ben", "ana@x.example")
    [suggestion] = (await service.ask("GET", "/merge-suggestions")).json["items"]
    reply = await service.ask("POST", f"/merge-suggestions/{suggestion['id']}/dismiss")
    assert reply.json["state"] == "dismissed"
    await service.ask("PATCH", f"/people/{ben['id']}", {"name": "Benjamin"})
    assert await suggested(service) == []


async def test_merged_people_are_one_until_it_is_undone(service: Service) -> None:
    ana = await a_person(service, "Ana Ortiz", "ana@x.example")
    vigil = await a_person(service, "Ana Vigil", "vigil@y.example", phones=[{"value": "505-555-0177"}])
    made = await merge(service, ana, vigil)
    assert await listed(service) == [ana["id"]]
    assert await listed(service, "?search=vigil") == [ana["id"]], "found by the other name too"
    assert await listed(service, "?search=0177") == [ana["id"]]
    gone = (await service.ask("GET", f"/people/{vigil['id']}")).json
    assert gone["merged_into"] == ana["id"]
    changed = await service.ask("PATCH", f"/people/{vigil['id']}", {"name": "Ann"})
    assert changed.status == 409
    again = await service.ask("POST", f"/people/{ana['id']}/merge", {"other_id": vigil["id"]})
    assert again.status == 409

    undone = await service.ask("POST", f"/merges/{made['id']}/undo")
    assert undone.json["undone_at"] is not None
    assert undone.json["reason"] == "Told us on the phone"
    assert await listed(service) == [ana["id"], vigil["id"]]
    assert await listed(service, "?search=vigil") == [vigil["id"]]
    back = (await service.ask("GET", f"/people/{vigil['id']}")).json
    assert back | {"revision": 0} == vigil | {"revision": 0}
    assert (await service.ask("POST", f"/merges/{made['id']}/undo")).status == 409
    [record] = (await service.ask("GET", f"/people/{ana['id']}/merges")).json["items"]
    assert record["id"] == made["id"], "what was wrong stays on record"


async def test_merges_of_the_merged_are_undone_one_by_one(service: Service) -> None:
    a, b, c = [await a_person(service, name, f"{name}@x.example") for name in ("Abe", "Bo", "Cy")]
    first = await merge(service, b, a)
    second = await merge(service, c, b)

    async def into(person: Any) -> str | None:
        found: str | None = (await service.ask("GET", f"/people/{person['id']}")).json["merged_into"]
        return found

    assert (await into(a), await into(b), await into(c)) == (c["id"], c["id"], None)
    await service.ask("POST", f"/merges/{second['id']}/undo")
    assert (await into(a), await into(b), await into(c)) == (b["id"], None, None)
    second = await merge(service, c, b)
    await service.ask("POST", f"/merges/{first['id']}/undo")
    assert (await into(a), await into(b), await into(c)) == (None, c["id"], None)


async def test_a_merge_that_was_undone_does_not_come_up_again(service: Service) -> None:
    ana = await a_person(service, "Ana", "ana@x.example")
    ben = await a_person(service, "Ben", "ana@x.example")
    made = await merge(service, ana, ben)
    assert len(await suggested(service, "merged")) == 1
    await service.ask("POST", f"/merges/{made['id']}/undo")
    assert await suggested(service) == []
    assert len(await suggested(service, "dismissed")) == 1


async def test_attendance_of_the_merged_is_one_line_and_two_again(service: Service) -> None:
    session = await service.a_session()
    people = []
    for number, name in enumerate(("Ana Ortiz", "Ana O.")):
        said = Invitation(name=name, email=f"a{number}@x.example", role=Role.PARTICIPANT)
        async with service.database.write() as tx:
            person = await visitor(tx, session["id"], said, now=START, random=random)
        people.append(person)
        device = connection_of(session["id"], person)
        at = START + timedelta(minutes=10 * number)
        await leaves(service.database, await joins(service.database, device, at), at + timedelta(minutes=15))

    async def lines() -> list[tuple[str, int]]:
        reply = await service.ask("GET", f"/sessions/{session['id']}/attendance")
        return sorted((line["person_id"], line["present_seconds"]) for line in reply.json["people"])

    apart = sorted((person.id, 900) for person in people)
    assert await lines() == apart
    made = await merge(service, {"id": people[0].id}, {"id": people[1].id})
    assert await lines() == [(people[0].id, 1500)], "the five minutes on two devices count once"
    await service.ask("POST", f"/merges/{made['id']}/undo")
    assert await lines() == apart


async def test_an_invitation_finds_whom_somebody_turned_out_to_be(service: Service) -> None:
    ana = await a_person(service, "Ana Ortiz", "ana@x.example")
    vigil = await a_person(service, "Ana Vigil", "vigil@y.example")
    await merge(service, ana, vigil)
    session = await service.a_session()
    people = [{"name": "Ana Vigil", "email": "vigil@y.example", "role": "participant"}]
    made = await service.ask("POST", f"/sessions/{session['id']}/registrations", {"people": people})
    assert made.json["items"][0]["person"]["id"] == ana["id"]
