"""/imports: files of people, looked at row by row before anybody is changed; and people as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from echo_session.api import import_models as models
from echo_session.api.files import uploaded
from echo_session.api.listing import operation
from echo_session.api.operation import KIB, Answer, AnyOperation, Call, Download, Nothing
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.problems import Problem
from echo_session.domain.cells import CellProblem, UnusableFile
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.imports import Import
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.imports import applying, exporting, staging
from echo_session.store import audit, import_ready, imports
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people_records import PeopleFilter
from echo_session.store.scopes import scope_facts

TAG = "Imports"
MAX_FILE = 32 * 1024 * KIB
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADS = (CSV, XLSX, "application/octet-stream", "application/vnd.ms-excel")
"""The last is what Windows calls CSV; what the file is, it says itself."""
EXPORTED = "people.exported"


async def create(call: Call[Nothing, models.ImportQuery]) -> Answer:
    """Reads a file and says what would become of each row."""
    scope = await _scope(call)
    async with uploaded(call.request, MAX_FILE) as file:
        try:
            made = await staging.stage(
                call.ports.database,
                file,
                filename=call.query.filename,
                scope=scope,
                role=Role(call.query.role),
                by=call.actor.id,
                now=call.now,
                random=call.ports.random,
            )
        except UnusableFile as unusable:
            raise _unusable(unusable) from unusable
    async with call.ports.database.read() as tx:
        [out] = await imports_out(tx, [made])
    return Answer(body=out, headers={"Location": f"/api/v1/imports/{made.id}"})


async def index(call: Call[Nothing, models.ImportsQuery]) -> Answer:
    """A page of imports."""
    after = time_place(call.query.cursor)
    page, more = await imports.list_imports(call.tx, limit=call.query.limit, after=after)
    items = await imports_out(call.tx, page)
    return Answer(body=models.ImportPage(items=items, next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One import."""
    [out] = await imports_out(call.tx, [await imports.get_import(call.tx, call.path["import_id"])])
    return Answer(body=out)


async def rows(call: Call[Nothing, models.RowQuery]) -> Answer:
    """A page of rows."""
    found = await imports.get_import(call.tx, call.path["import_id"])
    page, more = await imports.list_rows(
        call.tx,
        found.id,
        fate=call.query.fate,
        limit=call.query.limit,
        after=int(call.query.cursor or 0),
    )
    items = [models.ImportedRowOut.model_validate(row) for row in page]
    return Answer(body=models.ImportedRowPage(items=items, next=None if more is None else str(more)))


async def apply(call: Call[models.ImportApplication, Nothing]) -> Answer:
    """Does what the rows say."""
    done = await applying.apply(
        call.ports.database,
        call.path["import_id"],
        by=call.actor.id,
        send=call.body.send,
        now=call.now,
        random=call.ports.random,
    )
    async with call.ports.database.read() as tx:
        [out] = await imports_out(tx, [done])
    return Answer(body=out)


async def discard(call: Call[Nothing, Nothing]) -> Answer:
    """Forgets a file that was not applied."""
    await import_ready.forget_import(call.ports.database, call.path["import_id"])
    return Answer()


async def export(call: Call[Nothing, models.ExportQuery]) -> Answer:
    """People as a file."""
    wanted = PeopleFilter(
        search=call.query.search,
        site_id=call.query.site_id,
        program_id=call.query.program_id,
        matched=call.query.matched,
    )
    async with call.ports.database.write() as tx:
        await audit.keep(tx, call.actor.id, EXPORTED, "people", now=call.now, random=call.ports.random)
    file = await exporting.export_people(call.ports.database, wanted, call.query.format)
    name = f"people-{call.now:%Y-%m-%d}.{call.query.format}"
    return Answer(download=Download(filename=name, media_type=_media_type(call.query.format), file=file))


async def template(call: Call[Nothing, models.TemplateQuery]) -> Answer:
    """A file to fill in."""
    file = await asyncio.to_thread(exporting.template, call.query.format)
    name = f"people-to-import.{call.query.format}"
    return Answer(download=Download(filename=name, media_type=_media_type(call.query.format), file=file))


