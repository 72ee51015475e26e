"""What the judge of the crashes takes for lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from echo_session.domain.ledger import Kind, Link
from tests.faults.verdict import Note, Verdict, nothing_lost

SECOND = 1_000_000_000


def note(kind: str, at: int, *, reason: str = "closed_by_peer") -> Note:
    return {
        "what": "acknowledged",
        "kind": kind,
        "peer": "con_ana",
        "generation": 1,
        "reason": reason,
        "boottime_ns": at * SECOND,
    }


def link(position: int, kind: Kind, at: int, *, source: str = "transport") -> Link:
    return Link(
        event_id=f"att_{position}",
        session_id="ses_1",
        person_id="per_ana",
        connection_id="con_ana",
        epoch=1,
        incarnation="inc_1",
        boot_id="boot",
        seq=1,
        kind=kind,
        wall_utc=datetime.fromtimestamp(at, UTC),
        boottime_ns=at * SECOND,
        source=source,
        position=position,
        prev_hash="",
        hash="",
    )


def lost(links: list[Link], notes: list[Note]) -> int:
    verdict = Verdict()
    nothing_lost(verdict, links, [], notes)
    return verdict.lost


STAY = [link(1, Kind.JOINED, 10), link(2, Kind.LEFT, 20)]


@pytest.mark.parametrize("last", [10, 15, 20])
def test_what_lies_in_a_stay_is_not_lost(last: int) -> None:
    assert lost(STAY, [note("peer_connected", 10), note("peer_closed", last)]) == 0


def test_a_last_packet_after_the_stay_is_lost_unless_somebody_ended_it_for_good() -> None:
    notes = [note("peer_connected", 10), note("peer_closed", 21)]
    assert lost(STAY, notes) == 1
    assert lost([STAY[0], link(2, Kind.LEFT, 20, source="click")], notes) == 0


def test_a_transport_without_a_stay_is_lost_twice() -> None:
    assert lost([], [note("peer_connected", 10), note("peer_closed", 20)]) == 2


def test_a_transport_that_was_cut_off_before_it_was_up_was_nobodys_presence() -> None:
    assert lost([], [note("peer_closed", 20, reason="removed")]) == 0


def test_a_transport_that_control_ended_at_once_is_not_lost() -> None:
    assert lost([], [note("peer_connected", 10), note("peer_closed", 10, reason="removed")]) == 0
