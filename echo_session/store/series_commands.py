"""What may be done to a series. Each is part of the unit of work that it is given, and changes everything
that goes with it: sessions, their due work, the words by which they are found, and the mail about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from echo_session.domain import registering, series_cancel, series_change
from echo_session.domain import series as making
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.rules import to_json
from echo_session.domain.series import Part, Series, SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.series_dates import Expand
from echo_session.domain.series_outcome import Counts, Outcome, Scope, Whole
from echo_session.domain.session_checks import checked_reason
from echo_session.domain.sessions import Session
from echo_session.domain.slugs import slug_of
from echo_session.domain.text import sort_key
from echo_session.store.admissions import fill
from echo_session.store.commands import check_program
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict
from echo_session.store.mailings import queue_mailing
from echo_session.store.programs import free_slug
from echo_session.store.replan import plan_work
from echo_session.store.search import add_words, index_words, word_rows
from echo_session.store.series import whole_series
from echo_session.store.sessions import keep, session_values
from echo_session.store.tables import SearchWordRow, SeriesPartRow, SeriesRow, SessionRow
from echo_session.store.tell import tell_series, tell_sessions

AT_A_TIME = 400


async def create_series(
    tx: Tx, draft: SeriesDraft, *, expand: Expand, now: datetime, random: RandomBytes
) -> Outcome:
    """A new series with all of its sessions. Raises InvalidFields."""
    await check_program(tx, draft.program_id)
    slug = await free_slug(tx, SeriesRow.slug, slug_of(draft.title, "series"))
    new = making.create(draft, slug=slug, expand=expand, now=now, random=random)
    row = SeriesRow()
    _keep_series(row, new.series)
    tx.add(row)
    await tx.flush()
    outcome = Outcome(
        series=new.series,
        parts=(new.part,),
        added=new.sessions,
        counts=Counts(added=len(new.sessions)),
    )
    await index_words(tx, "series", new.series.id, new.series.title, new.series.description)
    await _keep_parts(tx, outcome.parts)
    await _add_sessions(tx, outcome.added)
    await plan_work(tx, *outcome.added, now=now, random=random)
    await tell_series(tx, outcome.series, outcome.parts, None, now=now, random=random)
    await tell_sessions(tx, [(None, session) for session in outcome.added], now=now, random=random)
    return outcome


async def change_series(
    tx: Tx,
    series_id: str,
    wanted: SeriesChange,
    *,
    scope: Scope,
    from_session_id: str | None = None,
    notify: bool = True,
    revision: int | None = None,
    expand: Expand,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """The series with the change made; people who are registered are told what it means for them.

    Args:
        revision: what the asker took the series for; None asks for no check.

    Raises:
        NotFound, Conflict, InvalidFields, NotPossible.
    """
    whole = await whole_series(tx, series_id, lock=True)
    check_revision(whole.series, revision)
    outcome = series_change.change(
        whole,
        wanted,
        scope=scope,
        first=first_session(whole, from_session_id),
        expand=expand,
        now=now,
        random=random,
    )
    await _keep(tx, whole, outcome, now=now, random=random)
    if outcome.series.capacity != whole.series.capacity:
        await fill(tx, registering.Scope(registering.ScopeKind.SERIES, series_id), now=now, random=random)
    if notify and outcome.what:
        await _tell(tx, outcome, MailKind.UPDATE, {"what": list(outcome.what)}, now=now, random=random)
    return outcome


async def cancel_series(
    tx: Tx,
    series_id: str,
    *,
    scope: Scope,
    from_session_id: str | None = None,
    reason: str = "",
    notify: bool = True,
    revision: int | None = None,
    expand: Expand,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """Calls off what is to come. Raises NotFound, Conflict, InvalidFields, NotPossible."""
    whole = await whole_series(tx, series_id, lock=True)
    check_revision(whole.series, revision)
    first = first_session(whole, from_session_id)
    outcome = series_cancel.cancel(
        whole, scope=scope, first=first, reason=reason, expand=expand, now=now, random=random
    )
    await _keep(tx, whole, outcome, now=now, random=random)
    if notify:
        content: dict[str, object] = {"reason": checked_reason(reason)}
        await _tell(tx, outcome, MailKind.CANCELLATION, content, now=now, random=random)
    return outcome


async def restore_series(
    tx: Tx,
    series_id: str,
    *,
    notify: bool = True,
    revision: int | None = None,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """Takes the calling off back. Raises NotFound, Conflict, NotPossible."""
    whole = await whole_series(tx, series_id, lock=True)
    check_revision(whole.series, revision)
    outcome = series_cancel.restore(whole, now=now)
    await _keep(tx, whole, outcome, now=now, random=random)
    if notify:
        await _tell(tx, outcome, MailKind.RESTORED, {}, now=now, random=random)
    return outcome


def first_session(whole: Whole, session_id: str | None) -> Session | None:
    """The session from which on something is to happen. Raises InvalidFields where it is none of these."""
    if session_id is None:
        return None
    found = next((session for session in whole.sessions if session.id == session_id), None)
    if found is None:
        allowed = "the id of a session of this series"
        raise InvalidFields([FieldProblem("from_session_id", "is not in this series", allowed)])
    return found


def check_revision(series: Series, revision: int | None) -> None:
    """Raises Conflict where the series is not the one that the asker took it for."""
    if revision is not None and revision != series.revision:
        raise Conflict(f"the series is at revision {series.revision}, not {revision}; read it again")


async def _tell(
    tx: Tx,
    outcome: Outcome,
    kind: MailKind,
    content: dict[str, object],
    *,
    now: datetime,
    random: RandomBytes,
) -> None:
    await queue_mailing(
        tx,
        kind=kind,
        now=now,
        random=random,
        program_id=outcome.series.program_id,
        series_id=outcome.series.id,
        content=content
        | {
            "part_ids": [part.id for part in outcome.parts],
            "session_ids": [session.id for session in outcome.changed],
        },
    )


async def _keep(tx: Tx, whole: Whole, outcome: Outcome, *, now: datetime, random: RandomBytes) -> None:
    if outcome.unchanged:
        return
    before = {session.id: _words(session) for session in whole.sessions}
    _keep_series(await tx.get_one(SeriesRow, outcome.series.id), outcome.series)
    await tx.flush()
    if (outcome.series.title, outcome.series.description) != (whole.series.title, whole.series.description):
        await index_words(tx, "series", outcome.series.id, outcome.series.title, outcome.series.description)
    await _keep_parts(tx, outcome.parts)
    changed = {session.id: session for session in outcome.changed}
    rows = (await tx.scalars(select(SessionRow).where(SessionRow.id.in_(changed)))).all()
    for row in rows:
        keep(row, changed[row.id])
    await _count_on(tx, outcome.changed)
    await tx.flush()
    await _reindex(tx, [s for s in outcome.changed if _words(s) != before[s.id]])
    await _add_sessions(tx, outcome.added)
    await plan_work(tx, *outcome.changed, *outcome.added, now=now, random=random)
    await _tell_others(tx, whole, outcome, now=now, random=random)


async def _tell_others(tx: Tx, whole: Whole, outcome: Outcome, *, now: datetime, random: RandomBytes) -> None:
    """Puts the change in the outbox: the series, then its sessions in the order of their dates."""
    parts = {part.id: part for part in (*whole.parts, *outcome.parts)}
    before = (whole.series, whole.parts)
    await tell_series(tx, outcome.series, list(parts.values()), before, now=now, random=random)
    known = {session.id: session for session in whole.sessions}
    sessions = sorted((*outcome.changed, *outcome.added), key=lambda session: session.starts_at)
    changes = [(known.get(session.id), session) for session in sessions]
    await tell_sessions(tx, changes, now=now, random=random)


async def _keep_parts(tx: Tx, parts: Collection[Part]) -> None:
    """Those that move back first, so that no two have the same place meanwhile."""
    for part in sorted(parts, key=lambda part: -part.position):
        row = await tx.get(SeriesPartRow, part.id)
        if row is None:
            continue
        _keep_part(row, part)
        await tx.flush()
    for part in parts:
        if await tx.get(SeriesPartRow, part.id) is None:
            row = SeriesPartRow()
            _keep_part(row, part)
            tx.add(row)
    await tx.flush()


async def _count_on(tx: Tx, sessions: Collection[Session]) -> None:
    """No exception is ahead of its part, so that under one UID the SEQUENCE only grows (RFC 5545)."""
    latest: dict[str, int] = {}
    for session in sessions:
        if session.part_id is not None:
            latest[session.part_id] = max(session.sequence, latest.get(session.part_id, 0))
    for part in await tx.scalars(select(SeriesPartRow).where(SeriesPartRow.id.in_(latest))):
        part.sequence = max(part.sequence, latest[part.id])


async def _add_sessions(tx: Tx, sessions: Collection[Session]) -> None:
    if not sessions:
        return
    await tx.execute(insert(SessionRow), [session_values(session) for session in sessions])
    await add_words(tx, [row for s in sessions for row in word_rows("session", s.id, *_words(s))])


async def _reindex(tx: Tx, sessions: Iterable[Session]) -> None:
    """They are found by other words now."""
    listed = list(sessions)
    for start in range(0, len(listed), AT_A_TIME):
        ids = [session.id for session in listed[start : start + AT_A_TIME]]
        await tx.execute(
            delete(SearchWordRow)
            .where(SearchWordRow.owner_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    await add_words(tx, [row for s in listed for row in word_rows("session", s.id, *_words(s))])


def _words(session: Session) -> tuple[str, str]:
    return session.title, session.description


def _keep_series(row: SeriesRow, series: Series) -> None:
    for name in Series.__dataclass_fields__:
        setattr(row, name, getattr(series, name))
    row.sort_title = sort_key(series.title)


def _keep_part(row: SeriesPartRow, part: Part) -> None:
    for name in Part.__dataclass_fields__:
        setattr(row, name, to_json(part.rule) if name == "rule" else getattr(part, name))
