"""Codes and words of certificates."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.certificates import (
    ALPHABET,
    CODE_LENGTH,
    Said,
    hours,
    length_words,
    minutes,
    new_code,
    read_code,
    spaced,
    why_none,
)


@given(st.binary(min_size=8, max_size=8))
def test_a_code_is_read_back_however_it_is_typed(data: bytes) -> None:
    code = new_code(lambda _count: data)
    assert len(code) == CODE_LENGTH
    typed = spaced(code).lower().replace("0", "o").replace("1", "l").replace("-", " - ")
    assert read_code(typed) == read_code(code) == code


def test_codes_use_every_letter_and_what_is_no_code_is_none() -> None:
    assert {letter for _ in range(300) for letter in new_code(secrets.token_bytes)} == set(ALPHABET)
    for text in ("", "7K2M-Q9XT-41B", "7K2M-Q9XT-41B0-0", "7K2M-Q9XT-41BU", "٧K2MQ9XT41B0"):
        assert read_code(text) is None, text


@pytest.mark.parametrize(
    ("seconds", "words", "decimal"),
    [
        (29, "0 minutes", "0.00"),
        (30, "1 minute", "0.02"),
        (3119, "52 minutes", "0.87"),
        (3600, "1 hour", "1.00"),
        (3905, "1 hour 5 minutes", "1.08"),
        (7200, "2 hours", "2.00"),
    ],
)
def test_time_is_said_in_hours_and_minutes_that_agree(seconds: int, words: str, decimal: str) -> None:
    assert (length_words(seconds), hours(seconds)) == (words, decimal)
    assert abs(float(hours(seconds)) * 60 - minutes(seconds)) <= 0.31


def test_whoever_gets_none_is_told_why() -> None:
    good = {"on": True, "over": True, "matched": True, "erased": False, "seconds": 60}
    assert why_none(**good) == ""  # type: ignore[arg-type]
    wrong = {"on": False, "over": False, "matched": False, "erased": True, "seconds": 29}
    told = {why_none(**good | {name: value}) for name, value in wrong.items()}  # type: ignore[arg-type]
    assert len(told) == len(wrong)
    assert "" not in told


def test_what_is_printed_is_kept_word_for_word() -> None:
    texts = {name: f"{name} é" for name in Said.__dataclass_fields__}
    said = Said(**texts)
    assert Said.from_json(said.to_json()) == said
    assert Said.from_json({"name": "Ana", "later": 1}).name == "Ana"
