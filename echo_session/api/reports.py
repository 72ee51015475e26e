"""/reports: attendance as files to keep, to print and to compute with. Every one is noted."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

from echo_session.api import report_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Download, Nothing
from echo_session.api.report_files import session_file, session_report, summary_file
from echo_session.domain.reporting import About, Wanted
from echo_session.domain.slugs import slug_of
from echo_session.reports.claims_file import write_claims
from echo_session.reports.svg import to_svg
from echo_session.reports.timeline import frame_of, timeline
from echo_session.store import audit
from echo_session.store.claim_export import exported_claims
from echo_session.store.engine import Tx
from echo_session.store.report_queries import held_session, title_of

TAG = "Reports"
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
}
SVG = "image/svg+xml"
_BY_PATH = {
    "series": (About.SERIES, "series_id"),
    "programs": (About.PROGRAM, "program_id"),
    "people": (About.PERSON, "person_id"),
    "sites": (About.SITE, "site_id"),
}


async def of_session(call: Call[Nothing, models.SessionReportQuery]) -> Answer:
    """The report of one session."""
    session_id, form = call.path["session_id"], call.query.format
    async with call.ports.database.write() as tx:
        held = await held_session(tx, session_id)
        await note(call, tx, session_id, f"session {form}")
    file = await session_file(call.ports.database, session_id, form, call.now)
    return download(f"attendance-{slug_of(held.title, 'session')}-{held.day}", form, file)


async def picture(call: Call[Nothing, Nothing]) -> Answer:
    """A line of time per person."""
    async with call.ports.database.write() as tx:
        report = await session_report(tx, call.path["session_id"], call.now)
        await audit.note(
            tx,
            call.actor.id,
            audit.READ_ATTENDANCE,
            report.held.id,
            now=call.now,
            random=call.ports.random,
        )
    frame = frame_of(report.lines, report.countable, report.held.zone, report.held.starts_at)
    title = f"Attendance of {report.held.title}"
    drawing = await asyncio.to_thread(timeline, report.lines, frame, title=title)
    file = BytesIO(to_svg(drawing).encode())
    name = f"attendance-{slug_of(report.held.title, 'session')}-{report.held.day}.svg"
    return Answer(download=Download(filename=name, media_type=SVG, file=file))


async def grant(call: Call[Nothing, models.GrantQuery]) -> Answer:
    """Figures over a range of days."""
    query = call.query
    wanted = Wanted(about=About.GRANT, id=query.program_id or "", first=query.from_, last=query.to)
    return await _summary(call, wanted, query.format, query.table)


async def claims(call: Call[Nothing, models.ClaimExportQuery]) -> Answer:
    """Claims for the provider that issues credit."""
    query, form = call.query, call.query.format
    async with call.ports.database.write() as tx:
        about = query.session_id or query.credit_type_id or query.program_id or "hub"
        await note(call, tx, about, f"claims {query.state} {form} {_days(query)}")
    async with call.ports.database.read() as tx:
        found = await exported_claims(
            tx,
            state=None if query.state == "all" else query.state,
            session_id=query.session_id,
            credit_type_id=query.credit_type_id,
            program_id=query.program_id,
            first=query.from_,
            last=query.to,
        )
    file = BytesIO()
    await asyncio.to_thread(write_claims, found, file, form, call.now)
    return download(f"claims-{call.now:%Y-%m-%d}", form, file)


def _of(kind: str) -> Any:
    about, name = _BY_PATH[kind]

    async def handler(call: Call[Nothing, models.ReportQuery]) -> Answer:
        query = call.query
        wanted = Wanted(about=about, id=call.path[name], first=query.from_, last=query.to)
        return await _summary(call, wanted, query.format, query.table)

    return handler


async def _summary(call: AnyCall, wanted: Wanted, form: models.Format, table: str) -> Answer:
    async with call.ports.database.write() as tx:
        await title_of(tx, wanted)
        await note(call, tx, wanted.id or "hub", f"{wanted.about} {form} {_days(call.query)}")
    title, file = await summary_file(call.ports.database, wanted, form, table, call.now)
    about = slug_of(title, "") if title else "all-programs"
    return download(
        "-".join(part for part in (wanted.about.value, about, f"{call.now:%Y-%m-%d}") if part), form, file
    )


def _days(query: models.Days) -> str:
    """Such as ``from 2026-11-01 to 2026-11-30``, or ``all days``."""
    ends = (("from", query.from_), ("to", query.to))
    return " ".join(f"{word} {day}" for word, day in ends if day) or "all days"


async def note(call: AnyCall, tx: Tx, subject: str, detail: str) -> None:
    """Keeps that somebody took these figures out of the house."""
    await audit.keep(
        tx,
        call.actor.id,
        audit.EXPORTED_REPORT,
        subject,
        now=call.now,
        random=call.ports.random,
        detail=detail,
    )


def download(name: str, form: str, file: Any) -> Answer:
    """The file, to be saved under this name."""
    media_type = MEDIA_TYPES[form] + ("; charset=utf-8" if form == "csv" else "")
    return Answer(download=Download(filename=f"{name}.{form}", media_type=media_type, file=file))


_WORDS = {
    "series": "Attendance of a series as a file",
    "programs": "Attendance of a program as a file",
    "people": "Where somebody was, and for how long, as a file",
    "sites": "Attendance of a site's people as a file",
}

OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "GET",
        "/reports/sessions/{session_id}",
        "reportSession",
        "Attendance of a session as a file: CSV, Excel, JSON or PDF",
        of_session,
        tag=TAG,
        query=models.SessionReportQuery,
        unit="none",
        downloads=tuple(MEDIA_TYPES.values()),
    ),
    *(
        operation(
            "GET",
            f"/reports/{kind}/{{{name}}}",
            f"report{about.value.title()}",
            _WORDS[kind],
            _of(kind),
            tag=TAG,
            query=models.ReportQuery,
            unit="none",
            downloads=tuple(MEDIA_TYPES.values()),
        )
        for kind, (about, name) in _BY_PATH.items()
    ),
    operation(
        "GET",
        "/reports/grant",
        "reportFigures",
        "Figures for grants and yearly reports over a range of days",
        grant,
        tag=TAG,
        query=models.GrantQuery,
        unit="none",
        downloads=tuple(MEDIA_TYPES.values()),
        problems=(404,),
    ),
    operation(
        "GET",
        "/claims/export",
        "exportClaims",
        "Claims as a file for the accredited provider, with what people answered when they registered",
        claims,
        tag=TAG,
        query=models.ClaimExportQuery,
        unit="none",
        downloads=tuple(media for form, media in MEDIA_TYPES.items() if form != "pdf"),
    ),
    operation(
        "GET",
        "/sessions/{session_id}/attendance/timeline",
        "drawAttendance",
        "A picture of a session's attendance: a line of time per person",
        picture,
        tag=TAG,
        unit="none",
        downloads=(SVG,),
    ),
)
