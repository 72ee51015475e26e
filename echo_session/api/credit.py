"""Credit plans and types of programs, what sessions offer, claims, evaluations, completion."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic import BaseModel

from echo_session.api import credit_models as models
from echo_session.api.operation import KIB, Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.program_models import QuestionOut
from echo_session.api.run import etag, expected_revision
from echo_session.api.sessions import session_of
from echo_session.domain.completion import CompletionRule
from echo_session.domain.credit_plan import CertificateWords, CreditPlan
from echo_session.domain.credit_types import CreditType, CreditTypeDraft, draft_of
from echo_session.domain.questions import Question, QuestionKind
from echo_session.domain.sessions import Session, Status
from echo_session.store import audit, credit_plans, credit_types, session_credit
from echo_session.store.claims import recompute
from echo_session.store.programs import get_program
from echo_session.store.sessions import lock_session

TAG = "Credit"
NULLABLE = frozenset({"designated_minutes", "minimum_minutes", "minimum_share"})
"""Where null is a value; elsewhere it leaves a field as it is."""


async def read_plan(call: Call[Nothing, Nothing]) -> Answer:
    """The plan of a program."""
    program = await get_program(call.tx, call.path["program_id"])
    return _plan_answer(program.id, await credit_plans.plan_of(call.tx, program.id))


async def change_plan(call: Call[models.CreditPlanChange, Nothing]) -> Answer:
    """Changes the plan of a program."""
    program = await get_program(call.tx, call.path["program_id"])
    before = await credit_plans.plan_of(call.tx, program.id)
    plan = await credit_plans.change_plan(
        call.tx,
        program.id,
        _wanted_plan(before, call.body),
        revision=expected_revision(call.request.headers),
        random=call.ports.random,
    )
    if plan.revision != before.revision:
        await _note(call, program.id)
    return _plan_answer(program.id, plan)


async def list_types(call: Call[Nothing, models.CreditTypeQuery]) -> Answer:
    """The types of a program."""
    program = await get_program(call.tx, call.path["program_id"])
    found = await credit_types.types_of(call.tx, program.id, archived=call.query.archived)
    return Answer(body=models.CreditTypes(items=[_type_out(one) for one in found]))


async def create_type(call: Call[models.NewCreditType, Nothing]) -> Answer:
    """Makes a type."""
    draft = CreditTypeDraft(**_given(call.body))
    made = await credit_types.create_type(
        call.tx, call.path["program_id"], draft, now=call.now, random=call.ports.random
    )
    await _note(call, made.program_id)
    location = {"Location": f"/api/v1/credit-types/{made.id}"}
    return Answer(body=_type_out(made), headers=location | etag(made.revision))


async def read_type(call: Call[Nothing, Nothing]) -> Answer:
    """One type."""
    return _type_answer(await credit_types.get_type(call.tx, call.path["credit_type_id"]))


async def change_type(call: Call[models.CreditTypeChange, Nothing]) -> Answer:
    """Changes a type."""
    before = await credit_types.get_type(call.tx, call.path["credit_type_id"])
    draft = draft_of(before)
    drafted = {field.name: getattr(draft, field.name) for field in fields(CreditTypeDraft)}
    wanted = CreditTypeDraft(**drafted | _given(call.body))
    after = await credit_types.change_type(
        call.tx, before.id, wanted, revision=expected_revision(call.request.headers)
    )
    if after.revision != before.revision:
        await _note(call, after.program_id)
    return _type_answer(after)


async def archive_type(call: Call[Nothing, Nothing]) -> Answer:
    """Puts a type away."""
    after = await credit_types.archive_type(call.tx, call.path["credit_type_id"], now=call.now)
    await _note(call, after.program_id)
    return _type_answer(after)


async def restore_type(call: Call[Nothing, Nothing]) -> Answer:
    """Takes a type out again."""
    after = await credit_types.restore_type(call.tx, call.path["credit_type_id"])
    await _note(call, after.program_id)
    return _type_answer(after)


async def read_session(call: Call[Nothing, Nothing]) -> Answer:
    """What a session offers."""
    return await _session_answer(call, await session_of(call))


async def change_session(call: Call[models.SessionCreditChange, Nothing]) -> Answer:
    """Changes what a session offers and who presented; claims follow."""
    session = await session_of(call)
    await lock_session(call.tx, session.id)
    if call.body.offers is not None:
        wanted = [(one.credit_type_id, one.offered, one.designated_minutes) for one in call.body.offers]
        await session_credit.set_offers(call.tx, session, wanted)
    if call.body.presenters is not None:
        people = [(one.person_id, one.minutes) for one in call.body.presenters]
        await session_credit.set_presenters(call.tx, session.id, people, by=call.actor.id, now=call.now)
    if session.status is Status.CLOSED:
        await recompute(call.tx, session.id, now=call.now, why="The session's credit or presenters changed.")
    await _note(call, session.id)
    return await _session_answer(call, session)


async def _note(call: AnyCall, subject: str) -> None:
    await audit.keep(
        call.tx, call.actor.id, audit.CHANGED_CREDIT, subject, now=call.now, random=call.ports.random
    )


async def _session_answer(call: AnyCall, session: Session) -> Answer:
    offers = await session_credit.offers_of(call.tx, session)
    body = models.SessionCredit(
        session_id=session.id,
        offers=[
            models.OfferOut(
                credit_type_id=one.type.id,
                name=one.type.name,
                provider=one.type.provider,
                offered=one.offered,
                own_minutes=one.own_minutes,
                designated_minutes=one.designated_minutes,
            )
            for one in offers
        ],
        presenters=[
            models.PresenterOut.model_validate(one)
            for one in await session_credit.presenters_of(call.tx, session.id)
        ],
    )
    return Answer(body=body)


def _plan_answer(program_id: str, plan: CreditPlan) -> Answer:
    rule = plan.completion
    body = models.CreditPlanOut(
        program_id=program_id,
        evaluation=[QuestionOut.model_validate(question) for question in plan.evaluation],
        attestation=plan.attestation,
        claim_days=plan.claim_days,
        certificate=models.CertificateOut.model_validate(plan.certificate),
        completion=None if rule is None else models.CompletionRuleOut.model_validate(rule),
        revision=plan.revision,
    )
    return Answer(body=body)


def _wanted_plan(before: CreditPlan, body: models.CreditPlanChange) -> CreditPlan:
    wanted = {field.name: getattr(before, field.name) for field in fields(CreditPlan)}
    said = body.model_fields_set
    for name in ("attestation", "claim_days"):
        wanted[name] = wanted[name] if getattr(body, name) is None else getattr(body, name)
    if body.evaluation is not None:
        wanted["evaluation"] = tuple(
            Question(**dict(one) | {"kind": QuestionKind(one.kind), "options": tuple(one.options)})
            for one in body.evaluation
        )
    if body.certificate is not None:
        wanted["certificate"] = CertificateWords(**dict(body.certificate))
    if "completion" in said:
        rule = body.completion
        wanted["completion"] = None if rule is None else CompletionRule(**dict(rule))
    return CreditPlan(**wanted)


def _given(body: BaseModel) -> dict[str, Any]:
    """The fields that were said, as the domain has them."""
    given = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name in NULLABLE or getattr(body, name) is not None
    }
    if "professions" in given:
        given["professions"] = tuple(given["professions"])
    return given


def _type_out(kept: CreditType) -> models.CreditTypeOut:
    return models.CreditTypeOut.model_validate(kept)


def _type_answer(kept: CreditType) -> Answer:
    return Answer(body=_type_out(kept))


def _operation(method: Any, path: str, name: str, summary: str, handler: Any, **more: Any) -> AnyOperation:
    known: dict[str, Any] = {"body": Nothing, "query": Nothing, "tag": TAG, "problems": (404,)}
    if method != "GET":
        known["unit"] = "write"
    return Operation(method=method, path=path, name=name, summary=summary, handler=handler, **(known | more))


PLAN = "/programs/{program_id}/credit-plan"
TYPES = "/programs/{program_id}/credit-types"
TYPE = "/credit-types/{credit_type_id}"
SESSION = "/sessions/{session_id}/credit"

OPERATIONS: tuple[AnyOperation, ...] = (
    _operation(
        "GET",
        PLAN,
        "readCreditPlan",
        "What a program asks of learners and gives them",
        read_plan,
        answer=models.CreditPlanOut,
    ),
    _operation(
        "PATCH",
        PLAN,
        "changeCreditPlan",
        "Change a program's evaluation, attestation, certificate or completion",
        change_plan,
        body=models.CreditPlanChange,
        answer=models.CreditPlanOut,
        if_match=True,
        max_body=512 * KIB,
        problems=(404, 412),
    ),
    _operation(
        "GET",
        TYPES,
        "listCreditTypes",
        "List a program's credit types",
        list_types,
        query=models.CreditTypeQuery,
        answer=models.CreditTypes,
    ),
    _operation(
        "POST",
        TYPES,
        "createCreditType",
        "Make a credit type",
        create_type,
        body=models.NewCreditType,
        answer=models.CreditTypeOut,
        status=201,
        idempotent=True,
        problems=(404, 409),
    ),
    _operation("GET", TYPE, "readCreditType", "Read a credit type", read_type, answer=models.CreditTypeOut),
    _operation(
        "PATCH",
        TYPE,
        "changeCreditType",
        "Change a credit type; what was claimed stays by the rule that it was claimed by",
        change_type,
        body=models.CreditTypeChange,
        answer=models.CreditTypeOut,
        if_match=True,
        problems=(404, 412),
    ),
    _operation(
        "POST",
        f"{TYPE}/archive",
        "archiveCreditType",
        "Put a credit type away: nothing new is claimed of it",
        archive_type,
        answer=models.CreditTypeOut,
    ),
    _operation(
        "POST",
        f"{TYPE}/restore",
        "restoreCreditType",
        "Take a credit type out again",
        restore_type,
        answer=models.CreditTypeOut,
    ),
    _operation(
        "GET",
        SESSION,
        "readSessionCredit",
        "What credit a session offers, and who presented",
        read_session,
        answer=models.SessionCredit,
    ),
    _operation(
        "PATCH",
        SESSION,
        "changeSessionCredit",
        "Change what credit a session offers, or who presented; claims follow",
        change_session,
        body=models.SessionCreditChange,
        answer=models.SessionCredit,
    ),
)
