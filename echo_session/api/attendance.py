"""/sessions/{id}/attendance: who was there. Every look is noted."""

from __future__ import annotations

from echo_session.api import models
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.sessions import session_of
from echo_session.domain import attendance_report
from echo_session.domain.attendance import total
from echo_session.store import audit
from echo_session.store.attendance import attendance_of


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """Everybody's time so far."""
    session = await session_of(call)
    people = await attendance_of(call.tx, session.id)
    await audit.note(
        call.tx, call.actor.id, audit.READ_ATTENDANCE, session.id, now=call.now, random=call.ports.random
    )
    body = models.Attendance(
        session_id=session.id, generated_at=call.now, people=[_line(person) for person in people]
    )
    return Answer(body=body)


def _line(person: attendance_report.PersonAttendance) -> models.PersonAttendance:
    return models.PersonAttendance(
        person_id=person.person_id,
        name=person.name,
        site=person.site,
        role=person.role,
        profession=person.profession,
        matched=person.matched,
        here=person.here,
        first_joined_at=person.first_joined_at,
        last_left_at=person.last_left_at,
        seconds=total(person.intervals),
        intervals=[models.IntervalOut.model_validate(interval) for interval in person.intervals],
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/sessions/{session_id}/attendance",
        name="readAttendance",
        summary="Who was there from when to when",
        tag="Attendance",
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.Attendance,
        unit="write",
        problems=(404,),
    ),
)
