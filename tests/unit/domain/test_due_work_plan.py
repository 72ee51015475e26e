"""Which due work a session asks for, and how the table gets there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.due_work import PlannedWork, WantedWork, plan, wanted_work, warn_at

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=9)
ACTIONS = [
    ("open_room", 0),
    ("warn_ending", 0),
    ("close_room", 0),
    ("send_reminder", 60),
    ("send_reminder", 0),
]
INSTANTS = st.integers(min_value=0, max_value=3).map(lambda m: NOON + timedelta(minutes=m))
WANTED = st.dictionaries(st.sampled_from(ACTIONS), INSTANTS).map(
    lambda by_action: tuple(WantedWork(action, at, detail) for (action, detail), at in by_action.items())
)


class Times(TypedDict):
    """When a session is, as `wanted_work` takes it."""

    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime


def times(minutes: int, extended: int = 0) -> Times:
    ends = NOON + timedelta(minutes=minutes + extended)
    return {
        "opens_at": NOON - timedelta(minutes=15),
        "starts_at": NOON,
        "ends_at": ends,
        "closes_at": ends + timedelta(minutes=15),
    }


def reminders(minutes: list[int]) -> list[WantedWork]:
    """What a session at noon wants of these."""
    return [
        work
        for work in wanted_work("scheduled", **times(60), reminders=minutes)
        if work.action == "send_reminder"
    ]


def test_a_scheduled_session_opens_warns_and_closes_by_itself() -> None:
    assert wanted_work("scheduled", **times(60)) == (
        WantedWork("open_room", NOON - timedelta(minutes=15)),
        WantedWork("warn_ending", NOON + timedelta(minutes=55)),
        WantedWork("close_room", NOON + timedelta(minutes=75)),
    )


def test_a_session_that_was_opened_by_hand_is_not_opened_again() -> None:
    assert [work.action for work in wanted_work("open", **times(60))] == ["warn_ending", "close_room"]


def test_a_cancelled_session_wants_nothing_and_credit_of_a_closed_one_is_offered() -> None:
    assert wanted_work("cancelled", **times(60), reminders=[60]) == ()
    assert wanted_work("closed", **times(60), closed_at=NOON, reminders=[60]) == (
        WantedWork("finalise", NOON),
        WantedWork("offer_credit", NOON + timedelta(minutes=2)),
    )


def test_reminders_come_before_the_start_and_at_the_opening() -> None:
    assert reminders([0, 60, 1440, 60]) == [
        WantedWork("send_reminder", NOON - timedelta(days=1), 1440),
        WantedWork("send_reminder", NOON - timedelta(hours=1), 60),
        WantedWork("send_reminder", NOON - timedelta(minutes=15), 0),
    ]


def test_two_reminders_at_one_instant_are_one() -> None:
    assert reminders([15, 0]) == [WantedWork("send_reminder", NOON - timedelta(minutes=15), 0)]


def test_a_session_made_an_hour_ahead_is_not_announced_as_tomorrow() -> None:
    changes = plan([], reminders([1440, 60, 0]), now=NOON - timedelta(hours=2))
    assert [work.detail for work, _ in changes.add] == [60, 0]


def test_a_reminder_that_a_change_puts_into_the_past_is_dropped() -> None:
    row = PlannedWork("due_r", "send_reminder", 1, NOON + timedelta(days=6), "due", 1440)
    changes = plan([row], reminders([1440]), now=NOON - timedelta(hours=2))
    assert (changes.add, changes.move, changes.cancel) == ((), (), ("due_r",))


def test_a_reminder_that_is_late_stays_when_the_session_is_changed_otherwise() -> None:
    row = PlannedWork("due_r", "send_reminder", 1, NOON - timedelta(days=1), "claimed", 1440)
    changes = plan([row], reminders([1440]), now=NOON - timedelta(hours=2))
    assert (changes.add, changes.move, changes.cancel) == ((), (), ())


def test_a_session_that_is_put_off_is_reminded_of_again() -> None:
    row = PlannedWork("due_r", "send_reminder", 1, NOON - timedelta(days=2), "done", 1440)
    changes = plan([row], reminders([1440]), now=NOON - timedelta(days=1, hours=2))
    assert changes.add == ((WantedWork("send_reminder", NOON - timedelta(days=1), 1440), 2),)


def test_a_short_session_is_warned_at_half_time() -> None:
    assert warn_at(NOON, NOON + timedelta(minutes=1)) == NOON + timedelta(seconds=30)


def test_an_extension_moves_the_close_and_asks_for_another_warning_after_one_was_given() -> None:
    given_warning = PlannedWork("due_w", "warn_ending", 1, NOON + timedelta(minutes=55), "done")
    close = PlannedWork("due_c", "close_room", 1, NOON + timedelta(minutes=75), "due")
    changes = plan([given_warning, close], wanted_work("open", **times(60, extended=10)), now=NOON)
    assert changes.add == ((WantedWork("warn_ending", NOON + timedelta(minutes=65)), 2),)
    assert changes.move == (("due_c", NOON + timedelta(minutes=85)),)
    assert changes.cancel == ()


class Table:
    """Applies plans as the database does."""

    def __init__(self) -> None:
        self.rows: list[PlannedWork] = []

    def replan(self, wanted: tuple[WantedWork, ...]) -> None:
        changes = plan(self.rows, wanted, now=LONG_AGO)
        moved, cancelled = dict(changes.move), set(changes.cancel)
        self.rows = [
            PlannedWork(
                row.id,
                row.action,
                row.occurrence,
                moved.get(row.id, row.due_at),
                "due" if row.id in moved else "cancelled" if row.id in cancelled else row.state,
                row.detail,
            )
            for row in self.rows
        ]
        for work, occurrence in changes.add:
            name = f"{work.action}-{work.detail}-{occurrence}"
            self.rows.append(PlannedWork(name, work.action, occurrence, work.due_at, "due", work.detail))

    def finish(self, index: int, state: str) -> None:
        if self.rows:
            row = self.rows[index % len(self.rows)]
            if row.state == "due":
                self.rows[index % len(self.rows)] = replace(row, state=state)


def key(work: WantedWork | PlannedWork) -> tuple[str, int, datetime]:
    return work.action, work.detail, work.due_at


STEPS = st.lists(
    st.one_of(WANTED, st.tuples(st.integers(0, 9), st.sampled_from(["claimed", "done", "missed"])))
)


@given(STEPS, WANTED)
def test_after_any_history_the_unfinished_rows_are_what_is_wanted_and_has_not_happened(
    steps: list[tuple[WantedWork, ...] | tuple[int, str]], last: tuple[WantedWork, ...]
) -> None:
    table = Table()
    for step in steps:
        if len(step) == 2 and isinstance(step[0], int):
            table.finish(step[0], str(step[1]))
        else:
            table.replan(tuple(work for work in step if isinstance(work, WantedWork)))
    table.replan(last)

    happened = {key(row) for row in table.rows if row.state in ("done", "missed")}
    open_rows = [key(row) for row in table.rows if row.state in ("due", "claimed")]
    assert len(open_rows) == len({(action, detail) for action, detail, _ in open_rows})
    wanted = {key(work) for work in last}
    assert set(open_rows) <= wanted
    assert wanted - set(open_rows) <= happened
    assert len({(row.action, row.detail, row.occurrence) for row in table.rows}) == len(table.rows)
    before = list(table.rows)
    table.replan(last)
    assert table.rows == before
