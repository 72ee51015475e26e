"""Two corrections in different sessions of one series at once: each certificate is replaced once."""

from __future__ import annotations

from sqlalchemy import select, update

from echo_session.domain.spans import Span
from echo_session.store import commands, corrections, series_certificates
from echo_session.store.engine import Database
from echo_session.store.tables import CertificateRow, CreditPlanRow, PersonRow, SessionRow
from tests.integration.records.chains import by, minute
from tests.integration.records.people import a_person, a_session, connection_of, joins, leaves, random
from tests.integration.records.test_series_commands import made
from tests.integration.records.test_who_comes_first import begun, both, postgresql

__all__ = ["postgresql"]


async def test_corrections_in_two_sessions_replace_a_certificate_once(postgresql: Database) -> None:
    database = postgresql
    series = (await made(database)).series
    person = None
    ids = []
    for _ in range(2):
        session = await a_session(database)
        person = person or await a_person(database, session.id)
        device = await joins(database, connection_of(session.id, person), minute(0))
        await leaves(database, device, minute(60))
        async with database.write() as tx:
            await commands.close_session(tx, session.id, now=minute(60), random=random)
        ids.append(session.id)
    async with database.write() as tx:
        await tx.execute(update(PersonRow).values(matched=True))
        theirs = {"series_id": series.id, "program_id": series.program_id}
        await tx.execute(update(SessionRow).where(SessionRow.id.in_(ids)).values(theirs))
        rule = {"share": 1, "of_session": 50, "case": False, "survey": False}
        words = {"on": True, "heading": "", "issuer": "", "signer": "", "signer_title": ""}
        plan = {"evaluation": [], "attestation": "I was.", "claim_days": 42, "revision": 1}
        plan |= {"program_id": series.program_id, "certificate": words, "completion": rule}
        tx.add(CreditPlanRow(**plan))
    async with database.write() as tx:
        issued = await series_certificates.issue(tx, series.id, now=minute(70), random=random)
    assert len(issued.new) == 1
    assert person is not None

    async def strike(session_id: str) -> None:
        span = Span(minute(50), minute(60))
        async with database.write() as tx:
            await corrections.correct(tx, session_id, person.id, "strike", span, by(80), random=random)

    async with database.write() as tx:
        span = Span(minute(40), minute(60))
        await corrections.correct(tx, ids[0], person.id, "strike", span, by(80), random=random)
        work = await begun(strike(ids[1]))
    await both(work)
    async with database.read() as tx:
        good = list(await tx.scalars(select(CertificateRow).where(CertificateRow.revoked_at.is_(None))))
    assert [one.seconds // 60 for one in good] == [90]
