"""What a certificate of completion stands on is kept with it, and who is forgotten has still completed it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from echo_session.domain.erasing import CREDIT_FLOOR, Retention
from echo_session.store.after_times import figures_changed
from echo_session.store.engine import Database
from echo_session.store.erasures import erase
from echo_session.store.retention import retain
from echo_session.store.series_certificates import issue
from echo_session.store.tables import (
    AttendanceRecordRow,
    CertificateRow,
    CreditPlanRow,
    PersonRow,
    SessionRow,
)
from tests.integration.records.people import START, random
from tests.integration.records.test_privacy import a_closed_session
from tests.integration.records.test_series_commands import made

DAY = timedelta(days=1)
ENDED = START + timedelta(hours=1)


async def a_completed_series(database: Database) -> tuple[str, str]:
    """Ids of its only session and of whoever was there; they have their certificate of completion."""
    outcome = await made(database)
    session_id, person_id = await a_closed_session(database)
    series = outcome.series
    async with database.write() as tx:
        tx.add(
            CreditPlanRow(
                program_id=series.program_id,
                evaluation=[],
                attestation="",
                claim_days=30,
                certificate={"on": True, "heading": "", "issuer": "", "signer": "", "signer_title": ""},
                completion={"share": 100, "of_session": 50, "case": False, "survey": False},
                revision=1,
            )
        )
        others = update(SessionRow).where(SessionRow.series_id == series.id)
        await tx.execute(others.values(status="cancelled"))
        row = await tx.get_one(SessionRow, session_id)
        row.program_id, row.series_id = series.program_id, series.id
        (await tx.get_one(PersonRow, person_id)).matched = True
        await tx.flush()
        done = await issue(tx, series.id, now=ENDED, random=random)
        assert [one.person_id for one in done.new] == [person_id]
    return session_id, person_id


async def test_who_is_forgotten_keeps_what_they_completed(database: Database) -> None:
    session_id, person_id = await a_completed_series(database)
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=ENDED + DAY, random=random)
        await figures_changed(tx, session_id, by="acc_1", reason="", now=ENDED + 2 * DAY, random=random)
        [certificate] = await tx.scalars(select(CertificateRow))
        assert (certificate.revoked_at, certificate.revoke_reason) == (None, "")


async def test_what_a_series_was_completed_by_is_kept_for_six_years(database: Database) -> None:
    session_id, _ = await a_completed_series(database)
    short = Retention(attendance=DAY, devices=DAY, answers=DAY, audit=3650 * DAY)
    kept = await retain(database, short, now=ENDED + CREDIT_FLOOR - DAY, random=random)
    assert kept["sessions' attendance"] == 0
    async with database.read() as tx:
        assert await tx.scalar(select(AttendanceRecordRow.session_id)) == session_id
    gone = await retain(database, short, now=ENDED + CREDIT_FLOOR + DAY, random=random)
    assert gone["sessions' attendance"] == 1
