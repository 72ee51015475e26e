"""Claims for the accredited provider, with what people said of themselves when they registered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from echo_session.domain.claim_lines import ExportedClaim
from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.erasures import Identity, identities
from echo_session.store.tables import (
    ClaimRow,
    CreditTypeRow,
    PersonRow,
    ProgramRow,
    RegistrationRow,
    SessionRow,
    SiteRow,
)

AT_A_TIME = 200
"""Claims that are read at once: a few milliseconds, between which everything else goes on."""


async def exported_claims(
    tx: Tx,
    *,
    state: str | None,
    session_id: str | None = None,
    credit_type_id: str | None = None,
    program_id: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[ExportedClaim]:
    """Claims for sessions on these days at the hub, by session and then by name."""
    query = (
        select(ClaimRow.id)
        .join(SessionRow, SessionRow.id == ClaimRow.session_id)
        .join(CreditTypeRow, CreditTypeRow.id == ClaimRow.credit_type_id)
    )
    for column, wanted in (
        (ClaimRow.state, state),
        (ClaimRow.session_id, session_id),
        (ClaimRow.credit_type_id, credit_type_id),
        (CreditTypeRow.program_id, program_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if first is not None:
        query = query.where(SessionRow.starts_local >= datetime.combine(first, time()))
    if last is not None:
        query = query.where(SessionRow.starts_local < datetime.combine(last + timedelta(days=1), time()))
    ids = list(await tx.scalars(query.order_by(SessionRow.starts_local, ClaimRow.session_id, ClaimRow.id)))
    found: list[ExportedClaim] = []
    for start in range(0, len(ids), AT_A_TIME):
        found += await _read(tx, ids[start : start + AT_A_TIME])
    return await asyncio.to_thread(_in_order, found)


def _in_order(found: list[ExportedClaim]) -> list[ExportedClaim]:
    return sorted(found, key=lambda one: (one.starts_local, one.session_id, one.name.casefold(), one.id))


async def _read(tx: Tx, ids: Collection[str]) -> list[ExportedClaim]:
    query = (
        select(ClaimRow, SessionRow, CreditTypeRow, ProgramRow.name)
        .join(SessionRow, SessionRow.id == ClaimRow.session_id)
        .join(CreditTypeRow, CreditTypeRow.id == ClaimRow.credit_type_id)
        .join(ProgramRow, ProgramRow.id == CreditTypeRow.program_id)
        .where(among(tx, ClaimRow.id, ids))
    )
    rows = (await tx.execute(query)).all()
    people = await _people(tx, {claim.person_id for claim, *_ in rows})
    were = await identities(tx, {person.id for person, _ in people.values() if person.erased_at is not None})
    answers = await _answers(tx, [(people[claim.person_id][0].id, session) for claim, session, *_ in rows])
    found = []
    for claim, session, kind, program in rows:
        person, site = people[claim.person_id]
        shown = _shown(person, were.get(person.id))
        said = answers.get((person.id, session.id), {})
        if person.id in were:
            said = _said_once(were[person.id], session)
        found.append(
            ExportedClaim(
                id=claim.id,
                state=claim.state,
                person_id=person.id,
                name=shown.name,
                credentials=shown.credentials,
                email=shown.email,
                profession=shown.profession,
                site=were[person.id].site if person.id in were else site,
                session_id=session.id,
                title=session.title,
                starts_local=session.starts_local,
                zone=session.zone,
                program=program,
                type=kind.name,
                provider=kind.provider,
                minutes=claim.minutes,
                credit=claim.credit,
                counted_seconds=claim.counted_seconds,
                claimed_at=claim.claimed_at,
                changes=len(claim.history),
                edition=claim.basis.get("edition"),
                answers=said,
            )
        )
    return found


def _shown(person: PersonRow, was: Identity | None) -> PersonRow | Identity:
    """An erased person as records of credit alone still know them, else as they are."""
    return was or person


def _said_once(was: Identity, session: SessionRow) -> dict[str, str]:
    """What an erased person had answered for the session, its series and its program."""
    said: dict[str, str] = {}
    for scope in (session.program_id, session.series_id, session.id):
        said |= _parts(was.answers.get(scope or "", []))
    return said


async def _people(tx: Tx, ids: Collection[str]) -> dict[str, tuple[PersonRow, str]]:
    """Who each of these people turned out to be, with the name of their site."""
    rows = list(await tx.scalars(select(PersonRow).where(among(tx, PersonRow.id, ids))))
    now_are = {row.id: row.merged_into or row.id for row in rows}
    query = (
        select(PersonRow, SiteRow.name)
        .outerjoin(SiteRow, SiteRow.id == PersonRow.site_id)
        .where(among(tx, PersonRow.id, set(now_are.values())))
    )
    alive = {person.id: (person, site or "") for person, site in await tx.execute(query)}
    return {one: alive[now_is] for one, now_is in now_are.items()}


async def _answers(
    tx: Tx, pairs: Collection[tuple[str, SessionRow]]
) -> dict[tuple[str, str], dict[str, str]]:
    """By person and session: what they answered for the program, the series and the session."""
    wanted = {person_id for person_id, _ in pairs}
    rows = select(PersonRow.id, PersonRow.merged_into).where(
        or_(among(tx, PersonRow.id, wanted), among(tx, PersonRow.merged_into, wanted))
    )
    now_are = {row.id: row.merged_into or row.id for row in await tx.execute(rows)}
    query = (
        select(
            RegistrationRow.person_id,
            func.coalesce(RegistrationRow.session_id, RegistrationRow.series_id, RegistrationRow.program_id),
            RegistrationRow.answers,
        )
        .where(among(tx, RegistrationRow.person_id, set(now_are)))
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
    )
    said: dict[tuple[str, str], dict[str, str]] = {}
    for person_id, scope, answers in await tx.execute(query):
        said.setdefault((now_are[person_id], scope), {}).update(_parts(answers))
    found = {}
    for person_id, session in pairs:
        scopes = (session.program_id, session.series_id, session.id)
        merged: dict[str, str] = {}
        for scope in scopes:
            merged |= said.get((person_id, scope or ""), {})
        found[(person_id, session.id)] = merged
    return found


def _parts(answers: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """By question; of an answer of several parts, such as a board and a number, each for itself."""
    found: dict[str, str] = {}
    for answer in answers:
        label, value = str(answer["label"]), answer["value"]
        if isinstance(value, dict):
            found |= {f"{label}: {name.replace('_', ' ')}": _text(part) for name, part in value.items()}
        else:
            found[label] = _text(value)
    return found


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(map(_text, value))
        case None:
            return ""
        case _:
            return str(value)
