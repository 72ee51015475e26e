"""Several people in front of one device: over the device's own screen, from telephones, and by hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from echo_session.domain.ids import Prefix, new_id
from echo_session.domain.ledger import Kind
from echo_session.domain.presence import Instant, Presence
from echo_session.store import commands
from echo_session.store.chain import chain
from echo_session.store.ledger import record
from echo_session.store.presence import checkpoint
from echo_session.store.tables import PersonRow, PresenceRow
from echo_session.store.times import times_of
from tests.integration.api.service import START, Reply, Service

MINUTE = timedelta(minutes=1)


@dataclass
class Clinic:
    """Clinic 4's device in the room of an open session."""

    service: Service
    session: Any
    site_id: str
    people: dict[str, str]
    presence: Presence
    device: dict[str, str]

    async def ask(self, method: str, path: str, body: Any = None) -> Reply:
        return await self.service.ask(method, f"/public/{path}", body, headers=self.device)

    async def seen(self, at: datetime) -> None:
        """Time passes, and packets come."""
        self.service.rooms.now = at
        async with self.service.database.write() as tx:
            await checkpoint(tx, {self.presence.connection_id: Instant(at, 0, "")})

    async def minutes(self) -> dict[str, float]:
        """Everybody's counted minutes, by name."""
        async with self.service.database.read() as tx:
            times = await times_of(tx, self.session["id"])
        return {one.name: one.time.counted_seconds / 60 for one in times.people}


@pytest.fixture
async def clinic(service: Service) -> Clinic:
    session = await service.a_session()
    people = {}
    site = (await service.ask("POST", "/sites", {"name": "Clinic 4", "state": "NM"})).json
    for name in ("Clinic 4 desk", "Ana Ortiz", "Ben Ruiz"):
        body = {"name": name, "email": f"{name.split()[0].lower()}@clinic4.example", "site_id": site["id"]}
        people[name] = (await service.ask("POST", "/people", body)).json["id"]
    other = {"name": "Cora Diaz", "email": "cora@elsewhere.example"}
    people["Cora Diaz"] = (await service.ask("POST", "/people", other)).json["id"]
    return await enter(service, session, site["id"], people)


async def enter(service: Service, session: Any, site_id: str, people: dict[str, str]) -> Clinic:
    service.rooms.now = START
    secret = secrets.token_urlsafe(32)
    presence = Presence(
        connection_id=new_id(Prefix.CONNECTION, secrets.token_bytes),
        session_id=session["id"],
        person_id=people["Clinic 4 desk"],
        registration_id=None,
        role="participant",
        name="Clinic 4 desk",
        site="Clinic 4",
        profession="",
        device="desktop",
        secret_hash=sha256(secret.encode()).hexdigest(),
        incarnation="inc_1",
        spell=1,
        attending=True,
        state="joined",
        entered_at=START,
        seen=None,
    )
    async with service.database.write() as tx:
        await commands.open_session(tx, session["id"], now=START, random=secrets.token_bytes)
        at = Instant(START, 0, "")
        await record(tx, presence, Kind.JOINED, at, source="transport", random=secrets.token_bytes)
    device = {"Authorization": f"Device {presence.connection_id}.{secret}"}
    return Clinic(service, session, site_id, people, presence, device)


