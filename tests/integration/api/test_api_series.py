"""/series, /calendar and /notices, as the console and a scheduling system use them."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from sqlalchemy import select

from echo_session.store.notices import add_notice
from echo_session.store.tables import MailingRow
from tests.integration.api.service import Service

BIWEEKLY = {"freq": "weekly", "interval": 2, "weekdays": ["TH"], "count": 12}
SERIES: dict[str, Any] = {
    "title": "Autism ECHO",
    "zone": "America/Denver",
    "starts_local": "2027-01-07T12:00:00",
    "duration_minutes": 60,
    "rule": BIWEEKLY,
}


async def a_program(service: Service, name: str = "Autism") -> str:
    reply = await service.ask("POST", "/programs", {"name": name, "zone": "America/Denver"})
    assert reply.status == 201, reply.json
    return str(reply.json["id"])


async def a_series(service: Service, **changes: Any) -> Any:
    body = SERIES | {"program_id": changes.pop("program_id", None) or await a_program(service)} | changes
    reply = await service.ask("POST", "/series", body)
    assert reply.status == 201, reply.json
    return reply.json


async def sessions_of(service: Service, series_id: str, **more: str) -> list[Any]:
    asked = {"series_id": series_id, "order": "asc", "limit": "200"} | more
    reply = await service.ask("GET", "/sessions", params=asked)
    assert reply.status == 200, reply.json
    return list(reply.json["items"])


async def register(service: Service, path: str, name: str, role: str, site: str = "") -> None:
    person = {"name": name, "email": f"{name.split()[-1].lower()}@x.example", "role": role, "site": site}
    reply = await service.ask("POST", f"{path}/registrations", {"people": [person]})
    assert reply.status in (200, 201), reply.json


async def test_a_series_says_what_it_is(service: Service) -> None:
    made = await a_series(service)
    assert made["slug"] == "autism-echo"
    assert made["page"].endswith("/series/autism-echo")
    assert made["program_name"] == "Autism"
    assert (made["sessions"], made["first_at"], made["last_at"]) == (
        *(12, "2027-01-07T19:00:00Z", "2027-06-10T18:00:00Z"),
    )
    [part] = made["parts"]
    assert part["words"] == "Every second Thursday at 12:00, 12 times, until 10 June 2027"
    assert part["rule"] == BIWEEKLY | {"until": None, "exclude": []}
    read = await service.ask("GET", f"/series/{made['id']}")
    assert read.json == made
    assert read.headers["Etag"] == '"1"'
    listed = await service.ask(
        "GET", "/series", params={"program_id": made["program_id"], "search": "autism"}
    )
    assert listed.json == {"items": [made], "next": None}
    sessions = await sessions_of(service, made["id"])
    assert made["next_session_id"] == sessions[0]["id"]
    same = await service.ask("GET", f"/series/{made['id']}/sessions", params={"order": "asc"})
    assert same.json["items"] == sessions
    assert sessions[0]["program_name"] == "Autism"
    assert [s["starts_local"] for s in sessions[:2]] == ["2027-01-07T12:00:00", "2027-01-21T12:00:00"]


async def test_a_series_is_made_once_under_one_key(service: Service) -> None:
    body = SERIES | {"program_id": await a_program(service)}
    headers = service.token | {"Idempotency-Key": "one"}
    first = await service.ask("POST", "/series", body, headers=headers)
    again = await service.ask("POST", "/series", body, headers=headers)
    assert (first.status, again.status) == (201, 201)
    assert first.json["id"] == again.json["id"]


async def test_the_list_goes_on_where_a_page_ends(service: Service) -> None:
    program = await a_program(service)
    for title in ("Beta", "alpha", "Gamma"):
        await a_series(service, program_id=program, title=title, rule=BIWEEKLY | {"count": 1})
    first = await service.ask("GET", "/series", params={"limit": "2"})
    rest = await service.ask("GET", "/series", params={"limit": "2", "cursor": first.json["next"]})
    assert [one["title"] for one in (*first.json["items"], *rest.json["items"])] == ["alpha", "Beta", "Gamma"]
    assert rest.json["next"] is None


async def test_a_preview_shows_the_spokes_whose_clocks_do_not_change_with_the_hub(service: Service) -> None:
    program = await a_program(service)
    for name, zone in (("Tuba City Clinic", "America/Phoenix"), ("El Paso Clinic", "America/Denver")):
        reply = await service.ask("POST", "/sites", {"name": name, "zone": zone})
        assert reply.status == 201, reply.json
        await register(service, f"/programs/{program}", f"Dr. {name.split()[0]}", "participant", name)
    reply = await service.ask("POST", "/series/preview", SERIES | {"program_id": program})
    assert reply.status == 200, reply.json
    preview = reply.json
    assert preview["words"] == "Every second Thursday at 12:00, 12 times, until 10 June 2027"
    assert (preview["total"], preview["changes"]) == (12, None)
    hub, spoke = preview["zones"]
    assert (hub["zone"], hub["hub"], hub["shifted"], hub["people"]) == ("America/Denver", True, 0, 1)
    assert (spoke["zone"], spoke["sites"], spoke["people"]) == ("America/Phoenix", ["Tuba City Clinic"], 1)
    assert spoke["shifted"] == 5
    january, _, _, _, _, march = preview["occurrences"][:6]
    assert january["zones"][1]["starts_local"] == "2027-01-07T12:00:00"
    assert march["starts_local"] == "2027-03-18T12:00:00"
    assert march["zones"][1]["starts_local"] == "2027-03-18T11:00:00"
    shifts = [one["zones"][1]["shift_minutes"] for one in preview["occurrences"]]
    assert shifts == [60] * 5 + [0] * 7
    assert (await service.ask("GET", "/series")).json["items"] == []


async def test_a_preview_tells_skipped_and_repeated_times(service: Service) -> None:
    skipped = {"starts_local": "2027-03-07T02:30:00", "rule": BIWEEKLY | {"interval": 1, "weekdays": ["SU"]}}
    reply = await service.ask("POST", "/series/preview", SERIES | skipped)
    occurrence = reply.json["occurrences"][1]
    assert (occurrence["original_local"], occurrence["starts_local"], occurrence["moved_forward"]) == (
        *("2027-03-14T02:30:00", "2027-03-14T03:30:00", True),
    )
    assert reply.json["notes"] == [
        "On Sunday 14 March 2027 clocks in America/Denver skip 02:30; the session starts at 03:30."
    ]
    repeated = {"starts_local": "2027-10-31T01:30:00", "rule": skipped["rule"]}
    reply = await service.ask("POST", "/series/preview", SERIES | repeated)
    assert reply.json["occurrences"][1]["twice"]
    assert reply.json["occurrences"][1]["starts_at"] == "2027-11-07T07:30:00Z"
    assert "twice" in reply.json["notes"][0]


async def test_a_preview_tells_who_is_wanted_elsewhere(service: Service) -> None:
    program, other = await a_program(service), await a_program(service, "Asthma")
    await register(service, f"/programs/{program}", "Ana Ortiz", "facilitator")
    await register(service, f"/programs/{program}", "Sam Poe", "participant")
    theirs = await a_series(service, program_id=other, title="Asthma", rule=BIWEEKLY | {"count": 2})
    for name, role in (("Ana Ortiz", "panelist"), ("Sam Poe", "facilitator")):
        await register(service, f"/series/{theirs['id']}", name, role)
    reply = await service.ask("POST", "/series/preview", SERIES | {"program_id": program})
    found = [one["conflicts"] for one in reply.json["occurrences"]]
    assert [len(some) for some in found] == [1, 1] + [0] * 10
    assert (found[0][0]["title"], found[0][0]["people"]) == ("Asthma", ["Ana Ortiz"])
    assert reply.json["notes"] == [
        "2 sessions overlap with another that needs the same facilitator or presenter."
    ]
    later = await service.ask(
        "POST", "/series/preview", SERIES | {"program_id": program, "starts_local": "2027-01-07T13:00:00"}
    )
    assert not any(one["conflicts"] for one in later.json["occurrences"])
    [first, _] = await sessions_of(service, theirs["id"])
    await register(service, f"/sessions/{first['id']}", "Ana Ortiz", "observer")
    reply = await service.ask("POST", "/series/preview", SERIES | {"program_id": program})
    found = [one["conflicts"] for one in reply.json["occurrences"]]
    assert [len(some) for some in found] == [0, 1] + [0] * 10, "in one of theirs she only looks on"


DAYS = [str(datetime(2027, 1, 1, tzinfo=UTC).date() + timedelta(days=n)) for n in range(10_000)]
IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"freq": "weekly", "weekdays": ["TH"]}, "rule.until"),
    ({"freq": "weekly", "weekdays": ["TH"], "count": 100000}, "rule.count"),
    ({"freq": "weekly", "weekdays": ["TH"], "interval": 10**12, "count": 3}, "rule.interval"),
    ({"freq": "weekly", "weekdays": ["THU"], "count": 3}, "rule.weekdays.0"),
    ({"freq": "weekly", "weekdays": ["TH"], "until": "2026-11-01"}, "rule.until"),
    ({"freq": "weekly", "weekdays": ["TH"], "until": "9999-12-31"}, "rule.until"),
    ({"freq": "monthly", "interval": 12, "positions": [{"week": 5, "day": "TH"}], "count": 9}, "rule.count"),
    ({"freq": "monthly", "positions": [{"week": 6, "day": "TH"}], "count": 9}, "rule.positions.0.week"),
    ({"freq": "dates", "dates": []}, "rule.dates"),
    ({"freq": "dates", "dates": ["2027-01-07", "0001-01-01"]}, "rule.dates"),
    ({"freq": "dates", "dates": ["2027-02-30"]}, "rule.dates.0"),
    ({"freq": "dates", "dates": DAYS}, "rule.dates"),
    ({"freq": "secondly", "count": 3}, "rule.freq"),
    ({"freq": "weekly", "weekdays": ["TH"], "count": 1, "exclude": ["2027-01-07"]}, "rule.exclude"),
]


async def test_impossible_and_explosive_rules_are_refused_at_once(service: Service) -> None:
    program = await a_program(service)
    for rule, field in IMPOSSIBLE:
        for path in ("/series/preview", "/series"):
            began = process_time()
            reply = await service.ask("POST", path, SERIES | {"program_id": program, "rule": rule})
            assert process_time() - began < 0.5
            assert reply.status == 422, reply.json
            assert reply.fields().get(field), (reply.json, field)
    assert (await service.ask("GET", "/series")).json["items"] == []


async def test_every_wrong_field_is_named(service: Service) -> None:
    wrong = {
        "zone": "Mars/Olympus",
        "duration_minutes": 0,
        "title": " ",
        "capacity": 0,
        "program_id": "prg_x",
    }
    reply = await service.ask("POST", "/series", SERIES | wrong)
    assert reply.status == 422
    assert {"program_id"} <= set(reply.fields())
    wrong["program_id"] = await a_program(service)
    reply = await service.ask("POST", "/series", SERIES | wrong)
    assert set(reply.fields()) == {"zone", "duration_minutes", "title", "capacity"}
    past = await service.ask("POST", "/series/preview", SERIES | {"starts_local": "2026-01-08T12:00:00"})
    assert set(past.fields()) == {"starts_local"}


async def test_this_and_following_then_all(service: Service) -> None:
    series = await a_series(service)
    sessions = await sessions_of(service, series["id"])
    path = f"/series/{series['id']}"
    reach = {"scope": "following", "from_session_id": sessions[3]["id"]}
    wanted = {"starts_local": "2027-02-18T15:00:00"}
    preview = await service.ask("POST", f"{path}/preview", reach | wanted)
    assert preview.status == 200, preview.json
    assert (preview.json["changes"]["moved"], preview.json["changes"]["unchanged"]) == (9, 3)
    assert "15:00" in preview.json["words"]
    reply = await service.ask("PATCH", path, reach | wanted, headers=service.token | {"If-Match": '"1"'})
    assert reply.status == 200, reply.json
    assert reply.headers["Etag"] == '"2"'
    assert [part["position"] for part in reply.json["parts"]] == [1, 2]
    reply = await service.ask("PATCH", path, {"duration_minutes": 90})
    after = await sessions_of(service, series["id"])
    assert [s["id"] for s in after] == [s["id"] for s in sessions]
    assert [s["starts_local"][11:13] for s in after] == ["12"] * 3 + ["15"] * 9
    assert {s["duration_minutes"] for s in after} == {90}
    assert sorted(service.rooms.changed) == sorted([s["id"] for s in after] + [s["id"] for s in after[3:]])


async def test_the_second_of_two_coordinators_is_told_what_changed(service: Service) -> None:
    series = await a_series(service)
    path = f"/series/{series['id']}"
    cookie = await service.sign_in()
    first = await service.ask(
        "PATCH", path, {"title": "Autism in schools"}, headers=cookie | {"If-Match": '"1"'}
    )
    assert first.status == 200, first.json
    wanted = {
        "title": "Autism ECHO 2",
        "duration_minutes": 60,
        "rule": BIWEEKLY | {"count": 3},
        "zone": "UTC",
    }
    second = await service.ask("PATCH", path, wanted, headers=service.token | {"If-Match": '"1"'})
    assert second.status == 412
    assert (
        "Rosa Lee changed this series on 21 November 2026 at 15:00 (America/Denver)" in second.json["detail"]
    )
    assert {one["field"]: one["now"] for one in second.json["changed"]} == {
        "title": "Autism in schools",
        "zone": "America/Denver",
        "rule": BIWEEKLY | {"until": None, "exclude": []},
    }
    assert (await service.ask("GET", path)).json == first.json


async def test_two_who_change_at_the_same_time(service: Service) -> None:
    series = await a_series(service)
    path = f"/series/{series['id']}"
    headers = service.token | {"If-Match": '"1"'}
    replies = await asyncio.gather(
        *(service.ask("PATCH", path, {"title": f"Title {n}"}, headers=headers) for n in range(5))
    )
    assert sorted(reply.status for reply in replies) == [200, 412, 412, 412, 412]


async def test_null_takes_the_capacity_away(service: Service) -> None:
    series = await a_series(service, capacity=30)
    path = f"/series/{series['id']}"
    assert (await service.ask("PATCH", path, {"public": False})).json["capacity"] == 30
    assert (await service.ask("PATCH", path, {"capacity": None})).json["capacity"] is None


async def test_calling_off_and_restoring(service: Service) -> None:
    series = await a_series(service)
    path = f"/series/{series['id']}"
    sessions = await sessions_of(service, series["id"])
    rest = {"scope": "following", "from_session_id": sessions[10]["id"], "reason": "No speakers"}
    reply = await service.ask("POST", f"{path}/cancel", rest)
    assert (reply.status, reply.json["status"], reply.json["sessions"]) == (200, "active", 10)
    gone = await sessions_of(service, series["id"], status="cancelled")
    assert [(s["id"], s["cancel_reason"]) for s in gone] == [(s["id"], "No speakers") for s in sessions[10:]]
    reply = await service.ask("POST", f"{path}/cancel", {"scope": "all"})
    assert (reply.json["status"], reply.json["sessions"], reply.json["next_session_id"]) == (
        "cancelled",
        0,
        None,
    )
    assert (await service.ask("PATCH", path, {"title": "New"})).status == 409
    one = f"/sessions/{sessions[0]['id']}/restore"
    assert (await service.ask("POST", one, {})).status == 409
    reply = await service.ask("POST", f"{path}/restore", {"notify": False})
    assert (reply.json["status"], reply.json["sessions"]) == ("active", 12)
    assert (await service.ask("POST", f"{path}/restore", {})).status == 409


async def test_one_session_of_a_series_is_changed_cancelled_and_restored(service: Service) -> None:
    series = await a_series(service)
    [first, second, *_] = await sessions_of(service, series["id"])
    reply = await service.ask("PATCH", f"/sessions/{first['id']}", {"starts_local": "2027-01-08T12:00:00"})
    assert reply.json["changed_by_hand"] == ["starts_local"]
    assert reply.json["original_local"] == "2027-01-07T12:00:00"
    await service.ask("PATCH", f"/series/{series['id']}", {"starts_local": "2027-01-07T09:00:00"})
    [first, second, *_] = await sessions_of(service, series["id"])
    assert (first["starts_local"], second["starts_local"]) == ("2027-01-08T12:00:00", "2027-01-21T09:00:00")
    reply = await service.ask("POST", f"/sessions/{second['id']}/cancel", {"reason": "Snow"})
    assert (reply.json["status"], reply.json["cancel_reason"]) == ("cancelled", "Snow")
    await service.ask("PATCH", f"/series/{series['id']}", {"title": "New"})
    assert (await service.ask("GET", f"/sessions/{second['id']}")).json["status"] == "cancelled"
    reply = await service.ask("POST", f"/sessions/{second['id']}/restore", {})
    assert (reply.json["status"], reply.json["cancel_reason"], reply.json["changed_by_hand"]) == (
        "scheduled",
        "",
        [],
    )
    stale = await service.ask(
        "PATCH", f"/sessions/{second['id']}", {"title": "Mine"}, headers=service.token | {"If-Match": '"1"'}
    )
    assert stale.status == 412
    assert " changed this session on 21 November 2026 at 15:00 (" in stale.json["detail"]
    assert stale.json["changed"] == [{"field": "title", "yours": "Mine", "now": "New"}]


async def test_the_sessions_of_a_series_are_of_no_other(service: Service) -> None:
    series = await a_series(service)
    reply = await service.ask("GET", f"/series/{series['id']}/sessions?series_id={series['id']}")
    assert (reply.status, list(reply.fields())) == (422, ["series_id"])


async def test_a_session_that_its_series_changed_says_so(service: Service) -> None:
    series = await a_series(service)
    [first, *_] = await sessions_of(service, series["id"])
    await service.ask("PATCH", f"/series/{series['id']}", {"title": "New"})
    stale = await service.ask(
        "PATCH", f"/sessions/{first['id']}", {"title": "Mine"}, headers=service.token | {"If-Match": '"1"'}
    )
    assert stale.status == 412
    assert " changed this session's series on 21 November 2026 at 15:00 (" in stale.json["detail"]


async def test_a_change_of_nothing_tells_nobody(service: Service) -> None:
    series = await a_series(service)
    reply = await service.ask("PATCH", f"/series/{series['id']}", {"title": "Autism ECHO"})
    assert (reply.status, reply.json["revision"]) == (200, 1)
    [first, *_] = await sessions_of(service, series["id"])
    await service.ask("PATCH", f"/sessions/{first['id']}", {"title": "Autism ECHO"})
    mails = await _mailings(service)
    assert mails == []
    await service.ask("PATCH", f"/sessions/{first['id']}", {"title": "Guest", "notify": False})
    assert await _mailings(service) == []
    await service.ask("PATCH", f"/sessions/{first['id']}", {"title": "Guest lecture"})
    assert await _mailings(service) == ["update"]


async def _mailings(service: Service) -> list[str]:
    async with service.database.read() as tx:
        return list(await tx.scalars(select(MailingRow.kind)))


async def test_what_is_not_there(service: Service) -> None:
    series = await a_series(service)
    other = await a_series(service, title="Other")
    [elsewhere, *_] = await sessions_of(service, other["id"])
    for method, path in (
        ("GET", ""),
        ("GET", "/sessions"),
        ("PATCH", ""),
        ("POST", "/cancel"),
        ("POST", "/restore"),
        ("POST", "/preview"),
    ):
        reply = await service.ask(method, f"/series/srs_none{path}", None if method == "GET" else {})
        assert reply.status == 404, reply.json
    reach = {"scope": "following", "from_session_id": elsewhere["id"]}
    reply = await service.ask("PATCH", f"/series/{series['id']}", reach | {"title": "New"})
    assert set(reply.fields()) == {"from_session_id"}
    reply = await service.ask("POST", f"/series/{series['id']}/cancel", {"scope": "following"})
    assert set(reply.fields()) == {"from_session_id"}
    assert (await service.ask("GET", "/series", params={"cursor": "AAAA"})).status == 422


async def test_the_calendar_shows_some_weeks(service: Service) -> None:
    series = await a_series(service)
    single = await service.a_session(program_id=series["program_id"])
    await register(service, f"/series/{series['id']}", "Ana Ortiz", "participant")
    asked = {"from": "2026-11-20T00:00:00Z", "to": "2027-01-20T00:00:00Z"}
    reply = await service.ask("GET", "/calendar", params=asked)
    assert reply.status == 200, reply.json
    assert [one["title"] for one in reply.json["items"]] == [single["title"], "Autism ECHO"]
    assert reply.json["items"][1] | {"id": "", "program_id": ""} == {
        "id": "", "title": "Autism ECHO", "program_id": "", "program_name": "Autism",
        "series_id": series["id"], "starts_at": "2027-01-07T19:00:00Z", "ends_at": "2027-01-07T20:00:00Z",
        "starts_local": "2027-01-07T12:00:00", "zone": "America/Denver", "status": "scheduled",
        "moved_forward": False, "changed_by_hand": [], "registered": 1,
    }  # fmt: skip
    assert reply.json["truncated"] is False
    for program, count in ((series["program_id"], 2), (await a_program(service, "Else"), 0)):
        reply = await service.ask("GET", "/calendar", params=asked | {"program_id": program})
        assert len(reply.json["items"]) == count
    for to in ("2027-02-20T00:00:00Z", "2026-11-20T00:00:00Z"):
        assert "to" in (await service.ask("GET", "/calendar", params=asked | {"to": to})).fields()
    assert "from" in (await service.ask("GET", "/calendar")).fields()


async def test_notices_stay_until_somebody_has_read_them(service: Service) -> None:
    async with service.database.write() as tx:
        await add_notice(
            tx,
            kind="zone_database",
            title="Clocks",
            text="Two sessions moved.",
            session_ids=["ses_1"],
            now=service.rooms.now,
            random=secrets.token_bytes,
        )
    [notice] = (await service.ask("GET", "/notices")).json["items"]
    assert (notice["title"], notice["text"], notice["session_ids"]) == (
        "Clocks",
        "Two sessions moved.",
        ["ses_1"],
    )
    assert (await service.ask("POST", f"/notices/{notice['id']}/dismiss")).status == 204
    assert (await service.ask("GET", "/notices")).json["items"] == []
    assert (await service.ask("POST", "/notices/ntc_none/dismiss")).status == 404
