"""Who a link lets in, and what is said to whom it does not."""

from __future__ import annotations

import secrets

import pytest

from echo_session.live.clock import utc_now
from echo_session.live.directory import GUEST, Directory
from echo_session.store import commands, registrations
from echo_session.store.accounts import ensure_account
from echo_session.store.tables import SessionRow
from echo_session.tokens import Links
from signaling.errors import Refused
from signaling.messages import ErrorCode, Role
from signaling.ports import Identity
from tests.integration.live.conftest import Desk

VISITOR = Identity(name="Ben Ruiz", email="ben@school.example", profession="Nurse", site="School 9")


def token_of(link: str | None) -> str:
    assert link is not None
    return link.partition("#")[2]


async def test_personal_link_says_who_comes(desk: Desk, links: Links, directory: Directory) -> None:
    registration = await desk.invite(await desk.session())
    visitor = await directory.authenticate(token_of(links.personal(registration)))
    assert visitor.person is not None
    assert (visitor.person.name, visitor.person.site) == ("Ana Ortiz", "Clinic 4")
    assert (visitor.role, visitor.registration_id) == (Role.PARTICIPANT, registration.id)
    assert visitor.session.info.contact == "the Denver hub"


async def test_public_link_asks_who_comes(desk: Desk, links: Links, directory: Directory) -> None:
    visitor = await directory.authenticate(token_of(links.public(await desk.session())))
    assert visitor.person is None
    assert visitor.asks == ("name", "email", "profession", "site")
    assert visitor.session.lobby


async def test_practice_link_asks_nothing_and_nothing_is_recorded(
    desk: Desk, links: Links, directory: Directory
) -> None:
    session = await desk.practice()
    visitor = await directory.authenticate(token_of(links.practice(session)))
    assert (visitor.asks, visitor.session.attendance) == ((), False)
    assert (visitor.session.max_people, visitor.session.echo_delay_ms) == (3, 2000)
    person = await directory.enrol(session.id, VISITOR)
    assert person.person_id.startswith(GUEST)


async def test_console_token_watches_as_facilitator(desk: Desk, links: Links, directory: Directory) -> None:
    session = await desk.session()
    async with desk.database.write() as tx:
        account = await ensure_account(
            tx, "Dana", "dana@hub.example", now=utc_now(), random=secrets.token_bytes
        )
    visitor = await directory.authenticate(links.console(session.id, account.id, utc_now()))
    assert visitor.console
    assert (visitor.role, visitor.actor) == (Role.FACILITATOR, account.id)


async def test_forged_and_revoked_links_get_the_same_answer(
    desk: Desk, links: Links, directory: Directory
) -> None:
    session = await desk.session()
    registration = await desk.invite(session)
    async with desk.database.write() as tx:
        await registrations.renew_link(tx, session.id, registration.id)
    answers = []
    for token in ("forged", token_of(links.personal(registration))):
        with pytest.raises(Refused) as caught:
            await directory.authenticate(token)
        answers.append((caught.value.code, caught.value.message))
    assert answers[0] == answers[1]
    assert answers[0][0] is ErrorCode.LINK_INVALID
    assert "Ask the Denver hub" in answers[0][1]


async def test_link_of_a_session_that_is_over_says_so(desk: Desk, links: Links, directory: Directory) -> None:
    session = await desk.session()
    registration = await desk.invite(session)
    async with desk.database.write() as tx:
        await commands.cancel_session(tx, session.id, now=utc_now(), random=secrets.token_bytes)
    with pytest.raises(Refused, match="was cancelled") as caught:
        await directory.authenticate(token_of(links.personal(registration)))
    assert caught.value.code is ErrorCode.ENDED


async def test_link_of_a_cancelled_session_says_why(desk: Desk, links: Links, directory: Directory) -> None:
    session = await desk.session()
    async with desk.database.write() as tx:
        await commands.cancel_session(tx, session.id, now=utc_now(), random=secrets.token_bytes)
        (await tx.get_one(SessionRow, session.id)).cancel_reason = "The presenter is ill."
    with pytest.raises(Refused) as caught:
        await directory.authenticate(token_of(links.public(session)))
    assert caught.value.message == (
        "“Pediatric asthma ECHO” was cancelled: The presenter is ill."
        " If you have questions, ask the Denver hub."
    )


async def test_visitor_becomes_a_person(desk: Desk, directory: Directory) -> None:
    session = await desk.session()
    person = await directory.enrol(session.id, VISITOR)
    assert (person.name, person.site, person.profession) == ("Ben Ruiz", "School 9", "Nurse")


async def test_visitor_with_an_impossible_address_is_told_which_field(
    desk: Desk, directory: Directory
) -> None:
    session = await desk.session()
    wrong = Identity(name="Ben", email="ben@two@places", profession="Nurse", site="School 9")
    with pytest.raises(Refused) as caught:
        await directory.enrol(session.id, wrong)
    assert caught.value.field == "email"


async def test_person_who_was_removed_stays_out(desk: Desk, links: Links, directory: Directory) -> None:
    session = await desk.session()
    registration = await desk.invite(session)
    await directory.bar(session.id, registration.person.id, by="per_host")
    await directory.bar(session.id, registration.person.id, by="per_host")
    assert await directory.barred(session.id) == {registration.person.id}
    with pytest.raises(Refused):
        await directory.authenticate(token_of(links.personal(registration)))


async def test_sessions_that_are_open_are_found_after_a_restart(desk: Desk, directory: Directory) -> None:
    await desk.session()
    opened, practice = await desk.open_session(), await desk.practice()
    found = {facts.info.session_id: facts.attendance for facts in await directory.open_sessions()}
    assert found == {opened.id: True, practice.id: False}
    assert await directory.session("ses_none") is None
