"""Where somebody's name and addresses stand, and how they are taken out. One function a place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, or_, select, union, update

from echo_session.domain.erasing import ERASED, scrubbed
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.tables import (
    AttendanceEditionRow,
    AttendanceRecordRow,
    CertificateRow,
    CheckInRow,
    ClaimRow,
    DeliveryAttemptRow,
    DeliveryRow,
    EvaluationRow,
    EventRow,
    FeedRow,
    IdempotencyRow,
    ImportedRow,
    ImportRow,
    MailingRow,
    MailRow,
    MergeSuggestionRow,
    NoticeRow,
    PersonContactRow,
    PersonMergeRow,
    PersonRow,
    PresenceRow,
    RegistrationRow,
    SearchWordRow,
)

__all__ = ["MAY_COME", "sessions_of", "wipe", "wipe_again"]

MAY_COME = ("approved", "pending", "waiting")
"""A registration that lets somebody in, or may; it is withdrawn."""
UNSAID = "What went wrong named the person, who was erased."
"""Stands where an error was kept of mail to them: servers say back the address."""


async def wipe(tx: Tx, people: Collection[str], *, now: datetime) -> None:
    """Takes all rows of one person, which are locked, out of everything that names them.

    What stays tells of nobody: ids, times, and of each session the profession and the site, which the yearly
    figures count.
    """
    names = set(await tx.scalars(select(PersonRow.name).where(PersonRow.id.in_(people))))
    sessions = await sessions_of(tx, people)
    for name in sorted(names, key=len, reverse=True):
        await _told(tx, people, name, sessions)
        await _notices(tx, name)
    await _mails(tx, people)
    await _registrations(tx, people, now)
    await _rooms(tx, people)
    await _files(tx, people, names, await _addresses(tx, people))
    await _learned(tx, people)
    await _people(tx, people, now)


async def wipe_again(tx: Tx, people: Collection[str]) -> None:
    """Takes out what was written by somebody who had read the name before it was gone."""
    await _told(tx, people, ERASED, await sessions_of(tx, people))
    await _mails(tx, people)
    await _rooms(tx, people)
    await _learned(tx, people)
    await _do(tx, delete(SearchWordRow).where(SearchWordRow.owner_id.in_(people)))


async def _people(tx: Tx, people: Collection[str], now: datetime) -> None:
    await _do(tx, delete(SearchWordRow).where(SearchWordRow.owner_id.in_(people)))
    await _do(tx, delete(PersonContactRow).where(PersonContactRow.person_id.in_(people)))
    either = or_(MergeSuggestionRow.first_id.in_(people), MergeSuggestionRow.second_id.in_(people))
    await _do(tx, delete(MergeSuggestionRow).where(either))
    joined = or_(PersonMergeRow.kept_id.in_(people), PersonMergeRow.merged_id.in_(people))
    await _do(tx, update(PersonMergeRow).where(joined).values(reason=""))
    unrevoked = (FeedRow.person_id.in_(people), FeedRow.revoked_at.is_(None))
    await _do(tx, update(FeedRow).where(*unrevoked).values(revoked_at=now))
    nobody = {
        "name": ERASED,
        "sort_name": sort_key(ERASED),
        "email": "",
        "profession": "",
        "credentials": "",
        "site_id": None,
        "zone": "",
        "erased_at": now,
        "revision": PersonRow.revision + 1,
    }
    await _do(tx, update(PersonRow).where(PersonRow.id.in_(people)).values(nobody))
    tx.expire_all()


async def _registrations(tx: Tx, people: Collection[str], now: datetime) -> None:
    theirs = RegistrationRow.person_id.in_(people)
    said = {
        "answers": [],
        "consents": [],
        "epoch": RegistrationRow.epoch + 1,
        "revision": RegistrationRow.revision + 1,
    }
    await _do(tx, update(RegistrationRow).where(theirs).values(said))
    standing = RegistrationRow.status.in_(MAY_COME)
    await _do(tx, update(RegistrationRow).where(theirs, standing).values(status="withdrawn", decided_at=now))


async def _rooms(tx: Tx, people: Collection[str]) -> None:
    nobody = {"name": ERASED, "site": "", "profession": ""}
    await _do(tx, update(PresenceRow).where(PresenceRow.person_id.in_(people)).values(nobody))
    await _do(tx, update(CheckInRow).where(CheckInRow.person_id.in_(people)).values(secret_hash=""))


async def _mails(tx: Tx, people: Collection[str]) -> None:
    theirs = MailRow.person_id.in_(people)
    occasions = select(MailRow.mailing_id).where(theirs)
    registered = select(RegistrationRow.id).where(RegistrationRow.person_id.in_(people))
    alone = or_(
        MailingRow.registration_id.in_(registered),
        (MailingRow.kind == "lost_link") & MailingRow.id.in_(occasions),
    )
    await _do(tx, update(MailingRow).where(alone).values(content={}, state="done"))
    failed = (MailRow.state.in_(("sent", "failed")), MailRow.last_error != "")
    await _do(tx, update(MailRow).where(theirs, *failed).values(last_error=UNSAID))
    unsent = MailRow.state.in_(("pending", "sending"))
    dropped = {"state": "dropped", "last_error": "The person was erased.", "next_attempt_at": None}
    await _do(tx, update(MailRow).where(theirs, unsent).values(dropped))
    nobody = {"to_address": "", "to_name": ERASED, "subject": ""}
    await _do(tx, update(MailRow).where(theirs).values(nobody))


async def _addresses(tx: Tx, people: Collection[str]) -> set[str]:
    own = select(PersonRow.email).where(PersonRow.id.in_(people), PersonRow.email != "")
    others = select(PersonContactRow.value).where(
        PersonContactRow.person_id.in_(people), PersonContactRow.kind == "email"
    )
    return set(await tx.scalars(union(own, others)))


async def _files(tx: Tx, people: Collection[str], names: Collection[str], addresses: Collection[str]) -> None:
    """Rows of imported files, and answers that are kept to be given again.

    A row that was refused says of no person that it is theirs, so it goes by what stands in it.
    """
    empty = dict.fromkeys(
        ("email", "phone", "profession", "credentials", "site", "state", "county", "zone", "told"), ""
    )
    nobody: dict[str, Any] = {
        **empty,
        "name": ERASED,
        "sort_name": sort_key(ERASED),
        "problems": [],
        "site_id": None,
    }
    alike = or_(
        ImportedRow.sort_name.in_({sort_key(name) for name in names}), ImportedRow.email.in_(addresses)
    )
    theirs = or_(ImportedRow.person_id.in_(people), (ImportedRow.fate == "refused") & alike)
    # A file that is yet to be applied would make somebody of this name otherwise.
    waiting = select(ImportRow.id).where(ImportRow.state.in_(("staging", "staged")))
    out = update(ImportedRow).where(theirs, ImportedRow.import_id.in_(waiting))
    await _do(tx, out.values(fate="refused", registration_id=None))
    await _do(tx, update(ImportedRow).where(theirs).values(nobody))
    for name in names:
        sharing = ImportedRow.told.contains(name, autoescape=True)
        await _do(tx, update(ImportedRow).where(sharing).values(told=""))
    named = or_(*(IdempotencyRow.body.contains(one, autoescape=True) for one in people))
    await _do(tx, delete(IdempotencyRow).where(named))


async def _learned(tx: Tx, people: Collection[str]) -> None:
    """What they wrote of a session, and what is printed on their certificates."""
    await _do(tx, update(EvaluationRow).where(EvaluationRow.person_id.in_(people)).values(answers=[]))
    for row in await tx.scalars(select(CertificateRow).where(CertificateRow.person_id.in_(people))):
        unsaid: dict[str, Any] = {
            key: "" for key in ("email", "credentials", "profession") if key in row.said
        }
        row.said = {**row.said, **unsaid, "name": ERASED}
    await tx.flush()


async def _told(tx: Tx, people: Collection[str], name: str, sessions: Collection[str]) -> None:
    """Events that other systems were told or are to be told, and the pictures of a session's attendance."""
    registered = select(RegistrationRow.series_id, RegistrationRow.program_id)
    streams = {
        stream
        for row in await tx.execute(registered.where(RegistrationRow.person_id.in_(people)))
        for stream in row
        if stream is not None
    }
    for some in _stretches(sorted({*sessions, *streams, *people})):
        changed = []
        events = select(EventRow).where(EventRow.stream.in_(some), _names(EventRow.payload, people))
        for event in await tx.scalars(events):
            payload = scrubbed(event.payload, people, name)
            if payload is not event.payload:
                event.payload = payload
                changed.append(event.id)
        await _answers_to(tx, changed)
        editions = select(AttendanceEditionRow).where(
            AttendanceEditionRow.session_id.in_(some), _names(AttendanceEditionRow.picture, people)
        )
        for edition in await tx.scalars(editions):
            edition.picture = scrubbed(edition.picture, people, name)
        await tx.flush()


