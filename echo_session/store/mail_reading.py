"""What a message is about, read when it is sent: dates may have moved since then, and people have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from echo_session.domain.mail import NO_MORE_MAIL, STANDING, ClaimedMail, MailKind, MailState
from echo_session.domain.mail_material import ALSO, EVERYTHING, Found, Material, Upcoming
from echo_session.domain.people import Person, Registration, RegistrationStatus
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session, Status
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.mail_events import parts_and_sessions
from echo_session.store.programs import get_program
from echo_session.store.registrants import decided, effective, good, merged_with
from echo_session.store.registration_rows import read_registration, read_registrations
from echo_session.store.scopes import sessions_of, titles
from echo_session.store.series import get_series, to_part
from echo_session.store.sessions import get_session, to_session
from echo_session.store.tables import (
    MailRow,
    RegistrationRow,
    SeriesPartRow,
    SessionRow,
    SiteRow,
)
from echo_session.store.unsubscriptions import unsubscribed

__all__ = ["read_material", "zone_of"]

LISTED = 12
"""So many dates are listed in a message."""
REMINDED_TOO_EARLY = timedelta(minutes=45)
"""A reminder whose session begins so much later than it was to announce would mislead."""

WITHDRAWN = "They are not registered any more."
NEEDED = {
    MailKind.RECEIVED: RegistrationStatus.PENDING,
    MailKind.WAITING: RegistrationStatus.WAITING,
    MailKind.DECLINED: RegistrationStatus.DECLINED,
}
"""In which state a registration must still be for a message to make sense; else approved."""


async def read_material(tx: Tx, claim: ClaimedMail, now: datetime) -> Material | str:
    """What the message is about; or why there is nothing to say any more."""
    try:
        if claim.kind is MailKind.LOST_LINK:
            return await _lost_links(tx, claim, now)
        return await _about(tx, claim, now)
    except NotFound as error:
        return f"What it was about is gone: {error}."


async def _about(tx: Tx, claim: ClaimedMail, now: datetime) -> Material | str:
    registration = await read_registration(tx, claim.registration_id or "")
    session_id = claim.session_id or registration.session_id
    session = await get_session(tx, session_id) if session_id else None
    series_id = claim.series_id or registration.series_id or (session.series_id if session else None)
    series = await get_series(tx, series_id) if series_id else None
    program_id = claim.program_id or registration.program_id
    program_id = program_id or (series.program_id if series else session.program_id if session else None)
    registered = await _still_registered(tx, claim, registration, session)
    leaving = claim.kind is MailKind.CANCELLATION and claim.to_one
    why = "" if registered or leaving else WITHDRAWN
    why = why or await _why_not(tx, claim, registration.person, program_id) or _too_late(claim, session, now)
    if why:
        return why
    return await _with_events(
        tx,
        claim,
        Material(
            registration=registration,
            zone=await zone_of(tx, registration.person),
            program=await get_program(tx, program_id) if program_id else None,
            series=series,
            session=session,
            upcoming=await _that_they_come_to(
                tx,
                registration,
                await _dates(tx, claim, registration, session, series_id, program_id, now),
            ),
            withdrawn=leaving and not registered,
        ),
        now,
    )


async def _still_registered(
    tx: Tx, claim: ClaimedMail, registration: Registration, session: Session | None
) -> bool:
    needed = NEEDED.get(claim.kind, RegistrationStatus.APPROVED)
    if needed is not RegistrationStatus.APPROVED or claim.to_one or session is None:
        return registration.status is needed and registration.removed_at is None
    return await effective(tx, session.id, registration.person.id) is not None


async def _why_not(tx: Tx, claim: ClaimedMail, person: Person, program_id: str | None) -> str:
    if claim.kind in STANDING or program_id is None:
        return ""
    return NO_MORE_MAIL if await unsubscribed(tx, program_id, [person.id]) else ""


def _too_late(claim: ClaimedMail, session: Session | None, now: datetime) -> str:
    """Why a message about this session makes no sense any more; empty where it does."""
    if session is None:
        return ""
    if claim.kind is MailKind.CANCELLATION:
        back = session.status is not Status.CANCELLED and not claim.to_one
        return "The session takes place after all." if back else ""
    if session.status is Status.CANCELLED:
        return "The session was cancelled."
    if session.status is Status.CLOSED or session.closes_at <= now:
        return "The session is over."
    if claim.kind is MailKind.REMINDER:
        ahead = timedelta(minutes=int(claim.content.get("minutes", 0)))
        if session.opens_at > now and session.starts_at - now > ahead + REMINDED_TOO_EARLY:
            return "The session was moved to a later time."
    return ""


async def _with_events(tx: Tx, claim: ClaimedMail, material: Material, now: datetime) -> Material:
    """With what the message brings to the calendar."""
    if not claim.part:
        return material
    if claim.part == EVERYTHING:
        parts, sessions = await parts_and_sessions(
            tx,
            series_id=material.series.id if material.series else None,
            program_id=material.program.id if material.program else None,
            now=now,
        )
        there = await _as_they_come(tx, material.registration, sessions)
        return replace(material, parts=tuple(parts), part_sessions=tuple(there))
    uid = claim.part.removeprefix(ALSO)
    part = await tx.scalar(select(SeriesPartRow).where(SeriesPartRow.uid == uid))
    if part is not None:
        rows = await tx.scalars(select(SessionRow).where(SessionRow.part_id == part.id))
        sessions = [to_session(row) for row in rows]
        if material.session is not None and material.session.part_id != part.id:
            return _as_it_was(material, to_part(part), sessions, withdrawn=claim.part != uid)
        there = await _as_they_come(tx, material.registration, sessions)
        whole = await _never_had(tx, claim, material, uid)
        return replace(material, parts=(to_part(part),), part_sessions=tuple(there), whole=whole)
    row = await tx.scalar(select(SessionRow).where(SessionRow.uid == uid))
    if row is None:
        return material
    [single] = await _as_they_come(tx, material.registration, [to_session(row)])
    return replace(material, single=single)


async def _never_had(tx: Tx, claim: ClaimedMail, material: Material, uid: str) -> bool:
    """Whether this is the first that somebody who comes to more than one session gets of this event.

    What came as a file among everything does not count: nobody knows whether it was imported.
    """
    registration = material.registration
    if registration is None or registration.session_id is not None:
        return False
    if material.session is None or material.withdrawn:
        return False
    before = select(MailRow.id).where(
        MailRow.registration_id == registration.id,
        MailRow.part.in_((uid, ALSO + uid)),
        MailRow.state == MailState.SENT.value,
        MailRow.id != claim.id,
    )
    return await tx.scalar(before.limit(1)) is None


def _as_it_was(material: Material, part: Part, sessions: Sequence[Session], *, withdrawn: bool) -> Material:
    """The session as an instance of this part, which it is no more, so that it can be taken back there."""
    session = material.session
    assert session is not None
    original = session.starts_local
    if session.original_local is not None:
        original = datetime.combine(session.original_local.date(), part.starts_local.time())
    there = replace(
        part,
        starts_local=datetime.combine(part.starts_local.date(), original.time()),
        sequence=max(part.sequence, *(one.sequence for one in (session, *sessions))),
    )
    instance = replace(session, part_id=part.id, original_local=original)
    return replace(
        material,
        session=instance,
        parts=(there,),
        part_sessions=(instance,),
        withdrawn=material.withdrawn or withdrawn,
    )


async def _that_they_come_to(tx: Tx, registration: Registration, upcoming: Upcoming) -> Upcoming:
    sessions = await _as_they_come(tx, registration, upcoming.sessions)
    kept = tuple(one for one in sessions if one.status is not Status.CANCELLED)
    return Upcoming(kept, upcoming.total - len(upcoming.sessions) + len(kept))


async def _as_they_come(
    tx: Tx, registration: Registration | None, sessions: Sequence[Session]
) -> Sequence[Session]:
    """The sessions as this person's calendar has them: what they are excepted from is not there."""
    if registration is None or registration.session_id is not None or not sessions:
        return sessions
    series_ids = {one.series_id for one in sessions if one.series_id and registration.program_id}
    query = select(RegistrationRow.session_id, RegistrationRow.series_id, good()).where(
        RegistrationRow.person_id.in_(await merged_with(tx, registration.person.id)),
        decided(),
        or_(
            RegistrationRow.session_id.in_([one.id for one in sessions]),
            RegistrationRow.series_id.in_(series_ids),
        ),
    )
    said: dict[str, bool] = {}
    for session_id, series_id, may in await tx.execute(query):
        scope_id = session_id or series_id or ""
        said[scope_id] = bool(may) or said.get(scope_id, False)
    return [
        one
        if said.get(one.id, said.get(one.series_id or "", True))
        else replace(one, status=Status.CANCELLED)
        for one in sessions
    ]


