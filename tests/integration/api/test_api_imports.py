"""Imports and exports of people over the API."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from echo_session.api import imports
from echo_session.store.tables import AuditRow, MailingRow
from tests.integration.api.service import Reply, Service
from tests.integration.imports.people import a_program

PEOPLE = "Name,E-mail,Site,State\nAna Ortiz,ana@clinic.example,Clinic 4,NM\nBob,bob@\n"


async def send(service: Service, data: bytes | str, query: str = "", kind: str = "text/csv") -> Reply:
    headers = service.token | {"Content-Type": kind}
    body = data.encode() if isinstance(data, str) else data
    return await service.ask("POST", f"/imports?filename=people.csv{query}", headers=headers, data=body)


async def save(service: Service, path: str) -> tuple[dict[str, str], bytes]:
    async with service.client.get(f"/api/v1{path}", headers=service.token) as response:
        assert response.status == 200, await response.text()
        return {k.title(): v for k, v in response.headers.items()}, await response.read()


async def mailings(service: Service) -> list[tuple[str, str | None, dict[str, Any]]]:
    async with service.database.read() as tx:
        return [(one.kind, one.program_id, one.content) for one in await tx.scalars(select(MailingRow))]


async def test_a_file_is_looked_at_and_then_applied(service: Service) -> None:
    made = await send(service, PEOPLE)
    assert made.status == 201
    one: dict[str, Any] = made.json
    assert one["counts"] == {"new": 1, "update": 0, "same": 0, "refused": 1, "registered": 0}
    assert (one["state"], one["columns"]["email"], one["problems"]) == ("staged", "E-mail", [])
    assert made.headers["Location"] == f"/api/v1/imports/{one['id']}"
    rows = (await service.ask("GET", f"/imports/{one['id']}/rows")).json["items"]
    assert [(row["number"], row["fate"]) for row in rows] == [(2, "new"), (3, "refused")]
    assert rows[1]["problems"] == [
        {
            "row": 3,
            "column": "B (E-mail)",
            "message": "'bob@' is not an e-mail address",
            "allowed": "name@clinic.example",
        }
    ]
    refused = await service.ask("GET", f"/imports/{one['id']}/rows?fate=refused")
    assert [row["number"] for row in refused.json["items"]] == [3]
    applied = await service.ask("POST", f"/imports/{one['id']}/apply")
    assert (applied.status, applied.json["state"]) == (200, "applied")
    assert [person["name"] for person in (await service.ask("GET", "/people")).json["items"]] == ["Ana Ortiz"]
    again = await service.ask("POST", f"/imports/{one['id']}/apply")
    assert (again.status, "done already" in again.json["detail"]) == (409, True)


async def test_rows_come_in_pages(service: Service) -> None:
    lines = "".join(f"Person {n},p{n}@clinic.example\n" for n in range(5))
    one = (await send(service, f"Name,E-mail\n{lines}")).json
    first = (await service.ask("GET", f"/imports/{one['id']}/rows?limit=3")).json
    second = (await service.ask("GET", f"/imports/{one['id']}/rows?limit=3&cursor={first['next']}")).json
    assert [row["number"] for row in first["items"] + second["items"]] == [2, 3, 4, 5, 6]
    assert second["next"] is None
    wrong = await service.ask("GET", f"/imports/{one['id']}/rows?cursor=x")
    assert (wrong.status, set(wrong.fields())) == (422, {"cursor"})


async def test_a_file_that_cannot_be_read_is_refused_with_row_and_column(service: Service) -> None:
    reply = await send(service, "Name,E-mail\nJosé,jose@clinic.example\n".encode("cp1252"))
    assert (reply.status, reply.json["detail"]) == (422, "This file cannot be read. Nobody was changed.")
    assert reply.json["errors"][0]["field"] == "row 2, column A"
    assert "CSV UTF-8" in reply.json["errors"][0]["allowed"]
    assert (await service.ask("GET", "/imports")).json == {"items": [], "next": None}


async def test_people_are_registered_where_the_import_says(service: Service) -> None:
    await a_program(service.database)
    one = (await send(service, PEOPLE, "&program_id=prg_asthma&role=panelist")).json
    assert (one["program_id"], one["role"], one["counts"]["registered"]) == ("prg_asthma", "panelist", 1)
    assert (one["scope_title"], one["send"]) == ("Asthma", None)
    done = await service.ask("POST", f"/imports/{one['id']}/apply", {"send": False})
    assert (done.json["send"], (await mailings(service))) == (False, [])
    people = (await service.ask("GET", "/people?program_id=prg_asthma")).json["items"]
    [registration] = (await service.ask("GET", f"/people/{people[0]['id']}/registrations")).json["items"]
    assert (registration["role"], registration["status"], registration["source"]) == (
        "panelist",
        "approved",
        "import",
    )
    for query in ("&program_id=prg_none", "&program_id=prg_asthma&series_id=srs_1", "&role=king"):
        assert (await send(service, PEOPLE, query)).status == 422


async def test_whom_an_import_registers_is_invited_where_nothing_else_is_said(service: Service) -> None:
    await a_program(service.database)
    one = (await send(service, PEOPLE, "&program_id=prg_asthma")).json
    refused = await service.ask("POST", f"/imports/{one['id']}/apply", {"send": "yes"})
    assert (refused.status, set(refused.fields())) == (422, {"send"})
    done = (await service.ask("POST", f"/imports/{one['id']}/apply")).json
    assert (done["send"], done["unfinished"]) == (True, False)
    assert await mailings(service) == [("invitation", "prg_asthma", {"import_id": one["id"]})]
    await service.ask("POST", f"/imports/{one['id']}/apply")
    assert len(await mailings(service)) == 1


async def test_what_is_no_file_of_people_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await send(service, "{}", kind="application/json")
    assert (reply.status, "text/csv" in reply.headers["Accept"]) == (415, True)
    reply = await service.ask(
        "POST", "/imports", headers=service.token | {"Content-Type": "text/csv"}, data=b"x"
    )
    assert (reply.status, set(reply.fields())) == (422, {"filename"})
    monkeypatch.setattr(imports, "MAX_FILE", 10)
    reply = await send(service, PEOPLE)
    assert reply.status == 413


async def test_a_file_can_be_thrown_away(service: Service) -> None:
    one = (await send(service, PEOPLE)).json
    assert (await service.ask("DELETE", f"/imports/{one['id']}")).status == 204
    for method, path in (("GET", ""), ("GET", "/rows"), ("POST", "/apply"), ("DELETE", "")):
        assert (await service.ask(method, f"/imports/{one['id']}{path}")).status == 404


async def test_an_export_can_be_imported_again_and_changes_nothing(service: Service) -> None:
    one = (await send(service, PEOPLE)).json
    await service.ask("POST", f"/imports/{one['id']}/apply")
    await service.ask(
        "POST",
        "/people",
        {"name": "+Zoe", "email": "zoe@clinic.example", "phones": [{"value": "505-555-0100", "label": ""}]},
    )
    for form, kind in (("csv", "text/csv"), ("xlsx", imports.XLSX)):
        headers, data = await save(service, f"/people/export?format={form}")
        assert headers["Content-Type"].startswith(kind)
        assert f'filename="people-2026-11-21.{form}"' in headers["Content-Disposition"]
        again = (await send(service, data, kind=kind)).json
        rows = (await service.ask("GET", f"/imports/{again['id']}/rows")).json["items"]
        assert [(row["fate"], row["told"]) for row in rows] == [
            ("refused", "A (Name): begins with '+', so that a spreadsheet would compute it: +Zoe."),
            ("same", "Known already."),
        ]
        assert [note["column"] for note in again["problems"]] == ["J (Further e-mails)", "K (Further phones)"]
    async with service.database.read() as tx:
        actions = (await tx.scalars(select(AuditRow.action))).all()
    assert actions.count("people.exported") == 2


async def test_an_export_is_who_the_list_shows(service: Service) -> None:
    one = (await send(service, "Name,E-mail\nAna Ortiz,ana@x.example\nBob Vigil,bob@x.example\n")).json
    await service.ask("POST", f"/imports/{one['id']}/apply")
    _, data = await save(service, "/people/export?format=csv&search=vig")
    assert data.decode("utf-8-sig").splitlines()[1:] == ["Bob Vigil,bob@x.example,,,,,,,,,"]


async def test_the_template_has_every_column_that_is_read(service: Service) -> None:
    headers, data = await save(service, "/imports/template?format=xlsx")
    assert 'filename="people-to-import.xlsx"' in headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert titles[:3] == ["Name", "E-mail", "Phone"]
    reply = await send(service, (await save(service, "/imports/template?format=csv"))[1])
    assert reply.json["errors"][0]["message"] == "there is nobody in it"


async def test_nobody_imports_or_exports_without_signing_in(service: Service) -> None:
    for method, path in (("POST", "/imports?filename=x"), ("GET", "/people/export"), ("GET", "/imports")):
        assert (await service.ask(method, path, headers={})).status == 401
