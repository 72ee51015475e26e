"""When two records may be one person. Only a coordinator says that they are.

Clinics share mailboxes, so that an address alone means little; and a name alone means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from echo_session.domain.searching import words_of
from echo_session.domain.text import sort_key

SHARED = 3
"""An address of more people than this is a mailbox of many: there, names must have something in common."""
MAX_SUGGESTED = 10
"""For one person at a time; the likeliest first."""

SAME_EMAIL = "the same e-mail address"
SAME_PHONE = "the same telephone number"
SAME_NAME_AND_SITE = "the same name and site"
SAME_NAME = "the same name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """As much of a person as decides about a suggestion."""

    id: str
    name: str
    site_id: str | None
    emails: frozenset[str]
    phones: frozenset[str]


def suggestions(person: Known, others: Sequence[Known]) -> dict[str, list[str]]:
    """Who may be the same person, by id, each with why; the likeliest first."""
    sharing = sum(bool(person.emails & other.emails) for other in others)
    found = {other.id: _reasons(person, other, mailbox=sharing > SHARED) for other in others}
    likely = [(other, reasons) for other, reasons in found.items() if reasons]
    likely.sort(key=lambda one: -len(one[1]))
    return dict(likely[:MAX_SUGGESTED])


def roots(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Who turned out to be whom, from merges (kept, merged) that stand; who was not merged is not in it."""
    into: Mapping[str, str] = {merged: kept for kept, merged in merges}
    found = {}
    for person in into:
        root = person
        while root in into:
            root = into[root]
        found[person] = root
    return found


def _reasons(person: Known, other: Known, *, mailbox: bool) -> list[str]:
    same_name = sort_key(person.name) == sort_key(other.name)
    reasons = []
    if person.emails & other.emails and (not mailbox or _alike(person.name, other.name)):
        reasons.append(SAME_EMAIL)
    if person.phones & other.phones:
        reasons.append(SAME_PHONE)
    if same_name and person.site_id is not None and person.site_id == other.site_id:
        reasons.append(SAME_NAME_AND_SITE)
    elif same_name and reasons:
        reasons.append(SAME_NAME)
    return reasons


def _alike(one: str, other: str) -> bool:
    """True where a word of more than two letters is in both, which titles are not."""
    return any(len(word) > 2 for word in set(words_of(one)) & set(words_of(other)))