async def _dates(
    tx: Tx,
    claim: ClaimedMail,
    registration: Registration,
    session: Session | None,
    series_id: str | None,
    program_id: str | None,
    now: datetime,
) -> Upcoming:
    """What is still to come; where one session is called off, of its series, if the person comes to that."""
    if session is None:
        return await _upcoming(tx, series_id, program_id, now)
    wider = registration.session_id is None and series_id is not None
    if wider and claim.kind is MailKind.CANCELLATION:
        return await _upcoming(tx, series_id, None, now)
    return Upcoming()


async def _upcoming(tx: Tx, series_id: str | None, program_id: str | None, now: datetime) -> Upcoming:
    if series_id is not None:
        scope = Scope(ScopeKind.SERIES, series_id)
    elif program_id is not None:
        scope = Scope(ScopeKind.PROGRAM, program_id)
    else:
        return Upcoming()
    ahead = (
        sessions_of(scope),
        SessionRow.starts_at > now,
        SessionRow.status.in_((Status.SCHEDULED, Status.OPEN)),
    )
    query = select(SessionRow).where(*ahead).order_by(SessionRow.starts_at, SessionRow.id).limit(LISTED)
    sessions = tuple(to_session(row) for row in await tx.scalars(query))
    total = len(sessions)
    if total == LISTED:
        total = await tx.scalar(select(func.count()).select_from(SessionRow).where(*ahead)) or 0
    return Upcoming(sessions, total)


