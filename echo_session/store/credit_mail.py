"""To whom the offer of credit is written, and what it says, read when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from echo_session.domain.credit import Standing
from echo_session.domain.credit_words import attended_words
from echo_session.domain.mail import NO_MORE_MAIL, ClaimedMail, MailState
from echo_session.domain.mail_material import Learning, Material
from echo_session.store.claims import may_claim
from echo_session.store.credit_offers import people_to_tell
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.learners import learner_of, page_ends
from echo_session.store.mail_reading import zone_of
from echo_session.store.people import get_people
from echo_session.store.programs import get_program
from echo_session.store.series import get_series
from echo_session.store.tables import MailingRow, PersonRow
from echo_session.store.unsubscriptions import unsubscribed

__all__ = ["learner_material", "learners_to_write_to", "present_address"]

NO_ADDRESS = "There is no e-mail address."


async def learners_to_write_to(
    tx: Tx, mailing: MailingRow, row: dict[str, Any], ids: Callable[[], str], limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A stretch of messages, and how far the mailing is then; None: it is done.

    Args:
        row: what all messages of the mailing have in common.
        ids: makes the id of a message.
    """
    session_id = mailing.session_id or ""
    found = await people_to_tell(tx, session_id, after=mailing.position, limit=limit)
    people = await get_people(tx, found)
    never = await unsubscribed(tx, mailing.program_id, found) if mailing.program_id else set()
    rows = []
    for person_id in found:
        person = people[person_id]
        own: dict[str, Any] = {
            "id": ids(),
            "person_id": person_id,
            "to_address": person.email,
            "to_name": person.name,
        }
        why = NO_MORE_MAIL if person_id in never else "" if person.email else NO_ADDRESS
        if why:
            own |= {"state": MailState.DROPPED.value, "last_error": why, "next_attempt_at": None}
        rows.append(row | own)
    return rows, found[-1] if len(found) == limit else None


async def present_address(tx: Tx, person_id: str) -> tuple[str, str] | None:
    """Address and name of whom this person turned out to be; None where they were erased."""
    now_is = select(func.coalesce(PersonRow.merged_into, PersonRow.id)).where(PersonRow.id == person_id)
    query = select(PersonRow.email, PersonRow.name).where(
        PersonRow.id == now_is.scalar_subquery(), PersonRow.erased_at.is_(None)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else (row.email, row.name)


async def learner_material(tx: Tx, claim: ClaimedMail, now: datetime) -> Material | str:
    """What the message is about; or why there is nothing to say any more."""
    try:
        learner = await learner_of(tx, claim.session_id or "", claim.person_id or "")
    except NotFound as error:
        return f"What it was about is gone: {error}."
    person, session = learner.person, learner.session
    if learner.attendee is None or learner.attendee.time.counted_seconds <= 0:
        return "None of their time counts any more."
    closed = may_claim(learner, now)
    if closed:
        return closed
    if claim.program_id and await unsubscribed(tx, claim.program_id, [person.id]):
        return NO_MORE_MAIL
    worth = {offer.type.name: learner.worth(offer).standing for offer in learner.offers}
    open_to_them = (Standing.CLAIMABLE, Standing.EVALUATE)
    seconds = learner.attendee.time.counted_seconds
    return Material(
        zone=await zone_of(tx, person),
        program=await get_program(tx, session.program_id) if session.program_id else None,
        series=await get_series(tx, session.series_id) if session.series_id else None,
        session=session,
        learning=Learning(
            person_id=person.id,
            name=person.name,
            sentence=attended_words(seconds, learner.times.countable_seconds, over=True),
            types=tuple(name for name, standing in worth.items() if standing in open_to_them),
            evaluate=not learner.evaluated,
            certificate=learner.plan.certificate.on,
            closes_at=learner.closes_at,
            until=await page_ends(tx, session),
        ),
    )
