"""In which zones the people of a series sit, and at which sites."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, distinct, func, or_, select
from sqlalchemy.orm import aliased

from echo_session.domain.times import zones
from echo_session.store.engine import Tx
from echo_session.store.registrants import good, who
from echo_session.store.tables import PersonRow, RegistrationRow, SeriesRow, SiteRow

MOST_ZONES = 12
MOST_NAMES = 5
MOST_SITES = 500


@dataclass(slots=True)
class Spoke:
    """People who share a zone."""

    zone: str
    people: int = 0
    sites: list[str] = field(default_factory=list)
    """Names of some of their sites, those with the most people first."""


async def spokes_of_series(tx: Tx, series_id: str, program_id: str) -> list[Spoke]:
    """The zones of those who are registered for the series or for its program, most people first.

    Where there is nobody yet, as for a new series of the program.
    """
    within = or_(RegistrationRow.series_id == series_id, RegistrationRow.program_id == program_id)
    return await _spokes(tx, within) or await spokes_of_program(tx, program_id)


async def spokes_of_program(tx: Tx, program_id: str) -> list[Spoke]:
    """The zones of those who are registered for the program or any of its series: those who come back.

    Where there is nobody yet, the zones of the sites that are known.
    """
    series = select(SeriesRow.id).where(SeriesRow.program_id == program_id)
    within = or_(RegistrationRow.series_id.in_(series), RegistrationRow.program_id == program_id)
    return await _spokes(tx, within) or await spokes_of_sites(tx)


async def spokes_of_sites(tx: Tx) -> list[Spoke]:
    """The zones of the sites that are known; of very many, those of the first."""
    query = select(SiteRow.zone, SiteRow.name).order_by(SiteRow.sort_name, SiteRow.id).limit(MOST_SITES)
    found: dict[str, list[str]] = defaultdict(list)
    for zone, name in await tx.execute(query):
        if zone in zones():
            found[zone].append(name)
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Spoke(zone, 0, names[:MOST_NAMES]) for zone, names in most[:MOST_ZONES]]


async def _spokes(tx: Tx, within: ColumnElement[bool]) -> list[Spoke]:
    own = aliased(PersonRow)
    zone = case((PersonRow.zone != "", PersonRow.zone), else_=func.coalesce(SiteRow.zone, ""))
    people = func.count(distinct(PersonRow.id))
    query = (
        select(zone, SiteRow.name, people)
        .select_from(RegistrationRow)
        .join(own, own.id == RegistrationRow.person_id)
        .join(PersonRow, PersonRow.id == who(own).element)
        .outerjoin(SiteRow, SiteRow.id == PersonRow.site_id)
        .where(within, good())
        .group_by(zone, SiteRow.id, SiteRow.name)
        .order_by(people.desc(), SiteRow.name)
    )
    found: dict[str, Spoke] = {}
    for name_of_zone, site, count in await tx.execute(query):
        if name_of_zone not in zones():
            continue
        spoke = found.setdefault(name_of_zone, Spoke(name_of_zone))
        spoke.people += count
        if site and len(spoke.sites) < MOST_NAMES:
            spoke.sites.append(site)
    return sorted(found.values(), key=lambda spoke: (-spoke.people, spoke.zone))[:MOST_ZONES]
