"""/sessions/{id}/attendance: who was there, what of it counts, and what a coordinator says about it.

Every look is noted; every correction stands in the session's ledger with who made it and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from echo_session.api import attendance_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.sessions import session_of
from echo_session.domain.correcting import refuse_unless_begun
from echo_session.domain.corrections import Correction
from echo_session.domain.frames import Break
from echo_session.domain.session_times import Attendee, Edition
from echo_session.domain.sessions import Session
from echo_session.domain.spans import Span
from echo_session.store import audit
from echo_session.store.actors import names_of
from echo_session.store.attendance_report import report_of
from echo_session.store.corrections import By, Named, correct, person_named, undo
from echo_session.store.editions import editions_of, finalize
from echo_session.store.frames import begin_break, breaks_of, end_break, set_windows
from echo_session.store.times import times_of
from echo_session.store.verifying import verify_session

TAG = "Attendance"


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """Everybody's time so far."""
    session = await session_of(call)
    return Answer(body=await _everything(call, session))


async def add_correction(call: Call[models.NewCorrection, Nothing]) -> Answer:
    """Somebody was there then as well, or was not."""
    session, body = await session_of(call), call.body
    if body.person is not None:
        refuse_unless_begun(session)
        named = Named(name=body.person.name, email=body.person.email, site_id=body.person.site_id)
        times = await times_of(call.tx, session.id)
        person_id = await person_named(call.tx, named, times, now=call.now, random=call.ports.random)
    else:
        person_id = body.person_id or ""
    span = Span(body.from_, body.until)
    who = await correct(
        call.tx, session.id, person_id, body.action, span, _by(call, body.reason), random=call.ports.random
    )
    return Answer(body=await _line_of(call, session, who))


async def undo_correction(call: Call[models.Undoing, Nothing]) -> Answer:
    """Takes a correction back."""
    session = await session_of(call)
    correction_id = call.path["correction_id"]
    who = await undo(
        call.tx, session.id, correction_id, _by(call, call.body.reason), random=call.ports.random
    )
    return Answer(body=await _line_of(call, session, who))


async def change_windows(call: Call[models.WindowsChange, Nothing]) -> Answer:
    """Says as a whole what counts."""
    session, body = await session_of(call), call.body
    await set_windows(
        call.tx,
        session.id,
        _spans(body.windows),
        None if body.breaks is None else _spans(body.breaks),
        _by(call, body.reason),
        random=call.ports.random,
    )
    return Answer(body=await _everything(call, session))


async def list_breaks(call: Call[Nothing, Nothing]) -> Answer:
    """The breaks, without anybody's time."""
    breaks = await breaks_of(call.tx, (await session_of(call)).id)
    return Answer(body=models.Breaks(items=[_break(one) for one in breaks]))


async def break_begins(call: Call[Nothing, Nothing]) -> Answer:
    """A break, from now on."""
    session, at = await session_of(call), call.ports.instant_of(call.now)
    made = await begin_break(call.tx, session.id, by=call.actor.id, at=at, random=call.ports.random)
    return Answer(body=_break(made))


async def break_ends(call: Call[Nothing, Nothing]) -> Answer:
    """The break is over."""
    session, at = await session_of(call), call.ports.instant_of(call.now)
    ended = await end_break(
        call.tx, session.id, call.path["break_id"], by=call.actor.id, at=at, random=call.ports.random
    )
    return Answer(body=_break(ended))


async def make_final(call: Call[Nothing, Nothing]) -> Answer:
    """The coordinator closes the books."""
    session = await session_of(call)
    await finalize(call.tx, session.id, by=call.actor.id, now=call.now, random=call.ports.random)
    return Answer(body=await _everything(call, session))


async def look_whether_intact(call: Call[Nothing, Nothing]) -> Answer:
    """Verifies the ledger from its first link."""
    verdict = await verify_session(call.tx, (await session_of(call)).id)
    broken = verdict.broken
    body = models.Verification(
        intact=verdict.intact,
        links=verdict.links,
        head=verdict.head,
        broken_event_id=broken.event_id or None if broken else None,
        broken_position=broken.position if broken else None,
        problem=str(broken) if broken else None,
    )
    return Answer(body=body)


def _break(one: Break) -> models.BreakOut:
    return models.BreakOut(id=one.id, from_=one.start, until=one.end)


def _by(call: AnyCall, reason: str) -> By:
    return By(id=call.actor.id, reason=reason, at=call.ports.instant_of(call.now))


def _spans(spans: Iterable[models.SpanIn]) -> list[Span]:
    return [Span(one.from_, one.until) for one in spans]


async def _everything(call: AnyCall, session: Session) -> models.Attendance:
    times = await report_of(call.tx, session.id)
    editions = await editions_of(call.tx, session.id)
    await audit.note(
        call.tx, call.actor.id, audit.READ_ATTENDANCE, session.id, now=call.now, random=call.ports.random
    )
    names = await _names(call, times.people, editions)
    told = [
        models.EditionOut(
            number=one.number, kind=one.kind, at=one.at, by_name=names.get(one.by, ""), reason=one.reason
        )
        for one in editions
    ]
    return models.Attendance(
        session=models.AttendanceSession.model_validate(times.session),
        generated_at=call.now,
        state=_state(times.session, editions),
        edition=told[-1] if told else None,
        editions=told,
        countable_seconds=times.countable_seconds,
        windows=[models.SpanOut(from_=one.start, until=one.end) for one in times.windows],
        breaks=[_break(one) for one in times.breaks],
        chain=models.ChainOut(links=times.links, head=times.head),
        people=[_line(one, names) for one in times.people],
    )


