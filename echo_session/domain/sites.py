"""Where people work: clinics, schools, practices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.text import tidy
from echo_session.domain.times import check_zone

MAX_WORDS = 200

SITE_TYPES = (
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDraft:
    """What a site is said to be. Unknown facts are empty, or None."""

    name: str
    organisation: str = ""
    type: str = ""
    """One of ``SITE_TYPES``, or empty."""
    zone: str = ""
    county: str = ""
    state: str = ""
    rural: bool | None = None
    shortage_area: bool | None = None
    confirmed: bool = True
    """A coordinator has looked; only such sites are offered to those who register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as it is kept."""

    id: str
    name: str
    organisation: str
    type: str
    zone: str
    county: str
    state: str
    rural: bool | None
    shortage_area: bool | None
    confirmed: bool
    created_at: datetime
    revision: int


def create(draft: SiteDraft, *, now: datetime, random: RandomBytes) -> Site:
    """A new site. Raises InvalidFields."""
    kept = _settled(draft)
    return Site(**_fields(kept), id=new_id(Prefix.SITE, random), created_at=now, revision=1)


def draft_of(site: Site) -> SiteDraft:
    """What the site would be said to be, to be what it is: replace the fields that are to change."""
    return SiteDraft(**{name: getattr(site, name) for name in SiteDraft.__dataclass_fields__})


def change(site: Site, wanted: SiteDraft) -> Site:
    """The site with the change made; the same object where nothing is different. Raises InvalidFields."""
    changed = replace(site, **_fields(_settled(wanted)))
    return site if changed == site else replace(changed, revision=site.revision + 1)


def _fields(draft: SiteDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in SiteDraft.__dataclass_fields__}


def _settled(draft: SiteDraft) -> SiteDraft:
    texts: dict[str, Any] = {
        name: tidy(getattr(draft, name)) for name in ("name", "organisation", "county", "state")
    }
    problems = [
        FieldProblem(
            field, f"has {len(text)} characters", f"{int(field == 'name')} to {MAX_WORDS} characters"
        )
        for field, text in texts.items()
        if not int(field == "name") <= len(text) <= MAX_WORDS
    ]
    if draft.type and draft.type not in SITE_TYPES:
        allowed = ", ".join(SITE_TYPES) + ", or nothing"
        problems.append(FieldProblem("type", f"{draft.type[:32]!r} is none of the known values", allowed))
    zone_problem = check_zone(draft.zone) if draft.zone else None
    if zone_problem is not None:
        problems.append(zone_problem)
    if problems:
        raise InvalidFields(problems)
    return replace(draft, **texts)
