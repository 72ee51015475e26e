"""Reports and certificates over the API, of a session that real links of a ledger tell of."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import openpyxl
from pypdf import PdfReader
from sqlalchemy import select

from echo_session.api.app import PREFIX
from echo_session.domain.credit_plan import USUAL_ATTESTATION
from echo_session.store.people import get_person
from echo_session.store.tables import AuditRow, SiteRow
from tests.integration.api.service import START, Service
from tests.integration.records.people import connection_of, joins, leaves
from tests.integration.records.registrations import (
    add_person,
    add_program,
    add_registration,
    add_series,
    put_into,
)

MINUTE = timedelta(minutes=1)
EVIL = '=HYPERLINK("http://evil.example")'


@dataclass(frozen=True)
class Held:
    """A session that is over, and who was there."""

    id: str
    program: str
    series: str
    people: dict[str, str]


async def fetch(
    service: Service, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    sent = service.token if headers is None else headers
    async with service.client.request("GET", PREFIX + path, headers=sent) as response:
        return response.status, dict(response.headers), await response.read()


async def pdf_text(service: Service, path: str, headers: dict[str, str] | None = None) -> str:
    status, told, data = await fetch(service, path, headers)
    assert (status, told["Content-Type"]) == (200, "application/pdf")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


async def held(service: Service) -> Held:
    """An hour with Ana all the time, Ben for 51:30, somebody of an evil name, and a presenter."""
    service.rooms.now = START - timedelta(hours=1)
    session = await service.a_session()
    people: dict[str, str] = {}
    async with service.database.write() as tx:
        program = await add_program(tx, "Asthma in rural New Mexico")
        series = await add_series(tx, program, "Asthma, fall 2026")
        await put_into(tx, session["id"], program, series)
        for number, (name, rural) in enumerate([("Taos Clinic", True), ("City School", None)]):
            site = SiteRow(id=f"site_{number}", name=name, sort_name=name.casefold(), organisation="")
            site.type, site.zone, site.county, site.state = "clinic", "", name.split()[0], "NM"
            site.rural, site.shortage_area, site.confirmed = rural, rural, True
            site.created_at, site.revision = START, 1
            tx.add(site)
        await tx.flush()
        for name, site_id, profession, matched in (
            ("Ana Ortiz", "site_0", "Physician", True),
            ("Ben Yazzie", "site_0", "Nurse", True),
            (EVIL, "site_1", "@SUM(1)", False),
            ("Dr. Lena Vigil", None, "Pulmonologist", True),
        ):
            people[name] = await add_person(
                tx, name, site_id=site_id, profession=profession, matched=matched, credentials="MD"
            )
    await service.ask("POST", f"/sessions/{session['id']}/open")
    stays = {
        "Ana Ortiz": (-2.0, 60.0),
        "Ben Yazzie": (5.0, 56.5),
        EVIL: (0.0, 30.0),
        "Dr. Lena Vigil": (0, 61),
    }
    for name, (start, end) in stays.items():
        async with service.database.read() as tx:
            person = await get_person(tx, people[name])
        device = connection_of(session["id"], person)
        device = await joins(service.database, device, START + start * MINUTE)
        await leaves(service.database, device, START + end * MINUTE)
    service.rooms.now = START + 62 * MINUTE
    await service.rooms.close(session["id"], "Thank you.")
    return Held(session["id"], program, series, people)


async def test_a_session_as_csv_excel_json_and_pdf(service: Service) -> None:
    session = await held(service)
    path = f"/reports/sessions/{session.id}"
    _, headers, data = await fetch(service, f"{path}?format=csv")
    assert "attendance-pediatric-asthma-echo-2026-11-21.csv" in headers["Content-Disposition"]
    rows = {row["Name"]: row for row in csv.DictReader(StringIO(data.decode("utf-8-sig")))}
    assert rows["Ana Ortiz"]["Counted"] == "1:00:00"
    assert rows["Ben Yazzie"]["Counted"] == "0:51:30"
    assert rows["Ben Yazzie"]["Came"] == "2026-11-21 16:05:00"
    assert rows["'" + EVIL]["Profession"] == "'@SUM(1)"
    assert rows["'" + EVIL]["Known to the hub"] == "no"

    _, _, data = await fetch(service, f"{path}?format=xlsx")
    book = openpyxl.load_workbook(BytesIO(data))
    people = [[cell.value for cell in row] for row in book["People"].iter_rows()]
    by_name = {row[0]: dict(zip(people[0], row, strict=True)) for row in people[1:]}
    assert by_name["Ben Yazzie"]["Counted"] == timedelta(minutes=51, seconds=30)
    assert by_name[EVIL]["Name"] == EVIL
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds, "no cell is a formula"

    _, _, data = await fetch(service, f"{path}?format=json")
    told = json.loads(data)
    assert (told["state"], told["countable_seconds"]) == ("ready", 3600)
    ana = next(person for person in told["people"] if person["name"] == "Ana Ortiz")
    assert (ana["present_seconds"], ana["counted_seconds"], ana["site"]) == (62 * 60, 3600, "Taos Clinic")
    assert len(told["chain"]["head"]) == 64

    text = await pdf_text(service, f"{path}?format=pdf")
    for words in ("Pediatric asthma ECHO", "Ben Yazzie", "Not final yet", EVIL):
        assert words in text

    _, headers, data = await fetch(service, f"/sessions/{session.id}/attendance/timeline")
    assert headers["Content-Type"] == "image/svg+xml"
    shown = {element.text for element in ElementTree.fromstring(data).iter()}
    assert {"Ben Yazzie", EVIL, "52 min"} <= shown

    async with service.database.read() as tx:
        noted = await tx.scalars(select(AuditRow.detail).where(AuditRow.action == "report.exported"))
        assert sorted(noted) == ["session csv", "session json", "session pdf", "session xlsx"]
    assert (await fetch(service, "/reports/sessions/ses_none?format=csv"))[0] == 404


async def test_a_series_a_program_a_person_a_site_and_the_figures_of_a_year(service: Service) -> None:
    session = await held(service)
    figures = (await fetch(service, "/reports/grant?from=2026-11-21&to=2026-11-21"))[2]
    told = json.loads(figures)
    expected = {"people": 4, "participants": 4, "sessions": 1, "attendances": 4, "sites": 2, "rural_sites": 1}
    assert {name: told[name] for name in expected} == expected
    assert (told["shortage_sites"], told["counties"], told["people_not_matched"]) == (1, 2, 1)
    assert told["hours"] == 3.36
    assert {"name": "Nurse", "people": 1, "participants": 1} in told["professions"]
    assert b"Ana" not in figures, "figures name nobody"
    before = json.loads((await fetch(service, "/reports/grant?to=2026-11-20"))[2])
    assert (before["people"], before["sessions"]) == (0, 0)

    for path in (f"series/{session.series}", f"programs/{session.program}", "sites/site_0"):
        there = json.loads((await fetch(service, f"/reports/{path}?format=json"))[2])
        names = [person["name"] for person in there["people"]]
        assert names[:2] == ["Ana Ortiz", "Ben Yazzie"] or names[1:3] == ["Ana Ortiz", "Ben Yazzie"]
        assert len(names) == (2 if "sites" in path else 4), path
        assert [one["session"] for one in there["sessions"]] == ["Pediatric asthma ECHO"]
        assert "Ben Yazzie" in await pdf_text(service, f"/reports/{path}?format=pdf")
        _, _, data = await fetch(service, f"/reports/{path}?format=xlsx")
        book = openpyxl.load_workbook(BytesIO(data))
        assert book.sheetnames == ["Summary", "People", "Sessions", "Groups", "Attendance"]
        assert book["Attendance"].max_row == len(there["attendance"]) + 1
    path = f"/reports/people/{session.people['Ben Yazzie']}"
    text = await pdf_text(service, path)
    assert "52 min" in text
    assert "Ana" not in text
    _, _, data = await fetch(service, f"{path}?format=csv")
    assert [row["Counted"] for row in csv.DictReader(StringIO(data.decode("utf-8-sig")))] == ["0:51:30"]
    wrong = await service.ask("GET", "/reports/grant?from=2026-12-01&to=2026-11-01")
    assert wrong.status == 422
    assert [problem["field"] for problem in wrong.json["errors"]] == ["to"]
    assert (await service.ask("GET", "/reports/series/srs_none")).status == 404
    async with service.database.read() as tx:
        noted = set(await tx.scalars(select(AuditRow.detail).where(AuditRow.action == "report.exported")))
    assert {
        "grant json from 2026-11-21 to 2026-11-21",
        "grant json to 2026-11-20",
        "person csv all days",
    } <= noted


async def test_a_certificate_from_its_issue_to_its_revocation(service: Service) -> None:
    session = await held(service)
    path = f"/sessions/{session.id}/certificates"
    done = (await service.ask("POST", path, {})).json
    assert (done["issued"], done["before"]) == (3, 0)
    assert [(one["name"], one["why"]) for one in done["left_out"]] == [
        (EVIL, "Their time is kept; a certificate waits until the hub has matched them.")
    ]
    again = (await service.ask("POST", path, {})).json
    assert (again["issued"], again["before"]) == (0, 3)

    by_name = {one["name"]: one for one in done["items"]}
    ben = by_name["Ben Yazzie"]
    text = await pdf_text(service, f"/certificates/{ben['id']}/pdf")
    for words in ("Ben Yazzie, MD", "52 minutes (0.87 hours)", ben["code"]):
        assert words in text
    assert "4:05" not in text, "hours, and not when they came and went"
    assert len(PdfReader(BytesIO((await fetch(service, f"{path}/pdf"))[2])).pages) == 3

    nobody: dict[str, str] = {}
    typed = ben["code"].lower().replace("-", " ")
    shown = (await service.ask("GET", f"/public/certificates/{typed.replace(' ', '')}", headers=nobody)).json
    assert (shown["state"], shown["name"], shown["hours"]) == ("valid", "Ben Yazzie, MD", "0.87")
    assert not {"id", "person_id", "email", "session_id"} & shown.keys()
    assert (await service.ask("GET", "/public/certificates/0000-0000-0000", headers=nobody)).status == 404

    await _correct(service, session, session.people["Ben Yazzie"], 0, 5)
    old = (await service.ask("GET", f"/public/certificates/{ben['code']}", headers=nobody)).json
    assert (old["state"], old["name"], old["hours"]) == ("revoked", None, None)
    listed = (await service.ask("GET", f"/certificates?person_id={ben['person_id']}")).json["items"]
    by_state = {one["state"]: one for one in listed}
    assert by_state["revoked"]["replaced_by"] == by_state["valid"]["id"]
    assert (by_state["valid"]["minutes"], by_state["valid"]["code"] != ben["code"]) == (57, True)

    newer = by_state["valid"]["id"]
    assert (await service.ask("POST", f"/certificates/{newer}/revoke", {"reason": ""})).status == 422
    gone = await service.ask("POST", f"/certificates/{newer}/revoke", {"reason": "Issued by mistake"})
    assert (gone.json["state"], gone.json["revoked_by"]) == ("revoked", "Scheduling")
    assert (await service.ask("POST", f"/certificates/{newer}/revoke", {"reason": "again"})).status == 409
    assert (await service.ask("POST", path, {})).json["issued"] == 0, "what was revoked by hand stays so"
    named = await service.ask("POST", path, {"person_ids": [ben["person_id"]]})
    assert named.json["issued"] == 1


async def test_a_learner_takes_their_own_certificate(service: Service) -> None:
    session = await held(service)
    until = START + timedelta(days=30)
    links = service.ports.links
    ana = {"Authorization": f"Link {links.learner_token(session.id, session.people['Ana Ortiz'], until)}"}
    assert (await fetch(service, "/public/credit/certificate", ana))[0] == 404
    made = await service.ask("POST", "/public/credit/certificate", headers=ana)
    assert made.status == 200, made.json
    again = await service.ask("POST", "/public/credit/certificate", headers=ana)
    assert again.json == made.json
    assert "1 hour (1.00 hours)" in await pdf_text(service, "/public/credit/certificate", ana)
    lena = session.people["Dr. Lena Vigil"]
    hers = {"Authorization": f"Link {links.learner_token(session.id, lena, until)}"}
    assert (await service.ask("POST", "/public/credit/certificate", headers=hers)).status == 200
    await _correct(service, session, lena, 0, 61, action="strike")
    none_left = await service.ask("POST", "/public/credit/certificate", headers=hers)
    assert (none_left.status, "is counted" in none_left.json["detail"]) == (409, True)
    await _correct(service, session, lena, 0, 50)
    back = await service.ask("POST", "/public/credit/certificate", headers=hers)
    assert back.status == 200, "nobody revoked it: a correction did"
    evil = {"Authorization": f"Link {links.learner_token(session.id, session.people[EVIL], until)}"}
    waits = await service.ask("POST", "/public/credit/certificate", headers=evil)
    assert (waits.status, "matched" in waits.json["detail"]) == (409, True)
    assert (await service.ask("POST", "/public/credit/certificate", headers={})).status == 401

    erased = await service.ask("POST", f"/people/{session.people['Ana Ortiz']}/erase", {"reason": "Asked to"})
    assert erased.status in (200, 201), erased.json
    shown = await service.ask("GET", f"/public/certificates/{made.json['code']}", headers={})
    assert "Ana" not in str(shown.json)
    report = (await fetch(service, f"/reports/sessions/{session.id}?format=json"))[2]
    assert b"Ana" not in report


async def test_whoever_completed_a_series_gets_a_certificate_until_a_correction_takes_it(
    service: Service,
) -> None:
    session = await held(service)
    path = f"/series/{session.series}/certificates"
    nothing = (await service.ask("POST", path, {})).json
    assert (nothing["issued"], len(nothing["left_out"])) == (0, 4)
    rule = {"completion": {"share": 100, "of_session": 80, "case": False, "survey": False}}
    plan = await service.ask("PATCH", f"/programs/{session.program}/credit-plan", rule)
    assert plan.status == 200, plan.json
    done = (await service.ask("POST", path, {})).json
    assert sorted(one["name"] for one in done["items"]) == ["Ana Ortiz", "Ben Yazzie", "Dr. Lena Vigil"]
    ben = next(one for one in done["items"] if one["name"] == "Ben Yazzie")
    text = await pdf_text(service, f"/certificates/{ben['id']}/pdf")
    for words in (
        "Certificate of Completion",
        "completed the series",
        "Asthma, fall 2026",
        "1 of 1 sessions",
        "52 minutes",
    ):
        assert words in text
    assert (await service.ask("POST", path, {})).json["issued"] == 0
    further = await service.a_session(starts_local="2026-12-05T16:00:00")
    async with service.database.write() as tx:
        await put_into(tx, further["id"], session.program, session.series)
    await service.ask("POST", f"/people/{session.people[EVIL]}/match", {"person_id": None})
    listed = (await service.ask("GET", f"/certificates?series_id={session.series}")).json["items"]
    assert [one["state"] for one in listed] == ["valid"] * 3, "one that goes on takes nothing from anybody"
    await _correct(service, session, session.people["Ben Yazzie"], 0, 30, action="strike")
    shown = await service.ask("GET", f"/public/certificates/{ben['code']}", headers={})
    assert (shown.json["state"], shown.json["kind"]) == ("revoked", "completion")
    listed = (await service.ask("GET", f"/certificates?series_id={session.series}")).json["items"]
    assert [one["state"] for one in listed].count("valid") == 2


async def test_claims_go_to_the_provider_with_what_people_answered(service: Service) -> None:
    session = await held(service)
    kind = {"name": "AMA", "provider": "UNM", "statement": "", "evaluation_required": False}
    made = await service.ask("POST", f"/programs/{session.program}/credit-types", kind)
    assert made.status == 201, made.json
    board = {"board": "ABP", "number": "12345", "birth_month": 2, "birth_day": 29}
    async with service.database.write() as tx:
        await add_registration(
            tx,
            session.people["Ana Ortiz"],
            program_id=session.program,
            answers=[
                {"id": "q1", "label": "Board", "value": board},
                {"id": "q2", "label": "Employer", "value": "=1+1"},
            ],
        )
    until = START + timedelta(days=30)
    token = service.ports.links.learner_token(session.id, session.people["Ana Ortiz"], until)
    claimed = await service.ask(
        "POST",
        "/public/credit/claims",
        {"credit_type_id": made.json["id"], "attested": USUAL_ATTESTATION},
        headers={"Authorization": f"Link {token}"},
    )
    assert claimed.status == 200, claimed.json
    asked = f"/claims/export?credit_type_id={made.json['id']}&from=2026-11-01&to=2026-11-30&format="
    rows = list(csv.DictReader(StringIO((await fetch(service, f"{asked}csv"))[2].decode("utf-8-sig"))))
    assert len(rows) == 1
    told = rows[0]
    assert (told["Name"], told["Credit"], told["State"], told["Date"]) == (
        "Ana Ortiz",
        "1.00",
        "claimed",
        "2026-11-21",
    )
    assert (told["Board: number"], told["Board: birth day"], told["Employer"]) == ("12345", "29", "'=1+1")
    [one] = json.loads((await fetch(service, f"{asked}json"))[2])["claims"]
    assert (one["minutes"], one["edition"]) == (60, 0)

    erased = await service.ask("POST", f"/people/{session.people['Ana Ortiz']}/erase", {})
    assert erased.json["state"] == "hidden", erased.json
    after = list(csv.DictReader(StringIO((await fetch(service, f"{asked}csv"))[2].decode("utf-8-sig"))))
    assert after == rows, "for six years the provider is told who it was"
    report = (await fetch(service, f"/reports/sessions/{session.id}?format=csv"))[2].decode("utf-8-sig")
    assert "Erased person" in report, report
    assert "Ortiz" not in report


async def _correct(
    service: Service, session: Held, person_id: str, start: float, end: float, action: str = "add"
) -> None:
    body: dict[str, Any] = {
        "person_id": person_id,
        "action": action,
        "from": (START + start * MINUTE).isoformat(),
        "until": (START + end * MINUTE).isoformat(),
        "reason": "Was in the room, says the clinic",
    }
    done = await service.ask("POST", f"/sessions/{session.id}/attendance/corrections", body)
    assert done.status == 201, done.json
