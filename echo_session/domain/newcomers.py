"""What somebody says of themselves on a public page, before anybody has looked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from echo_session.domain.errors import FieldProblem
from echo_session.domain.people import Invitation, Role, problems_of, tidy_email
from echo_session.domain.sites import SITE_TYPES
from echo_session.domain.states import state_code
from echo_session.domain.text import tidy
from echo_session.domain.times import check_zone

MAX_SITE = 200

_WEB_ADDRESS = re.compile(
    r"://|\bwww\.|\w\.\w{2,}/|\w\.(?:com|net|org|edu|gov|info|biz|app|dev|io|co|me|xyz|top|link|click|site)\b",
    re.IGNORECASE,
)
"""We greet people by the name that they give, at the address that they give: nobody is to advertise so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite:
    """A site that is not in the list, or that the visitor did not find there."""

    name: str
    state: str = ""
    county: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who somebody says they are. ``site`` is the id of a known one, or one to be added.

    What is a telephone number is checked by whoever makes this.
    """

    name: str
    email: str
    phone: str = ""
    profession: str = ""
    credentials: str = ""
    site: str | NewSite | None = None
    zone: str = ""


def newcomer_problems(said: Newcomer) -> list[FieldProblem]:
    """What is wrong with what they say."""
    invitation = Invitation(
        name=said.name,
        email=said.email,
        role=Role.PARTICIPANT,
        profession=said.profession,
        credentials=said.credentials,
    )
    problems = problems_of(invitation)
    if _WEB_ADDRESS.search(said.name):
        problems.append(FieldProblem("name", "holds a web address", "a name alone"))
    zone_problem = check_zone(said.zone) if said.zone else None
    if zone_problem:
        problems.append(zone_problem)
    if isinstance(said.site, NewSite):
        problems += _site_problems(said.site)
    return problems


def tidied(said: Newcomer) -> Newcomer:
    """As it is kept; without problems."""
    site = said.site
    if isinstance(site, NewSite):
        state = state_code(site.state) if tidy(site.state) else ""
        site = NewSite(name=tidy(site.name), state=state, county=tidy(site.county), type=site.type)
    return Newcomer(
        name=tidy(said.name),
        email=tidy_email(said.email),
        phone=said.phone,
        profession=tidy(said.profession),
        credentials=tidy(said.credentials),
        site=site,
        zone=said.zone,
    )


def _site_problems(site: NewSite) -> list[FieldProblem]:
    problems = [
        FieldProblem(f"site.{field}", f"has {len(text)} characters", f"{least} to {most} characters")
        for field, text, least, most in (
            ("name", tidy(site.name), 1, MAX_SITE),
            ("county", tidy(site.county), 0, MAX_SITE),
        )
        if not least <= len(text) <= most
    ]
    if tidy(site.state):
        try:
            state_code(site.state)
        except ValueError as wrong:
            problems.append(FieldProblem("site.state", *wrong.args))
    if site.type and site.type not in SITE_TYPES:
        allowed = ", ".join(SITE_TYPES) + ", or nothing"
        problems.append(FieldProblem("site.type", "is none of the known values", allowed))
    return problems
