"""When a session is, what it may become, and what its fields may be."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.domain import sessions
from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.sessions import Change, Draft, Session, Status

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
LOCAL = datetime.fromisoformat("2026-11-21T16:00:00")
random = secrets.token_bytes


def draft(**changes: object) -> Draft:
    asked = Draft(title="Asthma", zone="America/Denver", starts_local=LOCAL, duration_minutes=60)
    return replace(asked, **changes)  # type: ignore[arg-type]


def made(**changes: object) -> Session:
    return sessions.create(draft(**changes), now=NOW, random=random)


def opened() -> Session:
    return sessions.open_room(made(), now=NOW)


def wrong_fields(ask: Callable[[], object]) -> set[str]:
    with pytest.raises(InvalidFields) as caught:
        ask()
    assert all(problem.allowed for problem in caught.value.problems)
    return {problem.field for problem in caught.value.problems}


def test_times_follow_from_start_lengths_and_extensions() -> None:
    session = replace(made(lead_minutes=10, overrun_minutes=5), extended_minutes=20)
    assert session.starts_at == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert session.opens_at == session.starts_at - timedelta(minutes=10)
    assert session.ends_at == session.starts_at + timedelta(minutes=80)
    assert session.closes_at == session.ends_at + timedelta(minutes=5)


def test_a_start_given_as_an_instant_is_shown_in_the_zone() -> None:
    session = made(starts_local=None, starts_at=datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    assert session.starts_local == LOCAL


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = {
        "title": " \n ",
        "zone": "Mars/Olympus",
        "starts_local": None,
        "duration_minutes": 0,
        "lead_minutes": -1,
        "overrun_minutes": 10_000,
        "description": "x" * 5001,
        "contact": "x" * 201,
    }
    assert wrong_fields(lambda: made(**wrong)) == set(wrong)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": NOW}, "starts_local"),
        ({"starts_local": datetime.fromisoformat("0226-11-21T16:00:00")}, "starts_local"),
        ({"starts_local": datetime.fromisoformat("2026-11-21T05:00:00")}, "starts_local"),
    ],
    ids=["given twice", "year mistyped", "over already"],
)
def test_an_impossible_start_is_refused(changes: dict[str, object], field: str) -> None:
    assert wrong_fields(lambda: made(**changes)) == {field}


def test_an_unknown_zone_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(InvalidFields, match="America/Denver"):
        made(zone="America/Denvr")


def test_texts_are_kept_on_one_line_without_control_characters() -> None:
    session = made(title="  Asthma\x00\r\n in  children ", description="one\r\n\x07two\n")
    assert session.title == "Asthma in children"
    assert session.description == "one\n two"


def test_a_change_keeps_what_it_does_not_name_and_counts_the_revision() -> None:
    session = made()
    changed = sessions.change(session, Change(duration_minutes=90), now=NOW)
    assert changed == replace(session, duration_minutes=90, revision=2, sequence=1)


def test_a_change_to_what_is_so_already_changes_nothing() -> None:
    session = made()
    assert sessions.change(session, Change(title="Asthma"), now=NOW) is session


def test_another_zone_keeps_the_wall_time_and_moves_the_instant() -> None:
    changed = sessions.change(made(), Change(zone="America/New_York"), now=NOW)
    assert changed.starts_local == LOCAL
    assert changed.starts_at == datetime(2026, 11, 21, 21, 0, tzinfo=UTC)


def test_the_start_of_an_open_room_is_settled() -> None:
    change = Change(starts_local=LOCAL, zone="UTC", lead_minutes=5, title="Other")
    assert wrong_fields(lambda: sessions.change(opened(), change, now=NOW)) == {
        "starts_local",
        "zone",
        "lead_minutes",
    }


def test_an_open_session_can_be_renamed_and_made_longer() -> None:
    changed = sessions.change(opened(), Change(title="Other", duration_minutes=75), now=NOW)
    assert (changed.title, changed.duration_minutes) == ("Other", 75)


TABLE: dict[Status, dict[str, bool]] = {
    Status.SCHEDULED: {"open": True, "close": True, "cancel": True, "extend": False, "change": True},
    Status.OPEN: {"open": False, "close": True, "cancel": False, "extend": True, "change": True},
    Status.CLOSED: {"open": False, "close": False, "cancel": False, "extend": False, "change": False},
    Status.CANCELLED: {"open": False, "close": False, "cancel": False, "extend": False, "change": False},
}
ORDERS: dict[str, Callable[[Session], Session]] = {
    "open": lambda session: sessions.open_room(session, now=NOW),
    "close": lambda session: sessions.close(session, now=NOW),
    "cancel": sessions.cancel,
    "extend": lambda session: sessions.extend(session, 10),
    "change": lambda session: sessions.change(session, Change(title="Other"), now=NOW),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("order", ORDERS)
def test_each_status_allows_what_the_table_says(status: Status, order: str) -> None:
    session = replace(made(), status=status)
    if TABLE[status][order]:
        assert ORDERS[order](session).revision == session.revision + 1
    else:
        with pytest.raises(NotPossible, match=status.value):
            ORDERS[order](session)


def test_extensions_add_up_to_a_limit() -> None:
    session = opened()
    for _ in range(6):
        session = sessions.extend(session, 120)
    assert session.extended_minutes == 720
    assert wrong_fields(lambda: sessions.extend(session, 1)) == {"minutes"}


@pytest.mark.parametrize("minutes", [0, -5, 121])
def test_an_extension_has_bounds(minutes: int) -> None:
    assert wrong_fields(lambda: sessions.extend(opened(), minutes)) == {"minutes"}


def test_a_new_public_link_makes_the_one_before_void() -> None:
    assert sessions.new_public_link(made()).public_epoch == 2
    with pytest.raises(NotPossible):
        sessions.new_public_link(sessions.cancel(made()))


def test_a_practice_room_is_open_at_once_for_half_an_hour() -> None:
    room = sessions.practice(now=NOW, random=random)
    assert room.status is Status.OPEN
    assert room.closes_at == NOW + timedelta(minutes=30)
    assert not room.public_link_on


def test_a_start_that_spring_skips_moves_forward_and_says_so() -> None:
    skipped = datetime.fromisoformat("2027-03-14T02:30:00")
    session = made(starts_local=skipped)
    assert session.moved_forward
    assert session.starts_local == datetime.fromisoformat("2027-03-14T03:30:00")
    moved = sessions.change(session, Change(starts_local=LOCAL), now=NOW)
    assert not moved.moved_forward


def test_an_occurrence_notes_what_it_has_of_its_own() -> None:
    session = replace(made(), part_id="prt_1", series_id="srs_1", original_local=LOCAL)
    changed = sessions.change(session, Change(title="Guest", duration_minutes=90), now=NOW)
    assert changed.changed_by_hand == ("duration_minutes", "title")
    assert sessions.cancel(changed, "Snow").changed_by_hand == ("duration_minutes", "status", "title")
    assert sessions.change(made(), Change(title="Guest"), now=NOW).changed_by_hand == ()


def test_a_cancelled_session_comes_back_as_it_was() -> None:
    session = replace(made(), part_id="prt_1", series_id="srs_1", original_local=LOCAL)
    cancelled = sessions.cancel(session, "  Snow \x00 storm ")
    assert (cancelled.status, cancelled.cancel_reason) == (Status.CANCELLED, "Snow   storm")
    restored = sessions.restore(cancelled, now=NOW)
    assert restored == replace(session, revision=3, sequence=2)
    assert wrong_fields(lambda: sessions.restore(cancelled, now=NOW + timedelta(days=9))) == {"starts_local"}
    assert wrong_fields(lambda: sessions.cancel(session, "x" * 501)) == {"reason"}
    with pytest.raises(NotPossible, match="nothing to restore"):
        sessions.restore(session, now=NOW)
