"""Certificates of having completed a series: issued once a person, replaced when their ground changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from echo_session.domain import certificates as rules
from echo_session.domain.certificates import Said
from echo_session.domain.credit_plan import CertificateWords
from echo_session.domain.ids import RandomBytes
from echo_session.store.certificate_rows import add_row, revoke_row, to_certificate
from echo_session.store.certificates import CORRECTED, Issued, LeftOut, day_at
from echo_session.store.completions import Line, SeriesCompletion, completion_of
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.merges import survivors
from echo_session.store.tables import (
    AttendanceRecordRow,
    CertificateRow,
    PersonRow,
    ProgramRow,
    SeriesRow,
    SessionRow,
    TombstoneRow,
)

COMPLETED = "Certificate of Completion"
"""Its heading where the program says no other than the usual one."""
NO_MORE = "By a correction the series is not completed any more."


@dataclass(frozen=True, slots=True)
class _Series:
    """What every certificate of the series has in common."""

    row: SeriesRow
    program: ProgramRow
    words: CertificateWords
    sessions: Mapping[str, SessionRow]
    seconds: Mapping[tuple[str, str], int]
    """Counted time by session and person."""
    completion: SeriesCompletion


async def issue(
    tx: Tx,
    series_id: str,
    *,
    now: datetime,
    random: RandomBytes,
    person_ids: Collection[str] | None = None,
) -> Issued:
    """Gives a certificate to everybody who has completed the series and has none.

    Args:
        person_ids: only these. Whose certificate a coordinator revoked gets another only when named here.

    Raises:
        NotFound: there is no such series.
    """
    series = await _series(tx, series_id)
    lines = {line.person_id: line for line in series.completion.people}
    if person_ids is not None:
        now_are = await survivors(tx, person_ids)
        lines = {one: lines[one] for one in now_are.values() if one in lines}
    has = await _holders(tx, series_id, also_revoked=person_ids is None)
    made, left_out = [], []
    for person_id, line in lines.items():
        if person_id in has:
            continue
        person = await tx.get_one(PersonRow, person_id)
        why = _why_none(series, line, person)
        if why:
            left_out.append(LeftOut(person_id=person_id, name=line.name, why=why))
        else:
            made.append(_add(tx, series, line, person, now=now, random=random))
    await tx.flush()
    before = len(lines) - len(made) - len(left_out)
    return Issued(new=tuple(map(to_certificate, made)), before=before, left_out=tuple(left_out))


async def follow(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """Revokes and replaces what a change of a session's attendance made untrue.

    A certificate tells of the sessions that it stands on. While somebody still has attended these it is true,
    also where the series has got further sessions since. Where the attendance of one of them was removed, it
    stays as it is: nothing can be held against it any more.
    """
    session = await tx.get_one(SessionRow, session_id)
    if session.series_id is None or not await _gives_any(tx, session.series_id):
        return
    await _lock(tx, session.series_id)
    query = select(CertificateRow).where(
        CertificateRow.series_id == session.series_id, CertificateRow.revoked_at.is_(None)
    )
    in_order = query.order_by(CertificateRow.issued_at, CertificateRow.id).with_for_update()
    rows = (await tx.scalars(in_order, execution_options={"populate_existing": True})).all()
    if not rows:
        return
    series = await _series(tx, session.series_id)
    lines = {line.person_id: line for line in series.completion.people}
    now_are = await survivors(tx, {row.person_id for row in rows})
    removed = await _removed(tx, session.series_id)
    for row in rows:
        said = Said.from_json(row.said)
        stood_on = set(said.stands_on.split())
        if stood_on & removed:
            continue
        line = lines.get(now_are.get(row.person_id, row.person_id))
        kept = stood_on & set(line.result.attended if line else ())
        if line is not None and kept == stood_on:
            seconds = sum(series.seconds.get((one, line.person_id), 0) for one in kept)
            if rules.minutes(seconds) == rules.minutes(row.seconds):
                continue
            said = replace(said, issued=day_at(session.zone, now))
            newer = add_row(
                tx, "completion", series.row.id, line.person_id, seconds, said, now=now, random=random
            )
        elif line is not None and line.result.complete and line.result.attended:
            person = await tx.get_one(PersonRow, line.person_id)
            newer = _add(tx, series, line, person, now=now, random=random)
        else:
            revoke_row(row, NO_MORE, by="", now=now)
            continue
        revoke_row(row, CORRECTED, by="", now=now)
        row.replaced_by = newer.id
    await tx.flush()


async def _removed(tx: Tx, series_id: str) -> set[str]:
    """Sessions of the series of which nobody knows any more who was there."""
    sessions = select(SessionRow.id).where(SessionRow.series_id == series_id)
    query = select(TombstoneRow.session_id).where(TombstoneRow.session_id.in_(sessions))
    return set(await tx.scalars(query))


async def _gives_any(tx: Tx, series_id: str) -> bool:
    """False where nobody has a certificate of this series, and nobody can be about to get one."""
    certificates = select(CertificateRow.id).where(CertificateRow.series_id == series_id)
    if await tx.scalar(certificates.limit(1)) is not None:
        return True
    row = await tx.get_one(SeriesRow, series_id)
    return (await plan_of(tx, row.program_id)).completion is not None


async def _lock(tx: Tx, series_id: str) -> SeriesRow:
    """The row: nobody else gives or takes certificates of the series meanwhile. Raises NotFound."""
    row = await tx.get(SeriesRow, series_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound(f"no series {series_id}")
    return row


async def _series(tx: Tx, series_id: str) -> _Series:
    """All of it, locked."""
    row = await _lock(tx, series_id)
    # Who is forgotten has completed it all the same: their certificate stays good.
    completion = await completion_of(tx, series_id, also_erased=True)
    sessions = await tx.scalars(select(SessionRow).where(SessionRow.series_id == series_id))
    records = select(
        AttendanceRecordRow.session_id, AttendanceRecordRow.person_id, AttendanceRecordRow.counted_seconds
    ).where(
        AttendanceRecordRow.session_id.in_(select(SessionRow.id).where(SessionRow.series_id == series_id))
    )
    return _Series(
        row=row,
        program=await tx.get_one(ProgramRow, row.program_id),
        words=(await plan_of(tx, row.program_id)).certificate,
        sessions={session.id: session for session in sessions},
        seconds={(one.session_id, one.person_id): one.counted_seconds for one in await tx.execute(records)},
        completion=completion,
    )


async def _holders(tx: Tx, series_id: str, *, also_revoked: bool) -> set[str]:
    good = CertificateRow.revoked_at.is_(None)
    which = or_(good, CertificateRow.revoked_by != "") if also_revoked else good
    query = select(CertificateRow.person_id).where(CertificateRow.series_id == series_id, which)
    return set((await survivors(tx, set(await tx.scalars(query)))).values())


def _why_none(series: _Series, line: Line, person: PersonRow) -> str:
    if not line.result.complete:
        return " ".join(line.result.why)
    seconds = sum(series.seconds.get((one, line.person_id), 0) for one in line.result.attended)
    return rules.why_none(
        on=series.words.on,
        over=True,
        matched=person.matched,
        erased=person.erased_at is not None,
        seconds=seconds,
    )


def _add(
    tx: Tx, series: _Series, line: Line, person: PersonRow, *, now: datetime, random: RandomBytes
) -> CertificateRow:
    attended = sorted(
        (series.sessions[one] for one in line.result.attended), key=lambda one: (one.starts_at, one.id)
    )
    words, last = series.words, attended[-1]
    said = Said(
        name=person.name,
        credentials=person.credentials,
        title=series.row.title,
        program=series.program.name,
        date=attended[0].starts_local.date().isoformat(),
        until=last.starts_local.date().isoformat(),
        sessions=f"{len(attended)} of {line.result.total}",
        issued=day_at(last.zone, now),
        stands_on=" ".join(one.id for one in attended),
        heading=COMPLETED if words.heading in ("", CertificateWords().heading) else words.heading,
        issuer=words.issuer or series.program.name,
        signer=words.signer,
        signer_title=words.signer_title,
    )
    seconds = sum(series.seconds.get((one.id, line.person_id), 0) for one in attended)
    return add_row(tx, "completion", series.row.id, line.person_id, seconds, said, now=now, random=random)
