"""Holds a session's record against what happened: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from echo_session.domain.attendance import ENDS, STARTS
from echo_session.domain.errors import BrokenChain
from echo_session.domain.ledger import Kind, Link, verify
from echo_session.store.chain import chain
from echo_session.store.engine import Database
from echo_session.store.tables import EventRow, SessionRow
from tests.faults.people import Human
from tests.faults.truth import Span, compare, span

Note = dict[str, Any]
"""A transition at the node, as `tests.faults.processes` writes it down."""

FINAL_SOURCES = ("click", "facilitator", "device", "closing")
"""Who ends a stay for good, so that a later transport of the same device is none of its attendance."""


@dataclass(slots=True)
class Verdict:
    """On one session."""

    acknowledged: int = 0
    told: int = 0
    lost: int = 0
    doubled: int = 0
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    """All that is known of people whose record is wrong."""


async def judge(
    store: Database,
    session_id: str,
    people: Sequence[Human],
    attendance: Any,
    notes: Sequence[Note],
    *,
    tolerance: float,
) -> Verdict:
    """`attendance` is what the API says; `notes` have what the node saw, and what it was told to forget."""
    verdict = Verdict()
    async with store.read() as tx:
        row = await tx.get(SessionRow, session_id)
        assert row is not None
        links = await chain(tx, session_id)
        query = select(EventRow).where(EventRow.session_id == session_id).order_by(EventRow.seq)
        events = list(await tx.scalars(query))
    try:
        verify(session_id, links, head=row.ledger_head)
    except BrokenChain as broken:
        verdict.wrong.append(f"the chain is broken: {broken}")
    _nothing_twice(verdict, links, events)
    notes = [note for note in notes if note["room"] == row.room_id]
    nothing_lost(verdict, links, people, notes)
    recorded = {person["name"]: person for person in attendance["people"]}
    ended = _ended(notes)
    for human in people:
        person = recorded.get(human.name, {"intervals": [], "person_id": ""})
        intervals = [span(one["joined_at"], one["left_at"]) for one in person["intervals"]]
        found = compare(human.spans(ended), intervals, unknown=human.unknown, tolerance=tolerance)
        verdict.starts += found.starts
        verdict.ends += found.ends
        verdict.wrong += [f"{human.name} of {session_id}: {line}" for line in found.wrong]
        if found.wrong:
            mine = [link for link in links if link.person_id == person["person_id"]]
            verdict.stories += _story(human, intervals, mine, notes)
    return verdict


def _ended(notes: Sequence[Note]) -> dict[str, list[float]]:
    """When the node ended transports on control's word, by connection."""
    ended: dict[str, list[float]] = {}
    for note in notes:
        if note["what"] == "happened" and note.get("reason") in ("removed", "room_closed"):
            ended.setdefault(note["peer"], []).append(note["wall"])
    return ended


def _story(
    human: Human, intervals: Sequence[Span], links: Sequence[Link], notes: Sequence[Note]
) -> list[str]:
    """All that is known of a person, in order."""
    connections = {connection_id for connection_id, _ in human.ups}
    lines = [(one[0], f"{connection_id} is up until {one[1]:.2f}") for connection_id, one in human.ups]
    lines += [(first, f"recorded until {last:.2f}") for first, last in intervals]
    lines += [(since, f"unknown until {until:.2f}") for since, until in human.unknown]
    lines += [
        (note["wall"], f"{note['what']}: {note['kind']} {note['peer']} {note.get('reason', '')}")
        for note in notes
        if note["peer"] in connections and note["kind"].startswith("peer_")
    ]
    lines += [
        (
            link.wall_utc.timestamp(),
            f"{link.position}. {link.kind} {link.connection_id} {link.seq} {link.source}",
        )
        for link in links
    ]
    return [f"    {at:.2f} {line}" for at, line in sorted(lines)]


def _connection_story(connection_id: str, links: Sequence[Link], notes: Sequence[Note]) -> list[str]:
    """All that is known of a connection, by the node's clock."""
    lines = [
        (note["boottime_ns"] / 1e9, f"{note['what']}: {note['kind']} {note.get('reason', '')}")
        for note in notes
        if note["peer"] == connection_id and note["kind"].startswith("peer_")
    ]
    lines += [
        (link.boottime_ns / 1e9, f"{link.position}. {link.kind} {link.seq} {link.source} {link.incarnation}")
        for link in links
        if link.connection_id == connection_id
    ]
    return [f"    {at:.3f} {line}" for at, line in sorted(lines)]


