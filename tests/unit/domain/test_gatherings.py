"""Codes that people read to one another, and who is asked whether they are still there."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.domain.gatherings import ALPHABET, CheckIn, Way, new_code, read_code, said_problems
from echo_session.domain.newcomers import Newcomer

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_code_is_read_however_it_is_typed() -> None:
    chance = random.Random(5)
    codes = {new_code(chance.randbytes) for _ in range(2000)}
    assert len(codes) == 2000
    assert set("".join(codes)) == set(ALPHABET)
    for code in codes:
        assert read_code(f" {code[:3].lower()}-{code[3:]} ") == code


@pytest.mark.parametrize("typed", ["", "ABC23", "ABC2345", "ABC10O", "ABÇ234", "../../"])
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_who_was_there_before_the_question_is_asked_until_they_answer() -> None:
    def somebody(*, at: int, out: int | None = None, said: int | None = None) -> CheckIn:
        return CheckIn(
            id="chk_1",
            session_id="ses_1",
            gathering_id="gth_1",
            person_id="per_1",
            way=Way.PHONE,
            at=NOON + at * MINUTE,
            out_at=None if out is None else NOON + out * MINUTE,
            confirmed_at=None if said is None else NOON + said * MINUTE,
        )

    asks_at, later = NOON + 55 * MINUTE, NOON + 58 * MINUTE
    assert somebody(at=0).asked(asks_at, later)
    assert not somebody(at=0).asked(asks_at, NOON), "the question comes near the end"
    assert not somebody(at=0, out=30).asked(asks_at, later)
    assert not somebody(at=0, said=56).asked(asks_at, later)
    assert not somebody(at=56).asked(asks_at, later), "they have only just come"
    assert somebody(at=0, said=56).asked(asks_at + 15 * MINUTE, asks_at + 15 * MINUTE), "it was extended"


def test_a_name_is_enough_but_what_is_said_must_be_right() -> None:
    assert said_problems(Newcomer(name="Ana Ortiz", email="")) == []
    wrong = said_problems(Newcomer(name=" ", email="ana at clinic"))
    assert [problem.field for problem in wrong] == ["name", "email"]
    assert said_problems(Newcomer(name="Win at www.example.com", email=""))[0].field == "name"
