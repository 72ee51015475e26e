"""What the public page of a program or a series shows. Of people it shows nobody, and counts none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from echo_session.domain.consents import Consent
from echo_session.domain.credit_types import CreditType
from echo_session.domain.questions import Question
from echo_session.domain.registering import Places, Scope, ScopeKind, Terms, places
from echo_session.domain.rule_words import rule_words
from echo_session.domain.sessions import Session, Status
from echo_session.store.credit_types import types_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.programs import get_program
from echo_session.store.scopes import scope_facts, sessions_of, taken
from echo_session.store.search import matching
from echo_session.store.series import STILL_ON, get_series, parts_of
from echo_session.store.sessions import to_session
from echo_session.store.tables import ProgramRow, SeriesRow, SessionRow, SiteRow

MOST_DATES = 60
MOST_SERIES = 100
MOST_SITES = 10
FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSeries:
    """One of the series of a program."""

    slug: str
    title: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """A page as everybody sees it."""

    scope: Scope
    slug: str
    title: str
    program_name: str
    description: str
    contact: str
    zone: str
    words: tuple[str, ...]
    """When the sessions of a series are."""
    terms: Terms
    places: Places
    closed: str
    """Why nobody can register, in a sentence; empty where people can."""
    questions: tuple[Question, ...]
    consents: tuple[Consent, ...]
    dates: tuple[Session, ...]
    """The next sessions."""
    series: tuple[PublicSeries, ...]
    credit: tuple[CreditType, ...]
    """What can be claimed, by whom it is accredited."""


async def find_page(tx: Tx, kind: ScopeKind, slug: str) -> Scope:
    """What the page of this name is about.

    Raises:
        NotFound: no such page, or it is not shown.
    """
    if kind is ScopeKind.PROGRAM:
        query = select(ProgramRow.id).where(ProgramRow.slug == slug, _shown_program())
    else:
        query = (
            select(SeriesRow.id)
            .join(ProgramRow, ProgramRow.id == SeriesRow.program_id)
            .where(SeriesRow.slug == slug, SeriesRow.public, ProgramRow.archived_at.is_(None))
        )
    found = await tx.scalar(query)
    if found is None:
        raise NotFound(f"no public page {slug}")
    return Scope(kind, found)


async def read_page(tx: Tx, scope: Scope, *, now: datetime) -> PublicPage:
    """The page of a program or series. Raises NotFound."""
    facts = await scope_facts(tx, scope)
    program = await get_program(tx, facts.program_id or "")
    dates = await _dates(tx, scope, now)
    series = await get_series(tx, scope.id) if scope.kind is ScopeKind.SERIES else None
    return PublicPage(
        scope=scope,
        slug=program.slug if series is None else series.slug,
        title=facts.title,
        program_name=program.name,
        description=program.summary if series is None else series.description,
        contact=program.contact if series is None else series.contact or program.contact,
        zone=dates[0].zone if series is not None and dates else program.zone,
        words=() if series is None else await _words(tx, series.id, now),
        terms=facts.terms,
        places=places(facts.terms, await taken(tx, scope)),
        closed=_closed(scope, facts.over, dates),
        questions=program.questions,
        consents=program.consents,
        dates=dates,
        series=() if series is not None else await _series(tx, program.id, now),
        credit=tuple(await types_of(tx, program.id)),
    )


async def find_sites(tx: Tx, search: str) -> list[SiteRow]:
    """Sites that a coordinator has confirmed, by the beginnings of the words of their names."""
    if sum(character.isalnum() for character in search) < FEWEST_LETTERS:
        return []
    query = (
        select(SiteRow)
        .where(SiteRow.confirmed, await matching(tx, "site", search, SiteRow.id))
        .order_by(SiteRow.sort_name, SiteRow.id)
        .limit(MOST_SITES)
    )
    return list(await tx.scalars(query))


def _closed(scope: Scope, over: str, dates: tuple[Session, ...]) -> str:
    if over == "cancelled":
        return "This series has been cancelled."
    if over:
        return f"This {scope.kind} has ended."
    if scope.kind is ScopeKind.SERIES and not dates:
        return "All sessions of this series are over."
    return ""


async def _dates(tx: Tx, scope: Scope, now: datetime) -> tuple[Session, ...]:
    """The next sessions; of a program, those of series that are not public stay out."""
    query = select(SessionRow).where(sessions_of(scope), _ahead(now))
    if scope.kind is ScopeKind.PROGRAM:
        query = query.outerjoin(SeriesRow, SeriesRow.id == SessionRow.series_id)
        query = query.where(or_(SeriesRow.id.is_(None), SeriesRow.public))
    query = query.order_by(SessionRow.starts_at, SessionRow.id).limit(MOST_DATES)
    sessions = [to_session(row) for row in await tx.scalars(query)]
    return tuple(session for session in sessions if session.closes_at > now)


async def _series(tx: Tx, program_id: str, now: datetime) -> tuple[PublicSeries, ...]:
    coming = (
        select(func.min(SessionRow.starts_at))
        .where(SessionRow.series_id == SeriesRow.id, _ahead(now, timedelta()))
        .correlate(SeriesRow)
        .scalar_subquery()
    )
    query = (
        select(SeriesRow.slug, SeriesRow.title, coming.label("next_at"))
        .where(SeriesRow.program_id == program_id, SeriesRow.public, SeriesRow.status == "active")
        .order_by(SeriesRow.sort_title, SeriesRow.id)
        .limit(MOST_SERIES)
    )
    return tuple(
        PublicSeries(slug=row.slug, title=row.title, next_at=row.next_at) for row in await tx.execute(query)
    )


async def _words(tx: Tx, series_id: str, now: datetime) -> tuple[str, ...]:
    """The rules by which sessions are still to come."""
    query = (
        select(SessionRow.part_id, SessionRow.original_local, SessionRow.starts_at)
        .where(SessionRow.series_id == series_id, SessionRow.original_local.is_not(None))
        .order_by(SessionRow.original_local)
    )
    rows = (await tx.execute(query)).all()
    ahead = {row.part_id for row in rows if row.starts_at > now}
    return tuple(
        rule_words(
            part.rule,
            part.starts_local.time(),
            [row.original_local.date() for row in rows if row.part_id == part.id and row.original_local],
        )
        for part in (await parts_of(tx, [series_id])).get(series_id, [])
        if part.id in ahead
    )


def _ahead(now: datetime, since: timedelta = STILL_ON) -> ColumnElement[bool]:
    statuses = (Status.SCHEDULED.value, Status.OPEN.value)
    return and_(SessionRow.starts_at > now - since, SessionRow.status.in_(statuses))


def _shown_program() -> ColumnElement[bool]:
    return and_(ProgramRow.public, ProgramRow.archived_at.is_(None))
