"""Claiming credit, taking a claim back, and working claims out anew when what they stand on has changed.

A claim stays by the rule that was in force when it was made, which it keeps beside the edition, the head of
the chain and the ids of the events that it stands on. What is worked out anew is a function of these and of
the attendance as it is then, so that doing it twice changes nothing, and a correction that is taken back
brings back what there was.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from echo_session.domain.credit import Standing, Worth, judge, rule_from_json, rule_to_json
from echo_session.domain.credit_words import changed_words
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Person
from echo_session.domain.session_times import Attendee, SessionTimes
from echo_session.domain.sessions import Status
from echo_session.store.claim_rows import Claim, to_claim
from echo_session.store.credit_plans import plan_of
from echo_session.store.editions import latest
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.evaluations import evaluated
from echo_session.store.learners import Learner, facts_of, latest_edition, learner_of
from echo_session.store.merges import survivors
from echo_session.store.people import get_people
from echo_session.store.registrants import merged_with
from echo_session.store.session_credit import offers_of, presented_in
from echo_session.store.sessions import lock_session
from echo_session.store.tables import ClaimRow
from echo_session.store.times import times_of

__all__ = ["OVER", "claim", "follow", "may_claim", "recompute", "restore", "withdraw"]

OVER = "The time for claiming credit of this session is over. Ask the hub if you still need it."
_CLAIMED, _WITHDRAWN, _VOID = "claimed", "withdrawn", "void"


def may_claim(learner: Learner, now: datetime) -> str:
    """Why nothing can be claimed now, in a sentence; empty where it can."""
    if learner.session.status is not Status.CLOSED:
        return "Credit can be claimed once the session has ended."
    if now >= learner.closes_at:
        return OVER
    return ""


async def claim(
    tx: Tx,
    session_id: str,
    person_id: str,
    type_id: str,
    attested: str,
    *,
    now: datetime,
    random: RandomBytes,
) -> Claim:
    """The claim, made now or before.

    Args:
        attested: the words that the learner has read and says.

    Raises:
        NotFound: there is no such session or person.
        InvalidFields: the session does not offer this type.
        NotPossible: there is nothing to claim, or not now; says why.
    """
    await lock_session(tx, session_id)
    learner = await learner_of(tx, session_id, person_id)
    known = learner.claims.get(type_id)
    if known is not None and known.state == _CLAIMED:
        return known
    offer = next((one for one in learner.offers if one.type.id == type_id), None)
    if offer is None:
        allowed = "a credit type that this session offers"
        raise InvalidFields([FieldProblem("credit_type_id", "is not offered here", allowed)])
    refused = may_claim(learner, now)
    if refused:
        raise NotPossible(refused)
    if known is not None and known.state == _WITHDRAWN:
        raise NotPossible(changed_words(known.state, known.credit, known.history))
    if attested != learner.plan.attestation:
        raise NotPossible("What you attest to has changed meanwhile. Read it again, then claim.")
    worth = learner.worth(offer)
    if worth.standing is not Standing.CLAIMABLE or learner.attendee is None:
        raise NotPossible(" ".join(worth.why))
    row = await _row(tx, known, learner, type_id, random)
    if known is not None:
        row.history = [*row.history, _before(row, now, "claimed again")]
        row.revision += 1
    row.state = _CLAIMED
    row.minutes, row.credit = worth.minutes, worth.credit
    row.counted_seconds = learner.attendee.time.counted_seconds
    row.attestation, row.claimed_at = learner.plan.attestation, now
    facts = learner.facts(offer)
    row.basis = _stands_on(learner.times, learner.attendee, learner.edition) | {
        "rule": rule_to_json(offer.type.rule),
        "designated_minutes": offer.designated_minutes,
        "profession": facts.profession,
        "credentials": facts.credentials,
        "why": list(worth.why),
    }
    tx.add(row)
    await tx.flush()
    return to_claim(row)


async def withdraw(tx: Tx, claim_id: str, *, by: str, reason: str, now: datetime) -> Claim:
    """Takes a claim back; it stays on record. Raises NotFound, NotPossible.

    Claims of the same credit that people made who turned out to be this one person, and that are void since
    this one stands, go with it: none of them takes its place.
    """
    found = await tx.get(ClaimRow, claim_id)
    if found is None:
        raise NotFound(f"no claim {claim_id}")
    await lock_session(tx, found.session_id)
    same = select(ClaimRow).where(
        ClaimRow.session_id == found.session_id,
        ClaimRow.credit_type_id == found.credit_type_id,
        ClaimRow.person_id.in_(await merged_with(tx, found.person_id)),
    )
    in_order = same.order_by(ClaimRow.claimed_at, ClaimRow.id).with_for_update()
    rows = {row.id: row for row in await tx.scalars(in_order, execution_options={"populate_existing": True})}
    if rows[claim_id].state == _WITHDRAWN:
        raise NotPossible("This claim was withdrawn already.")
    for row in rows.values():
        if row.id == claim_id or row.state == _VOID:
            row.history = [*row.history, _before(row, now, reason) | {"by": by}]
            row.state = _WITHDRAWN
            row.revision += 1
    await tx.flush()
    return to_claim(rows[claim_id])


async def restore(tx: Tx, claim_id: str, *, by: str, now: datetime) -> Claim:
    """Lets a withdrawn claim stand again, for what its time is worth now. Raises NotFound, NotPossible."""
    found = await tx.get(ClaimRow, claim_id)
    if found is None:
        raise NotFound(f"no claim {claim_id}")
    await lock_session(tx, found.session_id)
    row = await tx.get_one(ClaimRow, claim_id, with_for_update=True, populate_existing=True)
    if row.state != _WITHDRAWN:
        raise NotPossible("This claim is not withdrawn.")
    row.history = [*row.history, _before(row, now, "The withdrawal was taken back.") | {"by": by}]
    row.state = _CLAIMED
    row.revision += 1
    await tx.flush()
    await recompute(tx, row.session_id, now=now)
    return to_claim(row)


async def follow(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """Makes the claims of a closed session what its figures call for now: a step of ``after_times``."""
    edition = await latest(tx, session_id)
    if edition is not None:
        await recompute(tx, session_id, now=now, why=edition.reason or "The attendance changed.")


async def recompute(tx: Tx, session_id: str, *, now: datetime, why: str = "attendance changed") -> int:
    """Makes every claim of the session what its attendance, presenters and offers call for now; gives how
    many are different. What was withdrawn stays so."""
    query = select(ClaimRow).where(ClaimRow.session_id == session_id, ClaimRow.state != _WITHDRAWN)
    in_order = query.order_by(ClaimRow.claimed_at, ClaimRow.id).with_for_update()
    rows = list(await tx.scalars(in_order, execution_options={"populate_existing": True}))
    if not rows:
        return 0
    times = await times_of(tx, session_id)
    offers = {one.type.id: one for one in await offers_of(tx, times.session)}
    presented = await presented_in(tx, session_id)
    asked = bool((await plan_of(tx, times.session.program_id)).evaluation)
    sent = await evaluated(tx, session_id)
    now_are = await survivors(tx, {row.person_id for row in rows} | sent)
    sent = {now_are[one] for one in sent}
    people = await get_people(tx, set(now_are.values()))
    edition = await latest_edition(tx, session_id)
    changed = 0
    standing: set[tuple[str, str]] = set()
    for row in rows:
        person = people[now_are[row.person_id]]
        attendee = times.of(person.id)
        offer = offers.get(row.credit_type_id)
        worth = _anew(
            row,
            times,
            attendee,
            person,
            designated=(offer.own_minutes if offer else None) or row.basis["designated_minutes"],
            presented=presented.get(person.id),
            evaluated=not asked or person.id in sent,
        )
        stands = worth.minutes > 0 and (offer is None or offer.offered)
        stands = stands and (person.id, row.credit_type_id) not in standing
        if stands:
            standing.add((person.id, row.credit_type_id))
        changed += _keep(row, times, attendee, edition, worth if stands else None, now, why)
    await tx.flush()
    return changed


def _anew(
    row: ClaimRow,
    times: SessionTimes,
    attendee: Attendee | None,
    person: Person,
    *,
    designated: int,
    presented: Any,
    evaluated: bool,
) -> Worth:
    """By the rule, and for the profession, that were in force when it was claimed."""
    rule = rule_from_json(row.basis["rule"])
    facts = facts_of(
        times,
        attendee,
        person,
        designated_minutes=designated,
        presented=presented,
        evaluated=evaluated,
        as_claimed=(row.basis["profession"], row.basis["credentials"]),
    )
    return judge(rule, facts)


def _keep(
    row: ClaimRow,
    times: SessionTimes,
    attendee: Attendee | None,
    edition: int | None,
    worth: Worth | None,
    now: datetime,
    why: str,
) -> bool:
    """True where the claim is different now. ``worth`` None: nothing of it stands."""
    seconds = 0 if attendee is None else attendee.time.counted_seconds
    after = (_VOID, 0, "0.00", seconds) if worth is None else (_CLAIMED, worth.minutes, worth.credit, seconds)
    different = after != (row.state, row.minutes, row.credit, row.counted_seconds)
    if different:
        row.history = [*row.history, _before(row, now, why)]
        row.state, row.minutes, row.credit, row.counted_seconds = after
        row.revision += 1
    basis = dict(row.basis) | _stands_on(times, attendee, edition)
    if worth is not None:
        basis["why"] = list(worth.why)
    if basis != row.basis:
        row.basis = basis
    return different


def _stands_on(times: SessionTimes, attendee: Attendee | None, edition: int | None) -> dict[str, Any]:
    events = [] if attendee is None else list(attendee.time.events)
    return {"edition": edition, "head": times.head, "links": times.links, "events": events}


def _before(row: ClaimRow, now: datetime, why: str) -> dict[str, Any]:
    """What the claim was until now."""
    return {
        "until": now.isoformat(),
        "state": row.state,
        "minutes": row.minutes,
        "credit": row.credit,
        "counted_seconds": row.counted_seconds,
        "edition": row.basis.get("edition"),
        "head": row.basis.get("head"),
        "why": why,
    }


async def _row(tx: Tx, known: Claim | None, learner: Learner, type_id: str, random: RandomBytes) -> ClaimRow:
    if known is not None:
        return await tx.get_one(ClaimRow, known.id, with_for_update=True, populate_existing=True)
    return ClaimRow(
        id=new_id(Prefix.CLAIM, random),
        session_id=learner.session.id,
        person_id=learner.person.id,
        credit_type_id=type_id,
        history=[],
        revision=1,
    )
