"""What time is worth: real accreditors' rules by example, and what must hold by any rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.completion import Attended, CompletionRule, completion
from echo_session.domain.credit import (
    Facts,
    Presented,
    Rule,
    Standing,
    is_for,
    judge,
    minutes_of,
    rule_from_json,
    rule_to_json,
)
from echo_session.domain.credit_words import attended_words

AMA = Rule(professions=("Physician", "MD"), rounding_minutes=15, rounding="nearest")
ANCC = Rule(professions=("Nurse",), rounding_minutes=1, evaluation_minutes=5, minimum_share=80)


def facts(minutes: float, **more: Any) -> Facts:
    known: dict[str, Any] = {
        "counted_seconds": int(minutes * 60),
        "countable_seconds": 3600,
        "designated_minutes": 60,
        "evaluated": True,
    }
    return Facts(**known | more)


@pytest.mark.parametrize(
    ("minutes", "credit"),
    [
        (60, "1.00"),
        (52.5, "1.00"),
        (52.49, "0.75"),
        (37.5, "0.75"),
        (22, "0.25"),
        (7.5, "0.25"),
        (7.4, "0.00"),
    ],
)
def test_ama_credit_is_in_quarter_hours_to_the_nearest(minutes: float, credit: str) -> None:
    assert judge(AMA, facts(minutes, profession="Physician")).credit == credit


@pytest.mark.parametrize(
    ("rule", "seconds", "why"),
    [
        (AMA, 1350, "22 minutes 30 seconds counted, rounded to the nearest 15 minutes: 30 minutes."),
        (AMA, 1380, "23 minutes counted, rounded to the nearest 15 minutes: 30 minutes."),
        (AMA, 1349, "22 minutes counted, rounded to the nearest 15 minutes: 15 minutes."),
        (
            replace(AMA, rounding="up"),
            1801,
            "30 minutes 1 second counted, rounded up to full 15 minutes: 45 minutes.",
        ),
    ],
)
def test_seconds_are_told_where_the_whole_minutes_would_not_explain_the_rounding(
    rule: Rule, seconds: int, why: str
) -> None:
    assert judge(rule, facts(0, counted_seconds=seconds, profession="Physician")).why == (why,)


def test_a_nurse_gets_the_time_of_the_evaluation_too_but_not_more_than_is_designated() -> None:
    nurse = {"profession": "Nurses"}
    assert judge(ANCC, facts(50, **nurse)).minutes == 55
    assert judge(ANCC, facts(58, **nurse)).minutes == 60
    assert judge(ANCC, facts(50, **nurse, designated_minutes=30)).minutes == 30


def test_every_refusal_says_why() -> None:
    def why(rule: Rule, known: Facts) -> str:
        worth = judge(rule, known)
        assert (worth.standing, worth.minutes) == (Standing.NONE, 0)
        return " ".join(worth.why)

    assert "is for: Physician or MD. The hub has you as: Teacher." in why(
        AMA, facts(60, profession="Teacher")
    )
    assert "ask it to add it" in why(AMA, facts(60))
    assert "80% of the session is needed; you were here 47 of 60 minutes." in why(
        ANCC, facts(47.9, profession="nurse")
    )
    least = Rule(minimum_minutes=45)
    assert "At least 45 minutes are needed; you were here 44." in why(least, facts(44.99))
    assert judge(least, facts(45)).minutes == 45
    assert "own presentation" in why(Rule(), facts(60, presented=Presented()))
    assert "None of your time" in why(Rule(), facts(0))
    assert "rounded down to full 15 minutes" in why(Rule(rounding_minutes=15), facts(14))
    assert "too short" in why(AMA, facts(10, profession="md", designated_minutes=10))


def test_ones_own_presentation_is_left_out_and_the_rest_counts() -> None:
    worth = judge(replace(AMA, professions=()), facts(60, presented=Presented(20)))
    assert (worth.minutes, worth.credit) == (45, "0.75")
    said = (
        "60 minutes counted, less 20 of your own presentation, rounded to the nearest 15 minutes: 45 minutes."
    )
    assert worth.why == (said,)
    paid = replace(AMA, professions=(), presenters_excluded=False)
    assert judge(paid, facts(60, presented=Presented())).minutes == 60


def test_what_a_learner_has_to_do_first_is_said_with_what_it_will_be_worth() -> None:
    before = judge(ANCC, facts(50, profession="nurse", evaluated=False))
    assert (before.standing, before.minutes) == (Standing.EVALUATE, 55)
    unknown = judge(ANCC, facts(50, profession="nurse", evaluated=False, matched=False))
    assert (unknown.standing, unknown.minutes) == (Standing.WAITS, 55)
    free = replace(ANCC, evaluation_required=False)
    now = judge(free, facts(50, profession="nurse", evaluated=False))
    assert (now.standing, now.minutes) == (Standing.CLAIMABLE, 50)
    assert "adds 5 minutes" in now.why[-1]


@pytest.mark.parametrize(
    ("profession", "credentials", "fits"),
    [
        ("physician", "", True),
        ("Physicians", "", True),
        ("Pediatrician", "M.D.", True),
        ("Pediatrician", "MPH, MD", True),
        ("Pediatrician", "MPH MD", True),
        ("Physician assistant", "PA-C", False),
        ("", "", False),
    ],
)
def test_a_type_is_for_a_profession_or_for_credentials(profession: str, credentials: str, fits: bool) -> None:
    assert is_for(AMA.professions, profession, credentials) is fits
    assert is_for((), profession, credentials)


@pytest.mark.parametrize(
    ("counted", "countable", "over", "words"),
    [
        (3120, 3600, True, "You were here 52 of 60 minutes."),
        (3179, 3600, False, "You were here 52 of 60 minutes so far."),
        (59, 3600, True, "You were here less than a minute of 60 minutes."),
        (0, 3600, True, "We have no time of yours in this session."),
    ],
)
def test_time_is_told_in_whole_minutes_never_rounded_up(
    counted: int, countable: int, over: bool, words: str
) -> None:
    assert attended_words(counted, countable, over=over) == words


rules = st.builds(
    Rule,
    minutes_per_credit=st.integers(1, 6000),
    minimum_minutes=st.none() | st.integers(0, 90),
    minimum_share=st.none() | st.integers(0, 100),
    rounding_minutes=st.sampled_from((1, 5, 6, 15, 30, 60)),
    rounding=st.sampled_from(("nearest", "down", "up")),
    evaluation_minutes=st.integers(0, 30),
    evaluation_required=st.booleans(),
    presenters_excluded=st.booleans(),
)
learners = st.builds(
    Facts,
    counted_seconds=st.integers(0, 7200),
    countable_seconds=st.integers(0, 7200),
    designated_minutes=st.integers(1, 180),
    presented=st.none() | st.builds(Presented, st.none() | st.integers(1, 120)),
    evaluated=st.booleans(),
    matched=st.booleans(),
)


@given(rules, learners)
def test_credit_is_whole_units_within_what_is_designated_and_what_the_learner_was_there(
    rule: Rule, known: Facts
) -> None:
    worth = judge(rule, known)
    unit = rule.rounding_minutes
    assert worth.minutes % unit == 0
    assert 0 <= worth.minutes <= known.designated_minutes
    spent = known.counted_seconds + rule.evaluation_minutes * 60
    assert worth.minutes * 60 < spent + unit * 60
    if rule.rounding == "down":
        assert worth.minutes * 60 <= spent
    if rule.rounding == "nearest":
        assert worth.minutes * 60 * 2 <= 2 * spent + unit * 60
    assert Decimal(worth.credit) * rule.minutes_per_credit <= worth.minutes
    assert (worth.minutes > 0) == (worth.standing is not Standing.NONE)
    assert worth.why
    assert all(sentence.endswith(".") for sentence in worth.why)
    if not known.matched:
        assert worth.standing in (Standing.WAITS, Standing.NONE)
    if worth.standing is Standing.CLAIMABLE:
        assert known.evaluated or not rule.evaluation_required
    assert judge(rule_from_json(rule_to_json(rule)), known) == worth


@given(rules, learners, st.integers(0, 3600))
def test_more_time_is_never_worth_less_and_a_presentation_never_more(
    rule: Rule, known: Facts, longer: int
) -> None:
    more = replace(known, counted_seconds=known.counted_seconds + longer)
    assert judge(rule, more).minutes >= judge(rule, known).minutes
    assert judge(rule, replace(known, presented=None)).minutes >= judge(rule, known).minutes
    evaluated = minutes_of(rule, known, evaluated=True)
    assert evaluated >= minutes_of(rule, known, evaluated=False)


def test_a_series_is_complete_by_its_own_rule() -> None:
    rule = CompletionRule(share=60, case=True)
    seen = [Attended(f"ses_{number}", 1800 if number < 6 else 1799, 3600, 0) for number in range(8)]
    missing = completion(rule, seen, total=10, marks=frozenset())
    assert (missing.complete, missing.needed, len(missing.attended)) == (False, 6, 6)
    assert missing.why == ("No case presented yet.",)
    assert completion(rule, seen, total=10, marks=frozenset({"case"})).complete
    fewer = completion(rule, seen[1:], total=10, marks=frozenset({"case"}))
    assert fewer.why == ("5 of the 6 sessions that are needed, of 10 in all.",)
    assert not completion(CompletionRule(survey=True), [], total=3, marks=frozenset({"case"})).complete
