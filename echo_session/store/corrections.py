"""Corrections of who was there: new links of the ledger, each with who says so and why.

What was recorded stays as it was; the figures that follow from it are made anew in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.correcting import check_action, check_span, checked_reason, life, refuse_unless_begun
from echo_session.domain.corrections import Action, Correction, corrections_of
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.instants import rfc3339
from echo_session.domain.ledger import Kind
from echo_session.domain.people import Invitation, Role, problems_of, tidy_email
from echo_session.domain.presence import Instant
from echo_session.domain.session_times import SessionTimes
from echo_session.domain.spans import Span
from echo_session.domain.text import sort_key, tidy
from echo_session.store.after_times import figures_changed
from echo_session.store.chain import chain, write_link
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import known_person
from echo_session.store.person_words import index_person
from echo_session.store.sessions import lock_session, to_session
from echo_session.store.suggestions import suggest
from echo_session.store.tables import PersonRow, SiteRow
from echo_session.store.times import times_of

__all__ = ["By", "Named", "correct", "person_named", "undo"]

SOURCE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who says it, why, and when."""

    id: str
    reason: str
    at: Instant

    @property
    def now(self) -> datetime:
        """By the wall."""
        return self.at.wall_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody whom only a name stands for yet."""

    name: str
    email: str = ""
    site_id: str | None = None


async def correct(
    tx: Tx, session_id: str, person_id: str, action: Action, span: Span, by: By, *, random: RandomBytes
) -> str:
    """Somebody was there then as well, or was not; gives the id of who they turned out to be.

    Raises:
        NotFound, InvalidFields.
        NotPossible: the session has not begun, or its ledger was removed.
    """
    session = to_session(await lock_session(tx, session_id))
    refuse_unless_begun(session)
    reason = checked_reason(by.reason)
    check_span(span, life(session, by.now))
    row = await tx.get(PersonRow, person_id)
    if row is None or row.erased_at is not None:
        raise InvalidFields([FieldProblem("person_id", "is nobody", "the id of a person")])
    who = row.merged_into or row.id
    line = (await times_of(tx, session_id)).of(who)
    check_action(action, span, () if line is None else line.time.intervals)
    await write_link(
        tx,
        session_id,
        kind=Kind.CORRECTED,
        person_id=who,
        connection_id=new_id(Prefix.CORRECTION, random),
        at=by.at,
        source=SOURCE,
        by=by.id,
        reason=reason,
        detail={"action": action, "from": rfc3339(span.start), "until": rfc3339(span.end)},
        random=random,
    )
    await figures_changed(tx, session_id, by=by.id, reason=reason, now=by.now, random=random)
    return who


async def undo(tx: Tx, session_id: str, correction_id: str, by: By, *, random: RandomBytes) -> str:
    """Takes a correction back; gives the id of the person whom it was about.

    Raises:
        NotFound: there is no such correction of this session.
        NotPossible: it was taken back before.
        InvalidFields: no reason is given.
    """
    await lock_session(tx, session_id)
    reason = checked_reason(by.reason)
    found = await _correction(tx, session_id, correction_id)
    if found.undone:
        raise NotPossible("This correction was taken back already.")
    await write_link(
        tx,
        session_id,
        kind=Kind.CORRECTED,
        person_id=found.person_id,
        connection_id=found.id,
        seq=2,
        at=by.at,
        source=SOURCE,
        by=by.id,
        reason=reason,
        detail={"action": "undo", "event_id": found.event_id},
        random=random,
    )
    await figures_changed(tx, session_id, by=by.id, reason=reason, now=by.now, random=random)
    row = await tx.get_one(PersonRow, found.person_id)
    return row.merged_into or row.id


async def person_named(
    tx: Tx, named: Named, times: SessionTimes, *, now: datetime, random: RandomBytes
) -> str:
    """Id of who has this name: known at this address, or at this session already, or new.

    Somebody new waits in the match queue: their time is kept, their credit waits. Raises InvalidFields.
    """
    await _check(tx, named)
    known = await known_person(tx, named.name, named.email) if named.email else None
    if known is not None:
        return known.id
    for one in times.people:
        same = (sort_key(one.name), one.email, one.matched) == (
            sort_key(named.name),
            tidy_email(named.email),
            False,
        )
        if same:
            return one.person_id
    row = PersonRow(
        id=new_id(Prefix.PERSON, random),
        name=tidy(named.name),
        sort_name=sort_key(named.name),
        email=tidy_email(named.email),
        profession="",
        credentials="",
        site_id=named.site_id,
        zone="",
        matched=False,
        merged_into=None,
        created_at=now,
        revision=1,
    )
    tx.add(row)
    await tx.flush()
    await index_person(tx, row.id)
    await suggest(tx, [row.id], now=now, random=random)
    return row.id


async def _correction(tx: Tx, session_id: str, correction_id: str) -> Correction:
    links = await chain(tx, session_id, kinds=[Kind.CORRECTED])
    found = next((one for one in corrections_of(links) if one.id == correction_id), None)
    if found is None:
        raise NotFound(f"no correction {correction_id} of {session_id}")
    return found


async def _check(tx: Tx, named: Named) -> None:
    someone = Invitation(name=named.name, email=named.email or "nobody@echo.invalid", role=Role.PARTICIPANT)
    problems = problems_of(someone, "person.")
    if named.site_id is not None and await tx.get(SiteRow, named.site_id) is None:
        problems.append(FieldProblem("person.site_id", "is no site", "the id of a site"))
    if problems:
        raise InvalidFields(problems)
