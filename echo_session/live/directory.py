"""Sessions, links and people, as signaling's port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.errors import InvalidFields
from echo_session.domain.ids import RandomBytes, unpadded
from echo_session.domain.links import LinkKind
from echo_session.domain.people import Invitation, problems_of
from echo_session.domain.people import Person as KnownPerson
from echo_session.domain.people import Role as KnownRole
from echo_session.domain.sessions import Session, Status
from echo_session.store import registrations, sessions
from echo_session.store.access import Access, resolve
from echo_session.store.engine import Database
from echo_session.store.errors import NotFound
from echo_session.store.people import visitor as visiting_person
from echo_session.tokens import BadToken, Links
from signaling.errors import Refused
from signaling.messages import ErrorCode, Role, SessionInfo
from signaling.ports import Ask, Identity, Person, SessionFacts, Visitor

GUEST = "guest_"
"""Prefix of the ids of people in practice rooms, of whom nothing is kept."""

PUBLIC_ASKS: tuple[Ask, ...] = ("name", "email", "profession", "site")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the settings allow."""

    max_people: int
    """Connections in one room."""
    practice_people: int
    practice_echo_ms: int
    contact: str
    """Whom to ask where a session names nobody."""


class Directory:
    """``signaling.ports.Directory`` on the records."""

    def __init__(
        self,
        database: Database,
        links: Links,
        limits: Limits,
        *,
        now: Callable[[], datetime],
        random: RandomBytes,
    ) -> None:
        self._database = database
        self._links = links
        self._limits = limits
        self._now = now
        self._random = random

    async def authenticate(self, token: str) -> Visitor:
        try:
            now = self._now()
            claims = self._links.read(token, now)
            async with self._database.read() as tx:
                access = await resolve(tx, claims, now=now)
        except (BadToken, NotFound) as error:
            raise Refused(ErrorCode.LINK_INVALID, self._invalid_link()) from error
        session = access.session
        if session.over:
            raise Refused(ErrorCode.ENDED, self._over(session))
        return visitor_of(access, facts_of(session, self._limits))

    async def session(self, session_id: str) -> SessionFacts | None:
        try:
            async with self._database.read() as tx:
                return facts_of(await sessions.get_session(tx, session_id), self._limits)
        except NotFound:
            return None

    async def open_sessions(self) -> Sequence[SessionFacts]:
        async with self._database.read() as tx:
            return [facts_of(session, self._limits) for session in await sessions.open_sessions(tx)]

    async def enrol(self, session_id: str, identity: Identity) -> Person:
        async with self._database.read() as tx:
            session = await sessions.get_session(tx, session_id)
        if session.kind == "practice":
            guest = GUEST + unpadded(self._random(16))
            return Person(
                person_id=guest, name=identity.name, site=identity.site, profession=identity.profession
            )
        said = Invitation(
            name=identity.name,
            email=identity.email,
            profession=identity.profession,
            site=identity.site,
            role=KnownRole.PARTICIPANT,
        )
        for problem in problems_of(said):
            message = f"The {problem.field} {problem.message}; it must be {problem.allowed}."
            raise Refused(ErrorCode.MISSING_FIELD, message, field=problem.field)
        try:
            async with self._database.write() as tx:
                known = await visiting_person(tx, session_id, said, now=self._now(), random=self._random)
        except InvalidFields as error:
            field = error.problems[0].field if error.problems else None
            raise Refused(ErrorCode.MISSING_FIELD, str(error), field=field) from error
        return person_of(known)

    async def bar(self, session_id: str, person_id: str, *, by: str) -> None:
        if person_id.startswith(GUEST):
            return
        async with self._database.write() as tx:
            await registrations.bar(tx, session_id, person_id, by=by, now=self._now())

    async def barred(self, session_id: str) -> frozenset[str]:
        async with self._database.read() as tx:
            return await registrations.barred(tx, session_id)

    def _invalid_link(self) -> str:
        whom = self._limits.contact or "whoever sent it to you"
        return f"This link does not lead to a session, or it is no longer valid. Ask {whom} for a new one."

    def _over(self, session: Session) -> str:
        whom = session.contact or self._limits.contact
        ask = f" If you have questions, ask {whom}." if whom else ""
        if session.status is not Status.CANCELLED:
            return f"“{session.title}” has ended.{ask}"
        why = f": {session.cancel_reason.rstrip('.')}" if session.cancel_reason else ""
        return f"“{session.title}” was cancelled{why}.{ask}"


def facts_of(session: Session, limits: Limits) -> SessionFacts:
    """The session as signaling sees it."""
    practice = session.kind == "practice"
    return SessionFacts(
        info=SessionInfo(
            session_id=session.id,
            title=session.title,
            kind=session.kind,
            status=session.status.value,
            zone=session.zone,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            opens_at=session.opens_at,
            closes_at=session.closes_at,
            contact=session.contact or limits.contact,
        ),
        room_id=session.room_id,
        lobby=session.lobby,
        max_peers=limits.practice_people if practice else limits.max_people,
        max_people=limits.practice_people if practice else None,
        cancel_reason=session.cancel_reason,
        echo_delay_ms=limits.practice_echo_ms if practice else None,
        attendance=not practice,
    )


def visitor_of(access: Access, facts: SessionFacts) -> Visitor:
    """What a good token proves."""
    if access.registration is not None:
        person = person_of(access.registration.person)
        return Visitor(
            session=facts,
            role=Role(access.registration.role),
            actor=person.person_id,
            name=person.name,
            person=person,
            registration_id=access.registration.id,
        )
    if access.account is not None:
        return Visitor(
            session=facts,
            role=Role.FACILITATOR,
            actor=access.account.id,
            name=access.account.name,
            console=True,
        )
    asks = PUBLIC_ASKS if access.kind is LinkKind.PUBLIC else ()
    return Visitor(session=facts, role=Role.PARTICIPANT, actor="", asks=asks)


def person_of(known: KnownPerson) -> Person:
    """Somebody of the records, as signaling sees them."""
    return Person(person_id=known.id, name=known.name, site=known.site, profession=known.profession)
