"""/public/credit: a learner's time in a session, evaluation and claims, by the link of that page alone."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import hdrs, web

from echo_session.api import learner_models as models
from echo_session.api.auth import refuse_other_sites
from echo_session.api.console import refuse_if_too_many
from echo_session.api.limits import RateLimit
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.api.program_models import QuestionOut
from echo_session.domain.certificates import spaced
from echo_session.domain.credit import Standing
from echo_session.domain.credit_words import attended_words, changed_words
from echo_session.domain.errors import NotPossible
from echo_session.domain.sessions import Status
from echo_session.store import claims, evaluations
from echo_session.store.certificate_rows import held_by
from echo_session.store.claim_rows import Claim
from echo_session.store.learners import Learner, learner_of, page_ends
from echo_session.store.left_devices import left_device
from echo_session.store.programs import program_names
from echo_session.store.session_credit import Offer
from echo_session.store.sessions import lock_session
from echo_session.tokens import BadToken

TAG = "Learner's page"
NO_LINK = "This link does not work, or its time is over. Open the one of the latest mail, or ask the hub."


def learner_in(request: web.Request, ports: Ports) -> tuple[str, str]:
    """Ids of the session and the person whose page asks: ``Authorization: Link <token>``.

    Raises:
        Problem: 401.
    """
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "link" or not token.strip():
        raise Problem(401, "Send the token of the page's link: Authorization: Link <token>.")
    try:
        return ports.links.read_learner(token.strip(), ports.now())
    except BadToken as error:
        raise Problem(401, NO_LINK) from error


def admission(ports: Ports) -> Callable[[AnyCall], None]:
    """What refuses whoever asks too often from one address, or from another site's page."""
    looks = RateLimit(ports.limits.public_looks_per_address, ports.limits.public_window, ports.monotonic)

    def admit(call: AnyCall) -> None:
        refuse_if_too_many(looks.wait(call.request.remote))
        if call.request.method != "GET":
            refuse_other_sites(call.request, ports, programs=True)

    return admit


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The operations; each is limited by the address that asks."""
    admit = admission(ports)
    return (
        operation(
            "GET",
            "/public/credit",
            "readLearnerPage",
            "A learner's time in a session, and what it is worth",
            _read,
            tag=TAG,
            admit=admit,
            answer=models.LearnerPage,
            public=True,
            problems=(401, 404, 429),
        ),
        operation(
            "POST",
            "/public/credit/evaluation",
            "sendEvaluation",
            "Send the evaluation; once sent it stays",
            _evaluate,
            tag=TAG,
            admit=admit,
            body=models.Answers,
            answer=models.LearnerPage,
            public=True,
            problems=(401, 403, 404, 409, 429),
        ),
        operation(
            "POST",
            "/public/credit/claims",
            "claimCredit",
            "Attest, and claim credit of one type; again, it changes nothing",
            _claim,
            tag=TAG,
            admit=admit,
            body=models.NewClaim,
            answer=models.LearnerPage,
            public=True,
            problems=(401, 403, 404, 409, 429),
        ),
        operation(
            "POST",
            "/public/credit/link",
            "makeLearnerLink",
            "The way to the learner's page, for a device that was in the room",
            _link,
            tag=TAG,
            admit=admit,
            body=models.ConnectionProof,
            answer=models.LearnerLink,
            public=True,
            unit="read",
            problems=(403, 404, 429),
        ),
    )


async def _read(call: Call[Nothing, Nothing]) -> Answer:
    return await _page(call, *learner_in(call.request, call.ports))


async def _evaluate(call: Call[models.Answers, Nothing]) -> Answer:
    session_id, person_id = learner_in(call.request, call.ports)
    await lock_session(call.tx, session_id)
    learner = await learner_of(call.tx, session_id, person_id)
    if learner.evaluated_at is not None:
        raise NotPossible("Your evaluation is here already. Thank you.")
    if learner.attendee is None:
        raise NotPossible("We have no time of yours in this session, so there is nothing to evaluate.")
    if call.now >= learner.closes_at:
        raise NotPossible("The time for evaluating this session is over.")
    await evaluations.send_evaluation(
        call.tx,
        session_id,
        learner.person.id,
        learner.plan,
        call.body.answers,
        now=call.now,
        random=call.ports.random,
    )
    return await _page(call, session_id, person_id)


async def _claim(call: Call[models.NewClaim, Nothing]) -> Answer:
    session_id, person_id = learner_in(call.request, call.ports)
    await claims.claim(
        call.tx,
        session_id,
        person_id,
        call.body.credit_type_id,
        call.body.attested,
        now=call.now,
        random=call.ports.random,
    )
    return await _page(call, session_id, person_id)


async def _link(call: Call[models.ConnectionProof, Nothing]) -> Answer:
    found = await left_device(call.tx, call.body.connection_id, call.body.secret)
    until = await page_ends(call.tx, found.session)
    token = call.ports.links.learner_token(found.session.id, found.person_id, until)
    return Answer(body=models.LearnerLink(token=token), headers={"Cache-Control": "no-store"})


async def _page(call: AnyCall, session_id: str, person_id: str) -> Answer:
    learner = await learner_of(call.tx, session_id, person_id)
    session, plan, attendee = learner.session, learner.plan, learner.attendee
    names = await program_names(call.tx, [session.program_id])
    counted = 0 if attendee is None else attendee.time.counted_seconds
    over = session.status is Status.CLOSED
    certificate = await held_by(call.tx, session_id, learner.person.id)
    body = models.LearnerPage(
        person=models.LearnerPerson.model_validate(learner.person),
        session=models.LearnerSession(
            id=session.id,
            title=session.title,
            program_name=names.get(session.program_id or "", ""),
            starts_at=session.starts_at,
            ends_at=session.closed_at if session.closed_at is not None else session.ends_at,
            zone=session.zone,
            contact=session.contact,
            over=over,
        ),
        attended=models.Attended(
            counted_seconds=counted,
            countable_seconds=learner.times.countable_seconds,
            sentence=attended_words(counted, learner.times.countable_seconds, over=over),
            intervals=[models.Stay.model_validate(one) for one in attendee.time.intervals]
            if attendee
            else [],
            corrected=attendee is not None and attendee.time.corrected,
        ),
        matched=learner.person.matched,
        closes_at=learner.closes_at,
        closed=claims.may_claim(learner, call.now),
        evaluation=models.EvaluationOut(
            questions=[QuestionOut.model_validate(question) for question in plan.evaluation],
            sent_at=learner.evaluated_at,
        ),
        attestation=plan.attestation,
        types=[_type(learner, offer) for offer in learner.offers],
        certificate=models.CertificateState(
            on=over and plan.certificate.on and counted > 0,
            code=spaced(certificate.code) if certificate is not None and certificate.valid else None,
        ),
    )
    return Answer(body=body, headers={"Cache-Control": "no-store"})


def _type(learner: Learner, offer: Offer) -> models.TypeOut:
    worth = learner.worth(offer)
    claim = learner.claims.get(offer.type.id)
    return models.TypeOut(
        id=offer.type.id,
        name=offer.type.name,
        provider=offer.type.provider,
        statement=offer.type.statement,
        eligible=worth.standing is Standing.CLAIMABLE and (claim is None or claim.state != "withdrawn"),
        standing=worth.standing.value,
        why=list(worth.why),
        minutes=worth.minutes,
        credit=worth.credit,
        claimed=None if claim is None else _claimed(claim),
    )


def _claimed(claim: Claim) -> models.Claimed:
    return models.Claimed(
        state=claim.state,
        minutes=claim.minutes,
        credit=claim.credit,
        claimed_at=claim.claimed_at,
        changed=changed_words(claim.state, claim.credit, claim.history),
    )
