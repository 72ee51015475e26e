"""Who somebody whom nobody knows yet may be. Only a coordinator says who it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from echo_session.domain.merging import SAME_EMAIL, SAME_PHONE, Known
from echo_session.domain.searching import words_of
from echo_session.domain.text import sort_key

MOST = 5
"""So many are suggested, the likeliest first."""
CLOSE = 0.8
"""Of two names that are one but for a slip of the keyboard; by the letters that both have in order."""

SAME_NAME = "the same name"
LIKE_NAME = "a name like it"
PART_OF_NAME = "part of the name"
SAME_SITE = "the same site"
INVITED = "registered for this session"

_WEIGHTS = {
    SAME_EMAIL: 5,
    SAME_PHONE: 4,
    SAME_NAME: 4,
    LIKE_NAME: 2,
    PART_OF_NAME: 1,
    SAME_SITE: 1,
    INVITED: 1,
}
_ALONE = frozenset({SAME_SITE, INVITED})
"""What dozens of people have in common with somebody, which alone says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody whom they may be, and why."""

    person_id: str
    reasons: tuple[str, ...]


def candidates(
    person: Known, others: Iterable[Known], invited: frozenset[str] = frozenset()
) -> tuple[Candidate, ...]:
    """Whom of these they may be, the likeliest first.

    Args:
        invited: ids of those who are registered for the session in which they were.
    """
    found: Mapping[str, tuple[str, ...]] = {
        other.id: _reasons(person, other, invited) for other in others if other.id != person.id
    }
    likely = [Candidate(person_id=one, reasons=reasons) for one, reasons in found.items() if reasons]
    likely.sort(key=lambda one: (-sum(_WEIGHTS[reason] for reason in one.reasons), one.person_id))
    return tuple(likely[:MOST])


def _reasons(person: Known, other: Known, invited: frozenset[str]) -> tuple[str, ...]:
    reasons = []
    if person.emails & other.emails:
        reasons.append(SAME_EMAIL)
    if person.phones & other.phones:
        reasons.append(SAME_PHONE)
    name = _name_reason(person.name, other.name)
    if name:
        reasons.append(name)
    if person.site_id is not None and person.site_id == other.site_id:
        reasons.append(SAME_SITE)
    if other.id in invited:
        reasons.append(INVITED)
    if set(reasons) <= _ALONE or (PART_OF_NAME in reasons and len(reasons) == 1):
        return ()
    return tuple(reasons)


def _name_reason(one: str, other: str) -> str:
    if sort_key(one) == sort_key(other):
        return SAME_NAME
    ours, theirs = words_of(one), words_of(other)
    if set(ours) == set(theirs):
        return SAME_NAME
    if SequenceMatcher(None, " ".join(sorted(ours)), " ".join(sorted(theirs))).ratio() >= CLOSE:
        return LIKE_NAME
    return PART_OF_NAME if any(len(word) > 2 for word in set(ours) & set(theirs)) else ""
