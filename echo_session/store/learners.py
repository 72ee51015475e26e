"""One learner in one session: everything that the learner's page shows and that a claim stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from echo_session.domain.credit import Facts, Presented, Worth, judge
from echo_session.domain.credit_plan import CreditPlan
from echo_session.domain.people import Person
from echo_session.domain.session_times import Attendee, SessionTimes
from echo_session.domain.sessions import Session
from echo_session.store.claim_rows import Claim, claims_of_person
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.evaluations import evaluation_sent_at
from echo_session.store.people import get_people
from echo_session.store.registrants import merged_with
from echo_session.store.session_credit import Offer, offers_of, presented_in
from echo_session.store.tables import AttendanceEditionRow, PersonRow
from echo_session.store.times import times_of

__all__ = ["STILL_SHOWN", "Learner", "facts_of", "latest_edition", "learner_of", "page_ends"]

STILL_SHOWN = timedelta(days=60)
"""So long after the last claim people can look up what they have claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Somebody, and what is known of their time in the session."""

    person: Person
    rows: tuple[str, ...]
    """Ids of all rows of people that are this person."""
    session: Session
    plan: CreditPlan
    times: SessionTimes
    attendee: Attendee | None
    """None where no time of theirs is known."""
    offers: tuple[Offer, ...]
    """What the session offers."""
    presented: Presented | None
    evaluated_at: datetime | None
    claims: Mapping[str, Claim]
    """By credit type."""
    edition: int | None
    """Number of the latest edition of the attendance; None before the first."""

    @property
    def closes_at(self) -> datetime:
        """Until when claims are possible."""
        return self.plan.closes_at(self.session.closed_at or self.session.ends_at)

    @property
    def evaluated(self) -> bool:
        """True where nothing is left to be answered: also where nothing is asked."""
        return self.evaluated_at is not None or not self.plan.evaluation

    def worth(self, offer: Offer) -> Worth:
        """What this type comes to, and why."""
        return judge(offer.type.rule, self.facts(offer))

    def facts(self, offer: Offer) -> Facts:
        """What the rule is held against."""
        return facts_of(
            self.times,
            self.attendee,
            self.person,
            designated_minutes=offer.designated_minutes,
            presented=self.presented,
            evaluated=self.evaluated,
        )


def facts_of(
    times: SessionTimes,
    attendee: Attendee | None,
    person: Person,
    *,
    designated_minutes: int,
    presented: Presented | None,
    evaluated: bool,
    as_claimed: tuple[str, str] | None = None,
) -> Facts:
    """The facts of one person.

    Args:
        as_claimed: profession and credentials by which they have claimed. Without a claim they are what the
            person has now, since a coordinator may have corrected them, else what was known at the time.
    """
    now = person.profession or ("" if attendee is None else attendee.profession), person.credentials
    profession, credentials = as_claimed or now
    return Facts(
        counted_seconds=0 if attendee is None else attendee.time.counted_seconds,
        countable_seconds=times.countable_seconds,
        designated_minutes=designated_minutes,
        profession=profession,
        credentials=credentials,
        presented=presented,
        evaluated=evaluated,
        matched=person.matched,
    )


async def learner_of(tx: Tx, session_id: str, person_id: str) -> Learner:
    """Who this person turned out to be, in this session.

    Raises:
        NotFound: there is no such session or person, or they were erased.
    """
    rows = await merged_with(tx, person_id)
    survivor = await tx.scalar(
        select(PersonRow.id).where(
            PersonRow.id.in_(rows), PersonRow.merged_into.is_(None), PersonRow.erased_at.is_(None)
        )
    )
    if survivor is None:
        raise NotFound(f"no person {person_id}")
    times = await times_of(tx, session_id)
    session = times.session
    if session.kind != "session":
        raise NotFound(f"no session {session_id}")
    offers = await offers_of(tx, session)
    presented = await presented_in(tx, session_id)
    return Learner(
        person=(await get_people(tx, [survivor]))[survivor],
        rows=tuple(rows),
        session=session,
        plan=await plan_of(tx, session.program_id),
        times=times,
        attendee=times.of(survivor),
        offers=tuple(offer for offer in offers if offer.offered),
        presented=presented.get(survivor),
        evaluated_at=await evaluation_sent_at(tx, session_id, rows),
        claims=await claims_of_person(tx, session_id, rows),
        edition=await latest_edition(tx, session_id),
    )


async def latest_edition(tx: Tx, session_id: str) -> int | None:
    """Number of the latest edition of the session's attendance."""
    query = select(func.max(AttendanceEditionRow.number)).where(AttendanceEditionRow.session_id == session_id)
    return await tx.scalar(query)


async def page_ends(tx: Tx, session: Session) -> datetime:
    """Until when a link to a learner's page of this session is good."""
    plan = await plan_of(tx, session.program_id)
    return plan.closes_at(session.closed_at or session.closes_at) + STILL_SHOWN
