"""Forgetting people, removals and the audit log, over the API."""

from __future__ import annotations

from tests.integration.api.service import Service

ANA = {"name": "Ana Ortiz", "email": "ana@clinic.example", "role": "participant"}


async def test_somebody_is_erased_and_every_list_is_without_them(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}/registrations"
    [ana] = (await service.ask("POST", path, {"people": [ANA]})).json["items"]
    person = f"/people/{ana['person']['id']}"
    assert (await service.ask("GET", f"{person}/erasure")).status == 404
    erased = await service.ask("POST", f"{person}/erase", {"reason": "asked by letter"})
    assert (erased.status, erased.json["state"], erased.json["credit_until"]) == (200, "done", None)
    assert (await service.ask("POST", f"{person}/erase", {})).status == 409
    assert (await service.ask("GET", "/people?search=ana")).json["items"] == []
    assert (await service.ask("GET", "/people")).json["items"] == []
    shown = (await service.ask("GET", person)).json
    assert (shown["name"], shown["email"], shown["erased"]) == ("Erased person", "", True)
    assert (await service.ask("PATCH", person, {"name": "Ana Ortiz"})).status == 409
    everywhere = [(await service.ask("GET", path)).json, (await service.ask("GET", "/erasures")).json]
    assert "Ortiz" not in str(everywhere)
    assert [one["reason"] for one in everywhere[1]["items"]] == ["asked by letter"]


async def test_the_audit_log_tells_who_did_what_and_that_it_was_read(service: Service) -> None:
    session = await service.a_session()
    await service.ask("GET", f"/sessions/{session['id']}/attendance")
    first = (await service.ask("GET", "/audit?action=attendance")).json["items"]
    assert [(one["subject"], one["subject_name"]) for one in first] == [(session["id"], session["title"])]
    assert first[0]["actor_name"]
    everything = (await service.ask("GET", "/audit")).json
    assert {one["action"] for one in everything["items"]} >= {"audit.read", "attendance.read"}
    page = (await service.ask("GET", "/audit?limit=1")).json
    rest = (await service.ask("GET", f"/audit?limit=1&cursor={page['next']}")).json
    assert rest["items"][0]["id"] != page["items"][0]["id"]
    assert (await service.ask("GET", "/audit?since=2027-01-01T00:00:00Z")).json["items"] == []


async def test_what_is_kept_for_how_long_can_be_read(service: Service) -> None:
    kept = (await service.ask("GET", "/privacy/retention")).json
    assert {one["name"] for one in kept["items"]} == {"attendance", "devices", "answers", "audit"}
    assert kept["items"][0]["floor_days"] >= 6 * 365
    assert (await service.ask("GET", "/privacy/removals")).json == {"items": [], "next": None}
