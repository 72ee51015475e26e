"""What becomes of a row of an imported file: somebody new, a change, nothing, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from echo_session.domain.cells import CellProblem
from echo_session.domain.importing import Candidate
from echo_session.domain.people import Role


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as far as an import asks. ``known`` is false for one that the import makes."""

    id: str
    name: str
    state: str
    county: str
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody in the records, and how they stand in what the file registers people for."""

    id: str
    revision: int
    name: str
    phones: frozenset[str]
    profession: str
    credentials: str
    site: Site | None
    zone: str
    role: str = ""
    status: str = ""
    """Of their registration; empty where there is none."""
    matched: bool = True
    """False for somebody who registered themselves and whom nobody has looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a row, in words too."""

    fate: Fate
    told: str
    registers: bool = False
    problems: tuple[CellProblem, ...] = ()


ROLE_WORDS = {
    Role.FACILITATOR: "facilitator",
    Role.PANELIST: "hub team",
    Role.PARTICIPANT: "participant",
    Role.OBSERVER: "observer",
    Role.COORDINATOR: "coordinator",
}

_STANDING = {
    "pending": "Waits for approval already; that stays.",
    "waiting": "On the waiting list already; that stays.",
    "declined": "Was declined before; that stays.",
    "withdrawn": "Had withdrawn; that stays.",
}


def refused(problems: Sequence[CellProblem]) -> Verdict:
    """The row is not taken; the words say why."""
    told = " ".join(_sentence(problem) for problem in problems)
    return Verdict(fate=Fate.REFUSED, told=told, problems=tuple(problems))


def _sentence(problem: CellProblem) -> str:
    start = f"{problem.column}: {problem.message}" if problem.column else problem.message
    return f"{start[:1].upper()}{start[1:]}."


def judge(
    said: Candidate,
    known: Known | None,
    site: Site | None,
    *,
    role: Role | None,
    sharing: Sequence[str] = (),
) -> Verdict:
    """What becomes of a row that nothing is wrong with.

    Args:
        site: where the row says that they work; None where it says nothing.
        role: as what they are registered; None where the file registers nobody.
        sharing: names of others who have the same address.
    """
    told: list[str] = []
    if known is None:
        new_site = site is not None and not site.known
        told.append(f"New, at a new site: {site.name}." if site and new_site else "New.")
        fate = Fate.NEW
    else:
        told = changes(said, known, site)
        fate = Fate.UPDATE if told else Fate.SAME
        if fate is Fate.SAME:
            told.append("Known already.")
    registers = role is not None and (known is None or not known.status)
    if role is not None:
        told.append(_registration_words(role, known))
    if known is None and sharing:
        names = ", ".join(sharing[:3])
        others = "has" if len(sharing) == 1 else "have"
        told.append(f"{names} {others} the same address: look whether they are one person.")
    return Verdict(fate=fate, told=" ".join(told), registers=registers)


def changes(said: Candidate, known: Known, site: Site | None) -> list[str]:
    """Sentences of what the row changes. An empty cell changes nothing."""
    told = [] if known.matched else ["Registered on a public page before; is taken for the same person."]
    told += _change("Profession", known.profession, said.profession)
    told += _change("Credentials", known.credentials, said.credentials)
    if site is not None and (known.site is None or known.site.id != site.id):
        before = known.site.name if known.site else ""
        new = "" if site.known else " (a new site)"
        told.append(
            _becomes("Site", _where(known.site, site, before), f"{_where(site, known.site, site.name)}{new}")
        )
    told += _change("Time zone", known.zone, said.zone)
    if said.phone and said.phone not in known.phones:
        told.append(f"Phone {said.phone} added.")
    return told


def _where(site: Site | None, other: Site | None, name: str) -> str:
    """The name, with where it is if the other site has the same name."""
    if site is None or other is None or site.name.casefold() != other.name.casefold():
        return name
    place = ", ".join(part for part in (site.county, site.state) if part)
    return f"{name} ({place})" if place else name


def _change(what: str, before: str, after: str) -> list[str]:
    return [_becomes(what, before, after)] if after and after != before else []


def _becomes(what: str, before: str, after: str) -> str:
    return f"{what}: {before} becomes {after}." if before else f"{what}: {after} added."


def _registration_words(role: Role, known: Known | None) -> str:
    if known is None or not known.status:
        return f"Registered as {ROLE_WORDS[role]}."
    if known.status != "approved":
        return _STANDING.get(known.status, "Has a registration already; that stays.")
    before = Role(known.role)
    if before is role:
        return "Registered already."
    return f"Registered already, as {ROLE_WORDS[before]}; that stays."


def choose_site(
    said: Candidate, named: Sequence[Site], current: Site | None, column: str
) -> Site | CellProblem | None:
    """The site that the row means, of those with this name; None where it is none of them.

    Args:
        current: where they work as far as is known: of several it is the likeliest.
        column: of the site, in words.
    """
    fitting = [site for site in named if _fits(site, said)]
    if current is not None and any(site.id == current.id for site in fitting):
        return current
    exact = [site for site in fitting if (site.state, site.county.casefold()) == _place(said)]
    if said.state and exact:
        fitting = exact
    if len(fitting) > 1:
        places = sorted(
            {", ".join(p for p in (site.county, site.state) if p) or "no state" for site in fitting}
        )
        return CellProblem(
            row=said.number,
            column=column,
            message=f"{len(fitting)} sites are called {said.site!r}: {'; '.join(places[:5])}",
            allowed='columns "State" and "County" that say which',
        )
    return fitting[0] if fitting else None


def _place(said: Candidate) -> tuple[str, str]:
    return said.state, said.county.casefold()


def _fits(site: Site, said: Candidate) -> bool:
    """True where state and county do not contradict each other; what is not known contradicts nothing."""
    state, county = _place(said)
    return not (state and site.state and site.state != state) and not (
        county and site.county and site.county.casefold() != county
    )
