"""Claims as the records keep them, and lists of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import ClaimRow, CreditTypeRow, PersonRow, SessionRow

__all__ = ["Claim", "ClaimLine", "claims_of_person", "get_line", "list_claims", "to_claim"]

_FIRST = ("claimed", "withdrawn", "void")
Place = tuple[datetime, str]
"""When the last claim of a page was made, and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Credit of one type that somebody claimed for one session."""

    id: str
    session_id: str
    person_id: str
    credit_type_id: str
    state: str
    minutes: int
    credit: str
    counted_seconds: int
    attestation: str
    claimed_at: datetime
    basis: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A claim with the names of what it is about."""

    claim: Claim
    person_id: str
    """Who they turned out to be."""
    person_name: str
    type_name: str
    provider: str
    session_title: str
    starts_at: datetime
    zone: str
    program_id: str | None


def to_claim(row: ClaimRow) -> Claim:
    """The claim that the row keeps."""
    return Claim(**{field.name: getattr(row, field.name) for field in fields(Claim)})


async def claims_of_person(tx: Tx, session_id: str, people: Collection[str]) -> dict[str, Claim]:
    """Claims of these rows, which are one person, by credit type: of several the one that stands, else the
    one that was withdrawn."""
    query = select(ClaimRow).where(ClaimRow.session_id == session_id, ClaimRow.person_id.in_(people))
    found: dict[str, Claim] = {}
    for row in await tx.scalars(query.order_by(ClaimRow.claimed_at, ClaimRow.id)):
        known = found.get(row.credit_type_id)
        if known is None or _FIRST.index(row.state) <= _FIRST.index(known.state) != 0:
            found[row.credit_type_id] = to_claim(row)
    return found


async def list_claims(
    tx: Tx,
    *,
    session_id: str | None = None,
    program_id: str | None = None,
    credit_type_id: str | None = None,
    person_ids: Collection[str] | None = None,
    state: str | None = None,
    limit: int,
    after: Place | None = None,
) -> tuple[list[ClaimLine], Place | None]:
    """A page, latest first, and where the next one begins. ``person_ids`` are the rows of one person."""
    query = _lines()
    for column, wanted in (
        (ClaimRow.session_id, session_id),
        (SessionRow.program_id, program_id),
        (ClaimRow.credit_type_id, credit_type_id),
        (ClaimRow.state, state),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if person_ids is not None:
        query = query.where(ClaimRow.person_id.in_(person_ids))
    if after is not None:
        at, claim_id = after
        same = and_(ClaimRow.claimed_at == at, ClaimRow.id < claim_id)
        query = query.where(or_(ClaimRow.claimed_at < at, same))
    query = query.order_by(ClaimRow.claimed_at.desc(), ClaimRow.id.desc()).limit(limit + 1)
    lines = await _named(tx, query)
    page = lines[:limit]
    last = page[-1].claim if len(lines) > limit else None
    return page, None if last is None else (last.claimed_at, last.id)


async def get_line(tx: Tx, claim_id: str) -> ClaimLine:
    """One claim with its names. Raises NotFound."""
    found = await _named(tx, _lines().where(ClaimRow.id == claim_id))
    if not found:
        raise NotFound(f"no claim {claim_id}")
    return found[0]


def _lines() -> Any:
    return (
        select(ClaimRow, PersonRow, CreditTypeRow, SessionRow)
        .join(PersonRow, PersonRow.id == ClaimRow.person_id)
        .join(CreditTypeRow, CreditTypeRow.id == ClaimRow.credit_type_id)
        .join(SessionRow, SessionRow.id == ClaimRow.session_id)
    )


async def _named(tx: Tx, query: Any) -> list[ClaimLine]:
    rows = (await tx.execute(query.execution_options(populate_existing=True))).all()
    merged = {person.merged_into for _, person, _, _ in rows if person.merged_into}
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(merged))
    names = {row.id: row.name for row in await tx.execute(query)}
    return [
        ClaimLine(
            claim=to_claim(row),
            person_id=person.merged_into or person.id,
            person_name=names.get(person.merged_into or "", person.name),
            type_name=kind.name,
            provider=kind.provider,
            session_title=session.title,
            starts_at=session.starts_at,
            zone=session.zone,
            program_id=session.program_id,
        )
        for row, person, kind, session in rows
    ]
