"""/people: make, read, list, change; and a person's calendar feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from echo_session.api import people_models as models
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.paging import cursor_of, text_place
from echo_session.api.program_models import Feed
from echo_session.api.registration_models import Registrations
from echo_session.api.registrations import registrations_out
from echo_session.api.run import etag, expected_revision
from echo_session.domain.person_records import Contact, PersonDraft, PersonRecord, draft_of
from echo_session.store import feeds, people_records
from echo_session.store.matching import is_known_now
from echo_session.store.people_records import PeopleFilter, registrations_of_person

TAG = "People"
NULLABLE = frozenset({"site_id"})
"""Where null is a value; elsewhere it leaves a field as it is."""


async def create(call: Call[models.NewPerson, Nothing]) -> Answer:
    """Makes a person known."""
    draft = PersonDraft(**_given(call.body))
    record = await people_records.create_person(call.tx, draft, now=call.now, random=call.ports.random)
    answer = await answer_with(call, record)
    location = {"Location": f"/api/v1/people/{record.person.id}"}
    return Answer(body=answer.body, headers={**answer.headers, **location})


async def index(call: Call[Nothing, models.PeopleQuery]) -> Answer:
    """A page of people."""
    wanted = PeopleFilter(
        search=call.query.search,
        site_id=call.query.site_id,
        program_id=call.query.program_id,
        matched=call.query.matched,
    )
    page, more = await people_records.list_people(
        call.tx, wanted, limit=call.query.limit, after=text_place(call.query.cursor)
    )
    return Answer(body=models.PeoplePage(items=await people_out(call, page), next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One person."""
    return await answer_with(call, await people_records.get_record(call.tx, call.path["person_id"]))


async def change(call: Call[models.PersonChange, Nothing]) -> Answer:
    """Changes a person."""
    revision = expected_revision(call.request.headers)
    await people_records.lock_person(call.tx, call.path["person_id"])
    before = draft_of(await people_records.get_record(call.tx, call.path["person_id"]))
    present = {name: getattr(before, name) for name in PersonDraft.__dataclass_fields__}
    record = await people_records.change_person(
        call.tx,
        call.path["person_id"],
        PersonDraft(**present | _given(call.body)),
        revision=revision,
        now=call.now,
        random=call.ports.random,
    )
    if record.person.matched and not before.matched:
        await is_known_now(
            call.tx, record.person.id, by=call.actor.id, now=call.now, random=call.ports.random
        )
    return await answer_with(call, record)


async def registrations(call: Call[Nothing, Nothing]) -> Answer:
    """What a person is registered for, whichever of their records it was made for."""
    record = await people_records.get_record(call.tx, call.path["person_id"])
    found = await registrations_of_person(call.tx, record.person.id)
    return Answer(body=Registrations(items=await registrations_out(call, found)))


async def renew_feed(call: Call[Nothing, Nothing]) -> Answer:
    """Makes a new address of the person's calendar feed."""
    record = await people_records.get_record(call.tx, call.path["person_id"])
    feed_id = await feeds.renew_feed(
        call.tx, person_id=record.person.id, now=call.now, random=call.ports.random
    )
    return Answer(body=Feed(feed=call.ports.links.feed(feed_id)))


async def revoke_feed(call: Call[Nothing, Nothing]) -> Answer:
    """Makes the address of the person's calendar feed void."""
    record = await people_records.get_record(call.tx, call.path["person_id"])
    await feeds.revoke_feed(call.tx, person_id=record.person.id, now=call.now)
    return Answer()


async def answer_with(call: AnyCall, record: PersonRecord) -> Answer:
    """The person as they are."""
    return Answer(body=(await people_out(call, [record]))[0], headers=etag(record.person.revision))


async def people_out(call: AnyCall, records: Sequence[PersonRecord]) -> list[models.PersonRecordOut]:
    """People as they are shown."""
    of_people = await feeds.feeds_of_people(call.tx, [record.person.id for record in records])
    return [_out(record, _feed(call, of_people.get(record.person.id))) for record in records]


def _out(record: PersonRecord, feed: str | None) -> models.PersonRecordOut:
    person = record.person
    own = ("emails", "phones", "site", "feed")
    plain = {name: getattr(person, name) for name in models.PersonRecordOut.model_fields if name not in own}
    return models.PersonRecordOut(
        **plain,
        emails=[models.ContactOut.model_validate(one) for one in record.emails],
        phones=[models.ContactOut.model_validate(one) for one in record.phones],
        site=models.SiteBrief(id=person.site_id, name=person.site) if person.site_id else None,
        feed=feed,
    )


def _feed(call: AnyCall, feed_id: str | None) -> str | None:
    return None if feed_id is None else call.ports.links.feed(feed_id)


def _given(body: BaseModel) -> dict[str, Any]:
    """The fields that were said, as the domain has them."""
    given = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name in NULLABLE or getattr(body, name) is not None
    }
    for name in ("emails", "phones"):
        if name in given:
            given[name] = tuple(Contact(value=one.value, label=one.label) for one in given[name])
    return given


ONE = "/people/{person_id}"

OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "POST",
        "/people",
        "createPerson",
        "Make a person known",
        create,
        tag=TAG,
        body=models.NewPerson,
        answer=models.PersonRecordOut,
        status=201,
        idempotent=True,
    ),
    operation(
        "GET",
        "/people",
        "listPeople",
        "List people, in the order of their names",
        index,
        tag=TAG,
        query=models.PeopleQuery,
        answer=models.PeoplePage,
    ),
    operation("GET", ONE, "readPerson", "Read a person", read, tag=TAG, answer=models.PersonRecordOut),
    operation(
        "PATCH",
        ONE,
        "changePerson",
        "Change a person",
        change,
        tag=TAG,
        body=models.PersonChange,
        answer=models.PersonRecordOut,
        if_match=True,
        problems=(404, 409, 412),
    ),
    operation(
        "GET",
        f"{ONE}/registrations",
        "listPersonRegistrations",
        "List what a person is registered for, latest first",
        registrations,
        tag=TAG,
        answer=Registrations,
    ),
    operation(
        "POST",
        f"{ONE}/feed",
        "renewPersonFeed",
        "Make an address of the person's calendar; the one before no longer works",
        renew_feed,
        tag=TAG,
        answer=Feed,
    ),
    operation(
        "DELETE",
        f"{ONE}/feed",
        "revokePersonFeed",
        "Make the address of the person's calendar void",
        revoke_feed,
        tag=TAG,
        status=204,
    ),
)
