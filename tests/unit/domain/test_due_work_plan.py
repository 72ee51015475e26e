"""Which due work a session asks for, and how the table gets there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.due_work import PlannedWork, WantedWork, plan, wanted_work, warn_at

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACTIONS = ["open_room", "warn_ending", "close_room"]
INSTANTS = st.integers(min_value=0, max_value=3).map(lambda m: NOON + timedelta(minutes=m))
WANTED = st.dictionaries(st.sampled_from(ACTIONS), INSTANTS).map(
    lambda by_action: tuple(WantedWork(action, at) for action, at in by_action.items())
)


def times(minutes: int, extended: int = 0) -> dict[str, datetime]:
    ends = NOON + timedelta(minutes=minutes + extended)
    return {
        "opens_at": NOON - timedelta(minutes=15),
        "starts_at": NOON,
        "ends_at": ends,
        "closes_at": ends + timedelta(minutes=15),
    }


def test_a_scheduled_session_opens_warns_and_closes_by_itself() -> None:
    assert wanted_work("scheduled", **times(60)) == (
        WantedWork("open_room", NOON - timedelta(minutes=15)),
        WantedWork("warn_ending", NOON + timedelta(minutes=55)),
        WantedWork("close_room", NOON + timedelta(minutes=75)),
    )


def test_a_session_that_was_opened_by_hand_is_not_opened_again() -> None:
    assert [work.action for work in wanted_work("open", **times(60))] == ["warn_ending", "close_room"]


def test_a_session_that_is_over_wants_nothing() -> None:
    assert wanted_work("closed", **times(60)) == wanted_work("cancelled", **times(60)) == ()


def test_a_short_session_is_warned_at_half_time() -> None:
    assert warn_at(NOON, NOON + timedelta(minutes=1)) == NOON + timedelta(seconds=30)


def test_an_extension_moves_the_close_and_asks_for_another_warning_after_one_was_given() -> None:
    given_warning = PlannedWork("due_w", "warn_ending", 1, NOON + timedelta(minutes=55), "done")
    close = PlannedWork("due_c", "close_room", 1, NOON + timedelta(minutes=75), "due")
    changes = plan([given_warning, close], wanted_work("open", **times(60, extended=10)))
    assert changes.add == ((WantedWork("warn_ending", NOON + timedelta(minutes=65)), 2),)
    assert changes.move == (("due_c", NOON + timedelta(minutes=85)),)
    assert changes.cancel == ()


class Table:
    """Applies plans as the database does."""

    def __init__(self) -> None:
        self.rows: list[PlannedWork] = []

    def replan(self, wanted: tuple[WantedWork, ...]) -> None:
        changes = plan(self.rows, wanted)
        moved, cancelled = dict(changes.move), set(changes.cancel)
        self.rows = [
            PlannedWork(
                row.id,
                row.action,
                row.occurrence,
                moved.get(row.id, row.due_at),
                "due" if row.id in moved else "cancelled" if row.id in cancelled else row.state,
            )
            for row in self.rows
        ]
        for work, occurrence in changes.add:
            name = f"{work.action}-{occurrence}"
            self.rows.append(PlannedWork(name, work.action, occurrence, work.due_at, "due"))

    def finish(self, index: int, state: str) -> None:
        if self.rows:
            row = self.rows[index % len(self.rows)]
            if row.state == "due":
                self.rows[index % len(self.rows)] = PlannedWork(
                    row.id, row.action, row.occurrence, row.due_at, state
                )


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

    happened = {(row.action, row.due_at) for row in table.rows if row.state in ("done", "missed")}
    open_rows = [(row.action, row.due_at) for row in table.rows if row.state in ("due", "claimed")]
    assert len(open_rows) == len({action for action, _ in open_rows})
    wanted = {(work.action, work.due_at) for work in last}
    assert set(open_rows) <= wanted
    assert wanted - set(open_rows) <= happened
    assert len({(row.action, row.occurrence) for row in table.rows}) == len(table.rows)
    before = list(table.rows)
    table.replan(last)
    assert table.rows == before
