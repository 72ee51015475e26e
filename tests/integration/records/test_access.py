"""Links lead where they should, and void ones nowhere; secrets are good once, or until their time."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import text

from echo_session.domain.links import LinkKind
from echo_session.domain.people import Invitation, Registration, Role
from echo_session.domain.sessions import Session
from echo_session.store import accounts, commands, registrations
from echo_session.store.access import Access, resolve
from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.people import visitor
from echo_session.tokens import Links
from tests.integration.records.people import START, a_session, a_visitor, joins, random, visit

LINKS = Links(key=secrets.token_urlsafe(32), public_url="https://echo.example", random=random)
ANA = Invitation(name="Ana Ortiz", email="Ana@Clinic.example", role=Role.PANELIST, site="Taos")


async def invited(database: Database, session: Session, *who: Invitation) -> list[Registration]:
    async with database.write() as tx:
        return await registrations.invite(tx, session.id, list(who), now=START, random=random)


async def follow(database: Database, link: str | None) -> Access:
    assert link is not None
    claims = LINKS.read(link.partition("#")[2], START)
    async with database.read() as tx:
        return await resolve(tx, claims, now=START)


async def is_void(database: Database, link: str | None) -> bool:
    try:
        await follow(database, link)
    except NotFound:
        return True
    return False


async def test_a_personal_link_names_its_person_and_role(database: Database) -> None:
    session = await a_session(database)
    [registration] = await invited(database, session, ANA)
    access = await follow(database, LINKS.personal(registration))
    assert access.session == session
    assert access.registration == registration
    assert registration.person.email == "ana@clinic.example"


async def test_inviting_again_keeps_person_and_link_and_changes_the_role(database: Database) -> None:
    session = await a_session(database)
    [first] = await invited(database, session, ANA)
    again = Invitation(name="ANA ORTIZ", email="ana@clinic.example ", role=Role.FACILITATOR)
    [second] = await invited(database, session, again)
    assert LINKS.personal(second) == LINKS.personal(first)
    assert (second.role, second.person.site) == (Role.FACILITATOR, "Taos")


async def test_people_who_share_a_mailbox_are_two_people_at_one_site(database: Database) -> None:
    session = await a_session(database)
    ben = Invitation(name="Ben", email=ANA.email, role=Role.PARTICIPANT, site="TAOS")
    one, two = await invited(database, session, ANA, ben)
    assert one.person.id != two.person.id
    assert one.person.site == two.person.site == "Taos"


async def test_a_renewed_link_voids_the_one_before(database: Database) -> None:
    session = await a_session(database)
    [registration] = await invited(database, session, ANA)
    async with database.write() as tx:
        renewed = await registrations.renew_link(tx, session.id, registration.id)
    assert await is_void(database, LINKS.personal(registration))
    assert (await follow(database, LINKS.personal(renewed))).registration == renewed


async def test_a_removed_invitation_is_void_and_inviting_again_makes_a_new_link(database: Database) -> None:
    session = await a_session(database)
    [registration] = await invited(database, session, ANA)
    async with database.write() as tx:
        await registrations.remove_registration(tx, session.id, registration.id, now=START, random=random)
    assert await is_void(database, LINKS.personal(registration))
    async with database.read() as tx:
        assert await registrations.list_registrations(tx, session.id) == []
    [again] = await invited(database, session, ANA)
    assert not await is_void(database, LINKS.personal(again))
    assert await is_void(database, LINKS.personal(registration))


async def test_whoever_is_barred_stays_out_until_somebody_gives_a_new_link(database: Database) -> None:
    session = await a_session(database)
    [registration] = await invited(database, session, ANA)
    for _ in range(2):
        async with database.write() as tx:
            await registrations.bar(tx, session.id, registration.person.id, by="acc_a", now=START)
    assert await is_void(database, LINKS.personal(registration))
    async with database.write() as tx:
        assert await registrations.barred(tx, session.id) == {registration.person.id}
        renewed = await registrations.renew_link(tx, session.id, registration.id)
    assert not await is_void(database, LINKS.personal(renewed))


async def test_a_link_of_one_session_does_not_open_another(database: Database) -> None:
    session, other = await a_session(database), await a_session(database)
    [registration] = await invited(database, session, ANA)
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await registrations.renew_link(tx, other.id, registration.id)


async def test_the_public_link_names_nobody_and_can_be_renewed(database: Database) -> None:
    session = await a_session(database)
    access = await follow(database, LINKS.public(session))
    assert (access.kind, access.registration) == (LinkKind.PUBLIC, None)
    async with database.write() as tx:
        renewed = await commands.renew_public_link(tx, session.id, now=START, random=random)
    assert await is_void(database, LINKS.public(session))
    assert not await is_void(database, LINKS.public(renewed))


async def test_a_practice_link_opens_a_practice_room_and_no_session(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        room = await commands.create_practice(tx, now=START, random=random)
    assert (await follow(database, LINKS.practice(room))).session == room
    assert await is_void(database, LINKS.practice(session))


async def test_a_console_token_names_the_account(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        account = await accounts.ensure_account(tx, "Rosa", "rosa@hub.example", now=START, random=random)
    token = LINKS.console(session.id, account.id, START)
    assert (await follow(database, "#" + token)).account == account
    assert await is_void(database, "#" + LINKS.console(session.id, "acc_absent", START))


async def test_a_visitor_who_comes_back_in_the_same_session_is_the_same_person(database: Database) -> None:
    session, other = await a_session(database), await a_session(database)
    first = await joins(database, await a_visitor(database, session.id, "Ben"), START)
    async with database.write() as tx:
        again = await visitor(tx, session.id, visit("ben"), now=START, random=random)
        elsewhere = await visitor(tx, other.id, visit("Ben"), now=START, random=random)
    assert again.id == first.person_id
    assert elsewhere.id != first.person_id
    assert not again.matched


async def test_a_visitor_is_never_taken_for_somebody_who_is_invited(database: Database) -> None:
    session = await a_session(database)
    [registration] = await invited(database, session, ANA)
    async with database.write() as tx:
        said = await visitor(tx, session.id, ANA, now=START, random=random)
    assert said.id != registration.person.id


async def test_a_sign_in_link_works_once_and_for_a_day(database: Database) -> None:
    async with database.write() as tx:
        account = await accounts.ensure_account(tx, "Rosa", "rosa@hub.example", now=START, random=random)
        secret = await accounts.create_sign_in_link(tx, account.id, now=START, random=random)
        late = await accounts.create_sign_in_link(tx, account.id, now=START, random=random)
        cookie = await accounts.sign_in(tx, secret, now=START, random=random)
        actor = await accounts.actor_of_cookie(tx, cookie, now=START)
        assert actor is not None
        assert actor.account == account
        for bad, now in ((secret, START), (late, START + timedelta(hours=24)), ("guess", START)):
            with pytest.raises(NotFound):
                await accounts.sign_in(tx, bad, now=now, random=random)


async def test_a_browser_is_signed_in_for_a_working_day_or_until_it_signs_out(database: Database) -> None:
    async with database.write() as tx:
        account = await accounts.ensure_account(tx, "Rosa", "rosa@hub.example", now=START, random=random)
        secret = await accounts.create_sign_in_link(tx, account.id, now=START, random=random)
        cookie = await accounts.sign_in(tx, secret, now=START, random=random)
        assert await accounts.actor_of_cookie(tx, cookie, now=START + timedelta(hours=12)) is None
        await accounts.sign_out(tx, cookie)
        assert await accounts.actor_of_cookie(tx, cookie, now=START) is None


async def test_an_api_token_is_kept_as_a_hash_and_can_be_revoked(database: Database) -> None:
    async with database.write() as tx:
        token, secret = await accounts.create_api_token(tx, "Scheduling", now=START, random=random)
        assert secret.startswith("est_")
        kept = (await tx.execute(text("SELECT * FROM api_token"))).one()
        assert secret not in [str(value) for value in kept]
        found = await accounts.actor_of_token(tx, secret)
        assert found is not None
        assert found[0].id == token.id
        await accounts.revoke_api_token(tx, token.id, now=START)
        assert await accounts.actor_of_token(tx, secret) is None
