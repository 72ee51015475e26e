"""Registering oneself on a public page: what it asks, what it answers, and what it never tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from echo_session.domain.people import Invitation, Person, Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.store.people import get_person, visitor
from echo_session.store.presence import put_presence
from echo_session.store.registrations import register_people
from echo_session.store.tables import MailingRow, PersonContactRow, PersonRow, RegistrationRow, SiteRow
from tests.integration.api.service import START, Reply, Service
from tests.integration.records.people import connection_of, random
from tests.integration.records.registrations import add_person, add_program, add_series, put_into

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "license",
        "kind": "license",
        "label": "Your licence",
        "help": "",
        "required": True,
        "options": [],
    },
    {
        "id": "years",
        "kind": "number",
        "label": "Years in practice",
        "help": "",
        "required": False,
        "options": [],
    },
]
CONSENTS = [{"id": "c1", "title": "Terms", "text": "I name no patient.", "required": True}]


class Page:
    """A series with a session next week, and its program."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def make(self, *, of_program: dict[str, Any] | None = None, **of_series: Any) -> Page:
        session = await self.service.a_session()
        async with self.service.database.write() as tx:
            self.program = await add_program(tx, **{"slug": "asthma"} | (of_program or {}))
            self.series = await add_series(tx, self.program, **{"slug": "asthma-autumn"} | of_series)
            await put_into(tx, session["id"], self.program, self.series)
        self.session = session["id"]
        return self

    async def register(self, name: str = "Ana Ortiz", **changes: Any) -> Reply:
        said = {
            "page": "series",
            "slug": "asthma-autumn",
            "name": name,
            "email": f"{name.casefold().replace(' ', '.')}@clinic.example",
            "profession": "Nurse",
        }
        return await self.service.ask("POST", "/public/registrations", said | changes, headers={})

    async def rows(self) -> list[RegistrationRow]:
        async with self.service.database.read() as tx:
            return list(await tx.scalars(select(RegistrationRow).order_by(RegistrationRow.created_at)))

    async def mailings(self) -> list[str]:
        async with self.service.database.read() as tx:
            query = select(MailingRow.kind).order_by(MailingRow.created_at, MailingRow.id)
            return sorted(await tx.scalars(query))

    async def count(self, row: Any) -> int:
        async with self.service.database.read() as tx:
            return await tx.scalar(select(func.count()).select_from(row)) or 0


@pytest.fixture
def page(service: Service) -> Page:
    return Page(service)


async def test_a_page_says_what_it_is_and_when_and_what_is_asked(page: Page) -> None:
    await page.make(of_program={"questions": QUESTIONS, "consents": CONSENTS, "contact": "hub@example.org"})
    series = await page.service.ask("GET", "/public/series/asthma-autumn", headers={})
    assert series.status == 200
    assert series.json["title"] == "Asthma, autumn"
    assert series.json["program_name"] == "Asthma ECHO"
    assert series.json["contact"] == "hub@example.org"
    assert [one["id"] for one in series.json["questions"]] == ["license", "years"]
    assert series.json["consents"] == CONSENTS
    [date] = series.json["dates"]
    assert (date["session_id"], date["zone"]) == (page.session, "America/Denver")
    assert (series.json["full"], series.json["closed"], series.json["approval"]) == (False, "", "open")
    program = await page.service.ask("GET", "/public/programs/asthma", headers={})
    assert [one["slug"] for one in program.json["series"]] == ["asthma-autumn"]
    assert program.json["series"][0]["next_at"] == date["starts_at"]
    assert program.json["dates"] == [date]


@pytest.mark.parametrize(
    ("of_program", "of_series"),
    [({}, {"public": False}), ({"archived_at": START}, {}), ({}, {"slug": "another"})],
)
async def test_a_page_that_is_not_shown_is_like_none(
    page: Page, of_program: dict[str, Any], of_series: dict[str, Any]
) -> None:
    await page.make(of_program=of_program, **of_series)
    absent = await page.service.ask("GET", "/public/series/nothing", headers={})
    hidden = await page.service.ask("GET", "/public/series/asthma-autumn", headers={})
    assert (hidden.status, hidden.json) == (404, absent.json)
    assert (await page.register()).status == 404