async def test_everybody_in_front_of_one_device_is_counted_for_as_long_as_they_were_there(
    clinic: Clinic,
) -> None:
    ask, service = clinic.ask, clinic.service
    before = await ask("GET", "shared-camera")
    assert (before.json["gathering"], before.json["site"]) == (None, "Clinic 4")
    shared = (await ask("POST", "shared-camera")).json
    code = shared["gathering"]["code"]
    assert [one["name"] for one in shared["known"]] == ["Ana Ortiz", "Ben Ruiz"]
    assert shared["link"].endswith(f"/here#{code}")
    assert len(shared["qr"]) == len(shared["qr"][0]) >= 21

    on_screen = {"person_id": clinic.people["Ana Ortiz"]}
    assert (await ask("POST", "shared-camera/check-ins", on_screen)).status == 200
    twice = await ask("POST", "shared-camera/check-ins", on_screen)
    assert len(twice.json["check_ins"]) == 1, "somebody is there once"
    stranger = await ask("POST", "shared-camera/check-ins", {"person_id": clinic.people["Cora Diaz"]})
    assert stranger.status == 404, "a device names people of its own site"

    typed = f"{code[:3].lower()} {code[3:]}"
    looked = await service.ask("GET", f"/public/gatherings/{typed.replace(' ', '-')}", headers={})
    assert (looked.json["site"], looked.json["host"]) == ("Clinic 4", "Clinic 4 desk")
    await clinic.seen(START + 10 * MINUTE)
    phone = await service.ask(
        "POST", f"/public/gatherings/{code}/check-ins", {"person_id": clinic.people["Ben Ruiz"]}, headers={}
    )
    own = {"Authorization": f"Check-in {phone.json['id']}.{phone.json['secret']}"}
    await clinic.seen(START + 11 * MINUTE)
    walked_in = {"person": {"name": "Dina Wells", "profession": "Nurse"}}
    await service.ask("POST", f"/public/gatherings/{code}/check-ins", walked_in, headers={})
    await service.ask("POST", f"/public/gatherings/{code}/check-ins", walked_in, headers={})

    await clinic.seen(START + 30 * MINUTE)
    assert (await service.ask("GET", "/public/check-in", headers=own)).json["asking"] is False
    gone = await service.ask("POST", "/public/check-in/out", headers=own)
    assert gone.json["out_at"] is not None
    nobody = {"Authorization": f"Check-in {phone.json['id']}.guessed"}
    assert (await service.ask("GET", "/public/check-in", headers=nobody)).status == 401

    await clinic.seen(START + 56 * MINUTE)
    screen = (await ask("GET", "shared-camera")).json
    assert screen["asking"] is True
    state = {one["name"]: one for one in screen["gathering"]["check_ins"]}
    assert [one["unanswered"] for one in state.values()] == [True, False, True], "who has gone is not asked"
    still = f"shared-camera/check-ins/{state['Ana Ortiz']['id']}/still-here"
    assert (await ask("POST", still, {"here": True})).json["check_ins"][0]["unanswered"] is False
    await clinic.seen(START + 60 * MINUTE)
    async with service.database.write() as tx:
        await commands.close_session(
            tx, clinic.session["id"], now=service.rooms.now, random=secrets.token_bytes
        )

    assert await clinic.minutes() == {"Clinic 4 desk": 60, "Ana Ortiz": 60, "Ben Ruiz": 20, "Dina Wells": 49}
    items = (await service.ask("GET", f"/sessions/{clinic.session['id']}/gatherings")).json["items"]
    flags = {one["name"]: one["unanswered"] for one in items[0]["check_ins"]}
    assert flags == {"Ana Ortiz": False, "Ben Ruiz": False, "Dina Wells": True}
    claim = await service.ask("GET", "/public/check-in", headers=own)
    assert "/credit#" in claim.json["credit"]
    assert (await service.ask("GET", f"/public/gatherings/{code}", headers={})).status == 404
    assert (await ask("GET", "shared-camera")).status == 401, "the device is not in a room any more"
    told = await service.ask("GET", "/events")
    kinds = [event["type"] for event in told.json["items"]]
    assert [kinds.count(f"participant.checked_{way}") for way in ("in", "out")] == [3, 1]


