"""Certificates as the records keep them: found, listed, made and revoked row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import select, tuple_

from echo_session.domain import certificates as rules
from echo_session.domain.certificates import Certificate, Said
from echo_session.domain.erasing import ERASED
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.merges import group
from echo_session.store.tables import CertificateRow, PersonRow


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
    return None if row is None else (await _shown(tx, [row]))[0]


async def get_certificate(tx: Tx, certificate_id: str) -> Certificate:
    """Raises NotFound."""
    row = await tx.get(CertificateRow, certificate_id)
    if row is None:
        raise NotFound(f"no certificate {certificate_id}")
    return (await _shown(tx, [row]))[0]


async def certificate_of_code(tx: Tx, code: str) -> Certificate:
    """The certificate with this code, as ``rules.read_code`` gives it. Raises NotFound."""
    row = await tx.scalar(select(CertificateRow).where(CertificateRow.code == code))
    if row is None:
        raise NotFound("no certificate with this code")
    return (await _shown(tx, [row]))[0]


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
    page = await _shown(tx, rows[:limit])
    more = (page[-1].issued_at, page[-1].id) if len(rows) > limit else None
    return page, more


async def valid_of_session(tx: Tx, session_id: str) -> list[Certificate]:
    """Every certificate of the session that is good, by the names on them."""
    query = select(CertificateRow).where(
        CertificateRow.session_id == session_id, CertificateRow.revoked_at.is_(None)
    )
    found = await _shown(tx, (await tx.scalars(query)).all())
    return sorted(found, key=lambda one: (one.said.name.casefold(), one.id))


async def _shown(tx: Tx, rows: Sequence[CertificateRow]) -> list[Certificate]:
    """As anybody may see them: without the name of whoever asked to be forgotten."""
    people = {row.person_id for row in rows}
    query = select(PersonRow.id).where(among(tx, PersonRow.id, people), PersonRow.erased_at.is_not(None))
    erased = set(await tx.scalars(query))
    found = map(to_certificate, rows)
    return [
        replace(one, said=replace(one.said, name=ERASED, credentials="")) if one.person_id in erased else one
        for one in found
    ]


def add_row(
    tx: Tx,
    kind: rules.Kind,
    of: str,
    person_id: str,
    seconds: int,
    said: Said,
    *,
    now: datetime,
    random: RandomBytes,
) -> CertificateRow:
    """A new certificate for a session, or for having completed a series."""
    row = CertificateRow(
        id=new_id(Prefix.CERTIFICATE, random),
        code=rules.new_code(random),
        kind=kind,
        person_id=person_id,
        session_id=of if kind == "attendance" else None,
        series_id=of if kind == "completion" else None,
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


def revoke_row(row: CertificateRow, reason: str, *, by: str, now: datetime) -> None:
    """From now on it is good no more."""
    row.revoked_at, row.revoked_by, row.revoke_reason = now, by, reason


def to_certificate(row: CertificateRow) -> Certificate:
    """The certificate that the row keeps."""
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