async def test_a_series_that_is_not_public_does_not_show_on_its_program_either(page: Page) -> None:
    await page.make(public=False)
    program = await page.service.ask("GET", "/public/programs/asthma", headers={})
    assert (program.json["series"], program.json["dates"]) == ([], [])


async def test_who_registers_is_in_and_gets_the_link_by_mail_alone(page: Page) -> None:
    await page.make()
    reply = await page.register(phone="(505) 555-0100", zone="America/Phoenix")
    assert (reply.status, reply.json["status"]) == (201, "approved")
    assert set(reply.json) == {"status", "words"}
    [row] = await page.rows()
    assert (row.series_id, row.status, row.role, row.source) == (
        page.series,
        "approved",
        "participant",
        "public",
    )
    async with page.service.database.read() as tx:
        person = await tx.get_one(PersonRow, row.person_id)
        assert (person.name, person.email, person.zone) == (
            "Ana Ortiz",
            "ana.ortiz@clinic.example",
            "America/Phoenix",
        )
        assert person.matched is False
        assert await tx.scalar(select(PersonContactRow.value)) == "+1 505-555-0100"
        mailing = (await tx.scalars(select(MailingRow))).one()
        assert (mailing.kind, mailing.registration_id) == ("invitation", row.id)


async def test_registering_twice_is_once_with_the_same_answer_and_the_mail_again(page: Page) -> None:
    await page.make()
    first = await page.register()
    again = await page.register(name="ana ORTIZ ", email=" Ana.Ortiz@Clinic.example")
    assert (again.status, again.json["status"]) == (first.status, first.json["status"])
    assert again.json["words"] == first.json["words"]
    assert len(await page.rows()) == 1
    assert await page.count(PersonRow) == 1
    assert await page.mailings() == ["invitation", "invitation"]


async def test_the_same_address_with_another_name_is_another_person(page: Page) -> None:
    await page.make()
    await page.register("Ana Ortiz", email="clinic4@clinic.example")
    await page.register("Ben Vigil", email="clinic4@clinic.example")
    assert await page.count(PersonRow) == 2
    assert len(await page.rows()) == 2


async def test_who_is_registered_for_the_program_keeps_that_link(page: Page) -> None:
    await page.make()
    program = await page.register(page="programs", slug="asthma")
    series = await page.register()
    assert program.json == series.json
    [row] = await page.rows()
    assert row.program_id == page.program
    assert await page.mailings() == ["invitation", "invitation"]


async def test_the_answer_is_the_same_for_known_declined_and_new_people(page: Page) -> None:
    await page.make()
    answers = []
    for name in ("Known Ana", "Declined Ben", "New Cruz"):
        if name != "New Cruz":
            who = Invitation(
                name=name, email=f"{name.casefold().replace(' ', '.')}@clinic.example", role=Role.PANELIST
            )
            scope = Scope(ScopeKind.SERIES, page.series)
            async with page.service.database.write() as tx:
                [made] = await register_people(
                    tx, scope, [who], by="acc_a", send=False, now=START, random=random
                )
            if name == "Declined Ben":
                await page.service.ask("POST", f"/registrations/{made.id}/withdraw")
        reply = await page.register(name)
        email = f"{name.casefold().replace(' ', '.')}@clinic.example"
        answers.append((reply.status, reply.json["status"], reply.json["words"].replace(email, "")))
    assert len(set(answers)) == 1
    statuses = {row.role: row.status for row in await page.rows() if row.role == "participant"}
    assert statuses == {"participant": "approved"}
    assert {row.status for row in await page.rows() if row.role == "panelist"} == {"approved", "pending"}
    assert await page.mailings() == ["invitation", "invitation", "received"]


async def test_who_was_turned_down_for_the_program_does_not_get_in_by_its_series(page: Page) -> None:
    await page.make()
    await page.register(page="programs", slug="asthma")
    [row] = await page.rows()
    await page.service.ask("POST", f"/registrations/{row.id}/withdraw")
    assert (await page.register()).json["status"] == "approved", "as everybody is told"
    assert [row.status for row in await page.rows()] == ["withdrawn", "pending"]


