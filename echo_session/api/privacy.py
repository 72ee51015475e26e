"""What is kept of people and for how long; forgetting somebody; who looked at what."""

from __future__ import annotations

from echo_session.api import privacy_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing
from echo_session.api.paging import PageQuery, cursor_of, time_place
from echo_session.domain.erasing import CREDIT_FLOOR, Retention
from echo_session.domain.text import tidy_lines
from echo_session.store import audit
from echo_session.store.audit_reading import AuditFilter, list_audit
from echo_session.store.erasures import erase, get_erasure, list_erasures
from echo_session.store.retention import list_removals

TAG = "Privacy"
ERASED = "person.erased"
READ_AUDIT = "audit.read"


async def erase_person(call: Call[models.Erase, Nothing]) -> Answer:
    """Forgets somebody for good."""
    person_id = call.path["person_id"]
    reason = tidy_lines(call.body.reason)
    done = await erase(call.tx, person_id, reason, by=call.actor.id, now=call.now, random=call.ports.random)
    await audit.keep(
        call.tx, call.actor.id, ERASED, person_id, now=call.now, random=call.ports.random, detail=done.state
    )
    return Answer(body=models.ErasureOut.model_validate(done))


async def read_erasure(call: Call[Nothing, Nothing]) -> Answer:
    """How far somebody is forgotten."""
    return Answer(body=models.ErasureOut.model_validate(await get_erasure(call.tx, call.path["person_id"])))


async def erasures(call: Call[Nothing, PageQuery]) -> Answer:
    """A page of those who were forgotten."""
    page, more = await list_erasures(call.tx, limit=call.query.limit, after=time_place(call.query.cursor))
    items = [models.ErasureOut.model_validate(one) for one in page]
    return Answer(body=models.ErasurePage(items=items, next=cursor_of(more)))


async def removals(call: Call[Nothing, PageQuery]) -> Answer:
    """A page of sessions whose attendance was removed."""
    page, more = await list_removals(call.tx, limit=call.query.limit, after=time_place(call.query.cursor))
    items = [models.RemovalOut.model_validate(one) for one in page]
    return Answer(body=models.RemovalPage(items=items, next=cursor_of(more)))


async def audit_log(call: Call[Nothing, models.AuditQuery]) -> Answer:
    """A page of the audit log; that it was read is kept too."""
    asked = call.query
    wanted = AuditFilter(
        actor=asked.actor, subject=asked.subject, action=asked.action, since=asked.since, until=asked.until
    )
    page, more = await list_audit(call.tx, wanted, limit=asked.limit, after=time_place(asked.cursor))
    await audit.note(
        call.tx, call.actor.id, READ_AUDIT, asked.subject, now=call.now, random=call.ports.random
    )
    items = [models.AuditOut.model_validate(one) for one in page]
    return Answer(body=models.AuditPage(items=items, next=cursor_of(more)))


def operations(retention: Retention, every_hours: float) -> tuple[AnyOperation, ...]:
    """The operations; the composition root says how long what is kept."""

    async def kept(_call: Call[Nothing, Nothing]) -> Answer:
        return Answer(body=models.RetentionOut(items=_classes(retention), every_hours=every_hours))

    return (
        operation(
            "GET",
            "/privacy/retention",
            "readRetention",
            "Read how long which data are kept; the server's settings say it",
            kept,
            tag=TAG,
            answer=models.RetentionOut,
        ),
        operation(
            "GET",
            "/privacy/removals",
            "listRemovals",
            "List sessions whose attendance was removed, latest first",
            removals,
            tag=TAG,
            query=PageQuery,
            answer=models.RemovalPage,
        ),
        operation(
            "POST",
            "/people/{person_id}/erase",
            "erasePerson",
            "Forget somebody for good: hidden at once, and gone when no record of credit needs them",
            erase_person,
            tag=TAG,
            body=models.Erase,
            answer=models.ErasureOut,
            problems=(404, 409),
        ),
        operation(
            "GET",
            "/people/{person_id}/erasure",
            "readErasure",
            "Read how far somebody is forgotten",
            read_erasure,
            tag=TAG,
            answer=models.ErasureOut,
        ),
        operation(
            "GET",
            "/erasures",
            "listErasures",
            "List people who were forgotten, latest first; by id, since no name is left",
            erasures,
            tag=TAG,
            query=PageQuery,
            answer=models.ErasurePage,
        ),
        operation(
            "GET",
            "/audit",
            "listAudit",
            "List who looked at, changed or exported what is personal, latest first",
            audit_log,
            tag=TAG,
            query=models.AuditQuery,
            answer=models.AuditPage,
            unit="write",
        ),
    )


def _classes(retention: Retention) -> list[models.RetentionClass]:
    floor = CREDIT_FLOOR.days
    return [
        models.RetentionClass(
            name="attendance",
            words="Who was at a session and for how long, evaluations, claims and certificates. Where credit"
            " stands on it, for six years at the least.",
            days=retention.attendance.days,
            floor_days=floor,
            setting="retention.attendance_days",
        ),
        models.RetentionClass(
            name="devices",
            words="Under which name a device was in a room",
            days=retention.devices.days,
            floor_days=None,
            setting="retention.device_days",
        ),
        models.RetentionClass(
            name="answers",
            words="What people answered when they registered, counted from the last date of it",
            days=retention.answers.days,
            floor_days=None,
            setting="retention.answer_days",
        ),
        models.RetentionClass(
            name="audit",
            words="Who looked at, changed or exported what",
            days=retention.audit.days,
            floor_days=None,
            setting="retention.audit_days",
        ),
    ]
