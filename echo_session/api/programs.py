"""/programs: make, read, list, change, put away; and a program's calendar feed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from echo_session.api import program_models as models
from echo_session.api.meanwhile import changed_meanwhile
from echo_session.api.operation import KIB, Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.paging import cursor_of, text_place
from echo_session.api.problems import Changed, Problem
from echo_session.api.run import etag, expected_revision
from echo_session.domain.consents import Consent
from echo_session.domain.programs import Program, ProgramDraft, draft_of
from echo_session.domain.questions import Question, QuestionKind
from echo_session.domain.registering import Approval, Scope, ScopeKind
from echo_session.store import audit, feeds, programs
from echo_session.store.admissions import fill
from echo_session.store.registered import count_programs

TAG = "Programs"
MAX_BODY = 512 * KIB
"""Fifty questions and twenty consents of full length."""
NULLABLE = frozenset({"capacity"})
"""Where null is a value; elsewhere it leaves a field as it is."""


async def create(call: Call[models.NewProgram, Nothing]) -> Answer:
    """Makes a program."""
    draft = ProgramDraft(**_given(call.body, NULLABLE))
    program = await programs.create_program(call.tx, draft, now=call.now, random=call.ports.random)
    out = (await _out(call, [program]))[0]
    return Answer(body=out, headers={"Location": f"/api/v1/programs/{program.id}", **etag(program.revision)})


async def index(call: Call[Nothing, models.ProgramQuery]) -> Answer:
    """A page of programs."""
    page, more = await programs.list_programs(
        call.tx,
        search=call.query.search,
        archived=call.query.archived,
        limit=call.query.limit,
        after=text_place(call.query.cursor),
    )
    return Answer(body=models.ProgramPage(items=await _out(call, page), next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One program."""
    return await _answer(call, await programs.get_program(call.tx, call.path["program_id"]))


async def change(call: Call[models.ProgramChange, Nothing]) -> Answer:
    """Changes a program; where there are more places, who waits comes in."""
    revision = expected_revision(call.request.headers)
    before = await programs.get_program(call.tx, call.path["program_id"], lock=True)
    given = _given(call.body, NULLABLE)
    if revision is not None and revision != before.revision:
        raise await _changed_meanwhile(call, before, given, revision)
    wanted = ProgramDraft(**_drafted(before) | given)
    program = await programs.change_program(
        call.tx, before.id, wanted, revision=revision, now=call.now, random=call.ports.random
    )
    if program.revision != before.revision:
        actor, deed = call.actor.id, audit.CHANGED_PROGRAM
        await audit.keep(call.tx, actor, deed, program.id, now=call.now, random=call.ports.random)
    if program.capacity != before.capacity:
        await fill(call.tx, Scope(ScopeKind.PROGRAM, program.id), now=call.now, random=call.ports.random)
    return await _answer(call, program)


async def _changed_meanwhile(
    call: Call[models.ProgramChange, Nothing], program: Program, given: dict[str, Any], revision: int
) -> Problem:
    """412, with where what is there is not what is asked for."""
    there = models.ProgramChange.model_validate(
        {name: value for name, value in _plain(program).items() if name in given}, from_attributes=True
    )
    yours, now = call.body.model_dump(mode="json"), there.model_dump(mode="json")
    different = sorted(name for name in given if yours[name] != now[name])
    changed = [Changed(field=name, yours=yours[name], now=now[name]) for name in different]
    by = await audit.last(call.tx, audit.CHANGED_PROGRAM, program.id)
    return changed_meanwhile("this program", by, program.zone, program.revision, revision, changed)


async def archive(call: Call[Nothing, Nothing]) -> Answer:
    """Puts a program away."""
    program = await programs.archive_program(
        call.tx, call.path["program_id"], now=call.now, random=call.ports.random
    )
    return await _answer(call, program)


async def restore(call: Call[Nothing, Nothing]) -> Answer:
    """Takes a program out again."""
    program = await programs.restore_program(
        call.tx, call.path["program_id"], now=call.now, random=call.ports.random
    )
    return await _answer(call, program)


async def renew_feed(call: Call[Nothing, Nothing]) -> Answer:
    """Makes a new address of the program's calendar feed."""
    program = await programs.get_program(call.tx, call.path["program_id"])
    feed_id = await feeds.renew_feed(call.tx, program_id=program.id, now=call.now, random=call.ports.random)
    return Answer(body=models.Feed(feed=call.ports.links.feed(feed_id)))


