"""Forgetting somebody, and how long which records are kept. Pure.

The ledger of a session names people by an id that tells nothing; who that is stands elsewhere, and can be
taken away without a link of the chain changing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ERASED = "Erased person"
"""What stands where a name was."""

CREDIT_FLOOR = timedelta(days=2192)
"""Six years: so long records that bear credit are kept at least, whatever the settings say."""

_NAMES = frozenset({"name", "person_name", "to_name"})
_OF_OTHERS = frozenset({"shared_with", "host_name", "by_name"})
"""Where somebody's name stands in what is told of somebody else."""
_SAID = frozenset({"email", "person_email", "emails", "phones", "phone", "address", "credentials", "answers"})
_IDS = ("person_id", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is kept. Each counts from the end of the session, or from when it was written."""

    attendance: timedelta
    """The ledger and everything that stands on it; with credit, never less than ``CREDIT_FLOOR``."""
    devices: timedelta
    """Which device was in which room, under which name."""
    answers: timedelta
    """What people answered when they registered; counted from when they were decided about."""
    audit: timedelta
    """Who read or exported what."""


def attendance_may_go(retention: Retention, closed_at: datetime, *, bears_credit: bool) -> datetime:
    """From when on a session's attendance is removed."""
    kept = max(retention.attendance, CREDIT_FLOOR) if bears_credit else retention.attendance
    return closed_at + kept


def credit_until(ends: Iterable[datetime]) -> datetime | None:
    """Until when records of credit keep somebody's name, given the ends of the sessions that bear it."""
    last = max(ends, default=None)
    return None if last is None else last + CREDIT_FLOOR


def scrubbed(said: Any, person_ids: Collection[str], name: str) -> Any:
    """What was told, without who these people are: the same object where it told nothing of them.

    An object of which ``person_id`` or ``id`` is one of them loses names and addresses; one of somebody else
    loses their name, be it the present one or that of then, where it says in front of whose camera, or by
    whom.
    """
    return _without(said, person_ids, {name, *_names_in(said, person_ids)})


def _names_in(said: Any, person_ids: Collection[str]) -> set[str]:
    """Under which names it tells of them: they may have been called otherwise then."""
    if isinstance(said, list):
        return {name for part in said for name in _names_in(part, person_ids)}
    if not isinstance(said, dict):
        return set()
    own = (
        {said[key] for key in _NAMES if isinstance(said.get(key), str)} if _tells_of(said, person_ids) else ()
    )
    return {*own, *(name for part in said.values() for name in _names_in(part, person_ids))}


def _tells_of(said: dict[str, Any], person_ids: Collection[str]) -> bool:
    return any(isinstance(said.get(key), str) and said[key] in person_ids for key in _IDS)


def _without(said: Any, person_ids: Collection[str], names: Collection[str]) -> Any:
    if isinstance(said, list):
        parts = [_without(part, person_ids, names) for part in said]
        return said if all(new is old for new, old in zip(parts, said, strict=True)) else parts
    if not isinstance(said, dict):
        return said
    theirs = _tells_of(said, person_ids)
    found = {key: _kept(key, value, person_ids, names, theirs) for key, value in said.items()}
    return said if all(found[key] is said[key] for key in said) else found


def _kept(key: str, value: Any, person_ids: Collection[str], names: Collection[str], theirs: bool) -> Any:
    if theirs and key in _SAID:
        return ([] if isinstance(value, list) else "") if value else value
    if isinstance(value, str):
        named = (theirs and key in _NAMES) or (key in _OF_OTHERS and value in names)
        return ERASED if value and value != ERASED and named else value
    return _without(value, person_ids, names)
