"""Who gets in, who waits, who comes in next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.domain.errors import NotPossible
from echo_session.domain.people import RegistrationStatus, Role
from echo_session.domain.registering import (
    Approval,
    Places,
    Terms,
    from_public_page,
    on_approval,
    places,
    promoted,
)

NOW = datetime(2026, 9, 1, tzinfo=UTC)
APPROVED, PENDING, WAITING = (
    RegistrationStatus.APPROVED,
    RegistrationStatus.PENDING,
    RegistrationStatus.WAITING,
)
DECLINED, WITHDRAWN = RegistrationStatus.DECLINED, RegistrationStatus.WITHDRAWN


def terms(approval: str = "open", capacity: int | None = None, *, waiting_list: bool = False) -> Terms:
    return Terms(approval=Approval(approval), capacity=capacity, waiting_list=waiting_list)


@pytest.mark.parametrize(
    ("rules", "taken", "offered", "status"),
    [
        (terms(), 1000, Places.OPEN, APPROVED),
        (terms("coordinator"), 0, Places.ASK, PENDING),
        (terms(capacity=2), 1, Places.OPEN, APPROVED),
        (terms(capacity=2, waiting_list=True), 2, Places.WAITING, WAITING),
        (terms("coordinator", 2, waiting_list=True), 2, Places.WAITING, PENDING),
        (terms(capacity=0, waiting_list=True), 0, Places.WAITING, WAITING),
    ],
)
def test_a_newcomer_gets_what_the_page_offers(
    rules: Terms, taken: int, offered: Places, status: RegistrationStatus
) -> None:
    assert places(rules, taken) is offered
    assert from_public_page(rules, taken, None) is status


@pytest.mark.parametrize("before", [None, *RegistrationStatus])
def test_a_full_page_says_so_to_everybody_known_or_not(before: RegistrationStatus | None) -> None:
    assert places(terms(capacity=2), 2) is Places.FULL
    with pytest.raises(NotPossible, match="no waiting list"):
        from_public_page(terms(capacity=2), 2, before)


@pytest.mark.parametrize("before", [APPROVED, PENDING, WAITING])
def test_registering_twice_changes_nothing(before: RegistrationStatus) -> None:
    assert from_public_page(terms(), 0, before) is before


@pytest.mark.parametrize("before", [DECLINED, WITHDRAWN])
@pytest.mark.parametrize("taken", [0, 5])
def test_who_was_declined_or_taken_off_asks_the_coordinator_again(
    before: RegistrationStatus, taken: int
) -> None:
    assert from_public_page(terms(capacity=5, waiting_list=True), taken, before) is PENDING


def test_who_was_removed_asks_the_coordinator_again() -> None:
    assert from_public_page(terms(), 0, APPROVED, removed=True) is PENDING


def test_approval_gives_a_place_or_one_on_the_list() -> None:
    rules = terms("coordinator", 2, waiting_list=True)
    assert on_approval(rules, 1, Role.PARTICIPANT, PENDING) is APPROVED
    assert on_approval(rules, 2, Role.PARTICIPANT, PENDING) is WAITING
    assert on_approval(rules, 2, Role.PARTICIPANT, DECLINED) is WAITING


def test_hub_people_take_no_place() -> None:
    assert on_approval(terms("coordinator", 2), 2, Role.PANELIST, PENDING) is APPROVED


@pytest.mark.parametrize("rules", [terms("coordinator", 2), terms("coordinator", 2, waiting_list=True)])
def test_approval_without_a_place_says_what_to_do(rules: Terms) -> None:
    with pytest.raises(NotPossible, match="number of places"):
        on_approval(rules, 2, Role.PARTICIPANT, WAITING if rules.waiting_list else PENDING)


@dataclass
class InLine:
    id: str
    minutes: int

    @property
    def queued_at(self) -> datetime:
        return NOW + timedelta(minutes=self.minutes)


LINE = [InLine("late", 9), InLine("b", 1), InLine("a", 1), InLine("early", 0)]


@pytest.mark.parametrize(
    ("capacity", "taken", "inside"),
    [
        (5, 5, []),
        (4, 5, []),
        (6, 5, ["early"]),
        (8, 5, ["early", "a", "b"]),
        (99, 5, ["early", "a", "b", "late"]),
        (None, 5, ["early", "a", "b", "late"]),
    ],
)
def test_who_waited_longest_comes_in_first(capacity: int | None, taken: int, inside: list[str]) -> None:
    assert [one.id for one in promoted(terms(capacity=capacity), taken, LINE)] == inside
