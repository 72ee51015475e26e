"""What goes next at one endpoint."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from echo_session.domain.deliveries import Head, Standing
from echo_session.webhooks.queue import Queue

from .samples import NOON, backlog, head

SECONDS = st.integers(-10_000, 10_000)
HEADS = st.builds(
    head,
    st.sampled_from(["ses_1", "ses_2", "ses_3", "wep_1"]),
    age=SECONDS,
    next_in=SECONDS,
    lease_in=st.none() | SECONDS,
    epoch=st.integers(0, 5),
)
SETS = st.lists(HEADS, min_size=1, max_size=4, unique_by=lambda each: each.stream)


@given(SETS, st.integers(0, 3), st.none() | SECONDS)
def test_there_is_something_to_send_exactly_from_the_wake_up_time_on(
    heads: list[Head], failures: int, next_in: int | None
) -> None:
    waiting = Queue(backlog(*heads, failures=failures, next_in=next_in))
    at = waiting.wake_at()
    assert at is not None
    assert not waiting.pick(at - timedelta(microseconds=1), 9)
    assert waiting.pick(at, 9)


@given(SETS, st.integers(0, 3), st.none() | SECONDS)
def test_what_somebody_else_holds_is_not_chosen(
    heads: list[Head], failures: int, next_in: int | None
) -> None:
    found = Queue(backlog(*heads, failures=failures, next_in=next_in)).pick(NOON, 9)
    assert all(each.lease_until is None or each.lease_until <= NOON for each in found)


@given(SETS, st.integers(1, 4))
def test_while_the_endpoint_is_up_all_that_is_due_goes_the_oldest_first_and_each_stream_once(
    heads: list[Head], room: int
) -> None:
    queue = Queue(backlog(*heads))
    due = sorted(
        (each for each in heads if max(each.next_attempt_at, each.lease_until or NOON) <= NOON),
        key=lambda each: (each.created_at, each.delivery_id),
    )
    picked = [queue.pick(NOON, room), queue.pick(NOON, 9)]
    assert picked[0] == due[:room]
    assert picked[0] + picked[1] == due


@given(SETS)
def test_an_endpoint_that_is_down_is_probed_with_its_oldest_event_and_nothing_else_meanwhile(
    heads: list[Head],
) -> None:
    assume(all(each.lease_until is None for each in heads))
    queue = Queue(backlog(*heads, failures=2, next_in=0))
    (probe,) = queue.pick(NOON, 9)
    assert probe.created_at == min(each.created_at for each in heads)
    assert queue.pick(NOON, 9) == []


def test_an_endpoint_that_is_down_gets_nothing_before_its_probe() -> None:
    assert Queue(backlog(head(), failures=1, next_in=1)).pick(NOON, 9) == []


def test_a_test_goes_before_what_is_older_whether_the_endpoint_is_up_or_down() -> None:
    heads = (head("ses_1", age=90), head("wep_1", age=1, asked=True))
    assert Queue(backlog(*heads)).pick(NOON, 1) == [heads[1]]
    assert Queue(backlog(*heads, failures=3, next_in=0)).pick(NOON, 9) == [heads[1]]


def test_a_second_opinion_asks_the_least_tried_of_the_other_sessions() -> None:
    heads = (head("ses_1", age=90), head("ses_2", age=60, epoch=4), head("ses_3", age=30, epoch=1))
    queue = Queue(backlog(*heads))
    assert queue.another("ses_1", NOON) is heads[2]
    assert queue.another("ses_1", NOON) is heads[1], "what is under way is not asked twice"
    assert queue.another("ses_1", NOON) is None


def test_what_has_landed_is_replaced_by_what_comes_after_it() -> None:
    queue = Queue(backlog(head("ses_1"), head("ses_2", next_in=60, attempts=1)))
    assert queue.tried() == ["dlv_ses_2"]
    (first,) = queue.pick(NOON, 9)
    later = head("ses_1", next_in=5, epoch=1, attempts=1)
    queue.land(first.stream, later)
    assert queue.pick(NOON, 9) == []
    assert queue.wake_at() == later.next_attempt_at
    assert queue.pick(later.next_attempt_at, 9) == [later]
    queue.land("ses_1", None)
    assert queue.pick(NOON + timedelta(minutes=2), 9)[0].stream == "ses_2"
    assert queue.wake_at() is None


def test_what_is_under_way_is_passed_over_when_the_records_are_read_anew() -> None:
    queue = Queue(backlog(head("ses_1"), head("ses_2")), ["ses_1"])
    assert [each.stream for each in queue.pick(NOON, 9)] == ["ses_2"]
    queue.standing = Standing("wep_1", 1, NOON)
    queue.land("ses_2", head("ses_2"))
    assert queue.pick(NOON, 9) == [], "ses_1 has yet to say how the endpoint is"
