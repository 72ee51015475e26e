"""What the node keeps for control, and that nothing that matters is lost however often the link drops."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from echo_session.media.event_log import EventLog, state_key
from echo_session.media.protocol import Event, PeersSeen
from tests.unit.media.fakes import closed, connected, picture, seen, speakers


def test_events_are_numbered_from_one_and_come_back_in_order() -> None:
    log = EventLog()
    assert [log.append(connected("con_a")), log.append(closed("con_a"))] == [1, 2]
    assert [numbered.seq for numbered in log.after(0)] == [1, 2]
    assert [numbered.seq for numbered in log.after(1)] == [2]


def test_acknowledged_events_are_forgotten() -> None:
    log = EventLog()
    for _ in range(3):
        log.append(connected("con_a"))
    log.acknowledge(2)
    assert [numbered.seq for numbered in log.after(0)] == [3]


def test_newer_state_replaces_the_older_one() -> None:
    log = EventLog()
    log.append(seen(1))
    log.append(connected("con_b"))
    log.append(seen(2))
    assert [numbered.event for numbered in log.after(0)] == [connected("con_b"), seen(2)]


def test_states_of_other_rooms_and_slots_stay_apart() -> None:
    log = EventLog()
    for event in (
        seen(1),
        seen(1, room="room_b"),
        picture(0, "con_b"),
        picture(1, "con_c"),
        speakers("con_a"),
    ):
        log.append(event)
    assert len(log) == 5


def test_log_stays_small_while_control_is_away_for_an_hour() -> None:
    log = EventLog()
    log.append(connected("con_a"))
    for second in range(3600):
        log.append(seen(second))
        log.append(speakers(*(["con_a"] * (second % 2))))
    assert len(log) == 3


def test_state_after_its_predecessor_was_acknowledged_is_kept() -> None:
    log = EventLog()
    log.append(seen(1))
    log.acknowledge(1)
    log.append(seen(2))
    assert [numbered.event for numbered in log.after(0)] == [seen(2)]


peers = st.sampled_from(["con_a", "con_b", "con_c"])
event_strategy: st.SearchStrategy[Event] = st.one_of(
    st.builds(connected, peers, st.integers(1, 3)),
    st.builds(closed, peers, st.integers(1, 3)),
    st.builds(seen, st.integers(0, 9)),
    st.builds(picture, st.integers(0, 1), peers),
    st.builds(speakers, peers),
)
step = st.one_of(
    st.tuples(st.just("append"), event_strategy),
    st.tuples(st.just("deliver"), st.integers(1, 4)),
    st.tuples(st.just("acknowledge"), st.none()),
    st.tuples(st.just("drop"), st.none()),
    st.tuples(st.just("control restarts"), st.none()),
)


@given(st.lists(step, max_size=80))
def test_control_sees_each_transition_once_and_in_order_whatever_drops(
    steps: list[tuple[str, object]],
) -> None:
    """Control restarts only after what it handled is durable, so its count of handled events survives."""
    log = EventLog()
    made: list[tuple[int, Event]] = []
    handled: list[tuple[int, Event]] = []
    cursor = highest = 0

    def deliver(count: int) -> None:
        nonlocal cursor, highest
        for numbered in log.after(cursor)[:count]:
            cursor = numbered.seq
            if numbered.seq > highest:
                highest = numbered.seq
                handled.append((numbered.seq, numbered.event))

    for what, value in steps:
        match what, value:
            case "append", event:
                made.append((log.append(event), event))  # type: ignore[arg-type]
            case "deliver", int(count):
                deliver(count)
            case "acknowledge", _:
                log.acknowledge(highest)
            case _:
                cursor = 0
    cursor = 0
    deliver(len(made))

    transitions = [(seq, event) for seq, event in made if state_key(event) is None]
    assert [(seq, event) for seq, event in handled if state_key(event) is None] == transitions
    assert [seq for seq, _ in handled] == sorted({seq for seq, _ in handled})
    for key in {state_key(event) for _, event in made} - {None}:
        newest = [event for _, event in made if state_key(event) == key][-1]
        assert [event for _, event in handled if state_key(event) == key][-1] == newest


@given(st.lists(st.integers(0, 100), min_size=1))
def test_last_sign_of_life_never_goes_back(times: list[int]) -> None:
    log = EventLog()
    for at in times:
        log.append(seen(at))
    (kept,) = log.after(0)
    assert isinstance(kept.event, PeersSeen)
    assert kept.event.seen["con_a"] == times[-1]
