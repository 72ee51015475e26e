"""/series: make, read, list, preview, change, call off, restore."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from echo_session.api import series_models as models
from echo_session.api.meanwhile import changed_meanwhile
from echo_session.api.operation import KIB, Answer, AnyCall, AnyOperation, Call, Nothing, Operation
from echo_session.api.paging import cursor_of, text_place
from echo_session.api.problems import Changed
from echo_session.api.run import etag, expected_revision
from echo_session.api.series_preview import UNNAMED, part_words, preview_change, preview_new
from echo_session.domain import series_change
from echo_session.domain.rules import to_json
from echo_session.domain.series import Part, Series, SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.series_outcome import Outcome
from echo_session.domain.series_shape import cut_at
from echo_session.store import audit, series_commands
from echo_session.store.programs import program_names
from echo_session.store.registered import count_series
from echo_session.store.series import SeriesFilter, get_series, list_series, parts_of, spans, whole_series

TAG = "Series"
MAX_BODY = 256 * KIB
"""So that ten thousand dates are told that they are too many, rather than too large."""
_REACH = ("scope", "from_session_id", "notify", "reason")


async def create(call: Call[models.NewSeries, Nothing]) -> Answer:
    """Makes a series, with all of its sessions."""
    outcome = await series_commands.create_series(
        call.tx, _draft(call.body), expand=call.ports.expand, now=call.now, random=call.ports.random
    )
    answer = await _answer(call, outcome.series)
    return replace(answer, headers={**answer.headers, "Location": f"/api/v1/series/{outcome.series.id}"})


async def index(call: Call[Nothing, models.SeriesQuery]) -> Answer:
    """A page of series."""
    query = call.query
    wanted = SeriesFilter(program_id=query.program_id, status=query.status, search=query.search)
    page, more = await list_series(call.tx, wanted, limit=query.limit, after=text_place(query.cursor))
    return Answer(body=models.SeriesPage(items=await _out(call, page), next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One series."""
    return await _answer(call, await get_series(call.tx, call.path["series_id"]))


async def preview(call: Call[models.SeriesBody, Nothing]) -> Answer:
    """What a new series would be."""
    return Answer(body=await preview_new(call, _draft(call.body)))