def _names(said: Any, people: Collection[str]) -> Any:
    """What tells of one of them has their id in it; the rest, which may be a whole program's, is not read."""
    return or_(*(cast(said, Text).contains(one, autoescape=True) for one in people))


async def _answers_to(tx: Tx, event_ids: Collection[str]) -> None:
    """What receivers answered to events that told of them: some say back what they got."""
    sent = select(DeliveryRow.id).where(DeliveryRow.event_id.in_(event_ids))
    said = (DeliveryAttemptRow.delivery_id.in_(sent), DeliveryAttemptRow.response_excerpt != "")
    await _do(tx, update(DeliveryAttemptRow).where(*said).values(response_excerpt=""))


async def _notices(tx: Tx, name: str) -> None:
    for row in await tx.scalars(select(NoticeRow)):
        if name and name.casefold() in f"{row.title} {row.details}".casefold():
            row.title, row.details = ERASED, {**row.details, "text": ""}
    await tx.flush()


async def sessions_of(tx: Tx, people: Collection[str]) -> set[str]:
    """Every session that may tell of them."""
    tables: Iterable[Any] = (AttendanceRecordRow, PresenceRow, CheckInRow, RegistrationRow, ClaimRow)
    queries = [select(table.session_id).where(table.person_id.in_(people)) for table in tables]
    return {one for one in await tx.scalars(union(*queries)) if one is not None}


def _stretches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + 100] for start in range(0, len(ids), 100))


async def _do(tx: Tx, statement: Any) -> None:
    await tx.execute(statement.execution_options(synchronize_session=False))
