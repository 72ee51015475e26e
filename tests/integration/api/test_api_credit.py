"""Credit over the API: from a program's plan to a claim, and what becomes of it when time is corrected."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from echo_session.domain.credit_plan import USUAL_ATTESTATION
from echo_session.domain.mail import ClaimedMail
from echo_session.domain.mail_material import Material
from echo_session.domain.presence import Presence
from echo_session.mail.compose import Composer, Sender
from echo_session.mail.text import text_of
from echo_session.mail.words import letter
from echo_session.mailing import MailAddresses
from echo_session.store.accounts import digest
from echo_session.store.credit_offers import offer_credit
from echo_session.store.finalise import finalise_session
from echo_session.store.mails import Mails
from tests.integration.api.service import HOST, START, Reply, Service
from tests.integration.records.people import a_visitor, joins, leaves

MINUTE = timedelta(minutes=1)
AMA: dict[str, Any] = {
    "name": "AMA PRA Category 1 Credit",
    "provider": "University of New Mexico",
    "statement": "The university designates this live activity for a maximum of 1.0 credits.",
    "professions": ["Physician"],
    "rounding_minutes": 15,
    "rounding": "nearest",
    "minimum_minutes": 10,
}
HOURS: dict[str, Any] = {
    "name": "Contact hours",
    "provider": "State board of nursing",
    "evaluation_minutes": 5,
    "evaluation_required": False,
}
ANSWERS = {
    "objectives": "Agree",
    "useful": "Strongly agree",
    "unbiased": True,
    "change": "Ask about inhalers.",
}
SECRET = "a secret that the page keeps"


class Clinic:
    """A program's session, and those who come to it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def begin(self) -> None:
        self.program = await self.ok(
            "POST", "/programs", {"name": "Asthma ECHO", "zone": "America/Denver"}, 201
        )
        types = f"/programs/{self.program['id']}/credit-types"
        self.ama = await self.ok("POST", types, AMA, 201)
        self.hours = await self.ok("POST", types, HOURS, 201)
        self.session = await self.service.a_session(program_id=self.program["id"])
        self.path = f"/sessions/{self.session['id']}"
        self.service.rooms.now = START
        await self.ok("POST", f"{self.path}/open")

    async def ok(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        reply = await self.service.ask(method, path, body)
        assert reply.status == status, reply.json
        return reply.json

    async def comes(self, name: str, minutes: float, *, known: bool = True) -> Presence:
        """Somebody who is there from the beginning for so long."""
        presence = await a_visitor(self.service.database, self.session["id"], name)
        if known:
            await self.ok("POST", f"/people/{presence.person_id}/match", {"person_id": None})
        presence = replace(presence, secret_hash=digest(SECRET))
        await leaves(
            self.service.database,
            await joins(self.service.database, presence, START),
            START + minutes * MINUTE,
        )
        return presence

    async def link_of(self, presence: Presence, secret: str = SECRET, status: int = 200) -> str:
        reply = await self.service.ask(
            "POST",
            "/public/credit/link",
            {"connection_id": presence.connection_id, "secret": secret},
            headers={},
        )
        assert reply.status == status, reply.json
        return str(reply.json["token"]) if status == 200 else ""

    async def as_learner(self, token: str, method: str = "GET", verb: str = "", body: Any = None) -> Reply:
        sent = {"Authorization": f"Link {token}"}
        return await self.service.ask(method, f"/public/credit{verb}", body, headers=sent)

    async def page(self, token: str) -> Any:
        reply = await self.as_learner(token)
        assert reply.status == 200, reply.json
        return reply.json

    async def claim(self, token: str, kind: Any, attested: str = USUAL_ATTESTATION) -> Reply:
        body = {"credit_type_id": kind["id"], "attested": attested}
        return await self.as_learner(token, "POST", "/claims", body)

    async def claims(self, **query: str) -> Any:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return (await self.ok("GET", f"/claims?{asked}"))["items"]

    async def correct(self, presence: Presence, action: str, start: float, end: float) -> Any:
        def rfc(minutes: float) -> str:
            return (START + minutes * MINUTE).isoformat()

        body = {"person_id": presence.person_id, "action": action, "from": rfc(start), "until": rfc(end)}
        return await self.ok(
            "POST", f"{self.path}/attendance/corrections", body | {"reason": "The clinic's phone log."}, 201
        )


async def test_a_learner_evaluates_attests_and_claims_and_corrections_follow(service: Service) -> None:
    clinic = Clinic(service)
    await clinic.begin()
    ana = await clinic.comes("Ana Ortiz", 52)
    link = await clinic.link_of(ana)
    await clinic.link_of(ana, "another secret", status=404)
    live = await clinic.page(link)
    assert live["attended"]["sentence"] == "You were here 52 of 60 minutes so far."
    assert live["closed"] == "Credit can be claimed once the session has ended."
    assert (await clinic.claim(link, clinic.ama)).status == 409

    service.rooms.now = START + 60 * MINUTE
    await clinic.ok("POST", f"{clinic.path}/end")
    page = await clinic.page(link)
    assert page["attended"]["sentence"] == "You were here 52 of 60 minutes."
    ama, hours = page["types"]
    assert (ama["standing"], ama["eligible"], ama["credit"], ama["claimed"]) == (
        "evaluate",
        False,
        "0.75",
        None,
    )
    assert (hours["standing"], hours["minutes"]) == ("claimable", 52)
    early = await clinic.claim(link, clinic.ama)
    assert (early.status, "evaluation first" in early.json["detail"]) == (409, True)
    incomplete = await clinic.as_learner(link, "POST", "/evaluation", {"answers": {"useful": "Perhaps"}})
    assert set(incomplete.fields()) == {"answers.objectives", "answers.useful", "answers.unbiased"}
    sent = await clinic.as_learner(link, "POST", "/evaluation", {"answers": ANSWERS})
    assert (sent.status, sent.json["evaluation"]["sent_at"]) == (200, page["session"]["ends_at"])
    assert (await clinic.as_learner(link, "POST", "/evaluation", {"answers": ANSWERS})).status == 409
    other_words = await clinic.claim(link, clinic.ama, "I was there.")
    assert (other_words.status, "Read it again" in other_words.json["detail"]) == (409, True)
    claimed = await clinic.claim(link, clinic.ama)
    assert claimed.status == 200, claimed.json
    assert (await clinic.claim(link, clinic.ama)).json == claimed.json, "twice is once"
    assert (await clinic.claim(link, clinic.hours)).json["types"][1]["claimed"]["minutes"] == 57
    assert (await clinic.claim(link, {"id": "crt_nobody"})).status == 422

    [contact, credit] = sorted(
        await clinic.claims(session_id=clinic.session["id"]), key=lambda one: one["minutes"]
    )[::-1]
    assert (credit["credit"], credit["person_name"], credit["type_name"]) == (
        "0.75",
        "Ana Ortiz",
        AMA["name"],
    )
    attendance = await clinic.ok("GET", f"{clinic.path}/attendance")
    basis = credit["basis"]
    assert (basis["edition"], basis["head"], len(basis["events"])) == (0, attendance["chain"]["head"], 2)
    assert basis["why"] == ["52 minutes counted, rounded to the nearest 15 minutes: 45 minutes."]
    assert contact["attestation"] == page["attestation"]

    await clinic.ok("POST", f"{clinic.path}/attendance/finalize")
    changed = {"rounding_minutes": 60, "rounding": "down", "name": "AMA credit"}
    await clinic.ok("PATCH", f"/credit-types/{clinic.ama['id']}", changed)
    struck = await clinic.correct(ana, "strike", 20, 60)
    [now] = await clinic.claims(credit_type_id=clinic.ama["id"])
    assert (now["credit"], now["basis"]["edition"], now["revision"]) == ("0.25", 2, 2), "by the rule of then"
    assert [(one["credit"], one["edition"], one["why"]) for one in now["history"]] == [
        ("0.75", 0, "The clinic's phone log.")
    ]
    assert len(now["basis"]["events"]) == 3
    shown = (await clinic.page(link))["types"][0]["claimed"]
    assert shown["changed"] == "Your time was corrected since you claimed: it was 0.75."
    await clinic.correct(ana, "strike", 0, 20)
    [void] = await clinic.claims(credit_type_id=clinic.ama["id"])
    assert (void["state"], void["minutes"], void["counted_seconds"]) == ("void", 0, 0)
    for correction in (struck, await last_correction(clinic)):
        undo = f"{clinic.path}/attendance/corrections/{correction['corrections'][-1]['id']}/undo"
        await clinic.ok("POST", undo, {"reason": "The log was of another day."})
    [back] = await clinic.claims(credit_type_id=clinic.ama["id"])
    assert (back["state"], back["credit"], len(back["history"])) == ("claimed", "0.75", 4)

    await clinic.ok(
        "PATCH",
        f"{clinic.path}/credit",
        {"presenters": [{"person_id": ana.person_id, "minutes": 20}]},
    )
    states = {one["type_name"]: one for one in await clinic.claims(person_id=ana.person_id)}
    assert (states["AMA credit"]["credit"], states["Contact hours"]["minutes"]) == ("0.50", 37)
    withdrawn = await clinic.ok(
        "POST", f"/claims/{contact['id']}/withdraw", {"reason": "The board issues none."}
    )
    assert (withdrawn["state"], withdrawn["history"][-1]["by"]) == ("withdrawn", service.token_id)
    assert len(await clinic.claims(state="withdrawn")) == 1
    refused = await clinic.claim(link, clinic.hours)
    assert refused.json["detail"] == "The hub took this claim back: The board issues none."
    restored = await clinic.ok("POST", f"/claims/{contact['id']}/restore")
    assert (restored["state"], restored["minutes"], len(restored["history"])) == ("claimed", 37, 7)
    summary = await clinic.ok("GET", f"{clinic.path}/evaluations")
    assert (summary["sent"], summary["attended"]) == (1, 1)
    asked = {one["id"]: one for one in summary["questions"]}
    assert asked["objectives"]["counts"] == {"Agree": 1}
    assert (asked["unbiased"]["counts"], asked["change"]["words"]) == ({"yes": 1}, [ANSWERS["change"]])

    service.rooms.now = datetime.fromisoformat(page["closes_at"])
    assert "over" in (await clinic.page(link))["closed"]
    assert (await clinic.page(link))["types"][0]["claimed"]["credit"] == "0.50", "it can still be looked up"
    service.rooms.now += timedelta(days=60, minutes=15)
    assert (await clinic.as_learner(link)).status == 401


async def last_correction(clinic: Clinic) -> Any:
    [person] = (await clinic.ok("GET", f"{clinic.path}/attendance"))["people"]
    return person


async def test_who_is_not_matched_waits_for_credit_and_mail_and_who_is_one_person_claims_once(
    service: Service,
) -> None:
    clinic = Clinic(service)
    await clinic.begin()
    ana = await clinic.comes("Ana Ortiz", 60)
    walk_in = await clinic.comes("A. Ortiz", 40, known=False)
    service.rooms.now = START + 60 * MINUTE
    await clinic.ok("POST", f"{clinic.path}/end")
    link = await clinic.link_of(walk_in)
    page = await clinic.page(link)
    assert (page["matched"], page["types"][1]["standing"]) == (False, "waits")
    assert "credit waits until" in (await clinic.claim(link, clinic.hours)).json["detail"].casefold()

    first = await offered(service, clinic.session["id"])
    assert [claim.person_id for claim, _ in first] == [ana.person_id], "nobody knows who the other is"
    words = read_out(service, *first[0])
    assert "You were here 60 of 60 minutes." in words
    assert f"Evaluate and claim: {HOST}/credit#" in words
    assert "AMA PRA Category 1 Credit and Contact hours" in words
    assert "until Saturday, January 2, 2027." in words
    assert await offered(service, clinic.session["id"]) == [], "once each"

    ben = await clinic.comes("Ben Park", 0, known=True)
    await clinic.ok("POST", f"/people/{walk_in.person_id}/match", {"person_id": None})
    second = await offered(service, clinic.session["id"], due=False)
    assert [claim.person_id for claim, _ in second] == [walk_in.person_id], (
        f"and not {ben.name}, with no time"
    )
    assert (await clinic.claim(link, clinic.hours)).json["types"][1]["claimed"]["minutes"] == 40
    await clinic.as_learner(await clinic.link_of(ana), "POST", "/evaluation", {"answers": ANSWERS})
    await clinic.claim(await clinic.link_of(ana), clinic.hours)

    merge = {"other_id": walk_in.person_id, "reason": "One telephone."}
    merged = await clinic.ok("POST", f"/people/{ana.person_id}/merge", merge)
    lines = await clinic.claims(credit_type_id=clinic.hours["id"])
    assert sorted((one["state"], one["minutes"]) for one in lines) == [("claimed", 60), ("void", 0)]
    assert {one["person_id"] for one in lines} == {ana.person_id}
    await clinic.ok("POST", f"/merges/{merged['id']}/undo")
    lines = await clinic.claims(credit_type_id=clinic.hours["id"])
    assert sorted((one["state"], one["minutes"]) for one in lines) == [("claimed", 40), ("claimed", 60)]

    await clinic.ok("POST", f"/people/{ana.person_id}/merge", merge)
    hours = {"credit_type_id": clinic.hours["id"], "state": "claimed"}
    [standing] = await clinic.claims(**hours)
    await clinic.ok("POST", f"/claims/{standing['id']}/withdraw", {"reason": "The board issues none."})
    refused = await clinic.claim(link, clinic.hours)
    assert refused.json["detail"] == "The hub took this claim back: The board issues none."
    await clinic.correct(ana, "strike", 50, 60)
    assert await clinic.claims(**hours) == [], "nor does the other one take its place"


async def offered(
    service: Service, session_id: str, *, due: bool = True
) -> list[tuple[ClaimedMail, Material]]:
    """The messages that go out now, after the clock has done its work if it is due."""
    now = service.rooms.now + 2 * MINUTE
    if due:
        async with service.database.write() as tx:
            await finalise_session(tx, session_id, now=now, random=secrets.token_bytes)
            await offer_credit(tx, session_id, now=now, random=secrets.token_bytes)
    mails = Mails(service.database, domain="echo.example")
    while await mails.spread(now):
        pass
    found = []
    while (claim := await mails.claim(now, now + 5 * MINUTE)) is not None:
        material = await mails.material(claim, now)
        assert isinstance(material, Material), material
        found.append((claim, material))
    return found


def read_out(service: Service, claim: ClaimedMail, material: Material) -> str:
    addresses = MailAddresses(service.links, HOST)
    message = Composer(Sender("ECHO", "echo@echo.example"), addresses)(claim, material, service.rooms.now)
    assert message.subject == "Claim your credit: Pediatric asthma ECHO"
    assert b"\r\nList-Unsubscribe:" in message.data
    return " ".join(text_of(letter(claim, material, service.rooms.now, addresses)).split())


async def test_a_program_sets_up_credit_and_who_was_there_often_enough_completes_its_series(
    service: Service,
) -> None:
    clinic = Clinic(service)
    await clinic.begin()
    program = f"/programs/{clinic.program['id']}"
    usual = await clinic.ok("GET", f"{program}/credit-plan")
    assert (usual["revision"], usual["claim_days"], len(usual["evaluation"])) == (0, 42, 4)
    wrong = {"claim_days": 0, "completion": {"share": 0}, "certificate": {"heading": " "}}
    refused = await service.ask("PATCH", f"{program}/credit-plan", wrong)
    assert set(refused.fields()) == {"claim_days", "completion.share", "certificate.heading"}
    wanted = {"completion": {"share": 50, "case": True}, "claim_days": 30}
    stale = service.token | {"If-Match": '"1"'}
    assert (await service.ask("PATCH", f"{program}/credit-plan", wanted, headers=stale)).status == 412
    plan = await clinic.ok("PATCH", f"{program}/credit-plan", wanted)
    assert (plan["revision"], plan["evaluation"]) == (1, usual["evaluation"])
    kind = f"/credit-types/{clinic.hours['id']}"
    refused = await service.ask("PATCH", kind, {"name": "", "rounding_minutes": 0, "minimum_share": 101})
    assert set(refused.fields()) == {"name", "rounding_minutes", "minimum_share"}
    await clinic.ok("POST", f"{kind}/archive")
    shown = await service.ask("GET", f"/public/programs/{clinic.program['slug']}", headers={})
    assert [one["statement"] for one in shown.json["credit"]] == [AMA["statement"]]
    token = clinic.session["public_link"].partition("#")[2]
    offers = await service.ask("GET", "/public/credit/offers", headers={"Authorization": f"Link {token}"})
    assert [(one["name"], one["most"]) for one in offers.json["items"]] == [(AMA["name"], "1.00")]
    none = {"offers": [{"credit_type_id": clinic.ama["id"], "offered": False}]}
    assert not (await clinic.ok("PATCH", f"{clinic.path}/credit", none))["offers"][0]["offered"]
    offers = await service.ask("GET", "/public/credit/offers", headers={"Authorization": f"Link {token}"})
    assert offers.json["items"] == []

    body = {
        "program_id": clinic.program["id"],
        "title": "Asthma, fall",
        "zone": "America/Denver",
        "starts_local": "2026-11-22T16:00:00",
        "duration_minutes": 60,
        "rule": {"freq": "weekly", "weekdays": ["SU"], "count": 3},
    }
    series = await clinic.ok("POST", "/series", body, 201)
    dates = (await clinic.ok("GET", f"/series/{series['id']}/sessions?order=asc"))["items"]
    await clinic.ok("POST", f"/sessions/{dates[2]['id']}/cancel", {"reason": "Snow"})
    path, begins = f"/sessions/{dates[0]['id']}", datetime.fromisoformat(dates[0]["starts_at"])
    service.rooms.now = begins
    await clinic.ok("POST", f"{path}/open")
    ana = await a_visitor(service.database, dates[0]["id"], "Ana Ortiz")
    ben = await a_visitor(service.database, dates[0]["id"], "Ben Park")
    for one, minutes in ((ana, 31), (ben, 29)):
        came = await joins(service.database, one, begins)
        await leaves(service.database, came, begins + minutes * MINUTE)
    service.rooms.now = begins + 60 * MINUTE
    await clinic.ok("POST", f"{path}/end")

    async def lines() -> dict[str, Any]:
        found = await clinic.ok("GET", f"/series/{series['id']}/completion")
        assert (found["total"], found["held"], found["editions"]) == (2, 1, {dates[0]["id"]: 0})
        return {one["name"]: one for one in found["people"]}

    before = await lines()
    assert before["Ana Ortiz"]["why"] == ["No case presented yet."]
    assert before["Ben Park"]["why"][0] == "0 of the 1 sessions that are needed, of 2 in all."
    marks = f"/series/{series['id']}/completion-marks"
    case = {"person_id": ana.person_id, "what": "case"}
    await clinic.ok("POST", marks, case, 204)
    await clinic.ok("POST", marks, case, 204)
    done = (await lines())["Ana Ortiz"]
    assert (done["complete"], done["attended"], done["marks"]) == (True, [dates[0]["id"]], ["case"])
    await clinic.ok("DELETE", f"{marks}?person_id={ana.person_id}&what=case", None, 204)
    assert not (await lines())["Ana Ortiz"]["complete"]