async def _line_of(call: AnyCall, session: Session, person_id: str) -> models.PersonAttendance:
    line = (await report_of(call.tx, session.id)).of(person_id)
    assert line is not None, "whoever was corrected has a line"
    return _line(line, await _names(call, [line], ()))


async def _names(call: AnyCall, people: Iterable[Attendee], editions: Sequence[Edition]) -> dict[str, str]:
    ids = {edition.by for edition in editions}
    for one in people:
        ids |= {by for correction in one.time.corrections for by in (correction.by, correction.undone_by)}
    return await names_of(call.tx, ids)


def _state(session: Session, editions: Sequence[Edition]) -> str:
    if session.status != "closed":
        return "live"
    return "final" if editions and editions[-1].number > 0 else "ready"


def _line(one: Attendee, names: Mapping[str, str]) -> models.PersonAttendance:
    time = one.time
    site = models.NamedSite(id=one.site_id, name=one.site) if one.site_id else None
    return models.PersonAttendance(
        person_id=one.person_id,
        name=one.name,
        email=one.email,
        site=site,
        site_name=one.site,
        role=one.role,
        profession=one.profession,
        matched=one.matched,
        way=time.way.value,
        here=time.here,
        first_joined_at=time.first_at,
        last_left_at=None if time.here else time.last_at,
        present_seconds=time.present_seconds,
        counted_seconds=time.counted_seconds,
        original_seconds=time.original_counted_seconds,
        corrected=time.corrected,
        intervals=[
            models.IntervalOut(
                joined_at=stay.joined_at, left_at=stay.left_at, seconds=stay.seconds, way=stay.way.value
            )
            for stay in time.intervals
        ],
        counted=[models.SpanOut(from_=stay.joined_at, until=stay.until) for stay in time.counted],
        corrections=[_correction(correction, names) for correction in time.corrections],
        shared_with=one.shared_with or None,
    )


def _correction(one: Correction, names: Mapping[str, str]) -> models.CorrectionOut:
    return models.CorrectionOut(
        id=one.id,
        from_=one.start,
        until=one.end,
        action=one.action,
        by=names.get(one.by, ""),
        reason=one.reason,
        at=one.at,
        undone=one.undone,
        undone_by=names.get(one.undone_by, ""),
        undo_reason=one.undo_reason,
        undone_at=one.undone_at,
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "GET",
        "/sessions/{session_id}/attendance",
        "readAttendance",
        "Who was there from when to when, and what of it counts",
        read,
        tag=TAG,
        answer=models.Attendance,
        unit="write",
    ),
    operation(
        "POST",
        "/sessions/{session_id}/attendance/corrections",
        "correctAttendance",
        "Say that somebody was there then as well, or was not; answers with their line",
        add_correction,
        tag=TAG,
        body=models.NewCorrection,
        answer=models.PersonAttendance,
        status=201,
        idempotent=True,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/sessions/{session_id}/attendance/corrections/{correction_id}/undo",
        "undoCorrection",
        "Take a correction back; answers with the person's line",
        undo_correction,
        tag=TAG,
        body=models.Undoing,
        answer=models.PersonAttendance,
        problems=(404, 409),
    ),
    operation(
        "PATCH",
        "/sessions/{session_id}/attendance/windows",
        "setCountedTime",
        "Say as a whole what counts of a session",
        change_windows,
        tag=TAG,
        body=models.WindowsChange,
        answer=models.Attendance,
        problems=(404, 409),
    ),
    operation(
        "GET",
        "/sessions/{session_id}/breaks",
        "listBreaks",
        "Breaks of a session; who was there is not part of it",
        list_breaks,
        tag=TAG,
        answer=models.Breaks,
    ),
    operation(
        "POST",
        "/sessions/{session_id}/breaks",
        "beginBreak",
        "A break, from now on: nothing counts until it ends",
        break_begins,
        tag=TAG,
        answer=models.BreakOut,
        status=201,
        idempotent=True,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/sessions/{session_id}/breaks/{break_id}/end",
        "endBreak",
        "The break is over",
        break_ends,
        tag=TAG,
        answer=models.BreakOut,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/sessions/{session_id}/attendance/finalize",
        "finalizeAttendance",
        "Make attendance final: each change afterwards is told as a numbered amendment",
        make_final,
        tag=TAG,
        answer=models.Attendance,
        problems=(404, 409),
    ),
    operation(
        "GET",
        "/sessions/{session_id}/attendance/verify",
        "verifyAttendance",
        "Whether the ledger is what was written, from its first event on",
        look_whether_intact,
        tag=TAG,
        answer=models.Verification,
    ),
)