def _nothing_twice(verdict: Verdict, links: Sequence[Link], events: Sequence[EventRow]) -> None:
    """One link for each start and end of a stay; people come and go by turns; the session ends once."""
    stays = Counter((link.connection_id, link.seq, link.kind) for link in links)
    ends = Counter((link.connection_id, link.seq) for link in links if link.kind in ENDS)
    doubled = [f"{of} {count} times" for of, count in (stays | ends).items() if count > 1]
    told: dict[str, list[str]] = {}
    for event in events:
        if event.type.startswith("participant."):
            told.setdefault(_person_of(event), []).append(event.type.partition(".")[2])
    for person, steps in told.items():
        if any(step != ("joined", "left")[turn % 2] for turn, step in enumerate(steps)) or len(steps) % 2:
            doubled.append(f"{person} is told of as {', '.join(steps)}")
    closing = Counter(event.type for event in events if event.type in ("session.closed", "attendance.ready"))
    doubled += [f"{kind} is told {count} times" for kind, count in closing.items() if count > 1]
    if closing["session.closed"] == 0:
        verdict.wrong.append("session.closed is not told")
    verdict.doubled += len(doubled)
    verdict.wrong += [f"doubled: {line}" for line in doubled]


def _person_of(event: EventRow) -> str:
    return str(event.payload["data"]["person"]["id"])


def nothing_lost(
    verdict: Verdict, links: Sequence[Link], people: Sequence[Human], notes: Sequence[Note]
) -> None:
    """Every packet that the node told of, and was told to forget, lies in a stay; every yes that somebody
    was given is in the record."""
    lost: list[str] = []
    refused = _refused(notes)
    up = {(note["peer"], note["generation"]) for note in notes if note["kind"] == "peer_connected"}
    for event in notes:
        if event["what"] != "acknowledged" or not event.get("boottime_ns"):
            continue
        if (event["peer"], event["boottime_ns"]) in refused:
            continue
        if event["kind"] == "peer_closed" and (event["peer"], event["generation"]) not in up:
            # It was cut off while it was being set up: its packets were attempts, and nobody was there.
            continue
        verdict.acknowledged += 1
        if not _in_a_stay(links, event["peer"], event["boottime_ns"]):
            lost.append(f"{event['kind']} of {event['peer']} at {event['boottime_ns'] / 1e9:.3f}")
            verdict.stories += _connection_story(event["peer"], links, notes)
    for human in people:
        for told in human.told:
            verdict.told += 1
            kind = Kind(told.kind)
            if not any(
                link.connection_id == told.connection_id
                and link.kind in (kind, Kind.EVICTED)
                and abs(link.wall_utc.timestamp() - told.at) < 1.0
                for link in links
            ):
                lost.append(f"{told.kind} of {human.name}, {told.connection_id}")
    verdict.lost += len(lost)
    verdict.wrong += [f"lost: {line}" for line in lost]


def _refused(notes: Sequence[Note]) -> set[tuple[str, int]]:
    """Transports that came up as the person was gone already: control had the node end them before a second
    packet."""
    first = {(note["peer"], note["boottime_ns"]) for note in notes if note["kind"] == "peer_connected"}
    return {
        (note["peer"], note["boottime_ns"])
        for note in notes
        if note["kind"] == "peer_closed"
        and note["reason"] == "removed"
        and (note["peer"], note["boottime_ns"]) in first
    }


def _in_a_stay(links: Sequence[Link], connection_id: str, at: int) -> bool:
    mine = [link for link in links if link.connection_id == connection_id]
    over = [link.boottime_ns for link in mine if link.kind in ENDS and link.source in FINAL_SOURCES]
    if any(end <= at for end in over):
        return True
    for seq in {link.seq for link in mine}:
        stay = [link for link in mine if link.seq == seq]
        starts = [link.boottime_ns for link in stay if link.kind in STARTS]
        ends = [link.boottime_ns for link in stay if link.kind in ENDS]
        if starts and ends and min(starts) <= at <= min(ends):
            return True
    return False
