"""Certificates: issued once a person and session, replaced when a correction changes what they say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, tuple_

from echo_session.domain import certificates as rules
from echo_session.domain.certificates import Certificate, Said
from echo_session.domain.credit_plan import CertificateWords
from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.sessions import Status
from echo_session.store.among import among
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.merges import group, survivors
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
            made.append(_add(tx, session_id, person_id, attended.seconds, said, now=now, random=random))
    await tx.flush()
    new = tuple(_to_certificate(row) for row in made)
    return Issued(new=new, before=len(there) - len(made) - len(left_out), left_out=tuple(left_out))


async def own(tx: Tx, session_id: str, person_id: str, *, now: datetime, random: RandomBytes) -> Certificate:
    """The person's certificate for this session, issued where there is none yet.

    Raises:
        NotFound: they were not there.
        NotPossible: they get none; says why.
    """
    session = await lock_session(tx, session_id)
    known = await held_by(tx, session_id, person_id)
    if known is not None and known.valid:
        return known
    if known is not None:
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
    row = _add(tx, session_id, now_is, attended.seconds, said, now=now, random=random)
    await tx.flush()
    return _to_certificate(row)


async def held_by(tx: Tx, session_id: str, person_id: str) -> Certificate | None:
    """The latest certificate of the person for this session, be it revoked; None where there was none."""
    query = (
        select(CertificateRow)
        .where(
            CertificateRow.session_id == session_id,
            CertificateRow.person_id.in_(await group(tx, person_id)),
        )
        .order_by(CertificateRow.revoked_at.is_(None).desc(), CertificateRow.issued_at.desc())
        .limit(1)
    )
    row = await tx.scalar(query)
    return None if row is None else _to_certificate(row)


async def follow(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """Revokes and replaces what a change of the session's attendance made untrue."""
    query = select(CertificateRow).where(
        CertificateRow.session_id == session_id, CertificateRow.revoked_at.is_(None)
    )
    rows = (await tx.scalars(query.order_by(CertificateRow.issued_at, CertificateRow.id))).all()
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
            _revoke(row, ONE_PERSON, by="", now=now)
            continue
        served.add(person_id)
        if rules.minutes(seconds) == rules.minutes(row.seconds):
            continue
        if rules.minutes(seconds) < 1:
            _revoke(row, NOTHING_LEFT, by="", now=now)
            continue
        said = replace(Said.from_json(row.said), issued=_day(session, now))
        newer = _add(tx, session_id, person_id, seconds, said, now=now, random=random)
        _revoke(row, CORRECTED, by="", now=now)
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
    _revoke(row, reason, by=by, now=now)
    await tx.flush()
    return _to_certificate(row)


async def get_certificate(tx: Tx, certificate_id: str) -> Certificate:
    """Raises NotFound."""
    row = await tx.get(CertificateRow, certificate_id)
    if row is None:
        raise NotFound(f"no certificate {certificate_id}")
    return _to_certificate(row)


async def certificate_of_code(tx: Tx, code: str) -> Certificate:
    """The certificate with this code, as ``rules.read_code`` gives it. Raises NotFound."""
    row = await tx.scalar(select(CertificateRow).where(CertificateRow.code == code))
    if row is None:
        raise NotFound("no certificate with this code")
    return _to_certificate(row)


async def list_certificates(
    tx: Tx,
    *,
    session_id: str | None = None,
    series_id: str | None = None,
    person_id: str | None = None,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> tuple[list[Certificate], tuple[datetime, str] | None]:
    """A page, the latest first, and where the next one begins."""
    query = select(CertificateRow).order_by(CertificateRow.issued_at.desc(), CertificateRow.id.desc())
    if session_id:
        query = query.where(CertificateRow.session_id == session_id)
    if series_id:
        query = query.where(CertificateRow.series_id == series_id)
    if person_id:
        query = query.where(among(tx, CertificateRow.person_id, await group(tx, person_id)))
    if after is not None:
        query = query.where(tuple_(CertificateRow.issued_at, CertificateRow.id) < after)
    rows = (await tx.scalars(query.limit(limit + 1))).all()
    page = [_to_certificate(row) for row in rows[:limit]]
    more = (page[-1].issued_at, page[-1].id) if len(rows) > limit else None
    return page, more


async def valid_of_session(tx: Tx, session_id: str) -> list[Certificate]:
    """Every certificate of the session that is good, by the names on them."""
    query = select(CertificateRow).where(
        CertificateRow.session_id == session_id, CertificateRow.revoked_at.is_(None)
    )
    return sorted(map(_to_certificate, await tx.scalars(query)), key=lambda one: one.said.name.casefold())


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
        issued=_day(session, now),
        heading=plan.heading or CertificateWords().heading,
        issuer=plan.issuer or name,
        signer=plan.signer,
        signer_title=plan.signer_title,
    )


def _day(session: SessionRow, now: datetime) -> str:
    return now.astimezone(ZoneInfo(session.zone)).date().isoformat()


def _add(
    tx: Tx, session_id: str, person_id: str, seconds: int, said: Said, *, now: datetime, random: RandomBytes
) -> CertificateRow:
    row = CertificateRow(
        id=new_id(Prefix.CERTIFICATE, random),
        code=rules.new_code(random),
        kind="attendance",
        person_id=person_id,
        session_id=session_id,
        series_id=None,
        seconds=seconds,
        said=said.to_json(),
        issued_at=now,
        revoked_at=None,
        revoked_by="",
        revoke_reason="",
        replaced_by=None,
    )
    tx.add(row)
    return row


def _revoke(row: CertificateRow, reason: str, *, by: str, now: datetime) -> None:
    row.revoked_at, row.revoked_by, row.revoke_reason = now, by, reason


def _to_certificate(row: CertificateRow) -> Certificate:
    return Certificate(
        id=row.id,
        code=row.code,
        kind=cast(rules.Kind, row.kind),
        person_id=row.person_id,
        session_id=row.session_id,
        series_id=row.series_id,
        seconds=row.seconds,
        said=Said.from_json(row.said),
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        revoke_reason=row.revoke_reason,
        replaced_by=row.replaced_by,
    )