async def test_what_the_hub_knows_of_somebody_is_not_changed_from_outside(page: Page) -> None:
    await page.make()
    async with page.service.database.write() as tx:
        known = await add_person(tx, "Ana Ortiz", profession="Physician")
    await page.register(profession="Impostor", zone="Asia/Tokyo", site={"name": "Elsewhere"})
    async with page.service.database.read() as tx:
        person = await tx.get_one(PersonRow, known)
        assert (person.profession, person.zone, person.site_id, person.revision) == ("Physician", "", None, 1)
    assert await page.count(SiteRow) == 0
    [row] = await page.rows()
    assert row.person_id == known


async def test_answers_and_consents_are_kept_as_they_were_asked(page: Page) -> None:
    await page.make(of_program={"questions": QUESTIONS, "consents": CONSENTS})
    refused = await page.register(answers={"license": {"state": "ZZ", "number": "1"}, "years": "many"})
    assert refused.status == 422
    assert set(refused.fields()) == {"answers.license", "answers.years", "consents.c1"}
    assert await page.count(PersonRow) == 0
    license_ = {"state": "New Mexico", "number": "MD-1"}
    reply = await page.register(answers={"license": license_}, consents=["c1"])
    assert reply.status == 201
    [row] = await page.rows()
    read = (await page.service.ask("GET", f"/registrations/{row.id}")).json
    assert read["answers"] == [
        {"id": "license", "label": "Your licence", "value": {"state": "NM", "number": "MD-1"}}
    ]
    assert read["consents"] == [
        {"id": "c1", "title": "Terms", "text": "I name no patient.", "agreed_at": "2026-11-21T22:00:00Z"}
    ]


