"""The words by which things are found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.searching import MAX_ASKED, MAX_WORD, MAX_WORDS, asked_words, words_of


def test_case_accents_and_punctuation_do_not_matter() -> None:
    assert words_of("Dr. Élodie O'Brien-STRAßE", "elodie@taos.example") == [
        "dr",
        "elodie",
        "o",
        "brien",
        "strasse",
        "taos",
        "example",
    ]


def test_a_word_that_another_one_begins_with_asks_for_nothing_more() -> None:
    assert asked_words("an ana ANA anabel b") == ["anabel", "b"]


@given(st.text(max_size=500))
def test_whatever_a_text_holds_it_is_found_by_its_own_first_words(text: str) -> None:
    words = words_of(text)
    assert len(words) <= MAX_WORDS
    assert len(set(words)) == len(words)
    assert all(1 <= len(word) <= MAX_WORD for word in words)
    asked = asked_words(text)
    assert len(asked) <= MAX_ASKED
    assert all(any(word.startswith(one) for word in words) for one in asked)