async def test_a_facilitator_adds_and_takes_out_by_hand_with_a_reason_that_is_kept(clinic: Clinic) -> None:
    service = clinic.service
    gathering = (await clinic.ask("POST", "shared-camera")).json["gathering"]
    path = f"/sessions/{clinic.session['id']}/check-ins"
    cora = {"gathering_id": gathering["id"], "person_id": clinic.people["Cora Diaz"]}
    assert (await service.ask("POST", path, {**cora, "reason": " "})).status == 422
    added = await service.ask("POST", path, {**cora, "reason": "Seen in the picture"})
    [one] = added.json["check_ins"]
    assert (one["name"], one["way"]) == ("Cora Diaz", "hand")
    assert service.rooms.company[-1] == (clinic.session["id"], clinic.people["Clinic 4 desk"])
    await clinic.seen(START + 20 * MINUTE)
    out = await service.ask("POST", f"/check-ins/{one['id']}/out", {"reason": "Called away"})
    assert out.json["check_ins"][0]["out_at"] is not None
    assert (await clinic.minutes())["Cora Diaz"] == 20
    kinds = (Kind.CHECKED_IN, Kind.CHECKED_OUT)
    async with service.database.read() as tx:
        said = await chain(tx, clinic.session["id"], kinds=kinds)
    assert [(link.reason, link.by) for link in said] == [
        ("Seen in the picture", service.token_id),
        ("Called away", service.token_id),
    ]
    assert (await clinic.ask("GET", "shared-cameras")).status == 403, "a participant sees its own camera only"


async def test_whom_nobody_knows_is_shown_nobody_of_the_site_that_they_name(clinic: Clinic) -> None:
    async with clinic.service.database.write() as tx:
        row = await tx.get_one(PersonRow, clinic.people["Clinic 4 desk"])
        row.matched = False
    shared = (await clinic.ask("POST", "shared-camera")).json
    assert shared["known"] == []
    somebody = {"person_id": clinic.people["Ana Ortiz"]}
    assert (await clinic.ask("POST", "shared-camera/check-ins", somebody)).status == 404
    told = (
        await clinic.service.ask("GET", f"/public/gatherings/{shared['gathering']['code']}", headers={})
    ).json
    assert told["known"] == []
    named = await clinic.ask("POST", "shared-camera/check-ins", {"person": {"name": "Ana Ortiz"}})
    assert named.json["check_ins"][0]["matched"] is False


async def test_a_facilitator_in_the_room_puts_another_camera_right(clinic: Clinic) -> None:
    gathering = (await clinic.ask("POST", "shared-camera")).json["gathering"]
    async with clinic.service.database.write() as tx:
        row = await tx.get_one(PresenceRow, clinic.presence.connection_id)
        row.role, row.person_id = "facilitator", clinic.people["Cora Diaz"]
    known = await clinic.ask("GET", f"shared-cameras/{gathering['id']}/known")
    assert [one["name"] for one in known.json["items"]] == ["Ana Ortiz", "Ben Ruiz"]
    ben = {"gathering_id": gathering["id"], "person_id": clinic.people["Ben Ruiz"]}
    assert (await clinic.ask("POST", "shared-cameras/check-ins", {**ben, "reason": ""})).status == 422
    added = await clinic.ask("POST", "shared-cameras/check-ins", {**ben, "reason": "He waved"})
    [one] = added.json["check_ins"]
    out = f"shared-camera/check-ins/{one['id']}/out"
    assert (await clinic.ask("POST", out, {})).status == 422, "somebody else's camera: say why"
    assert (await clinic.ask("POST", out, {"reason": "He left"})).json["check_ins"][0]["out_at"] is not None
    [listed] = (await clinic.ask("GET", "shared-cameras")).json["items"]
    assert listed["host"]["name"] == "Clinic 4 desk"


