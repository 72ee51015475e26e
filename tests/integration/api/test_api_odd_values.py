"""Odd values in every field of every body: refused by name or taken, never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.api.service import GOOD, Service

ODD = [
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "-0.0",
    "9" * 400,
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e\\u2066"',
    '"' + "x" * 10_000 + '"',
    '"' + "\U0001f600" * 150 + '"',
    '"0001-01-01T00:00:00"',
    '"9999-12-31T23:59:59"',
    '"9999-12-31T23:59:59-23:59"',
    '"2026-02-30T00:00:00"',
    '"2026-03-08T02:30:00"',
    '"../../etc/passwd"',
    '"America/Denver\\u0000"',
    '"\'; DROP TABLE session; --"',
    '"%_\\\\"',
    "[]",
    "[[]]",
    "{}",
    '{"a": 1}',
    "[" * 500 + "]" * 500,
    '["2026", null]',
]
PERSON = {
    "name": "Ana",
    "email": "ana@clinic.example",
    "role": "panelist",
    "site": "Taos",
    "profession": "MD",
}


def with_value(body: dict[str, Any], field: str, value: str) -> str:
    """The body as JSON text with one field's value written in as it stands."""
    others = {name: known for name, known in body.items() if name != field}
    text = json.dumps(others)
    return text[:-1] + (", " if others else "") + f"{json.dumps(field)}: {value}" + "}"


async def send(service: Service, method: str, path: str, text: str) -> None:
    headers = service.token | {"Content-Type": "application/json"}
    reply = await service.ask(method, path, headers=headers, data=text.encode())
    assert reply.status < 500, (method, path, text[:200], reply.json)
    if reply.status == 422:
        assert reply.json["errors"], (method, path, text[:200])


async def test_odd_values_never_make_a_fault_of_ours(service: Service) -> None:
    session = await service.a_session()
    path = f"/sessions/{session['id']}"
    fields = [
        *GOOD,
        "starts_at",
        "lead_minutes",
        "overrun_minutes",
        "description",
        "contact",
        "lobby",
        "\x00",
    ]
    for value in ODD:
        for field in fields:
            await send(service, "POST", "/sessions", with_value(GOOD, field, value))
            await send(service, "PATCH", path, with_value({}, field, value))
        for field in (*PERSON, "credentials"):
            person = with_value(PERSON, field, value)
            await send(service, "POST", f"{path}/registrations", f'{{"people": [{person}]}}')
        await send(service, "POST", f"{path}/registrations", f'{{"people": {value}}}')
        await send(service, "POST", f"{path}/extend", f'{{"minutes": {value}}}')
        await send(service, "POST", "/sessions", value)
    listed = await service.ask("GET", "/sessions?limit=200")
    assert listed.status == 200