async def zone_of(tx: Tx, person: Person) -> str:
    """The person's own, else the site's."""
    if person.zone or person.site_id is None:
        return person.zone
    return await tx.scalar(select(SiteRow.zone).where(SiteRow.id == person.site_id)) or ""


async def _lost_links(tx: Tx, claim: ClaimedMail, now: datetime) -> Material | str:
    person_ids: set[str] = set()
    for person_id in claim.content.get("person_ids", ()):
        person_ids.update(await merged_with(tx, str(person_id)))
    query = (
        select(RegistrationRow.id)
        .where(RegistrationRow.person_id.in_(person_ids), good())
        .order_by(RegistrationRow.created_at.desc(), RegistrationRow.id)
        .limit(100)
    )
    registrations = await read_registrations(tx, list(await tx.scalars(query)))
    named = await titles(tx, registrations)
    found = []
    for registration in registrations:
        scope_id = registration.session_id or registration.series_id or registration.program_id or ""
        following = await _next_of(tx, registration, now)
        if following is None:
            continue
        found.append(
            Found(
                registration=registration,
                title=named.get(scope_id, ""),
                zone=await zone_of(tx, registration.person),
                next=following,
            )
        )
    return Material(found=tuple(found)) if found else "Nothing that they are registered for is still to come."


async def _next_of(tx: Tx, registration: Registration, now: datetime) -> Session | None:
    if registration.session_id is not None:
        session = await get_session(tx, registration.session_id)
        return None if session.over or session.closes_at <= now else session
    upcoming = await _upcoming(tx, registration.series_id, registration.program_id, now)
    return next(iter(upcoming.sessions), None)