async def test_who_is_matched_meanwhile_is_in_front_of_the_camera_once_and_goes_under_both_names(
    clinic: Clinic,
) -> None:
    gathering = (await clinic.ask("POST", "shared-camera")).json["gathering"]
    for somebody in (
        {"person": {"name": "Anna Ortiz"}},
        {"person_id": clinic.people["Ben Ruiz"]},
        {"person": {"name": "Benny"}},
    ):
        last = await clinic.ask("POST", "shared-camera/check-ins", somebody)
    typed = {one["name"]: one["person_id"] for one in last.json["check_ins"]}
    for said, known in (("Anna Ortiz", "Ana Ortiz"), ("Benny", "Ben Ruiz")):
        body = {"person_id": clinic.people[known]}
        assert (await clinic.service.ask("POST", f"/people/{typed[said]}/match", body)).status == 200
    await clinic.seen(START + 10 * MINUTE)
    ways = f"/public/gatherings/{gathering['code']}/check-ins"
    for known in ("Ana Ortiz", "Ben Ruiz"):
        body = {"person_id": clinic.people[known]}
        phone = (await clinic.service.ask("POST", ways, body, headers={})).json
        own = {"Authorization": f"Check-in {phone['id']}.{phone['secret']}"}
        assert (await clinic.service.ask("POST", "/public/check-in/out", headers=own)).status == 200
    await clinic.seen(START + 30 * MINUTE)
    assert await clinic.minutes() == {"Clinic 4 desk": 30, "Ana Ortiz": 10, "Ben Ruiz": 10}
    told = (await clinic.ask("GET", "shared-camera")).json["gathering"]["check_ins"]
    assert [one["out_at"] is not None for one in told] == [True] * 3


async def test_who_was_there_unknown_is_matched_afterwards_and_takes_the_time_along(clinic: Clinic) -> None:
    service = clinic.service
    await clinic.ask("POST", "shared-camera")
    for name in ("Anna Ortiz", "Evan Holt"):
        await clinic.ask("POST", "shared-camera/check-ins", {"person": {"name": name}})
        await clinic.seen(START + MINUTE)
    await clinic.seen(START + 30 * MINUTE)
    queue = await service.ask("GET", f"/sessions/{clinic.session['id']}/unmatched")
    anna, evan = queue.json["items"]
    assert anna["sessions"][0]["seconds"] == 1800
    [likely, *_] = anna["suggestions"]
    assert likely["person"]["name"] == "Ana Ortiz"
    assert likely["reasons"] == ["a name like it", "the same site"]
    assert evan["suggestions"] == []

    registered = (await service.ask("POST", "/people", {"name": "Evan Holt", "email": "e@x.example"})).json
    async with service.database.write() as tx:
        (await tx.get_one(PersonRow, registered["id"])).matched = False
    one = {"other_id": evan["person"]["id"], "reason": "The same name"}
    assert (await service.ask("POST", f"/people/{registered['id']}/merge", one)).status == 200
    _, evan = (await service.ask("GET", "/unmatched")).json["items"]
    assert evan["person"]["id"] == registered["id"], "they still wait, who registered without being known"
    assert evan["sessions"][0]["seconds"] == 1740
    looked = (await service.ask("GET", "/audit?action=attendance.read")).json["items"]
    assert len(looked) == 2, "at the session's queue, and at everybody's"

    path = f"/people/{anna['person']['id']}/match"
    unknown = await service.ask("POST", path, {"person_id": evan["person"]["id"]})
    assert unknown.status == 409, "somebody whom nobody knows is no answer"
    matched = await service.ask("POST", path, {"person_id": clinic.people["Ana Ortiz"]})
    assert (matched.json["id"], matched.json["matched"]) == (clinic.people["Ana Ortiz"], True)
    assert (await service.ask("POST", path, {"person_id": None})).status == 409, "once is enough"
    async with service.database.write() as tx:
        await commands.close_session(
            tx, clinic.session["id"], now=service.rooms.now, random=secrets.token_bytes
        )
    await service.ask("POST", f"/sessions/{clinic.session['id']}/attendance/finalize")
    new = await service.ask("POST", f"/people/{evan['person']['id']}/match", {"person_id": None})
    assert (new.json["id"], new.json["matched"]) == (evan["person"]["id"], True)
    assert (await service.ask("GET", "/unmatched")).json["items"] == []
    assert (await clinic.minutes())["Ana Ortiz"] == 30
    told = (await service.ask("GET", "/events?type=attendance.amended")).json["items"]
    assert len(told) == 1, "the scheduling system learns that he is known"
