"""Who may use the API, from where, and how often."""

from __future__ import annotations

import secrets

import pytest

from echo_session.api.limits import RateLimit, subscriber
from echo_session.domain.links import LinkKind
from echo_session.store import accounts
from echo_session.store.accounts import revoke_api_token
from tests.integration.api.service import HOST, START, Service


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer est_wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic cm9zYTpyb3Nh"},
        {"Cookie": "echo_console=wrong"},
        {"Authorization": "Bearer est_wrong\u00e9"},
    ],
    ids=["nothing", "unknown token", "empty token", "password", "unknown cookie", "odd bytes"],
)
async def test_without_a_good_token_or_cookie_nothing_is_told(
    service: Service, headers: dict[str, str]
) -> None:
    reply = await service.ask("GET", "/sessions", headers=headers)
    assert reply.status == 401
    assert reply.headers["Www-Authenticate"].startswith("Bearer")


async def test_a_revoked_token_opens_nothing(service: Service) -> None:
    async with service.database.write() as tx:
        await revoke_api_token(tx, service.token_id, now=START)
    assert (await service.ask("GET", "/sessions")).status == 401


async def test_a_sign_in_link_is_spent_once_for_a_cookie_that_scripts_cannot_read(service: Service) -> None:
    headers = await service.sign_in()
    me = await service.ask("GET", "/me", headers=headers)
    assert me.json["account"]["email"] == "rosa@hub.example"
    assert (await service.ask("POST", "/sign-out", headers=headers)).status == 204
    assert (await service.ask("GET", "/me", headers=headers)).status == 401


async def test_the_cookie_is_for_this_site_over_https_only(service: Service) -> None:
    async with service.database.write() as tx:
        account = await accounts.ensure_account(
            tx, "Rosa", "rosa@hub.example", now=service.rooms.now, random=secrets.token_bytes
        )
        secret = await accounts.create_sign_in_link(
            tx, account.id, now=service.rooms.now, random=secrets.token_bytes
        )
    reply = await service.ask("POST", "/sign-in", {"token": secret}, headers={})
    attributes = {part.strip().partition("=")[0].lower() for part in reply.headers["Set-Cookie"].split(";")}
    assert {"httponly", "secure", "samesite", "path", "max-age"} <= attributes
    again = await service.ask("POST", "/sign-in", {"token": secret}, headers={})
    assert (again.status, "works once" in again.json["detail"]) == (401, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 409),
        ({"Origin": HOST}, 409),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": HOST}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_signed_in_browser_changes_things_from_our_pages_only(
    service: Service, headers: dict[str, str], status: int
) -> None:
    session = await service.a_session()
    await service.ask("POST", f"/sessions/{session['id']}/cancel")
    cookie = (await service.sign_in())["Cookie"]
    reply = await service.ask("POST", f"/sessions/{session['id']}/open", headers={"Cookie": cookie} | headers)
    assert reply.status == status
    assert (await service.ask("GET", "/me", headers={"Cookie": cookie} | headers)).status == 200


async def test_a_facilitator_gets_a_token_to_watch_and_a_link_to_enter(service: Service) -> None:
    session = await service.a_session()
    browser = await service.sign_in()
    path = f"/sessions/{session['id']}"
    token = (await service.ask("POST", f"{path}/console-token", headers=browser)).json["token"]
    claims = service.links.read(token, service.rooms.now)
    assert (claims.kind, claims.session_id) == (LinkKind.CONSOLE, session["id"])
    links = [(await service.ask("POST", f"{path}/enter", headers=browser)).json["link"] for _ in range(2)]
    assert links[0] == links[1]
    [registration] = (await service.ask("GET", f"{path}/registrations")).json["items"]
    assert (registration["role"], registration["link"]) == ("facilitator", links[0])


async def test_a_program_has_no_seat_in_the_room(service: Service) -> None:
    session = await service.a_session()
    for order in ("console-token", "enter"):
        assert (await service.ask("POST", f"/sessions/{session['id']}/{order}")).status == 403
    assert (await service.ask("GET", "/me")).json == {"account": None}


async def test_practice_rooms_are_limited_by_address_and_in_all(service: Service) -> None:
    for _ in range(5):
        reply = await service.ask("POST", "/practice", headers={})
        assert reply.status == 201
        assert reply.json["link"].startswith(f"{HOST}/join#")
    limited = await service.ask("POST", "/practice", headers={})
    assert (limited.status, limited.headers["Retry-After"]) == (429, "601")
    service.seconds = 601
    assert [(await service.ask("POST", "/practice", headers={})).status for _ in range(3)] == [201, 201, 503]


async def test_a_foreign_page_opens_no_practice_rooms(service: Service) -> None:
    reply = await service.ask("POST", "/practice", headers={"Origin": "https://evil.example"})
    assert reply.status == 403


async def test_guessing_sign_in_links_is_slowed_down(service: Service) -> None:
    statuses = [
        (await service.ask("POST", "/sign-in", {"token": f"guess-{number}"}, headers={})).status
        for number in range(21)
    ]
    assert statuses == [401] * 20 + [429]


def test_an_address_is_its_line_and_mapped_ones_are_what_they_map() -> None:
    assert subscriber("2001:db8:1:2:aaaa::1") == subscriber("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::"
    assert subscriber("::ffff:192.0.2.7") == subscriber("192.0.2.7") == "192.0.2.7"
    assert subscriber("fe80::1%eth0") == "fe80::"
    assert subscriber(None) == ""


def test_a_limit_slides_and_a_refused_try_does_not_count() -> None:
    now = [0.0]
    limit = RateLimit(2, 10.0, lambda: now[0])
    waits = []
    for instant in (0.0, 4.0, 5.0, 10.5, 11.0):
        now[0] = instant
        waits.append(limit.wait("192.0.2.7"))
    assert waits == [0.0, 0.0, 5.0, 0.0, 3.0]
