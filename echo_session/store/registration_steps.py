"""What every change of a registration consists of: locking, finding the person's others, writing to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, select

from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import CALENDAR, MailKind, MailState
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.mailings import queue_mailing
from echo_session.store.registrants import good, merged_with
from echo_session.store.registration_rows import row_scope
from echo_session.store.scopes import ScopeFacts, scope_facts, sessions_of, within
from echo_session.store.tables import BarredRow, MailRow, RegistrationRow, SessionRow


async def locked(
    tx: Tx, registration_id: str, revision: int | None = None
) -> tuple[RegistrationRow, ScopeFacts]:
    """The row and what it is for, as nobody else can change them until the unit of work ends.

    What it is for comes first, as everywhere, so that no two wait for each other.

    Raises:
        NotFound: no such registration.
        Conflict: it is not at this revision.
    """
    row = await tx.get(RegistrationRow, registration_id)
    if row is None:
        raise NotFound(f"no registration {registration_id}")
    facts = await scope_facts(tx, row_scope(row), lock=True)
    row = await tx.get_one(RegistrationRow, registration_id, with_for_update=True, populate_existing=True)
    if revision is not None and revision != row.revision:
        raise Conflict(f"the registration is at revision {row.revision}, not {revision}; read it again")
    return row, facts


async def rows_of_person(tx: Tx, scope: Scope, person_id: str) -> list[RegistrationRow]:
    """The best first: several only where people turned out to be one."""
    query = (
        select(RegistrationRow)
        .where(within(scope), RegistrationRow.person_id.in_(await merged_with(tx, person_id)))
        .order_by(case((good(), 0), else_=1), RegistrationRow.id)
    )
    return list(await tx.scalars(query))


async def best_row(tx: Tx, scope: Scope, person_id: str) -> RegistrationRow | None:
    """What the person has here, the one that lets in where there is one."""
    return next(iter(await rows_of_person(tx, scope, person_id)), None)


async def write_to(
    tx: Tx,
    row: RegistrationRow,
    kind: MailKind,
    *,
    now: datetime,
    random: RandomBytes,
    reason: str = "",
) -> None:
    """Has one registered person written to."""
    await queue_mailing(
        tx,
        kind=kind,
        now=now,
        random=random,
        program_id=row.program_id,
        series_id=row.series_id,
        session_id=row.session_id,
        registration_id=row.id,
        content={"reason": reason} if reason else {},
    )


async def has_invitation(tx: Tx, registration_id: str) -> bool:
    """Whether something for the calendar was sent to this registration."""
    sent = (MailState.SENT.value, MailState.SENDING.value)
    query = select(MailRow.id).where(
        MailRow.registration_id == registration_id,
        MailRow.kind.in_([kind.value for kind in CALENDAR]),
        MailRow.state.in_(sent),
    )
    return await tx.scalar(query.limit(1)) is not None


async def unbar(tx: Tx, row: RegistrationRow) -> None:
    """Whoever was removed from a room may come again, into every open one that the registration is for."""
    scope = row_scope(row)
    sessions = select(SessionRow.id).where(sessions_of(scope))
    if scope.kind is not ScopeKind.SESSION:
        sessions = sessions.where(SessionRow.status == "open")
    await tx.execute(
        delete(BarredRow)
        .where(
            BarredRow.session_id.in_(sessions), BarredRow.person_id.in_(await merged_with(tx, row.person_id))
        )
        .execution_options(synchronize_session=False)
    )
