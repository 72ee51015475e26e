"""What a coordinator does about registrations for sessions, series and programs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from echo_session.domain.links import LinkKind
from echo_session.store.tables import AuditRow, MailingRow, SeriesRow
from tests.integration.api.service import START, Service
from tests.integration.records.registrations import (
    add_person,
    add_program,
    add_registration,
    add_series,
    put_into,
)

ANA = {"name": "Ana Ortiz", "email": "ana@clinic.example", "role": "participant"}
BEN = {"name": "Ben Vigil", "email": "ben@clinic.example", "role": "panelist"}


@dataclass
class Hub:
    """A program with a series with a session."""

    service: Service
    program: str
    series: str
    session: str

    async def register(self, *people: Any, to: str = "series", **more: Any) -> list[Any]:
        path = {
            "session": f"/sessions/{self.session}",
            "series": f"/series/{self.series}",
            "program": f"/programs/{self.program}",
        }[to]
        reply = await self.service.ask("POST", f"{path}/registrations", {"people": list(people)} | more)
        assert reply.status == 201, reply.json
        return list(reply.json["items"])

    async def step(self, registration_id: str, verb: str, body: Any = None, status: int = 200) -> Any:
        reply = await self.service.ask("POST", f"/registrations/{registration_id}/{verb}", body)
        assert reply.status == status, reply.json
        return reply.json

    async def who(self) -> dict[str, str]:
        """Role by name of those who may come to the session."""
        reply = await self.service.ask("GET", f"/sessions/{self.session}/registrations")
        return {one["person"]["name"]: one["role"] for one in reply.json["items"]}

    async def add(self, name: str, status: str = "pending", **more: Any) -> str:
        async with self.service.database.write() as tx:
            person = await add_person(tx, name)
            return await add_registration(tx, person, status, **{"series_id": self.series} | more)

    async def mailings(self) -> list[tuple[str, str | None]]:
        """Kind, and for whom, in no order."""
        async with self.service.database.read() as tx:
            rows = await tx.scalars(select(MailingRow))
            return sorted((row.kind, row.registration_id) for row in rows)


@pytest.fixture
async def hub(service: Service) -> Hub:
    session = (await service.a_session())["id"]
    async with service.database.write() as tx:
        program = await add_program(tx)
        series = await add_series(tx, program)
        await put_into(tx, session, program, series)
    return Hub(service, program, series, session)


@pytest.mark.parametrize("to", ["series", "program"])
async def test_people_are_registered_once_for_all_sessions_with_one_link(hub: Hub, to: str) -> None:
    ana, ben = await hub.register(ANA, BEN, to=to)
    assert (ana["scope"], ana["status"], ana["source"]) == (to, "approved", "invited")
    assert ana["scope_title"] == {"series": "Asthma, autumn", "program": "Asthma ECHO"}[to]
    assert (ana[f"{to}_id"], ana["session_id"]) == ({"series": hub.series, "program": hub.program}[to], None)
    claims = hub.service.links.read(ana["link"].partition("#")[2], START)
    assert (claims.kind, claims.registration_id) == (LinkKind.PERSONAL, ana["id"])
    assert await hub.who() == {"Ana Ortiz": "participant", "Ben Vigil": "panelist"}
    assert await hub.mailings() == sorted([("invitation", ana["id"]), ("invitation", ben["id"])])
    again = await hub.register(ANA, BEN, to=to)
    assert again == [ana, ben]
    assert len(await hub.mailings()) == 2


async def test_who_comes_by_the_program_is_not_invited_to_its_series_again(hub: Hub) -> None:
    ana, ben = await hub.register(ANA, BEN, to="program")
    same, other = await hub.register(ANA, BEN | {"role": "facilitator"}, to="series")
    assert same == ana
    assert (other["scope"], other["role"], other["person"]) == ("series", "facilitator", ben["person"])
    assert await hub.who() == {"Ana Ortiz": "participant", "Ben Vigil": "facilitator"}
    assert await hub.mailings() == sorted([("invitation", ana["id"]), ("invitation", ben["id"])])
    await hub.step(other["id"], "withdraw")
    [again] = await hub.register(BEN, to="series")
    assert (again["id"], again["status"]) == (other["id"], "approved")
    assert ("invitation", other["id"]) in await hub.mailings()


async def test_people_of_a_program_are_counted_wherever_they_may_come(hub: Hub) -> None:
    await hub.register(ANA, BEN, to="program")
    await hub.register(ANA | {"role": "facilitator"}, to="series")
    ask = hub.service.ask
    program, series = f"/programs/{hub.program}", f"/series?program_id={hub.program}"
    assert (await ask("GET", program)).json["registered"] == 2
    assert [one["registered"] for one in (await ask("GET", series)).json["items"]] == [2]
    assert (await ask("GET", f"/sessions/{hub.session}")).json["counts"]["registered"] == 2
    listed = await ask("GET", f"/sessions?program_id={hub.program}")
    assert [one["counts"]["registered"] for one in listed.json["items"]] == [2]


async def test_lists_in_opposite_orders_wait_for_each_other_in_one(hub: Hub) -> None:
    people = [ANA | {"name": f"Person {n}", "email": f"p{n}@clinic.example"} for n in range(12)]
    await hub.register(*people, to="program", send=False)
    both = await asyncio.gather(
        hub.register(*people, to="session", send=False),
        hub.register(*reversed(people), to="series", send=False),
    )
    names = [one["name"] for one in people]
    assert [[one["person"]["name"] for one in made] for made in both] == [names, names[::-1]]


async def test_nobody_is_written_to_unasked(hub: Hub) -> None:
    await hub.register(ANA, send=False)
    await hub.register(BEN, to="session")
    assert await hub.mailings() == []
    await hub.register(BEN | {"name": "Cruz Diaz"}, to="session", send=True)
    assert [kind for kind, _ in await hub.mailings()] == ["invitation"]


async def test_a_registration_for_one_session_is_the_exception(hub: Hub) -> None:
    await hub.register(ANA, BEN)
    [for_session] = await hub.register(ANA | {"role": "facilitator"}, to="session")
    assert for_session["scope"] == "session"
    assert await hub.who() == {"Ana Ortiz": "facilitator", "Ben Vigil": "panelist"}
    listed = await hub.service.ask("GET", "/registrations", params={"session_id": hub.session})
    assert [one["id"] for one in listed.json["items"]] == [for_session["id"]]


async def test_who_is_taken_off_one_session_stays_in_the_series(hub: Hub) -> None:
    ana, ben = await hub.register(ANA, BEN)
    path = f"/sessions/{hub.session}/registrations"
    assert (await hub.service.ask("DELETE", f"{path}/{ana['id']}")).status == 204
    assert await hub.who() == {"Ben Vigil": "panelist"}
    assert hub.service.rooms.barred == [(hub.session, ana["person"]["id"], hub.service.token_id)]
    standing = await hub.service.ask("GET", f"/registrations/{ana['id']}")
    assert standing.json == ana
    assert (await hub.service.ask("DELETE", f"{path}/{ana['id']}")).status == 404
    await hub.register(ANA, to="session")
    assert await hub.who() == {"Ana Ortiz": "participant", "Ben Vigil": "panelist"}
    assert ben["status"] == "approved"


async def test_a_wish_is_granted_or_refused_by_mail(hub: Hub) -> None:
    ana, ben = await hub.add("Ana"), await hub.add("Ben")
    approved = await hub.step(ana, "approve")
    assert (approved["status"], approved["link"] is None, approved["decided_at"]) == (
        "approved",
        False,
        "2026-11-21T22:00:00Z",
    )
    declined = await hub.step(ben, "decline", {"reason": "  Another series suits better. "})
    assert (declined["status"], declined["link"]) == ("declined", None)
    assert await hub.who() == {"Ana": "participant"}
    assert await hub.mailings() == [("declined", ben), ("invitation", ana)]
    async with hub.service.database.read() as tx:
        query = select(MailingRow.content).where(MailingRow.kind == "declined")
        assert await tx.scalar(query) == {"reason": "Another series suits better."}
    assert await hub.step(ana, "approve") == approved
    assert await hub.step(ben, "decline", {"reason": "No."}) == declined
    assert len(await hub.mailings()) == 2
    assert (await hub.step(ana, "decline", {}, status=409))["detail"].endswith("withdraw it instead.")


async def test_where_people_wait_for_an_answer_is_listed_until_they_have_one(hub: Hub) -> None:
    async def waiting() -> list[tuple[str, str, int]]:
        reply = await hub.service.ask("GET", "/undecided-registrations")
        assert reply.status == 200, reply.json
        return [(one["scope"], one["id"], one["pending"]) for one in reply.json["items"]]

    assert await waiting() == []
    ana = await hub.add("Ana")
    await hub.add("Ben", "waiting")
    await hub.add("Carl")
    await hub.add("Dora", series_id=None, program_id=hub.program)
    both = [("series", hub.series, 2), ("program", hub.program, 1)]
    assert sorted(await waiting()) == sorted(both)
    await hub.step(ana, "approve")
    assert ("series", hub.series, 1) in await waiting()
    async with hub.service.database.write() as tx:
        (await tx.get_one(SeriesRow, hub.series)).status = "cancelled"
    assert await waiting() == [("program", hub.program, 1)]
    assert (await hub.service.ask("POST", f"/programs/{hub.program}/archive", {})).status == 200
    assert await waiting() == []


async def test_a_decision_may_be_taken_back(hub: Hub) -> None:
    ana = await hub.add("Ana", "declined")
    assert (await hub.step(ana, "approve"))["status"] == "approved"
    withdrawn = await hub.step(ana, "withdraw")
    assert (withdrawn["status"], withdrawn["link"]) == ("withdrawn", None)
    assert await hub.step(ana, "withdraw") == withdrawn
    approved = await hub.step(ana, "approve")
    assert approved["status"] == "approved"
    assert hub.service.links.read(approved["link"].partition("#")[2], START).epoch == 2


async def test_somebody_withdrawn_from_a_series_leaves_the_open_room(hub: Hub) -> None:
    await hub.service.ask("POST", f"/sessions/{hub.session}/open")
    [ana] = await hub.register(ANA)
    [also] = await hub.register(ANA, to="program")
    person = ana["person"]["id"]
    assert hub.service.rooms.allowed == [(hub.session, [person])] * 2
    await hub.step(also["id"], "withdraw")
    assert hub.service.rooms.barred == []
    assert await hub.who() == {"Ana Ortiz": "participant"}
    await hub.step(ana["id"], "withdraw")
    assert hub.service.rooms.barred == [(hub.session, person, hub.service.token_id)]
    await hub.step(ana["id"], "approve")
    assert hub.service.rooms.allowed[-1] == (hub.session, [person])


async def test_a_new_role_counts_in_the_open_room_unless_a_narrower_one_does(hub: Hub) -> None:
    await hub.service.ask("POST", f"/sessions/{hub.session}/open")
    [ana] = await hub.register(ANA)
    [also] = await hub.register(ANA, to="program")
    person = ana["person"]["id"]
    await hub.service.ask("PATCH", f"/registrations/{ana['id']}", {"role": "facilitator"})
    assert hub.service.rooms.roles == [(hub.session, person, "facilitator")]
    await hub.service.ask("PATCH", f"/registrations/{also['id']}", {"role": "observer"})
    assert {role for _, _, role in hub.service.rooms.roles} == {"facilitator"}


async def test_places_are_for_participants_and_who_leaves_lets_the_next_one_in(hub: Hub) -> None:
    async with hub.service.database.write() as tx:
        small = await add_series(tx, hub.program, capacity=1, waiting_list=True)
    ids = [await hub.add(name, series_id=small) for name in ("Ana", "Ben", "Cruz")]
    statuses = [(await hub.step(one, "approve"))["status"] for one in ids]
    assert statuses == ["approved", "waiting", "waiting"]
    assert "number of places" in (await hub.step(ids[1], "approve", status=409))["detail"]
    ana = (await hub.service.ask("GET", f"/registrations/{ids[0]}")).json
    path = f"/registrations/{ids[0]}"
    changed = await hub.service.ask("PATCH", path, {"role": "panelist"})
    assert (changed.json["role"], changed.json["revision"]) == ("panelist", ana["revision"] + 1)
    listed = await hub.service.ask("GET", "/registrations", params={"series_id": small})
    assert [one["status"] for one in listed.json["items"]] == ["approved", "approved", "waiting"]
    assert await hub.mailings() == sorted(
        [("invitation", ids[0]), ("waiting", ids[1]), ("waiting", ids[2]), ("invitation", ids[1])]
    )
    back = await hub.service.ask("PATCH", path, {"role": "participant"})
    assert back.status == 409


async def test_two_who_change_one_registration_do_not_overwrite_each_other(hub: Hub) -> None:
    [ana] = await hub.register(ANA)
    path = f"/registrations/{ana['id']}"
    old = hub.service.token | {"If-Match": f'"{ana["revision"]}"'}
    assert (await hub.service.ask("PATCH", path, {"role": "observer"}, headers=old)).status == 200
    assert (await hub.service.ask("PATCH", path, {"role": "panelist"}, headers=old)).status == 412
    assert (await hub.service.ask("POST", f"{path}/withdraw", headers=old)).status == 412
    assert (await hub.service.ask("GET", path)).json["role"] == "observer"


async def test_a_link_is_mailed_again_or_made_anew(hub: Hub) -> None:
    [ana] = await hub.register(ANA, send=False)
    assert await hub.step(ana["id"], "send") == ana
    renewed = await hub.step(ana["id"], "link", {"send": True})
    assert renewed["link"] != ana["link"]
    assert await hub.mailings() == [("link", ana["id"])] * 2
    assert (await hub.step(ana["id"], "link", {}))["link"] != renewed["link"]
    assert len(await hub.mailings()) == 2
    ben = await hub.add("Ben")
    for verb in ("send", "link"):
        assert "approve it first" in (await hub.step(ben, verb, status=409))["detail"]


async def test_lists_are_filtered_searched_and_paged_in_the_order_of_the_line(hub: Hub) -> None:
    made = [one["id"] for one in await hub.register(*({**ANA, "name": f"Person {n}"} for n in range(5)))]
    waiting = await hub.add("Wanda", "waiting")

    async def page(**asked: Any) -> tuple[list[str], str | None]:
        reply = await hub.service.ask("GET", "/registrations", params={"series_id": hub.series} | asked)
        assert reply.status == 200, reply.json
        return [one["id"] for one in reply.json["items"]], reply.json["next"]

    first, cursor = await page(limit=4)
    second, end = await page(limit=4, cursor=cursor)
    assert (len(first), len(second), end) == (4, 2, None)
    assert {*first, *second} == {*made, waiting}
    assert await page(status="waiting") == ([waiting], None)
    found, _ = await page(search="person 3")
    assert found == [made[3]]
    async with hub.service.database.read() as tx:
        [noted] = await tx.scalars(select(AuditRow).where(AuditRow.action == "registrations.read"))
    assert (noted.actor, noted.subject) == (hub.service.token_id, hub.series)


@pytest.mark.parametrize("asked", [{}, {"series_id": "srs_x", "program_id": "prg_x"}])
async def test_a_list_is_of_exactly_one_thing(hub: Hub, asked: dict[str, str]) -> None:
    reply = await hub.service.ask("GET", "/registrations", params=asked)
    assert (reply.status, list(reply.fields())) == (422, ["series_id"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/registrations?series_id=srs_none", None),
        ("GET", "/registrations/reg_none", None),
        ("PATCH", "/registrations/reg_none", {"role": "observer"}),
        ("POST", "/registrations/reg_none/approve", None),
        ("POST", "/registrations/reg_none/link", {}),
        ("POST", "/series/srs_none/registrations", {"people": [ANA]}),
        ("POST", "/programs/prg_none/registrations", {"people": [ANA]}),
    ],
)
async def test_what_is_not_there_is_not_found(hub: Hub, method: str, path: str, body: Any) -> None:
    assert (await hub.service.ask(method, path, body)).status == 404


async def test_nobody_is_registered_for_a_cancelled_series(hub: Hub) -> None:
    async with hub.service.database.write() as tx:
        gone = await add_series(tx, hub.program, status="cancelled")
    pending = await hub.add("Ana", series_id=gone)
    reply = await hub.service.ask("POST", f"/series/{gone}/registrations", {"people": [ANA]})
    assert (reply.status, "cancelled" in reply.json["detail"]) == (409, True)
    await hub.step(pending, "approve", status=409)


async def test_wrong_people_are_named_by_their_place_and_nobody_is_registered(hub: Hub) -> None:
    wrong = {"people": [ANA, BEN | {"email": "ben"}]}
    reply = await hub.service.ask("POST", f"/series/{hub.series}/registrations", wrong)
    assert (reply.status, list(reply.fields())) == (422, ["people.1.email"])
    assert await hub.who() == {}


@pytest.mark.parametrize("of", ["program", "series"])
async def test_more_places_let_in_who_waits(hub: Hub, of: str) -> None:
    made = await hub.service.ask(
        "POST",
        "/series",
        {
            "program_id": hub.program,
            "title": "Asthma, winter",
            "zone": "America/Denver",
            "starts_local": "2026-12-03T12:00:00",
            "duration_minutes": 60,
            "rule": {"freq": "weekly", "interval": 1, "weekdays": ["TH"], "count": 3},
        },
    )
    thing = hub.program if of == "program" else made.json["id"]
    more: dict[str, Any] = {"series_id": None} | {f"{of}_id": thing}
    ana, ben = await hub.add("Ana", "waiting", **more), await hub.add("Ben", "waiting", **more)
    path = f"/programs/{thing}" if of == "program" else f"/series/{thing}"
    change = {"capacity": 1} | ({"scope": "all"} if of == "series" else {})
    reply = await hub.service.ask("PATCH", path, change)
    assert reply.status == 200, reply.json
    assert await hub.mailings() == [("invitation", ana)]
    await hub.service.ask("PATCH", path, change | {"capacity": 2})
    assert sorted(await hub.mailings()) == sorted([("invitation", ana), ("invitation", ben)])


async def test_the_hub_cannot_invite_more_participants_than_there_are_places(hub: Hub) -> None:
    await hub.service.ask("PATCH", f"/programs/{hub.program}", {"capacity": 1})
    path = f"/programs/{hub.program}/registrations"
    reply = await hub.service.ask("POST", path, {"people": [ANA, ANA | {"name": "Cruz Diaz"}]})
    assert reply.status == 409
    assert "only 1 of 1 places are free" in reply.json["detail"]
    assert (await hub.service.ask("POST", path, {"people": [ANA, BEN]})).status == 201
    assert (await hub.service.ask("POST", path, {"people": [ANA]})).status == 201