async def test_answers_change_until_somebody_is_approved_and_not_after(page: Page) -> None:
    asked = [QUESTIONS[1]]
    await page.make(of_program={"questions": asked, "approval": "coordinator"})
    reply = await page.register(answers={"years": 1})
    assert reply.json["status"] == "pending"
    await page.register(answers={"years": 2})
    [row] = await page.rows()
    assert row.answers[0]["value"] == 2
    approved = await page.service.ask("POST", f"/registrations/{row.id}/approve")
    assert approved.json["status"] == "approved"
    again = await page.register(answers={"years": 3})
    assert again.json == reply.json
    [row] = await page.rows()
    assert (row.status, row.answers[0]["value"]) == ("approved", 2)
    assert await page.mailings() == ["invitation", "invitation", "received", "received"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Win www.prize.example"}, "name"),
        ({"name": "Visit prizes.com now"}, "name"),
        ({"email": "ana"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"profession": "x" * 201}, "profession"),
        ({"site": {"name": " "}}, "site.name"),
        ({"site": {"name": "Clinic", "state": "ZZ"}}, "site.state"),
        ({"site": {"name": "Clinic", "type": "circus"}}, "site.type"),
        ({"site": {"id": "site_none"}}, "site.id"),
        ({"answers": {"unknown": 1}}, "answers.unknown"),
        ({"consents": ["c_old"]}, "consents.c_old"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    page: Page, changes: dict[str, Any], field: str
) -> None:
    await page.make()
    reply = await page.register(**changes)
    assert (reply.status, list(reply.fields())) == (422, [field])
    assert await page.rows() == []
    assert await page.count(PersonRow) == 0


async def test_an_added_site_is_found_by_nobody_until_it_is_confirmed(page: Page) -> None:
    await page.make()
    site = {"name": "Taos Clinic", "state": "new mexico", "county": "Taos", "type": "clinic"}
    await page.register(site=site)
    await page.register("Ben Vigil", site={"name": "taos  clinic"})
    await page.register("Cruz Diaz", site=site | {"state": "CO"})

    async def found() -> list[Any]:
        reply = await page.service.ask("GET", "/public/sites", headers={}, params={"search": "tao cli"})
        return list(reply.json["items"])

    assert await found() == []
    async with page.service.database.write() as tx:
        rows = {row.state: row for row in await tx.scalars(select(SiteRow))}
        assert set(rows) == {"NM", "CO"}
        assert rows["NM"].confirmed is False
        people = await tx.scalars(select(PersonRow.site_id).where(PersonRow.site_id == rows["NM"].id))
        assert len(people.all()) == 2
        rows["NM"].confirmed = True
    assert await found() == [{"id": rows["NM"].id, "name": "Taos Clinic", "state": "NM"}]
    short = await page.service.ask("GET", "/public/sites", headers={}, params={"search": "t"})
    assert short.json == {"items": []}
    unconfirmed = await page.register("Dee Eagle", site={"id": rows["CO"].id})
    assert (unconfirmed.status, list(unconfirmed.fields())) == (422, ["site.id"])
    assert (await page.register("Dee Eagle", site={"id": rows["NM"].id})).status == 201


async def test_of_two_who_ask_for_the_last_place_at_once_one_waits(page: Page) -> None:
    await page.make(capacity=3, waiting_list=True)
    names = [f"Person {letter}" for letter in "ABCDEFGH"]
    replies = await asyncio.gather(*(page.register(name) for name in names))
    assert {reply.status for reply in replies} == {201}
    statuses = sorted(row.status for row in await page.rows())
    assert statuses == ["approved"] * 3 + ["waiting"] * 5
    shown = await page.service.ask("GET", "/public/series/asthma-autumn", headers={})
    assert (shown.json["full"], shown.json["waiting_list"]) == (True, True)


async def test_the_first_in_line_comes_in_when_a_place_is_free(page: Page) -> None:
    await page.make(capacity=1, waiting_list=True)
    for name in ("Ana Ortiz", "Ben Vigil", "Cruz Diaz"):
        page.service.rooms.now = page.service.rooms.now.replace(minute=page.service.rooms.now.minute + 1)
        await page.register(name)
    first, second, third = await page.rows()
    assert [first.status, second.status, third.status] == ["approved", "waiting", "waiting"]
    gone = await page.service.ask("POST", f"/registrations/{first.id}/withdraw")
    assert (gone.json["status"], gone.json["link"]) == ("withdrawn", None)
    assert [row.status for row in await page.rows()] == ["withdrawn", "approved", "waiting"]
    assert await page.mailings() == ["invitation", "invitation", "waiting", "waiting"]


async def test_a_full_page_without_a_list_says_so_to_everybody(page: Page) -> None:
    await page.make(capacity=1)
    await page.register()
    known, new = await page.register(), await page.register("Ben Vigil")
    assert (known.status, known.json) == (new.status, new.json)
    assert known.status == 409
    assert "no waiting list" in known.json["detail"]
    assert await page.count(PersonRow) == 1


@pytest.mark.parametrize("how", ["cancelled", "over"])
async def test_nobody_registers_for_what_is_over(page: Page, how: str) -> None:
    await page.make(status="cancelled" if how == "cancelled" else "active")
    if how == "over":
        await page.service.ask("POST", f"/sessions/{page.session}/cancel")
    shown = await page.service.ask("GET", "/public/series/asthma-autumn", headers={})
    assert how in shown.json["closed"]
    reply = await page.register()
    assert (reply.status, how in reply.json["detail"]) == (409, True)


async def test_an_address_can_register_so_often_and_no_more(page: Page) -> None:
    await page.make()
    limits = page.service.ports.limits
    shared, nowhere = {"email": "clinic4@clinic.example"}, {"slug": "nothing"}
    for _ in range(limits.registrations_per_email):
        assert (await page.register(**shared, **nowhere)).status == 404
    reply = await page.register(**shared)
    assert (reply.status, "Retry-After" in reply.headers) == (429, True)
    for _ in range(limits.registrations_per_address - limits.registrations_per_email - 1):
        assert (await page.register(**nowhere, email="ben@clinic.example", name=" ")).status == 422
    assert (await page.register()).status == 429
    page.service.seconds += limits.public_window
    assert (await page.register()).status == 201
    assert (await page.register(**shared)).status == 429


async def test_a_lost_link_is_mailed_and_the_answer_is_the_same_for_every_address(page: Page) -> None:
    await page.make()
    await page.register("Ana Ortiz", email="clinic4@clinic.example")
    await page.register("Ben Vigil", email="clinic4@clinic.example")
    answers = []
    for address in (" Clinic4@clinic.example", "nobody@clinic.example"):
        reply = await page.service.ask("POST", "/public/lost-link", {"email": address}, headers={})
        answers.append((reply.status, reply.json))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    async with page.service.database.read() as tx:
        query = select(MailingRow.content).where(MailingRow.kind == "lost_link")
        contents = {row["address"]: row["person_ids"] for row in await tx.scalars(query)}
        people = set(await tx.scalars(select(PersonRow.id)))
    assert set(contents["clinic4@clinic.example"]) == people
    assert contents["nobody@clinic.example"] == []


async def test_nobody_is_flooded_with_lost_links(page: Page) -> None:
    await page.make()
    limits = page.service.ports.limits
    replies = [
        await page.service.ask("POST", "/public/lost-link", {"email": "ana@clinic.example"}, headers={})
        for _ in range(limits.lost_links_per_address + 1)
    ]
    assert [reply.status for reply in replies] == [200] * limits.lost_links_per_address + [429]
    assert await page.mailings() == ["lost_link"] * limits.lost_links_per_email


@pytest.mark.parametrize("path", ["/public/registrations", "/public/lost-link"])
async def test_another_sites_page_cannot_register_its_visitors(page: Page, path: str) -> None:
    await page.make()
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    body = {"email": "ana@clinic.example"}
    if path == "/public/registrations":
        body |= {"page": "series", "slug": "asthma-autumn", "name": "Ana"}
    assert (await page.service.ask("POST", path, body, headers=headers)).status == 403
    assert await page.mailings() == []


async def test_who_shares_an_address_is_suggested_to_the_coordinator_and_stays_two(page: Page) -> None:
    await page.make()
    await page.register("Ana Ortiz", email="clinic4@clinic.example")
    await page.register("Dr. Ana Ortiz", email="clinic4@clinic.example")
    assert await page.count(PersonRow) == 2
    suggested = await page.service.ask("GET", "/merge-suggestions")
    assert len(suggested.json["items"]) == 1
    found = await page.service.ask("GET", "/people", params={"search": "ana ortiz"})
    assert len(found.json["items"]) == 2


async def test_whom_the_hub_invites_after_they_registered_is_the_same_person(page: Page) -> None:
    await page.make()
    await page.register("Ana Ortiz")
    invitation = {"name": "ana ortiz", "email": "Ana.Ortiz@clinic.example", "role": "panelist"}
    path = f"/series/{page.series}/registrations"
    [invited] = (await page.service.ask("POST", path, {"people": [invitation]})).json["items"]
    [row] = await page.rows()
    assert (row.id, row.role) == (invited["id"], "panelist")
    async with page.service.database.read() as tx:
        assert [one.matched for one in await tx.scalars(select(PersonRow))] == [True]


async def test_somebody_who_only_says_a_name_is_not_who_registered_with_it(page: Page) -> None:
    await page.make()
    said = Invitation(name="Ana Ortiz", email="ana.ortiz@clinic.example", role=Role.PARTICIPANT)

    async def says_so() -> Person:
        async with page.service.database.write() as tx:
            person = await visitor(tx, page.session, said, now=START, random=random)
            await put_presence(tx, connection_of(page.session, person))
        return person

    before = await says_so()
    await page.register("Ana Ortiz")
    [row] = await page.rows()
    assert row.person_id != before.id
    async with page.service.database.write() as tx:
        ana = await get_person(tx, row.person_id)
        await put_presence(tx, replace(connection_of(page.session, ana), registration_id=row.id))
        (await tx.get_one(PersonRow, before.id)).email = "elsewhere@clinic.example"
    after = await says_so()
    assert after.id not in (before.id, ana.id)
