"""Breaks, and what a coordinator says counts of a session: links of its ledger."""

from __future__ import annotations

from collections.abc import Sequence

from echo_session.domain.correcting import checked_reason, checked_windows, life, refuse_unless_begun
from echo_session.domain.errors import NotPossible
from echo_session.domain.frames import Break, frame_of
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.instants import rfc3339
from echo_session.domain.ledger import Kind
from echo_session.domain.presence import Instant
from echo_session.domain.sessions import Session, Status
from echo_session.domain.spans import Span
from echo_session.store.after_times import figures_changed
from echo_session.store.chain import chain, write_link
from echo_session.store.corrections import SOURCE, By
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.sessions import get_session, lock_session, to_session

__all__ = ["begin_break", "breaks_of", "end_break", "set_windows"]


async def breaks_of(tx: Tx, session_id: str) -> tuple[Break, ...]:
    """In their order; the last may go on. Raises NotFound."""
    session = await get_session(tx, session_id)
    links = await chain(tx, session_id)
    return frame_of(
        links, starts_at=session.starts_at, ends_at=session.ends_at, closed_at=session.closed_at
    ).breaks


async def begin_break(tx: Tx, session_id: str, *, by: str, at: Instant, random: RandomBytes) -> Break:
    """From now on nothing counts, until the break ends.

    Raises:
        NotFound.
        NotPossible: the session is not open, or there is a break already.
    """
    await _open_session(tx, session_id)
    if any(one.end is None for one in await breaks_of(tx, session_id)):
        raise NotPossible("There is a break already: end it first.")
    break_id = new_id(Prefix.BREAK, random)
    await _write(tx, session_id, Kind.BREAK_BEGAN, break_id, by, at, random)
    return await _break(tx, session_id, break_id)


async def end_break(
    tx: Tx, session_id: str, break_id: str, *, by: str, at: Instant, random: RandomBytes
) -> Break:
    """From now on it counts again.

    Raises:
        NotFound: there is no such break.
        NotPossible: the session is not open, or the break has ended.
    """
    await _open_session(tx, session_id)
    if (await _break(tx, session_id, break_id)).end is not None:
        raise NotPossible("This break has ended already.")
    await _write(tx, session_id, Kind.BREAK_ENDED, break_id, by, at, random)
    return await _break(tx, session_id, break_id)


async def set_windows(
    tx: Tx,
    session_id: str,
    windows: Sequence[Span],
    breaks: Sequence[Span] | None,
    by: By,
    *,
    random: RandomBytes,
) -> None:
    """Says as a whole what counts of the session; and what does not, in the place of the breaks that were
    marked, where ``breaks`` is given.

    Raises:
        NotFound, InvalidFields.
        NotPossible: the session has not begun, or its ledger was removed.
    """
    session = to_session(await lock_session(tx, session_id))
    refuse_unless_begun(session)
    reason = checked_reason(by.reason)
    whole = life(session, max(by.now, session.closes_at))
    detail: dict[str, object] = {"windows": _pairs(checked_windows("windows", windows, whole))}
    if breaks is not None:
        detail["breaks"] = _pairs(checked_windows("breaks", breaks, whole))
    await write_link(
        tx,
        session_id,
        kind=Kind.COUNTED,
        person_id="",
        connection_id=new_id(Prefix.CORRECTION, random),
        at=by.at,
        source=SOURCE,
        by=by.id,
        reason=reason,
        detail=detail,
        random=random,
    )
    await figures_changed(tx, session_id, by=by.id, reason=reason, now=by.now, random=random)


async def _open_session(tx: Tx, session_id: str) -> Session:
    session = to_session(await lock_session(tx, session_id))
    if session.status is not Status.OPEN:
        raise NotPossible(
            f"This session is {session.status.value}. Breaks are marked while it runs; afterwards say what"
            " counts of it."
        )
    return session


async def _break(tx: Tx, session_id: str, break_id: str) -> Break:
    found = next((one for one in await breaks_of(tx, session_id) if one.id == break_id), None)
    if found is None:
        raise NotFound(f"no break {break_id} of {session_id}")
    return found


async def _write(
    tx: Tx, session_id: str, kind: Kind, break_id: str, by: str, at: Instant, random: RandomBytes
) -> None:
    await write_link(
        tx,
        session_id,
        kind=kind,
        person_id="",
        connection_id=break_id,
        at=at,
        source=SOURCE,
        by=by,
        reason="",
        random=random,
    )


def _pairs(spans: Sequence[Span]) -> list[list[str]]:
    return [[rfc3339(span.start), rfc3339(span.end)] for span in spans]
