"""Adding up attendance."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.reporting import Line, Place
from echo_session.domain.tallying import UNKNOWN, By, Group, Tally
from tests.unit.reports.samples import CHINLE, CITY, TAOS, held, line

NOWHERE = Place()
BY_NAME = Place(name="A clinic nobody knows")
LINES = st.lists(
    st.builds(
        lambda person, session, place, minutes, role: line(
            f"Person {person}", (0, minutes), session=held(session), place=place, role=role
        ),
        st.integers(1, 6),
        st.integers(1, 4),
        st.sampled_from([TAOS, CHINLE, CITY, NOWHERE, BY_NAME]),
        st.integers(0, 60),
        st.sampled_from(["participant", "panelist"]),
    ),
    max_size=30,
    unique_by=lambda one: (one.person_id, one.session.id),
)


def tally_of(lines: list[Line]) -> Tally:
    tally = Tally()
    tally.add(lines)
    return tally


@given(LINES, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_every_group_adds_up_to_everybody(
    lines: list[Line], random: object
) -> None:
    tally = tally_of(lines)
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = tally_of(shuffled)
    there = [one for one in lines if one.counted_seconds > 0]
    everything = tally.everything
    assert again.everything == everything
    assert again.groups == tally.groups
    assert {one: (total.sessions, total.seconds) for one, total in again.people.items()} == {
        one: (total.sessions, total.seconds) for one, total in tally.people.items()
    }
    assert everything.people == {one.person_id for one in there}
    assert everything.seconds == sum(one.counted_seconds for one in there)
    for by in By:
        groups: list[Group] = [group for _, group in tally.in_order(by)]
        assert sum(group.attendances for group in groups) == everything.attendances, by
        assert sum(group.seconds for group in groups) == everything.seconds, by
        assert set().union(*(group.people for group in groups)) == everything.people, by
    assert sum(total.seconds for total in tally.people.values()) == everything.seconds


def test_people_and_sites_count_once_and_what_is_not_known_is_said() -> None:
    second = held(2)
    tally = tally_of(
        [
            line("Ana", (0, 60)),
            line("Ana", (0, 30), session=second, profession="Physician"),
            line("Ben", (0, 60), place=CHINLE, matched=False),
            line("Eva", (0, 60), place=BY_NAME, session=second),
            line("Too early", (-15, -1)),
            line("Lena", (0, 60), place=NOWHERE, role="panelist"),
        ]
    )
    tally.hold([held(3)])
    assert (len(tally.everything.people), len(tally.everything.participants)) == (4, 3)
    assert (len(tally.places), tally.counties) == (3, 2)
    assert (tally.places_where(rural=True), tally.places_where(shortage_area=True)) == (2, 1)
    assert (len(tally.sessions), tally.minutes_held) == (3, 180)
    assert tally.unmatched == {"per_Ben"}
    ana = tally.people["per_Ana"]
    assert (ana.sessions, ana.seconds, ana.latest.profession) == (2, 90 * 60, "Physician")
    assert ana.last_day - ana.first_day == timedelta(weeks=1)
    counties = [(name, len(group.people)) for name, group in tally.in_order(By.COUNTY)]
    assert counties == [("Apache, AZ", 1), ("Taos, NM", 1), (UNKNOWN, 2)]