async def preview_of_change(call: Call[models.SeriesFields, Nothing]) -> Answer:
    """What a change would make of a series."""
    whole = await whole_series(call.tx, call.path["series_id"])
    outcome = series_change.change(
        whole,
        _change(call.body),
        scope=call.body.scope,
        first=series_commands.first_session(whole, call.body.from_session_id),
        expand=call.ports.expand,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(body=await preview_change(call, whole, outcome))


async def change(call: Call[models.SeriesChangeBody, Nothing]) -> Answer:
    """Changes a series."""
    series_id = call.path["series_id"]
    revision = await _expected(call, series_id)
    outcome = await series_commands.change_series(
        call.tx,
        series_id,
        _change(call.body),
        scope=call.body.scope,
        from_session_id=call.body.from_session_id,
        notify=call.body.notify,
        revision=revision,
        expand=call.ports.expand,
        now=call.now,
        random=call.ports.random,
    )
    return await _changed(call, outcome)


async def cancel(call: Call[models.SeriesCancellation, Nothing]) -> Answer:
    """Calls off what is to come."""
    series_id = call.path["series_id"]
    revision = await _expected(call, series_id)
    outcome = await series_commands.cancel_series(
        call.tx,
        series_id,
        scope=call.body.scope,
        from_session_id=call.body.from_session_id,
        reason=call.body.reason,
        notify=call.body.notify,
        revision=revision,
        expand=call.ports.expand,
        now=call.now,
        random=call.ports.random,
    )
    return await _changed(call, outcome)


async def restore(call: Call[models.Restoring, Nothing]) -> Answer:
    """Takes the calling off back."""
    series_id = call.path["series_id"]
    revision = await _expected(call, series_id)
    outcome = await series_commands.restore_series(
        call.tx,
        series_id,
        notify=call.body.notify,
        revision=revision,
        now=call.now,
        random=call.ports.random,
    )
    return await _changed(call, outcome)


def _draft(body: models.SeriesBody) -> SeriesDraft:
    fields = dict(body)
    fields["rule"] = body.rule.rule()
    fields["program_id"] = body.program_id or ""
    if not isinstance(body, models.NewSeries) and not body.title.strip():
        fields["title"] = UNNAMED
    return SeriesDraft(**fields)


def _change(body: models.SeriesFields) -> SeriesChange:
    fields: dict[str, Any] = {name: value for name, value in dict(body).items() if name not in _REACH}
    fields["rule"] = body.rule.rule() if body.rule is not None else None
    no_limit = "capacity" in body.model_fields_set and body.capacity is None
    return SeriesChange(**fields, no_limit=no_limit)


async def _expected(call: AnyCall, series_id: str) -> int | None:
    """The revision that the asker took the series for.

    Raises:
        Problem: 412, with what is different now, where it is another one.
        NotFound: there is no such series.
    """
    revision = expected_revision(call.request.headers)
    if revision is None:
        return None
    whole = await whole_series(call.tx, series_id, lock=True)
    series = whole.series
    if revision == series.revision:
        return revision
    part = cut_at(whole.parts, whole.sessions, None, now=call.now).part
    by = await audit.last(call.tx, audit.CHANGED_SERIES, series_id)
    changed = _differences(call.body, series, part)
    raise changed_meanwhile("this series", by, part.zone, series.revision, revision, changed)


def _differences(body: Any, series: Series, part: Part) -> list[Changed]:
    """Where what is asked for is not what is there now."""
    timed = {"zone": part.zone, "duration_minutes": part.duration_minutes}
    timed |= {"starts_local": part.starts_local.isoformat(timespec="seconds"), "rule": to_json(part.rule)}
    found = []
    for name in sorted(body.model_fields_set - set(_REACH)):
        yours = getattr(body, name)
        if name == "rule" and yours is not None:
            yours = to_json(yours.rule())
        elif name == "starts_local" and yours is not None:
            yours = yours.isoformat(timespec="seconds")
        now = timed[name] if name in timed else getattr(series, name)
        if yours != now:
            found.append(Changed(field=name, yours=yours, now=now))
    return found


async def _changed(call: AnyCall, outcome: Outcome) -> Answer:
    """The series as it is now; rooms that somebody waits for are told."""
    if not outcome.unchanged:
        actor, subject = call.actor.id, outcome.series.id
        await audit.keep(
            call.tx, actor, audit.CHANGED_SERIES, subject, now=call.now, random=call.ports.random
        )

    async def tell() -> None:
        for session in outcome.changed:
            await call.ports.rooms.session_changed(session.id)

    return replace(await _answer(call, outcome.series), then=tell)


async def _answer(call: AnyCall, series: Series) -> Answer:
    return Answer(body=(await _out(call, [series]))[0], headers=etag(series.revision))


async def _out(call: AnyCall, page: list[Series]) -> list[models.SeriesOut]:
    ids = [series.id for series in page]
    programs = await program_names(call.tx, {series.program_id for series in page})
    parts = await parts_of(call.tx, ids)
    known = await spans(call.tx, ids, call.now)
    registered = await count_series(call.tx, ids)
    shown = []
    for series in page:
        own = {name: getattr(series, name) for name in Series.__dataclass_fields__}
        span = known.get(series.id)
        shown.append(
            models.SeriesOut(
                **own,
                program_name=programs.get(series.program_id, ""),
                page=call.ports.links.page("series", series.slug),
                parts=[_part(call, part, place) for place, part in enumerate(parts.get(series.id, ()), 1)],
                first_at=span.first_at if span else None,
                last_at=span.last_at if span else None,
                next_session_id=span.next_session_id if span else None,
                sessions=span.sessions if span else 0,
                registered=registered.get(series.id, 0),
            )
        )
    return shown


def _part(call: AnyCall, part: Part, place: int) -> models.PartOut:
    return models.PartOut(
        id=part.id,
        position=place,
        zone=part.zone,
        starts_local=part.starts_local,
        duration_minutes=part.duration_minutes,
        rule=models.rule_out(part.rule),
        words=part_words(call, part),
        uid=part.uid,
        sequence=part.sequence,
    )


def _post(
    rest: str,
    name: str,
    summary: str,
    handler: Callable[[Call[Any, Any]], Awaitable[Answer]],
    body: type[Any],
    answer: type[Any] = models.SeriesOut,
) -> AnyOperation:
    saves = answer is models.SeriesOut
    return Operation(
        method="POST",
        path=f"/series/{rest}",
        name=name,
        summary=summary,
        tag=TAG,
        handler=handler,
        body=body,
        query=Nothing,
        answer=answer,
        unit="write" if saves else "read",
        if_match=saves,
        max_body=MAX_BODY,
        problems=(404, 409, 412) if saves else (404, 409),
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="POST",
        path="/series",
        name="createSeries",
        summary="Make a series, with all of its sessions",
        tag=TAG,
        handler=create,
        body=models.NewSeries,
        query=Nothing,
        answer=models.SeriesOut,
        status=201,
        unit="write",
        idempotent=True,
        max_body=MAX_BODY,
    ),
    Operation(
        method="GET",
        path="/series",
        name="listSeries",
        summary="List series in the order of their titles",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=models.SeriesQuery,
        answer=models.SeriesPage,
    ),
    _post(
        "preview",
        "previewSeries",
        "What a new series would be: its dates in every zone, what shifts and what overlaps",
        preview,
        models.SeriesBody,
        models.Preview,
    ),
    Operation(
        method="GET",
        path="/series/{series_id}",
        name="readSeries",
        summary="Read a series",
        tag=TAG,
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.SeriesOut,
        problems=(404,),
    ),
    Operation(
        method="PATCH",
        path="/series/{series_id}",
        name="changeSeries",
        summary="Change a series: all that is to come, or a session and those that follow",
        tag=TAG,
        handler=change,
        body=models.SeriesChangeBody,
        query=Nothing,
        answer=models.SeriesOut,
        unit="write",
        if_match=True,
        max_body=MAX_BODY,
        problems=(404, 409, 412),
    ),
    _post(
        "{series_id}/preview",
        "previewSeriesChange",
        "What a change would make of a series",
        preview_of_change,
        models.SeriesFields,
        models.Preview,
    ),
    _post(
        "{series_id}/cancel",
        "cancelSeries",
        "Call off what is to come of a series",
        cancel,
        models.SeriesCancellation,
    ),
    _post("{series_id}/restore", "restoreSeries", "Take the calling off back", restore, models.Restoring),
)
