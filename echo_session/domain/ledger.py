"""The attendance ledger: events that are only ever added, each sealing the one before.

A link's hash is SHA-256 over the hash of the link before and the link's own fields in one canonical form, so
no byte of what was written can change without every later link telling.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from echo_session.domain.errors import BrokenChain

GENESIS = ""
"""What the first link of a session names as the one before."""


class Kind(StrEnum):
    """What happened."""

    JOINED = "joined"
    SEEN = "seen"
    LEFT = "left"
    EVICTED = "evicted"
    RECOVERED = "recovered"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    STILL_HERE = "still_here"
    BREAK_BEGAN = "break_began"
    BREAK_ENDED = "break_ended"
    COUNTED = "counted"
    CORRECTED = "corrected"


OF_DEVICES = frozenset({Kind.JOINED, Kind.SEEN, Kind.LEFT, Kind.EVICTED, Kind.RECOVERED})
OF_SESSION = frozenset({Kind.BREAK_BEGAN, Kind.BREAK_ENDED, Kind.COUNTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened to one connection, before it has its place in the chain."""

    event_id: str
    session_id: str
    person_id: str
    """Empty where it is about the whole session."""
    connection_id: str
    """The device; of what no device tells, the id of the check-in, the break or the correction."""
    epoch: int
    """Epoch of the personal link that let the person in; 0 where none did."""
    incarnation: str
    """Which life of the media node saw it."""
    boot_id: str
    """Which life of that machine's kernel ``boottime_ns`` counts in; empty where there is none."""
    seq: int
    """Counts the connection's stays in the room: with the kind it tells a repeated report from a new one."""
    kind: Kind
    wall_utc: datetime
    boottime_ns: int
    source: str
    by: str = ""
    reason: str = ""
    detail: str = ""
    """What else it says, as canonical JSON; empty where it says no more."""

    @property
    def said(self) -> dict[str, Any]:
        """``detail``, read."""
        read: dict[str, Any] = json.loads(self.detail) if self.detail else {}
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Entry):
    """An entry in its place."""

    position: int
    prev_hash: str
    hash: str


def ordered(links: Iterable[Link]) -> list[Link]:
    """The chain, each link once."""
    return sorted({link.event_id: link for link in links}.values(), key=lambda link: link.position)


def canonical_detail(detail: Mapping[str, Any]) -> str:
    """The one form of what a link says besides: the shortest JSON, keys in order; '' of nothing."""
    if not detail:
        return ""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonical(entry: Entry, position: int) -> bytes:
    """The one form of these fields: JSON in ASCII, keys in order, instants in UTC to the microsecond.

    ``detail`` is there only where it says something: links that are older than it keep their hash.
    """
    fields = {
        "boot_id": entry.boot_id,
        "boottime_ns": entry.boottime_ns,
        "by": entry.by,
        "connection_id": entry.connection_id,
        "epoch": entry.epoch,
        "event_id": entry.event_id,
        "incarnation": entry.incarnation,
        "kind": entry.kind.value,
        "person_id": entry.person_id,
        "position": position,
        "reason": entry.reason,
        "seq": entry.seq,
        "session_id": entry.session_id,
        "source": entry.source,
        "wall_utc": entry.wall_utc.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    if entry.detail:
        fields["detail"] = entry.detail
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def seal(entry: Entry, position: int, prev_hash: str) -> str:
    """Hash of the entry at this position after that link, in hexadecimal."""
    return sha256(prev_hash.encode("ascii") + b"\n" + canonical(entry, position)).hexdigest()


def verify(session_id: str, links: Iterable[Link], *, head: str | None = None) -> int:
    """Number of links in the chain, if every one holds.

    Args:
        links: all of the session, in order of position.
        head: hash of the last link as recorded elsewhere; shows a chain that was cut short.

    Raises:
        BrokenChain: names the first link that does not.
    """
    before, count = GENESIS, 0
    for count, link in enumerate(links, start=1):
        why = _why_broken(session_id, count, before, link)
        if why:
            raise BrokenChain(session_id, count, why, link.event_id)
        before = link.hash
    if head is not None and head != before:
        raise BrokenChain(session_id, count + 1, "links that were written after it are missing")
    return count


def _why_broken(session_id: str, place: int, before: str, link: Link) -> str:
    if link.position != place:
        return f"position {link.position} stands in its place"
    if link.session_id != session_id:
        return f"it belongs to {link.session_id}"
    if link.prev_hash != before:
        return "it does not follow from the link before"
    if link.hash != seal(link, place, before):
        return "its fields are not what was sealed"
    return ""
