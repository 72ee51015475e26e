"""Where a standing link leads."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain import sessions
from echo_session.domain.sessions import Session, Status
from echo_session.domain.which_session import by_preference

NOW = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
TEMPLATE = sessions.practice(now=NOW, random=secrets.token_bytes)


def session(name: str, status: Status, starts_in_hours: float) -> Session:
    """An hour, and a quarter of one more."""
    starts_at = NOW + timedelta(hours=starts_in_hours)
    return replace(
        TEMPLATE, id=name, status=status, starts_at=starts_at, duration_minutes=60, overrun_minutes=15
    )


def first(*some: Session) -> str:
    return by_preference(some, NOW)[0].id


WEEK = 7 * 24


def test_while_a_session_is_open_the_link_leads_there() -> None:
    open_now = session("today", Status.OPEN, -0.1)
    assert first(
        session("last", Status.CLOSED, -WEEK), open_now, session("next", Status.SCHEDULED, WEEK)
    ) == ("today")


def test_of_two_that_are_open_the_one_that_started_last_is_meant() -> None:
    assert first(session("forgotten", Status.OPEN, -26), session("today", Status.OPEN, -0.1)) == "today"


def test_between_two_sessions_the_link_leads_to_the_next_one() -> None:
    coming = [session("later", Status.SCHEDULED, 2 * WEEK), session("next", Status.SCHEDULED, WEEK)]
    assert first(session("last", Status.CLOSED, -1), *coming) == "next"


def test_a_cancelled_session_is_passed_over_while_another_comes() -> None:
    assert first(session("off", Status.CANCELLED, 1), session("next", Status.SCHEDULED, WEEK)) == "next"


def test_a_session_whose_time_has_passed_unopened_is_not_the_next_one() -> None:
    assert first(session("asleep", Status.SCHEDULED, -2), session("next", Status.SCHEDULED, WEEK)) == "next"


def test_after_the_end_the_link_tells_of_the_last_one() -> None:
    assert first(session("first", Status.CLOSED, -WEEK), session("last", Status.CANCELLED, -1)) == "last"


SESSIONS = st.lists(
    st.builds(
        session,
        st.text("abc", min_size=1, max_size=3),
        st.sampled_from(list(Status)),
        st.integers(-100, 100),
    ),
    unique_by=lambda one: one.id,
)


@given(SESSIONS)
def test_open_ones_come_first_then_those_to_come_then_the_rest(some: list[Session]) -> None:
    def kind(one: Session) -> int:
        if one.status is Status.OPEN:
            return 0
        return 1 if one.status is Status.SCHEDULED and one.closes_at > NOW else 2

    ordered = by_preference(some, NOW)
    assert sorted(one.id for one in ordered) == sorted(one.id for one in some)
    assert [kind(one) for one in ordered] == sorted(kind(one) for one in some)
    coming = [one.starts_at for one in ordered if kind(one) == 1]
    assert coming == sorted(coming)
    for group in (0, 2):
        starts = [one.starts_at for one in ordered if kind(one) == group]
        assert starts == sorted(starts, reverse=True)
