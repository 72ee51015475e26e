"""Where people work: found by name, listed, changed, and put together where one is there twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from echo_session.domain import sites
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.sites import Site, SiteDraft
from echo_session.domain.text import sort_key, tidy
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.people_alive import alive
from echo_session.store.programs import Place, after_place
from echo_session.store.search import forget_words, index_words, matching
from echo_session.store.tables import PersonRow, SiteRow

_KEPT = tuple(Site.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFilter:
    """Which sites; None means all."""

    search: str = ""
    confirmed: bool | None = None
    type: str | None = None


async def named_site(
    tx: Tx, name: str, *, confirmed: bool, now: datetime, random: RandomBytes
) -> SiteRow | None:
    """The site of this name, made where there is none; None where the name is empty.

    Args:
        confirmed: a coordinator says so. A site that nobody has looked at is offered to nobody.
    """
    wanted = tidy(name)
    if not wanted:
        return None
    known = (
        select(SiteRow)
        .where(SiteRow.sort_name == sort_key(wanted))
        .order_by(SiteRow.confirmed.desc(), SiteRow.id)
        .limit(1)
    )
    found = await tx.scalar(known)
    if found is not None:
        return found
    site = sites.create(SiteDraft(name=wanted, confirmed=confirmed), now=now, random=random)
    try:
        async with tx.begin_nested():
            row = _add(tx, site)
    except IntegrityError:
        return (await tx.scalars(known)).one()
    await _index(tx, site)
    return row


async def get_site(tx: Tx, site_id: str, *, lock: bool = False) -> Site:
    """Raises NotFound. ``lock``: nobody else changes it until the unit of work ends."""
    row = await _lock(tx, site_id) if lock else await tx.get(SiteRow, site_id)
    if row is None:
        raise NotFound(f"no site {site_id}")
    return to_site(row)


async def list_sites(
    tx: Tx, wanted: SiteFilter, *, limit: int, after: Place | None = None
) -> tuple[list[Site], Place | None]:
    """A page of sites in the order of their names, and where the next page goes on."""
    query = select(SiteRow)
    if wanted.confirmed is not None:
        query = query.where(SiteRow.confirmed.is_(wanted.confirmed))
    if wanted.type is not None:
        query = query.where(SiteRow.type == wanted.type)
    if wanted.search:
        query = query.where(await matching(tx, "site", wanted.search, SiteRow.id))
    if after is not None:
        query = query.where(after_place(SiteRow.sort_name, SiteRow.id, after))
    rows = (await tx.scalars(query.order_by(SiteRow.sort_name, SiteRow.id).limit(limit + 1))).all()
    page = rows[:limit]
    more = (page[-1].sort_name, page[-1].id) if len(rows) > limit else None
    return [to_site(row) for row in page], more


async def count_people(tx: Tx, site_ids: Collection[str]) -> dict[str, int]:
    """How many people work at each; who was merged into another is not one more."""
    query = (
        select(PersonRow.site_id, func.count().label("people"))
        .where(PersonRow.site_id.in_(site_ids), alive())
        .group_by(PersonRow.site_id)
    )
    return {row.site_id: row.people for row in await tx.execute(query) if row.site_id}


async def create_site(tx: Tx, draft: SiteDraft, *, now: datetime, random: RandomBytes) -> Site:
    """A new site. Raises InvalidFields."""
    site = sites.create(draft, now=now, random=random)
    await _refuse_taken(tx, site)
    _add(tx, site)
    await tx.flush()
    await _index(tx, site)
    return site


async def change_site(tx: Tx, site_id: str, wanted: SiteDraft, *, revision: int | None) -> Site:
    """The changed site; ``revision`` is what it was taken for. Raises NotFound, Conflict, InvalidFields."""
    row = await _lock(tx, site_id)
    if revision is not None and revision != row.revision:
        raise Conflict(f"the site is at revision {row.revision}, not {revision}; read it again")
    before = to_site(row)
    site = sites.change(before, wanted)
    if site is before:
        return before
    await _refuse_taken(tx, site)
    _keep(row, site)
    await tx.flush()
    await _index(tx, site)
    return site


async def merge_site(tx: Tx, double_id: str, into_id: str) -> Site:
    """The site that stays, with the people of its double; the double goes. Raises NotFound, NotPossible."""
    if double_id == into_id:
        raise NotPossible("A site cannot be put together with itself; choose the other one.")
    double, site = [await _lock(tx, one) for one in sorted((double_id, into_id))]
    if double.id != double_id:
        double, site = site, double
    await tx.execute(
        update(PersonRow)
        .where(PersonRow.site_id == double.id)
        .values(site_id=site.id, revision=PersonRow.revision + 1)
        .execution_options(synchronize_session=False)
    )
    await forget_words(tx, double.id)
    await tx.execute(
        delete(SiteRow).where(SiteRow.id == double.id).execution_options(synchronize_session=False)
    )
    tx.expunge(double)
    site.confirmed = True
    site.revision += 1
    await tx.flush()
    return to_site(site)


def to_site(row: SiteRow) -> Site:
    """The site that the row keeps."""
    return Site(**{name: getattr(row, name) for name in _KEPT})


def _add(tx: Tx, site: Site) -> SiteRow:
    row = SiteRow()
    _keep(row, site)
    tx.add(row)
    return row


def _keep(row: SiteRow, site: Site) -> None:
    for name in _KEPT:
        setattr(row, name, getattr(site, name))
    row.sort_name = sort_key(site.name)


async def _lock(tx: Tx, site_id: str) -> SiteRow:
    query = select(SiteRow).where(SiteRow.id == site_id).with_for_update()
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"no site {site_id}")
    return row


async def _refuse_taken(tx: Tx, site: Site) -> None:
    query = select(SiteRow.id).where(
        SiteRow.name == site.name,
        SiteRow.state == site.state,
        SiteRow.county == site.county,
        SiteRow.id != site.id,
    )
    if await tx.scalar(query.limit(1)) is not None:
        problem = FieldProblem(
            "name", "is that of another site there", "a name of its own, or another county"
        )
        raise InvalidFields([problem])


async def _index(tx: Tx, site: Site) -> None:
    await index_words(tx, "site", site.id, site.name, site.organisation, site.county, site.state)
