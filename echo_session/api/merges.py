"""Two records that are one person: suggested, said, and undone if it was wrong."""

from __future__ import annotations

from collections.abc import Sequence

from echo_session.api import people_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.people import people_out
from echo_session.api.problems import invalid
from echo_session.domain.errors import FieldProblem
from echo_session.domain.text import tidy_lines
from echo_session.store import merges, suggestions
from echo_session.store.merges import Merge
from echo_session.store.people import get_people
from echo_session.store.people_records import get_record, get_records
from echo_session.store.suggestions import Suggestion

TAG = "People"


async def merge(call: Call[models.NewMerge, Nothing]) -> Answer:
    """Says that another record is this person too."""
    made = await merges.merge(
        call.tx,
        call.path["person_id"],
        call.body.other_id,
        tidy_lines(call.body.reason),
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(body=(await _out(call, [made]))[0])


async def index(call: Call[Nothing, Nothing]) -> Answer:
    """The merges that made a person who they are."""
    record = await get_record(call.tx, call.path["person_id"])
    return Answer(
        body=models.Merges(items=await _out(call, await merges.merges_of(call.tx, record.person.id)))
    )


async def undo(call: Call[Nothing, Nothing]) -> Answer:
    """Makes two of one again."""
    merge_id = call.path["merge_id"]
    undone = await merges.undo_merge(
        call.tx, merge_id, by=call.actor.id, now=call.now, random=call.ports.random
    )
    return Answer(body=(await _out(call, [undone]))[0])


async def suggested(call: Call[Nothing, models.SuggestionQuery]) -> Answer:
    """A page of suggestions."""
    page, more = await suggestions.list_suggestions(
        call.tx, call.query.state, limit=call.query.limit, after=time_place(call.query.cursor)
    )
    items = await _suggestions_out(call, page)
    return Answer(body=models.SuggestionPage(items=items, next=cursor_of(more)))


async def accept(call: Call[models.Acceptance, Nothing]) -> Answer:
    """The two are one."""
    found = await merges.lock_suggested(call.tx, call.path["suggestion_id"])
    both = (found.first_id, found.second_id)
    if call.body.keep_id not in both:
        problem = FieldProblem("keep_id", "is none of the two", " or ".join(both))
        raise invalid([problem])
    [other] = [one for one in both if one != call.body.keep_id]
    reason = f"Suggested: {', '.join(found.reasons)}"
    made = await merges.merge(
        call.tx,
        call.body.keep_id,
        other,
        reason,
        by=call.actor.id,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(body=(await _out(call, [made]))[0])


async def dismiss(call: Call[Nothing, Nothing]) -> Answer:
    """The two are two, and are not suggested again."""
    found = await suggestions.lock_suggestion(call.tx, call.path["suggestion_id"])
    decided = await suggestions.decide(call.tx, found.id, "dismissed", by=call.actor.id, now=call.now)
    return Answer(body=(await _suggestions_out(call, [decided]))[0])


async def _out(call: AnyCall, found: Sequence[Merge]) -> list[models.MergeOut]:
    people = await get_people(call.tx, {one for merge in found for one in (merge.kept_id, merge.merged_id)})
    return [
        models.MergeOut(
            id=merge.id,
            kept=models.PersonBrief.model_validate(people[merge.kept_id]),
            merged=models.PersonBrief.model_validate(people[merge.merged_id]),
            reason=merge.reason,
            by=merge.by,
            at=merge.at,
            undone_at=merge.undone_at,
            undone_by=merge.undone_by,
        )
        for merge in found
    ]


async def _suggestions_out(call: AnyCall, found: Sequence[Suggestion]) -> list[models.SuggestionOut]:
    ids = list(dict.fromkeys(one for each in found for one in (each.first_id, each.second_id)))
    people = {one.id: one for one in await people_out(call, await get_records(call.tx, ids))}
    return [
        models.SuggestionOut(
            id=each.id,
            first=people[each.first_id],
            second=people[each.second_id],
            reasons=list(each.reasons),
            state=each.state,
            created_at=each.created_at,
        )
        for each in found
    ]


OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "GET",
        "/people/{person_id}/merges",
        "listMerges",
        "The records that are this person too, and those that were thought to be",
        index,
        tag=TAG,
        answer=models.Merges,
    ),
    operation(
        "POST",
        "/people/{person_id}/merge",
        "mergePeople",
        "Say that another record is this person too; nothing is moved, so that it can be undone",
        merge,
        tag=TAG,
        body=models.NewMerge,
        answer=models.MergeOut,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/merges/{merge_id}/undo",
        "undoMerge",
        "Make two people of one again; both have what was theirs",
        undo,
        tag=TAG,
        answer=models.MergeOut,
        problems=(404, 409),
    ),
    operation(
        "GET",
        "/merge-suggestions",
        "listMergeSuggestions",
        "List records that may be one person, oldest suggestion first",
        suggested,
        tag=TAG,
        query=models.SuggestionQuery,
        answer=models.SuggestionPage,
    ),
    operation(
        "POST",
        "/merge-suggestions/{suggestion_id}/accept",
        "acceptMergeSuggestion",
        "Say that the two are one person",
        accept,
        tag=TAG,
        body=models.Acceptance,
        answer=models.MergeOut,
        problems=(404, 409),
    ),
    operation(
        "POST",
        "/merge-suggestions/{suggestion_id}/dismiss",
        "dismissMergeSuggestion",
        "Say that the two are two people; it is not suggested again",
        dismiss,
        tag=TAG,
        answer=models.SuggestionOut,
        problems=(404, 409),
    ),
)
