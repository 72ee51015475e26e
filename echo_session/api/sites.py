"""/sites: make, read, list, change, and put together where one is there twice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from echo_session.api.listing import operation
from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Body, Call, Nothing
from echo_session.api.paging import PageQuery, Search, cursor_of, text_place
from echo_session.api.run import etag, expected_revision
from echo_session.domain import sites as domain
from echo_session.domain.sites import Site, SiteDraft
from echo_session.store import sites
from echo_session.store.sites import SiteFilter

TAG = "Sites"
NULLABLE = frozenset({"rural", "shortage_area"})
"""Where null is a value; elsewhere it leaves a field as it is."""

Words = Annotated[str, Field(max_length=domain.MAX_WORDS), NO_NUL]
SiteZone = Annotated[str, Field(max_length=64, description="IANA time zone, or empty"), NO_NUL]
TypeName = Literal[
    "",
    "health_center",
    "hospital",
    "clinic",
    "practice",
    "school",
    "school_district",
    "university",
    "government",
    "tribal",
    "other",
]


class NewSite(Body):
    """A site to be made; unknown facts are empty, or null."""

    name: Words
    organisation: Words = ""
    type: TypeName = ""
    zone: SiteZone = ""
    county: Words = ""
    state: Words = ""
    rural: bool | None = None
    shortage_area: bool | None = None
    confirmed: bool = Field(True, description="Offered to those who register")


class SiteChange(Body):
    """What is to be different; what is left out stays."""

    name: Words | None = None
    organisation: Words | None = None
    type: TypeName | None = None
    zone: SiteZone | None = None
    county: Words | None = None
    state: Words | None = None
    rural: bool | None = None
    shortage_area: bool | None = None
    confirmed: bool | None = None


class SiteQuery(PageQuery):
    """Which sites, and which page of them."""

    search: Search = ""
    confirmed: bool | None = None
    type: TypeName | None = None


class SiteMerge(Body):
    """Which site stays."""

    into_id: Annotated[str, Field(max_length=64), NO_NUL]


class SiteOut(Out):
    """Where people work."""

    model_config = ConfigDict(json_schema_extra={"title": "Site"})

    id: str
    name: str
    organisation: str
    type: TypeName
    zone: str
    county: str
    state: str
    rural: bool | None
    shortage_area: bool | None
    confirmed: bool = Field(description="False where somebody added it and no coordinator has looked")
    people: int
    created_at: datetime
    revision: int


class SitePage(Out):
    """A page of sites, in the order of their names."""

    items: list[SiteOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


async def create(call: Call[NewSite, Nothing]) -> Answer:
    """Makes a site."""
    draft = SiteDraft(**_given(call.body))
    site = await sites.create_site(call.tx, draft, now=call.now, random=call.ports.random)
    answer = await _answer(call, site)
    return Answer(body=answer.body, headers={**answer.headers, "Location": f"/api/v1/sites/{site.id}"})


async def index(call: Call[Nothing, SiteQuery]) -> Answer:
    """A page of sites."""
    wanted = SiteFilter(search=call.query.search, confirmed=call.query.confirmed, type=call.query.type)
    page, more = await sites.list_sites(
        call.tx, wanted, limit=call.query.limit, after=text_place(call.query.cursor)
    )
    return Answer(body=SitePage(items=await _out(call, page), next=cursor_of(more)))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One site."""
    return await _answer(call, await sites.get_site(call.tx, call.path["site_id"]))


async def change(call: Call[SiteChange, Nothing]) -> Answer:
    """Changes a site."""
    revision = expected_revision(call.request.headers)
    before = domain.draft_of(await sites.get_site(call.tx, call.path["site_id"], lock=True))
    present = {name: getattr(before, name) for name in SiteDraft.__dataclass_fields__}
    wanted = SiteDraft(**present | _given(call.body))
    return await _answer(
        call, await sites.change_site(call.tx, call.path["site_id"], wanted, revision=revision)
    )


async def merge(call: Call[SiteMerge, Nothing]) -> Answer:
    """Moves a double's people to the site that stays."""
    return await _answer(call, await sites.merge_site(call.tx, call.path["site_id"], call.body.into_id))


async def _answer(call: AnyCall, site: Site) -> Answer:
    return Answer(body=(await _out(call, [site]))[0], headers=etag(site.revision))


async def _out(call: AnyCall, page: list[Site]) -> list[SiteOut]:
    people = await sites.count_people(call.tx, [site.id for site in page])
    plain = [name for name in SiteOut.model_fields if name != "people"]
    return [
        SiteOut(**{name: getattr(site, name) for name in plain}, people=people.get(site.id, 0))
        for site in page
    ]


def _given(body: BaseModel) -> dict[str, Any]:
    return {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name in NULLABLE or getattr(body, name) is not None
    }


OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "POST",
        "/sites",
        "createSite",
        "Make a site",
        create,
        tag=TAG,
        body=NewSite,
        answer=SiteOut,
        status=201,
        idempotent=True,
    ),
    operation(
        "GET",
        "/sites",
        "listSites",
        "List sites, in the order of their names",
        index,
        tag=TAG,
        query=SiteQuery,
        answer=SitePage,
    ),
    operation("GET", "/sites/{site_id}", "readSite", "Read a site", read, tag=TAG, answer=SiteOut),
    operation(
        "PATCH",
        "/sites/{site_id}",
        "changeSite",
        "Change a site",
        change,
        tag=TAG,
        body=SiteChange,
        answer=SiteOut,
        if_match=True,
        problems=(404, 412),
    ),
    operation(
        "POST",
        "/sites/{site_id}/merge",
        "mergeSite",
        "Put a site that is there twice together with the other one; this one goes, its people move",
        merge,
        tag=TAG,
        body=SiteMerge,
        answer=SiteOut,
        problems=(404, 409),
    ),
)
