"""Reports into files: read a few sessions at a time, written in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from echo_session.api.report_models import Format
from echo_session.domain.reporting import About, Line, Wanted
from echo_session.domain.session_times import SessionTimes
from echo_session.domain.sessions import Status
from echo_session.domain.tallying import Tally
from echo_session.reports.session_files import write_session
from echo_session.reports.session_pdf import session_pdf
from echo_session.reports.session_report import Changed, SessionReport, State, Told
from echo_session.reports.summary import Summary
from echo_session.reports.summary_files import SummaryFile
from echo_session.reports.summary_pdf import summary_pdf
from echo_session.store.actors import names_of
from echo_session.store.attendance_report import report_of
from echo_session.store.editions import editions_of
from echo_session.store.engine import Database, Tx
from echo_session.store.report_queries import held, held_session, lines_of, pages, title_of


async def session_report(tx: Tx, session_id: str, now: datetime) -> SessionReport:
    """Everything that the report of a session is made of. Raises NotFound."""
    session = await held_session(tx, session_id)
    times = await report_of(tx, session_id)
    editions = await editions_of(tx, session_id)
    corrections = [one for person in times.people for one in person.time.corrections]
    by = {one.by for one in editions} | {by for one in corrections for by in (one.by, one.undone_by)}
    names = await names_of(tx, by)
    lines = await lines_of(tx, times, session)
    return SessionReport(
        held=session,
        state=_state(times, len(editions)),
        editions=tuple(
            Told(number=one.number, at=one.at, by=names.get(one.by, ""), reason=one.reason)
            for one in editions
        ),
        countable=times.frame.countable,
        breaks=tuple((one.start, one.end) for one in times.breaks),
        lines=tuple(lines),
        corrections=_corrections(times, lines, names),
        links=times.links,
        head=times.head,
        made_at=now,
    )


async def session_file(database: Database, session_id: str, form: Format, now: datetime) -> BinaryIO:
    """The report of a session. Raises NotFound."""
    async with database.read() as tx:
        report = await session_report(tx, session_id, now)
    if form == "pdf":
        return BytesIO(await asyncio.to_thread(session_pdf, report))
    file = BytesIO()
    await asyncio.to_thread(write_session, report, file, form)
    return file


async def summary_file(
    database: Database, wanted: Wanted, form: Format, table: str, now: datetime
) -> tuple[str, BinaryIO]:
    """A report over several sessions, with the name of what it is about. Raises NotFound."""
    tally = Tally()
    kept: list[Line] = []
    with ExitStack() as undo:
        file = undo.enter_context(_temporary())
        book = None if form == "pdf" else SummaryFile(file, form, wanted, table)
        if book is not None:
            undo.callback(book.discard)

        def take(lines: list[Line]) -> None:
            tally.add(lines)
            if book is not None:
                book.add(lines)
            elif wanted.about is About.PERSON:
                kept.extend(lines)

        async with database.read() as tx:
            title = await title_of(tx, wanted)
            sessions = await held(tx, wanted)
            tally.hold(sessions)
            async for lines in pages(tx, wanted, sessions):
                await asyncio.to_thread(take, lines)
        summary = Summary(wanted=wanted, title=title, tally=tally, made_at=now, lines=kept)
        if book is None:
            return title, BytesIO(await asyncio.to_thread(summary_pdf, summary))
        await asyncio.to_thread(book.finish, summary)
        undo.pop_all()
        return title, file


def _temporary() -> BinaryIO:
    """Gone with the last who has it open."""
    return cast(BinaryIO, TemporaryFile())


def _state(times: SessionTimes, editions: int) -> State:
    if times.session.status is not Status.CLOSED:
        return "live"
    return "final" if editions > 1 else "ready"


def _corrections(times: SessionTimes, lines: list[Line], names: Mapping[str, str]) -> tuple[Changed, ...]:
    people = {line.person_id: line.name for line in lines}
    found = [
        Changed(
            name=people.get(person.person_id, person.name),
            action=one.action,
            start=one.start,
            end=one.end,
            by=names.get(one.by, ""),
            reason=one.reason,
            at=one.at,
            undone=f"{names.get(one.undone_by, 'somebody')}: {one.undo_reason}" if one.undone else "",
        )
        for person in times.people
        for one in person.time.corrections
    ]
    return tuple(sorted(found, key=lambda one: one.at))
