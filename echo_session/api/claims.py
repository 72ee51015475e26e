"""/claims, evaluations of sessions, and completion of series. Every look at what people did is noted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from echo_session.api import credit_models as models
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.sessions import session_of
from echo_session.store import audit, claim_rows, claims, completions
from echo_session.store.claim_rows import ClaimLine
from echo_session.store.credit_plans import plan_of
from echo_session.store.errors import NotFound
from echo_session.store.evaluations import summary_of
from echo_session.store.learners import learner_of, page_ends
from echo_session.store.merges import group
from echo_session.store.times import times_of

TAG = "Credit"


async def index(call: Call[Nothing, models.ClaimQuery]) -> Answer:
    """A page of claims."""
    query = call.query
    person_ids = None if query.person_id is None else await group(call.tx, query.person_id)
    page, more = await claim_rows.list_claims(
        call.tx,
        session_id=query.session_id,
        program_id=query.program_id,
        credit_type_id=query.credit_type_id,
        person_ids=person_ids,
        state=query.state,
        limit=query.limit,
        after=time_place(query.cursor),
    )
    about = query.session_id or query.person_id or query.credit_type_id or query.program_id or ""
    await _note(call, audit.READ_CREDIT, about)
    return Answer(body=models.ClaimPage(items=[_out(line) for line in page], next=cursor_of(more)))


async def withdraw(call: Call[models.Withdrawal, Nothing]) -> Answer:
    """Takes a claim back."""
    claim = await claims.withdraw(
        call.tx, call.path["claim_id"], by=call.actor.id, reason=call.body.reason, now=call.now
    )
    await _note(call, audit.CHANGED_CREDIT, claim.id)
    return Answer(body=_out(await claim_rows.get_line(call.tx, claim.id)))


async def restore(call: Call[Nothing, Nothing]) -> Answer:
    """Lets a withdrawn claim stand again."""
    claim = await claims.restore(call.tx, call.path["claim_id"], by=call.actor.id, now=call.now)
    await _note(call, audit.CHANGED_CREDIT, claim.id)
    return Answer(body=_out(await claim_rows.get_line(call.tx, claim.id)))


async def link(call: Call[models.LearnerOf, Nothing]) -> Answer:
    """Where a learner evaluates and claims, for who has lost the mail."""
    session = await session_of(call)
    learner = await learner_of(call.tx, session.id, call.body.person_id)
    if learner.attendee is None:
        raise NotFound(f"no time of {learner.person.id} in {session.id}")
    await _note(call, audit.READ_CREDIT, learner.person.id)
    until = await page_ends(call.tx, session)
    return Answer(
        body=models.LearnerAddress(link=call.ports.links.learner(session.id, learner.person.id, until)),
        headers={"Cache-Control": "no-store"},
    )


async def evaluations(call: Call[Nothing, Nothing]) -> Answer:
    """What the evaluations of a session say."""
    session = await session_of(call)
    plan = await plan_of(call.tx, session.program_id)
    sent, questions = await summary_of(call.tx, session.id, plan)
    people = (await times_of(call.tx, session.id)).people
    await _note(call, audit.READ_CREDIT, session.id)
    body = models.Evaluations(
        session_id=session.id,
        sent=sent,
        attended=sum(one.time.counted_seconds > 0 for one in people),
        questions=[models.AnswersTo.model_validate(asdict(one)) for one in questions],
    )
    return Answer(body=body)


async def completion(call: Call[Nothing, Nothing]) -> Answer:
    """Who has completed a series."""
    series_id = call.path["series_id"]
    found = await completions.completion_of(call.tx, series_id)
    await _note(call, audit.READ_CREDIT, series_id)
    rule = found.rule
    body = models.SeriesCompletionOut(
        series_id=series_id,
        rule=None if rule is None else models.CompletionRuleOut.model_validate(rule),
        total=found.total,
        held=found.held,
        editions=dict(found.editions),
        people=[
            models.CompletionLine.model_validate(
                asdict(line.result)
                | {
                    "person_id": line.person_id,
                    "name": line.name,
                    "email": line.email,
                    "marks": line.marks,
                }
            )
            for line in found.people
        ],
    )
    return Answer(body=body)


async def mark(call: Call[models.Mark, Nothing]) -> Answer:
    """Keeps what somebody did."""
    series_id, body = call.path["series_id"], call.body
    await completions.mark(call.tx, series_id, body.person_id, body.what, by=call.actor.id, now=call.now)
    await _note(call, audit.CHANGED_CREDIT, series_id)
    return Answer()


async def unmark(call: Call[Nothing, models.Mark]) -> Answer:
    """Takes it away again."""
    series_id, query = call.path["series_id"], call.query
    await completions.unmark(call.tx, series_id, query.person_id, query.what)
    await _note(call, audit.CHANGED_CREDIT, series_id)
    return Answer()


async def _note(call: AnyCall, action: str, subject: str) -> None:
    await audit.note(call.tx, call.actor.id, action, subject, now=call.now, random=call.ports.random)


def _out(line: ClaimLine) -> models.ClaimOut:
    names = ("person_id", "person_name", "type_name", "provider", "session_title", "starts_at", "zone")
    return models.ClaimOut.model_validate(
        {name: getattr(line.claim, name) for name in line.claim.__dataclass_fields__}
        | {name: getattr(line, name) for name in names}
        | {"program_id": line.program_id}
    )


def _operation(method: Any, path: str, name: str, summary: str, handler: Any, **more: Any) -> AnyOperation:
    known: dict[str, Any] = {"body": Nothing, "query": Nothing, "tag": TAG, "problems": (404,)}
    return Operation(
        method=method,
        path=path,
        name=name,
        summary=summary,
        handler=handler,
        unit="write",
        **(known | more),
    )


MARKS = "/series/{series_id}/completion-marks"

OPERATIONS: tuple[AnyOperation, ...] = (
    _operation(
        "GET",
        "/claims",
        "listClaims",
        "List claims, latest first, each with what it stands on",
        index,
        query=models.ClaimQuery,
        answer=models.ClaimPage,
        problems=(),
    ),
    _operation(
        "POST",
        "/claims/{claim_id}/withdraw",
        "withdrawClaim",
        "Take a claim back; it stays on record",
        withdraw,
        body=models.Withdrawal,
        answer=models.ClaimOut,
        problems=(404, 409),
    ),
    _operation(
        "POST",
        "/claims/{claim_id}/restore",
        "restoreClaim",
        "Let a withdrawn claim stand again, for what its time is worth now",
        restore,
        answer=models.ClaimOut,
        problems=(404, 409),
    ),
    _operation(
        "POST",
        "/sessions/{session_id}/credit-link",
        "makeCreditLink",
        "The address at which somebody who was there evaluates and claims; for nobody else",
        link,
        body=models.LearnerOf,
        answer=models.LearnerAddress,
    ),
    _operation(
        "GET",
        "/sessions/{session_id}/evaluations",
        "readEvaluations",
        "What the evaluations of a session say, without by whom",
        evaluations,
        answer=models.Evaluations,
    ),
    _operation(
        "GET",
        "/series/{series_id}/completion",
        "readCompletion",
        "Who has completed a series, and what the others miss",
        completion,
        answer=models.SeriesCompletionOut,
    ),
    _operation(
        "POST",
        MARKS,
        "markCompletion",
        "Keep that somebody presented a case, or sent the survey",
        mark,
        body=models.Mark,
        status=204,
    ),
    _operation(
        "DELETE",
        MARKS,
        "unmarkCompletion",
        "Take such a mark away",
        unmark,
        query=models.Mark,
        status=204,
    ),
)