async def revoke_feed(call: Call[Nothing, Nothing]) -> Answer:
    """Makes the address of the program's calendar feed void."""
    program = await programs.get_program(call.tx, call.path["program_id"])
    await feeds.revoke_feed(call.tx, program_id=program.id, now=call.now)
    return Answer()


async def _answer(call: AnyCall, program: Program) -> Answer:
    return Answer(body=(await _out(call, [program]))[0], headers=etag(program.revision))


async def _out(call: AnyCall, page: list[Program]) -> list[models.ProgramOut]:
    ids = [program.id for program in page]
    series = await programs.count_series(call.tx, ids)
    registered = await count_programs(call.tx, ids)
    of_programs = await feeds.feeds_of_programs(call.tx, ids)
    links = call.ports.links
    return [
        models.ProgramOut(
            **_plain(program),
            page=links.page("programs", program.slug),
            feed=links.feed(of_programs[program.id]) if program.id in of_programs else None,
            series_count=series.get(program.id, 0),
            registered=registered.get(program.id, 0),
        )
        for program in page
    ]


def _plain(program: Program) -> dict[str, Any]:
    own = ("page", "feed", "series_count", "registered", "questions", "consents", "approval")
    fields = {name: getattr(program, name) for name in models.ProgramOut.model_fields if name not in own}
    return fields | {
        "approval": program.approval.value,
        "questions": [models.QuestionOut.model_validate(question) for question in program.questions],
        "consents": [models.ConsentOut.model_validate(consent) for consent in program.consents],
    }


def _drafted(program: Program) -> dict[str, Any]:
    draft = draft_of(program)
    return {name: getattr(draft, name) for name in ProgramDraft.__dataclass_fields__}


def _given(body: BaseModel, nullable: frozenset[str]) -> dict[str, Any]:
    """The fields that were said, as the domain has them."""
    given = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name in nullable or getattr(body, name) is not None
    }
    if "approval" in given:
        given["approval"] = Approval(given["approval"])
    if "reminders" in given:
        given["reminders"] = tuple(given["reminders"])
    if "questions" in given:
        given["questions"] = tuple(
            Question(**dict(one) | {"kind": QuestionKind(one.kind), "options": tuple(one.options)})
            for one in given["questions"]
        )
    if "consents" in given:
        given["consents"] = tuple(Consent(**dict(one)) for one in given["consents"])
    return given


def _operation(method: Any, path: str, name: str, summary: str, handler: Any, **more: Any) -> AnyOperation:
    fields: dict[str, Any] = {"body": Nothing, "query": Nothing, "answer": models.ProgramOut, "tag": TAG}
    if method != "GET":
        fields["unit"] = "write"
    if "{" in path:
        fields["problems"] = (404,)
    fields |= more
    return Operation(method=method, path=path, name=name, summary=summary, handler=handler, **fields)


ONE = "/programs/{program_id}"

OPERATIONS: tuple[AnyOperation, ...] = (
    _operation(
        "POST",
        "/programs",
        "createProgram",
        "Make a program",
        create,
        body=models.NewProgram,
        status=201,
        idempotent=True,
        max_body=MAX_BODY,
    ),
    _operation(
        "GET",
        "/programs",
        "listPrograms",
        "List programs, in the order of their names",
        index,
        query=models.ProgramQuery,
        answer=models.ProgramPage,
    ),
    _operation("GET", ONE, "readProgram", "Read a program", read),
    _operation(
        "PATCH",
        ONE,
        "changeProgram",
        "Change a program; its sessions' reminders move with it",
        change,
        body=models.ProgramChange,
        if_match=True,
        max_body=MAX_BODY,
        problems=(404, 412),
    ),
    _operation(
        "POST",
        f"{ONE}/archive",
        "archiveProgram",
        "Put a program away: lists leave it out, and nobody can register",
        archive,
    ),
    _operation("POST", f"{ONE}/restore", "restoreProgram", "Take a program out again", restore),
    _operation(
        "POST",
        f"{ONE}/feed",
        "renewProgramFeed",
        "Make an address of the program's calendar; the one before no longer works",
        renew_feed,
        answer=models.Feed,
    ),
    _operation(
        "DELETE",
        f"{ONE}/feed",
        "revokeProgramFeed",
        "Make the address of the program's calendar void",
        revoke_feed,
        answer=None,
        status=204,
    ),
)
