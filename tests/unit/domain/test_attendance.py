"""Folding the ledger into intervals, held against a model that knows when everybody was there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.attendance import SPLIT, Interval, Seen, fold, open_stays, total, whole_seconds
from echo_session.domain.ledger import Kind, Link

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
BOOT_NS = 3_000_000_000
WINDOW = 4 * 3600


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def link(
    kind: Kind,
    seconds: float,
    *,
    position: int,
    connection: str = "con_a",
    person: str = "per_a",
    seq: int = 1,
    boot: str = "boot-1",
    wall_is_off_by: float = 0.0,
) -> Link:
    return Link(
        event_id=f"att_{position}",
        session_id="ses_a",
        person_id=person,
        connection_id=connection,
        epoch=1,
        incarnation="node-1",
        boot_id=boot,
        seq=seq,
        kind=kind,
        wall_utc=at(seconds + wall_is_off_by),
        boottime_ns=BOOT_NS + round(seconds * 1_000_000) * 1000,
        source="transport",
        position=position,
        prev_hash="",
        hash="",
    )


def stay(connection: str, seq: int, start: float, end: float, first_position: int) -> list[Link]:
    return [
        link(Kind.JOINED, start, position=first_position, connection=connection, seq=seq),
        link(Kind.LEFT, end, position=first_position + 1, connection=connection, seq=seq),
    ]


spans = st.tuples(st.integers(0, WINDOW), st.integers(0, 1800)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Link]:
    """One person on up to four devices, with stays that overlap as they please; some never end."""
    links: list[Link] = []
    for number, (start, end) in enumerate(draw(st.lists(spans, max_size=12))):
        made = stay(f"con_{draw(st.integers(0, 3))}", number, start, end, len(links) + 1)
        links += made if draw(st.booleans()) or number % 3 else made[:1]
    return links


def model(links: list[Link]) -> list[tuple[int, int]]:
    """The union by brute force: the seconds that are covered, gaps of up to 15 filled."""
    starts = {(x.connection_id, x.seq): x for x in links if x.kind is Kind.JOINED}
    ends = {(x.connection_id, x.seq): x for x in links if x.kind is Kind.LEFT}
    found: list[tuple[int, int]] = []
    for key in sorted(starts, key=lambda key: starts[key].wall_utc):
        begin = round((starts[key].wall_utc - START).total_seconds())
        finish = round((ends[key].wall_utc - START).total_seconds()) if key in ends else begin
        if found and begin <= found[-1][1] + SPLIT.total_seconds():
            found[-1] = (found[-1][0], max(found[-1][1], finish))
        else:
            found.append((begin, finish))
    return found


def seconds_of(intervals: tuple[Interval, ...]) -> list[tuple[int, int]]:
    return [(whole_seconds(i.joined_at - START), whole_seconds(i.until - START)) for i in intervals]


@given(ledgers())
def test_the_fold_is_the_union_of_the_stays(links: list[Link]) -> None:
    assert seconds_of(fold(links).get("per_a", ())) == model(links)


@given(ledgers().flatmap(lambda links: st.tuples(st.just(links), st.permutations(links * 2))))
def test_order_and_repetition_make_no_difference(both: tuple[list[Link], list[Link]]) -> None:
    links, shuffled_twice = both
    assert fold(shuffled_twice) == fold(links)


@given(ledgers())
def test_intervals_are_in_order_apart_and_never_backwards(links: list[Link]) -> None:
    intervals = fold(links).get("per_a", ())
    assert all(interval.joined_at <= interval.until for interval in intervals)
    assert all(b.joined_at - a.until > SPLIT for a, b in pairwise(intervals))


@given(ledgers())
def test_several_devices_never_exceed_the_time_that_passed(links: list[Link]) -> None:
    intervals = fold(links).get("per_a", ())
    if intervals:
        assert total(intervals) <= whole_seconds(intervals[-1].until - intervals[0].joined_at)


@given(st.integers(0, 3600), st.floats(-3600, 3600), st.integers(16, 600))
def test_a_wall_clock_that_is_set_changes_no_duration(length: int, jump: float, gap: int) -> None:
    links = [
        link(Kind.JOINED, 0, position=1),
        link(Kind.LEFT, length, position=2, wall_is_off_by=jump),
        link(Kind.JOINED, length + gap, position=3, seq=2, wall_is_off_by=jump),
        link(Kind.LEFT, 2 * length + gap, position=4, seq=2, wall_is_off_by=jump),
    ]
    assert [interval.seconds for interval in fold(links)["per_a"]] == [length, length]


def test_after_a_reboot_the_wall_clock_joins_the_pieces() -> None:
    links = [
        link(Kind.JOINED, 0, position=1),
        link(Kind.LEFT, 60, position=2),
        link(Kind.JOINED, 70, position=3, seq=2, boot="boot-2"),
        link(Kind.LEFT, 100, position=4, seq=2, boot="boot-2"),
    ]
    assert [interval.seconds for interval in fold(links)["per_a"]] == [100]


def test_an_absence_of_fifteen_seconds_does_not_split_and_a_longer_one_does() -> None:
    for gap, pieces in ((15, 1), (15.001, 2)):
        links = stay("con_a", 1, 0, 60, 1) + stay("con_a", 2, 60 + gap, 120, 3)
        assert len(fold(links)["per_a"]) == pieces


def test_an_open_stay_reaches_to_what_was_last_seen_of_it() -> None:
    mark = Seen(
        connection_id="con_a", seq=1, boot_id="boot-1", wall_utc=at(42), boottime_ns=BOOT_NS + 42 * 10**9
    )
    [interval] = fold([link(Kind.JOINED, 0, position=1)], [mark])["per_a"]
    assert (interval.open, interval.left_at, interval.until) == (True, None, at(42))


def test_what_was_seen_of_a_stay_that_ended_does_not_lengthen_it() -> None:
    mark = Seen(
        connection_id="con_a", seq=1, boot_id="boot-1", wall_utc=at(99), boottime_ns=BOOT_NS + 99 * 10**9
    )
    [interval] = fold(stay("con_a", 1, 0, 60, 1), [mark])["per_a"]
    assert interval.until == at(60)


def test_a_leave_without_a_join_counts_for_nothing() -> None:
    assert fold([link(Kind.LEFT, 10, position=1)]) == {}


def test_a_leave_that_reports_an_earlier_time_than_the_join_makes_an_empty_stay() -> None:
    links = [link(Kind.JOINED, 10, position=1), link(Kind.LEFT, 5, position=2)]
    assert [interval.seconds for interval in fold(links)["per_a"]] == [0]


def test_people_are_kept_apart() -> None:
    links = [
        *stay("con_a", 1, 0, 60, 1),
        link(Kind.JOINED, 5, position=3, connection="con_b", person="per_b"),
        link(Kind.EVICTED, 25, position=4, connection="con_b", person="per_b"),
    ]
    assert {person: total(found) for person, found in fold(links).items()} == {"per_a": 60, "per_b": 20}


def test_a_part_of_the_chain_is_placed_as_the_whole_is() -> None:
    whole = [
        link(Kind.JOINED, 0, position=1, connection="con_b", person="per_b"),
        link(Kind.JOINED, 100, position=2, wall_is_off_by=3600),
        link(Kind.LEFT, 160, position=3, wall_is_off_by=3600),
    ]
    theirs = whole[1:]
    assert fold(theirs, anchors=whole[:1])["per_a"] == fold(whole)["per_a"]


def test_a_stay_is_open_until_it_is_left_or_ended_by_somebody() -> None:
    links = [
        *stay("con_a", 1, 0, 60, 1),
        link(Kind.JOINED, 80, position=3, seq=2),
        link(Kind.RECOVERED, 90, position=4, seq=2),
    ]
    assert {key: last.position for key, last in open_stays(links).items()} == {("con_a", 2): 4}
    assert open_stays([*links, link(Kind.EVICTED, 99, position=5, seq=2)]) == {}


def test_a_total_is_rounded_once_at_the_end() -> None:
    halves = tuple(Interval(at(100 * n), at(100 * n + 1.4), open=False) for n in range(5))
    assert [interval.seconds for interval in halves] == [1] * 5
    assert total(halves) == 7
