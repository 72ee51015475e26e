"""What a rule may be, how it is kept, and its words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from echo_session.domain.errors import InvalidFields
from echo_session.domain.rule_words import nth, rule_words
from echo_session.domain.rules import Position, Rule, checked, ended, first_date, from_json, rest_of, to_json
from scheduler.recurrence import dates

THANKSGIVING = date(2026, 11, 26)
BIWEEKLY = Rule(freq="weekly", interval=2, weekdays=(3,), count=18)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"freq": "weekly", "weekdays": (3,)}, {"rule.until"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 3, "until": THANKSGIVING}, {"rule.until"}),
        ({"freq": "weekly", "count": 3}, {"rule.weekdays"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 0}, {"rule.count"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 10_000}, {"rule.count"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 3, "interval": 10**9}, {"rule.interval"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 3, "interval": 0}, {"rule.interval"}),
        ({"freq": "weekly", "weekdays": (3,), "count": 3, "dates": (THANKSGIVING,)}, {"rule.dates"}),
        ({"freq": "monthly", "count": 3}, {"rule.positions"}),
        ({"freq": "monthly", "positions": (Position(6, 1),), "count": 3}, {"rule.positions.0.week"}),
        ({"freq": "monthly", "positions": (Position(0, 1),), "count": 3}, {"rule.positions.0.week"}),
        ({"freq": "monthly", "positions": (Position(1, 1),), "count": 3, "interval": 13}, {"rule.interval"}),
        ({"freq": "dates"}, {"rule.dates"}),
        ({"freq": "dates", "dates": (THANKSGIVING,), "count": 3}, {"rule.count"}),
        (
            {"freq": "dates", "dates": tuple(date.fromordinal(739_000 + n) for n in range(367))},
            {"rule.dates"},
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(InvalidFields) as caught:
        checked(Rule(**fields))
    assert {problem.field for problem in caught.value.problems} == wrong
    assert all(problem.allowed and problem.message for problem in caught.value.problems)


@pytest.mark.parametrize(
    "rule",
    [
        BIWEEKLY,
        Rule(freq="monthly", positions=(Position(2, 3), Position(-1, 0)), until=THANKSGIVING),
        Rule(freq="dates", dates=(date(2026, 9, 10), date(2026, 9, 24)), exclude=(date(2026, 9, 24),)),
        Rule(freq="weekly", weekdays=(0, 6), count=4, exclude=(THANKSGIVING,)),
    ],
)
def test_a_rule_is_kept_whole(rule: Rule) -> None:
    assert from_json(to_json(checked(rule))) == checked(rule)


def test_order_and_repetition_mean_nothing() -> None:
    rule = checked(
        Rule(freq="monthly", positions=(Position(-1, 0), Position(2, 3), Position(-1, 0)), count=2)
    )
    assert rule.positions == (Position(2, 3), Position(-1, 0))


def test_the_first_date_is_the_first_that_matches() -> None:
    assert first_date(BIWEEKLY, date(2026, 9, 12)) == date(2026, 9, 17)
    fifth = Rule(freq="monthly", positions=(Position(5, 4),), count=1)
    assert first_date(fifth, date(2026, 2, 1)) == date(2026, 5, 29)
    assert first_date(Rule(freq="dates", dates=(THANKSGIVING,)), date(2030, 1, 1)) == THANKSGIVING


def test_a_rule_that_is_cut_in_two_gives_the_same_dates() -> None:
    first = datetime.fromisoformat("2026-09-10T12:00")
    for rule in (
        BIWEEKLY,
        Rule(freq="monthly", positions=(Position(2, 3), Position(4, 3)), until=date(2027, 5, 31)),
        Rule(freq="dates", dates=(date(2026, 9, 10), date(2026, 10, 1), date(2026, 11, 5), date(2027, 1, 7))),
    ):
        whole = dates(rule, first)
        for cut in whole[1:]:
            before = [day for day in whole if day < cut]
            rest = rest_of(rule, before, cut)
            assert [*dates(ended(rule, cut), first)] == before
            assert dates(rest, datetime.combine(cut, time(12))) == whole[len(before) :]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Rule(freq="weekly", interval=2, weekdays=(3,), count=3, exclude=(date(2026, 9, 24),)),
            "Every second Thursday at 12:00, 2 times, until 8 October 2026, but not on 24 September 2026",
        ),
        (
            Rule(freq="weekly", weekdays=(1, 3), count=2),
            "Every Tuesday and Thursday at 12:00, 2 times, until",
        ),
        (Rule(freq="weekly", weekdays=tuple(range(7)), count=2), "Every day at 12:00, 2 times, until"),
        (
            Rule(freq="weekly", interval=3, weekdays=(0, 2, 4), count=2),
            "Every third week on Monday, Wednesday and",
        ),
        (
            Rule(freq="monthly", positions=(Position(2, 3), Position(4, 3)), count=2),
            "On the second and fourth Thursday of the month at 12:00, 2 times, until 24 September 2026",
        ),
        (
            Rule(freq="monthly", interval=2, positions=(Position(1, 0), Position(-1, 4)), count=1),
            "On the first Monday and last Friday of every second month at 12:00, once, on 25 September 2026",
        ),
        (Rule(freq="dates", dates=(THANKSGIVING,)), "On one date at 12:00, once, on 26 November 2026"),
    ],
)
def test_a_rule_in_words(rule: Rule, words: str) -> None:
    start = datetime.combine(first_date(rule, date(2026, 9, 10)), time(12))
    kept = [day for day in dates(rule, start) if day not in rule.exclude]
    assert rule_words(rule, start.time(), kept).startswith(words)


def test_numbers_in_words() -> None:
    assert [nth(number) for number in (2, 12, 13, 21, 22, 43, 52)] == [
        *("second", "twelfth", "13th", "21st", "22nd", "43rd", "52nd")
    ]