async def _scope(call: Call[Nothing, models.ImportQuery]) -> Scope | None:
    """Where the people of the file are registered. Raises InvalidFields."""
    if call.query.program_id and call.query.series_id:
        both = FieldProblem("series_id", "is given beside program_id", "one of the two, or neither")
        raise InvalidFields([both])
    if call.query.series_id:
        scope, field = Scope(ScopeKind.SERIES, call.query.series_id), "series_id"
    elif call.query.program_id:
        scope, field = Scope(ScopeKind.PROGRAM, call.query.program_id), "program_id"
    else:
        return None
    async with call.ports.database.read() as tx:
        try:
            facts = await scope_facts(tx, scope)
        except NotFound as error:
            problem = FieldProblem(field, "is not known", f"the id of a {scope.kind.value}")
            raise InvalidFields([problem]) from error
    if facts.over:
        problem = FieldProblem(field, f"{facts.title} is {facts.over}", "one that people can register for")
        raise InvalidFields([problem])
    return scope


def _unusable(error: UnusableFile) -> Problem:
    problems = [FieldProblem(one.place, one.message, one.allowed) for one in error.problems]
    return Problem(422, "This file cannot be read. Nobody was changed.", problems)


def _media_type(form: str) -> str:
    return f"{CSV}; charset=utf-8" if form == "csv" else XLSX


async def imports_out(tx: Tx, found: Sequence[Import]) -> list[models.ImportOut]:
    """The imports as they are shown."""
    names = await imports.names_of(tx, found)
    return [_import_out(one, names) for one in found]


def _import_out(one: Import, names: Mapping[str, str]) -> models.ImportOut:
    return models.ImportOut(
        id=one.id,
        filename=one.filename,
        program_id=one.scope.id if one.scope and one.scope.kind is ScopeKind.PROGRAM else None,
        series_id=one.scope.id if one.scope and one.scope.kind is ScopeKind.SERIES else None,
        scope_title=names.get(one.scope.id, "") if one.scope else "",
        role=one.role.value,
        state=one.state.value,
        columns=one.columns,
        counts=models.ImportCounts(**one.counts),
        problems=[_problem_out(note) for note in one.notes],
        created_by=names.get(one.created_by, ""),
        created_at=one.created_at,
        applied_at=one.applied_at,
        unfinished=one.unfinished,
        send=one.send,
    )


def _problem_out(problem: CellProblem) -> models.CellProblemOut:
    return models.CellProblemOut.model_validate(problem)


ONE = "/imports/{import_id}"

OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "POST",
        "/imports",
        "createImport",
        "Read a file of people and say what would become of each row; nobody is changed",
        create,
        tag=TAG,
        query=models.ImportQuery,
        answer=models.ImportOut,
        status=201,
        unit="none",
        upload=UPLOADS,
        max_body=MAX_FILE,
    ),
    operation(
        "GET",
        "/imports",
        "listImports",
        "List imports, the newest first",
        index,
        tag=TAG,
        query=models.ImportsQuery,
        answer=models.ImportPage,
    ),
    operation(
        "GET",
        "/imports/template",
        "importTemplate",
        "Get a file with the columns that are read",
        template,
        tag=TAG,
        query=models.TemplateQuery,
        unit="none",
        downloads=(CSV, XLSX),
    ),
    operation("GET", ONE, "readImport", "Read an import", read, tag=TAG, answer=models.ImportOut),
    operation(
        "GET",
        f"{ONE}/rows",
        "listImportedRows",
        "List the rows of the file with their fates",
        rows,
        tag=TAG,
        query=models.RowQuery,
        answer=models.ImportedRowPage,
    ),
    operation(
        "POST",
        f"{ONE}/apply",
        "applyImport",
        "Do what the rows say, all of it or nothing",
        apply,
        tag=TAG,
        body=models.ImportApplication,
        answer=models.ImportOut,
        unit="none",
        problems=(404, 409),
    ),
    operation(
        "DELETE",
        ONE,
        "discardImport",
        "Forget a file that was not applied",
        discard,
        tag=TAG,
        status=204,
        unit="none",
        problems=(404, 409),
    ),
    operation(
        "GET",
        "/people/export",
        "exportPeople",
        "Get people as a file",
        export,
        tag=TAG,
        query=models.ExportQuery,
        unit="none",
        downloads=(CSV, XLSX),
    ),
)
