"""Attendance over the API: what counts, corrections with who and why, editions, and whether it is intact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from echo_session.store.engine import Database
from echo_session.store.presence import checkpoint
from echo_session.store.tables import EventRow
from tests.integration.api.service import START, Service
from tests.integration.records.people import a_visitor, joins, leaves, moment

MINUTE = timedelta(minutes=1)


def at(minutes: float) -> str:
    return (START + minutes * MINUTE).isoformat().replace("+00:00", "Z")


async def running(service: Service) -> Any:
    """A session that has just begun."""
    session = await service.a_session()
    service.rooms.now = START
    await service.ask("POST", f"/sessions/{session['id']}/open")
    return session


async def told(database: Database, session_id: str) -> list[EventRow]:
    async with database.read() as tx:
        query = select(EventRow).where(EventRow.session_id == session_id, EventRow.type.like("attendance.%"))
        return list(await tx.scalars(query.order_by(EventRow.seq)))


async def test_a_session_from_its_first_minute_to_its_second_amendment(service: Service) -> None:
    signed_in = await service.sign_in()
    session = await running(service)
    path = f"/sessions/{session['id']}"

    async def order(minutes: float, verb: str, body: Any = None, status: int = 200, how: str = "POST") -> Any:
        service.rooms.now = START + minutes * MINUTE
        reply = await service.ask(how, path + verb, body, headers=signed_in)
        assert reply.status == status, reply.json
        return reply.json

    def stretch(start: float, end: float) -> dict[str, str]:
        return {"from": at(start), "until": at(end)}

    ana = await joins(service.database, await a_visitor(service.database, session["id"], "Ana"), START)
    ben = await joins(service.database, await a_visitor(service.database, session["id"], "Ben"), START)
    pause = await order(20, "/breaks", status=201)
    await order(21, "/breaks", status=409)
    ended = await order(25, f"/breaks/{pause['id']}/end")
    assert ended == {"id": pause["id"], **stretch(20, 25)}
    assert (await order(25, "/breaks", how="GET"))["items"] == [ended]
    async with service.database.write() as tx:
        await checkpoint(tx, {one.connection_id: moment(START + 30 * MINUTE) for one in (ana, ben)})
    live = await order(30, "/attendance", how="GET")
    assert (live["state"], live["edition"], live["countable_seconds"]) == ("live", None, 55 * 60)
    assert [(one["here"], one["counted_seconds"]) for one in live["people"]] == [(True, 25 * 60)] * 2

    await leaves(service.database, ana, START + 60 * MINUTE)
    await leaves(service.database, ben, START + 52 * MINUTE)
    await order(60, "/end")
    ready = await order(61, "/attendance", how="GET")
    assert [one["counted_seconds"] for one in ready["people"]] == [55 * 60, 47 * 60]
    assert (ready["state"], ready["edition"]["number"], ready["edition"]["kind"]) == ("ready", 0, "ready")
    [event] = await told(service.database, session["id"])
    picture = event.payload["data"]
    assert (event.type, picture["chain"], picture["breaks"]) == (
        "attendance.ready",
        ready["chain"],
        ready["breaks"],
    )
    assert [one["counted_seconds"] for one in picture["people"]] == [55 * 60, 47 * 60]
    assert len(picture["people"][0]["events"]) == 4, "joined, left, and the two ends of the break"

    ben_added = {"person_id": ben.person_id, "action": "add", **stretch(52, 58), "reason": "By phone."}
    line = await order(90, "/attendance/corrections", ben_added, 201)
    assert (line["counted_seconds"], line["original_seconds"], line["corrected"]) == (53 * 60, 47 * 60, True)
    [correction] = line["corrections"]
    assert (correction["by"], correction["reason"], correction["undone"]) == ("Rosa Lee", "By phone.", False)
    assert len(await told(service.database, session["id"])) == 1, "nothing was final"
    final = await order(100, "/attendance/finalize")
    assert (final["state"], final["edition"]["by_name"]) == ("final", "Rosa Lee")
    await order(101, "/attendance/finalize", status=409)

    cleo_added = {"person": {"name": "Cleo"}, "action": "add", **stretch(0, 10), "reason": "No camera."}
    cleo = await order(110, "/attendance/corrections", cleo_added, 201)
    assert (cleo["matched"], cleo["way"], cleo["counted_seconds"]) == (False, "hand", 600)
    undone = await order(
        120, f"/attendance/corrections/{correction['id']}/undo", {"reason": "It was Bea who phoned."}
    )
    assert (undone["counted_seconds"], undone["corrected"]) == (47 * 60, False)
    [taken_back] = undone["corrections"]
    assert (taken_back["undone"], taken_back["undone_by"]) == (True, "Rosa Lee")
    again = await order(121, f"/attendance/corrections/{correction['id']}/undo", {"reason": "Again."}, 409)
    assert "already" in again["detail"]
    shorter = {"windows": [stretch(0, 30)], "breaks": [], "reason": "The second half was no lecture."}
    windows = await order(130, "/attendance/windows", shorter, how="PATCH")
    assert (windows["countable_seconds"], windows["breaks"]) == (1800, [])
    assert [one["counted_seconds"] for one in windows["people"]] == [600, 1800, 1800]
    events = await told(service.database, session["id"])
    assert [event.type.partition(".")[2] for event in events] == ["ready", "finalized", *["amended"] * 3]
    assert [event.payload["data"]["edition"]["number"] for event in events] == [0, 1, 2, 3, 4]
    assert events[3].payload["data"]["edition"]["reason"] == "It was Bea who phoned."
    intact = await order(140, "/attendance/verify", how="GET")
    assert (intact["intact"], intact["links"], intact["head"]) == (True, 10, windows["chain"]["head"])


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"reason": "  "}, "reason"),
    ({"from": at(10), "until": at(10)}, "until"),
    ({"from": at(-600)}, "from"),
    ({"until": at(40)}, "until"),
    ({"from": at(2), "until": at(3)}, "from"),
    ({"action": "strike"}, "from"),
    ({"person_id": "per_nobody"}, "person_id"),
    ({"person": {"name": "Ben"}}, "body"),
    ({"person_id": None, "person": {"name": "B", "email": "no", "site_id": "x"}}, "person.email"),
)
"""What makes a good correction a bad one, and the field that is named then."""


async def test_a_correction_that_cannot_be_is_refused_with_what_can(service: Service) -> None:
    session = await running(service)
    ana = await joins(service.database, await a_visitor(service.database, session["id"], "Ana"), START)
    await leaves(service.database, ana, START + 5 * MINUTE)
    service.rooms.now = START + 30 * MINUTE
    body: dict[str, Any] = {
        "person_id": ana.person_id,
        "action": "add",
        "from": at(10),
        "until": at(20),
        "reason": "By phone.",
    }
    for change, field in REFUSED:
        path = f"/sessions/{session['id']}/attendance/corrections"
        reply = await service.ask("POST", path, body | change)
        assert reply.status == 422
        assert field in reply.fields(), reply.json
    seen = await service.ask("GET", f"/sessions/{session['id']}/attendance")
    assert seen.json["chain"]["links"] == 2


async def test_what_has_not_begun_is_not_corrected_and_what_runs_is_not_final(service: Service) -> None:
    session = await service.a_session()
    body = {"person": {"name": "Ana"}, "action": "add", "from": at(0), "until": at(1), "reason": "There."}
    path = f"/sessions/{session['id']}"
    for verb, sent in (("/attendance/corrections", body), ("/breaks", None), ("/attendance/finalize", None)):
        assert (await service.ask("POST", path + verb, sent)).status == 409
    assert (await service.ask("POST", f"{path}/breaks/brk_x/end")).status == 409
    service.rooms.now = START
    await service.ask("POST", f"{path}/open")
    assert (await service.ask("POST", f"{path}/breaks/brk_x/end")).status == 404
    assert (await service.ask("POST", f"{path}/attendance/finalize")).status == 409
    undo = await service.ask("POST", f"{path}/attendance/corrections/cor_x/undo", {"reason": "No."})
    assert undo.status == 404
    service.rooms.now = START + 50 * MINUTE
    await service.ask("POST", f"{path}/breaks")
    service.rooms.now = START + 70 * MINUTE
    await service.ask("POST", f"{path}/end")
    over = (await service.ask("GET", f"{path}/attendance")).json
    assert (over["breaks"][0]["until"], over["countable_seconds"]) == (at(70), 3000), "nobody ended it"


async def test_a_merge_amends_what_was_final(service: Service) -> None:
    session = await running(service)
    people = [await a_visitor(service.database, session["id"], name) for name in ("Ana Ortiz", "Ana O.")]
    for number, one in enumerate(people):
        start = START + 10 * number * MINUTE
        await leaves(service.database, await joins(service.database, one, start), start + 15 * MINUTE)
    service.rooms.now = START + 60 * MINUTE
    await service.ask("POST", f"/sessions/{session['id']}/end")
    await service.ask("POST", f"/sessions/{session['id']}/attendance/finalize")
    kept, merged = (one.person_id for one in people)
    body = {"other_id": merged, "reason": "One and the same."}
    made = await service.ask("POST", f"/people/{kept}/merge", body)
    assert made.status == 200, made.json
    seen = (await service.ask("GET", f"/sessions/{session['id']}/attendance")).json
    assert [(one["person_id"], one["counted_seconds"]) for one in seen["people"]] == [(kept, 1500)]
    assert (seen["edition"]["kind"], seen["edition"]["number"]) == ("amended", 2)
    await service.ask("POST", f"/merges/{made.json['id']}/undo")
    seen = (await service.ask("GET", f"/sessions/{session['id']}/attendance")).json
    assert sorted(one["counted_seconds"] for one in seen["people"]) == [900, 900]
    assert seen["edition"]["number"] == 3
