"""/unmatched: who was there and is not known yet, and who they turn out to be."""

from __future__ import annotations

from echo_session.api import gathering_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.paging import PageQuery, cursor_of, time_place
from echo_session.api.people import people_out
from echo_session.api.people_models import PersonRecordOut
from echo_session.api.sessions import session_of
from echo_session.domain.text import tidy_lines
from echo_session.store import audit, matching
from echo_session.store.people_records import get_record, get_records

TAG = "Attendance"


async def index(call: Call[Nothing, PageQuery]) -> Answer:
    """Everybody who waits to be matched. Every look is noted."""
    await audit.note(
        call.tx, call.actor.id, audit.READ_ATTENDANCE, "", now=call.now, random=call.ports.random
    )
    return await _page(call, None)


async def index_of_session(call: Call[Nothing, PageQuery]) -> Answer:
    """Those of one session. Every look is noted."""
    session = await session_of(call)
    await audit.note(
        call.tx, call.actor.id, audit.READ_ATTENDANCE, session.id, now=call.now, random=call.ports.random
    )
    return await _page(call, session.id)


async def match(call: Call[models.Match, Nothing]) -> Answer:
    """Says who somebody is; the answer is who they are from now on."""
    person_id = await matching.match(
        call.tx,
        call.path["person_id"],
        call.body.person_id,
        tidy_lines(call.body.reason),
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
    )
    [body] = await people_out(call, [await get_record(call.tx, person_id)])
    return Answer(body=body)


async def _page(call: AnyCall, session_id: str | None) -> Answer:
    found, more = await matching.unmatched(
        call.tx, session_id, limit=call.query.limit, after=time_place(call.query.cursor)
    )
    ids = {one.person_id for one in found} | {each.person_id for one in found for each in one.candidates}
    people = {one.id: one for one in await people_out(call, await get_records(call.tx, sorted(ids)))}
    items = [_out(one, people) for one in found]
    return Answer(body=models.UnmatchedPage(items=items, next=cursor_of(more)))


def _out(one: matching.Unmatched, people: dict[str, PersonRecordOut]) -> models.UnmatchedOut:
    return models.UnmatchedOut(
        person=people[one.person_id],
        sessions=[models.AttendedOut.model_validate(session) for session in one.sessions],
        suggestions=[
            models.CandidateOut(person=people[each.person_id], reasons=list(each.reasons))
            for each in one.candidates
        ],
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "GET",
        "/unmatched",
        "listUnmatched",
        "Who was in a session and is not known yet, first come first, and who they may be",
        index,
        tag=TAG,
        unit="write",
        query=PageQuery,
        answer=models.UnmatchedPage,
    ),
    operation(
        "GET",
        "/sessions/{session_id}/unmatched",
        "listUnmatchedOfSession",
        "The same of one session",
        index_of_session,
        tag=TAG,
        unit="write",
        query=PageQuery,
        answer=models.UnmatchedPage,
    ),
    operation(
        "POST",
        "/people/{person_id}/match",
        "matchPerson",
        "Say that they are somebody who is known, or (null) that they are somebody new",
        match,
        tag=TAG,
        body=models.Match,
        answer=PersonRecordOut,
        problems=(404, 409),
    ),
)
