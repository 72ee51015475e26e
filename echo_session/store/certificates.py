"""Certificates: issued once a person and session, replaced when a correction changes what they say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from echo_session.domain import certificates as rules
from echo_session.domain.certificates import Certificate, Said
from echo_session.domain.credit_plan import CertificateWords
from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.sessions import Status
from echo_session.store.certificate_rows import add_row, held_by, revoke_row, to_certificate
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.merges import survivors
from echo_session.store.sessions import lock_session
from echo_session.store.tables import (
    AttendanceRecordRow,
    CertificateRow,
    PersonRow,
    ProgramRow,
    SessionRow,
)

CORRECTED = "The time on it was corrected; a new one was issued."
NOTHING_LEFT = "A correction left no time to certify."
ONE_PERSON = "The same person has another one for this session."


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Somebody who was there and got no certificate."""

    person_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What came of issuing: the new ones, those who had one before, and who gets none."""

    new: tuple[Certificate, ...]
    before: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Attended:
    person: PersonRow
    seconds: int


async def issue(
    tx: Tx,
    session_id: str,
    *,
    now: datetime,
    random: RandomBytes,
    person_ids: Collection[str] | None = None,
) -> Issued:
    """Gives a certificate to everybody who is entitled to one and has none.

    Args:
        person_ids: only these. Whose certificate a coordinator revoked gets another only when named here.

    Raises:
        NotFound: there is no such session.
    """
    session = await lock_session(tx, session_id)
    plan = (await plan_of(tx, session.program_id)).certificate
    there = await _attended(tx, session_id)
    if person_ids is not None:
        now_are = await survivors(tx, person_ids)
        there = {one: there[one] for one in now_are.values() if one in there}
    has = await _holders(tx, session_id, also_revoked=person_ids is None)
    made, left_out = [], []
    for person_id, attended in there.items():
        if person_id in has:
            continue
        why = _why_none(session, plan, attended)
        if why:
            left_out.append(LeftOut(person_id=person_id, name=attended.person.name, why=why))
        else:
            said = await _said(tx, session, plan, attended.person, now)
            made.append(
                add_row(
                    tx, "attendance", session_id, person_id, attended.seconds, said, now=now, random=random
                )
            )
    await tx.flush()
    new = tuple(to_certificate(row) for row in made)
    return Issued(new=new, before=len(there) - len(made) - len(left_out), left_out=tuple(left_out))


async def own(tx: Tx, session_id: str, person_id: str, *, now: datetime, random: RandomBytes) -> Certificate:
    """The person's certificate for this session, issued where there is none that is good.

    One that a correction made untrue is in nobody's way, should their time come back.

    Raises:
        NotFound: they were not there.
        NotPossible: they get none, or the hub revoked theirs; says why.
    """
    session = await lock_session(tx, session_id)
    known = await held_by(tx, session_id, person_id)
    if known is not None and known.valid:
        return known
    if known is not None and known.revoked_by:
        raise NotPossible(
            "Your certificate was revoked. Ask the hub if you think that it should not have been."
        )
    [now_is] = (await survivors(tx, [person_id])).values() or [person_id]
    attended = (await _attended(tx, session_id)).get(now_is)
    if attended is None:
        raise NotFound(f"no attendance of {person_id}")
    plan = (await plan_of(tx, session.program_id)).certificate
    why = _why_none(session, plan, attended)
    if why:
        raise NotPossible(why)
    said = await _said(tx, session, plan, attended.person, now)
    row = add_row(tx, "attendance", session_id, now_is, attended.seconds, said, now=now, random=random)
    await tx.flush()
    return to_certificate(row)


async def follow(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """Revokes and replaces what a change of the session's attendance made untrue."""
    query = select(CertificateRow).where(
        CertificateRow.session_id == session_id, CertificateRow.revoked_at.is_(None)
    )
    in_order = query.order_by(CertificateRow.issued_at, CertificateRow.id).with_for_update()
    rows = (await tx.scalars(in_order, execution_options={"populate_existing": True})).all()
    if not rows:
        return
    session = await tx.get_one(SessionRow, session_id)
    there = await _attended(tx, session_id)
    now_are = await survivors(tx, {row.person_id for row in rows})
    served: set[str] = set()
    for row in rows:
        person_id = now_are.get(row.person_id, row.person_id)
        attended = there.get(person_id)
        seconds = 0 if attended is None else attended.seconds
        if person_id in served:
            revoke_row(row, ONE_PERSON, by="", now=now)
            continue
        served.add(person_id)
        if rules.minutes(seconds) == rules.minutes(row.seconds):
            continue
        if rules.minutes(seconds) < 1:
            revoke_row(row, NOTHING_LEFT, by="", now=now)
            continue
        said = replace(Said.from_json(row.said), issued=day_at(session.zone, now))
        newer = add_row(tx, "attendance", session_id, person_id, seconds, said, now=now, random=random)
        revoke_row(row, CORRECTED, by="", now=now)
        row.replaced_by = newer.id
    await tx.flush()


async def revoke(tx: Tx, certificate_id: str, reason: str, *, by: str, now: datetime) -> Certificate:
    """From now on the public page says that it is revoked.

    Raises:
        NotFound: there is none.
        NotPossible: it is revoked already.
    """
    row = await tx.get(CertificateRow, certificate_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no certificate {certificate_id}")
    if row.revoked_at is not None:
        raise NotPossible("This certificate was revoked already.")
    revoke_row(row, reason, by=by, now=now)
    await tx.flush()
    return to_certificate(row)


async def _attended(tx: Tx, session_id: str) -> dict[str, _Attended]:
    query = (
        select(PersonRow, AttendanceRecordRow.counted_seconds)
        .join(AttendanceRecordRow, AttendanceRecordRow.person_id == PersonRow.id)
        .where(AttendanceRecordRow.session_id == session_id)
        .order_by(PersonRow.sort_name, PersonRow.id)
    )
    return {person.id: _Attended(person, seconds) for person, seconds in await tx.execute(query)}


async def _holders(tx: Tx, session_id: str, *, also_revoked: bool) -> set[str]:
    """Who has a good certificate, or had one that was revoked by hand."""
    good = CertificateRow.revoked_at.is_(None)
    which = or_(good, CertificateRow.revoked_by != "") if also_revoked else good
    query = select(CertificateRow.person_id).where(CertificateRow.session_id == session_id, which)
    return set((await survivors(tx, set(await tx.scalars(query)))).values())


def _why_none(session: SessionRow, plan: CertificateWords, attended: _Attended) -> str:
    return rules.why_none(
        on=plan.on,
        over=session.status == Status.CLOSED.value,
        matched=attended.person.matched,
        erased=attended.person.erased_at is not None,
        seconds=attended.seconds,
    )


async def _said(
    tx: Tx, session: SessionRow, plan: CertificateWords, person: PersonRow, now: datetime
) -> Said:
    program = None if session.program_id is None else await tx.get(ProgramRow, session.program_id)
    name = "" if program is None else program.name
    return Said(
        name=person.name,
        credentials=person.credentials,
        title=session.title,
        program=name,
        date=session.starts_local.date().isoformat(),
        issued=day_at(session.zone, now),
        heading=plan.heading or CertificateWords().heading,
        issuer=plan.issuer or name,
        signer=plan.signer,
        signer_title=plan.signer_title,
    )


def day_at(zone: str, now: datetime) -> str:
    """The day on the clocks there, ISO 8601."""
    return now.astimezone(ZoneInfo(zone)).date().isoformat()
