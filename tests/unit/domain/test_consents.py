"""Consents: nobody has agreed to what they have not read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from echo_session.domain.consents import (
    Consent,
    check_consents,
    consent_problems,
    from_json,
    settled,
    to_json,
)

NOW = datetime(2026, 9, 1, tzinfo=UTC)
TERMS = Consent(id="c1", title="Terms", text="I name no patient.", required=True)
PHOTOS = Consent(id="c2", title="Photos", text="My picture may be shown.")


def test_what_was_agreed_to_is_kept_with_its_words_and_its_time() -> None:
    [kept], problems = check_consents([TERMS, PHOTOS], ["c1"], now=NOW)
    assert problems == []
    assert (kept.id, kept.title, kept.text, kept.agreed_at) == ("c1", "Terms", "I name no patient.", NOW)


def test_a_required_consent_has_to_be_given() -> None:
    agreements, [problem] = check_consents([TERMS, PHOTOS], ["c2"], now=NOW)
    assert [agreement.id for agreement in agreements] == ["c2"]
    assert (problem.field, problem.allowed) == ("consents.c1", "agreement to: Terms")


def test_agreeing_to_words_that_have_changed_meanwhile_is_told() -> None:
    [changed] = settled(
        [Consent(id="c1", title="Terms", text="Something else.", required=True)],
        [TERMS],
        lambda size: b"1" * size,
    )
    assert changed.id != "c1"
    agreements, problems = check_consents([changed], ["c1"], now=NOW)
    assert agreements == []
    assert [problem.field for problem in problems] == [f"consents.{changed.id}", "consents.c1"]


def test_words_that_stay_keep_their_id_whether_they_are_required_or_not() -> None:
    optional = Consent(id="c1", title="  Terms", text="I name no patient.\r\n", required=False)
    new = Consent(title="New", text="New.")
    kept, photos, made = settled([optional, PHOTOS, new], [PHOTOS, TERMS], lambda size: b"2" * size)
    assert (kept.id, kept.required, photos) == ("c1", False, PHOTOS)
    assert made.id.startswith("c_")


def test_an_id_that_nobody_gave_out_is_not_taken_over() -> None:
    [made] = settled([TERMS], [], lambda size: b"3" * size)
    assert made.id != TERMS.id


def test_a_consent_is_kept_and_read_back_as_it_is() -> None:
    assert from_json(to_json(TERMS)) == TERMS


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Consent(title=" ", text="x"), "consents.0.title"),
        (Consent(title="x", text=" \n"), "consents.0.text"),
        (Consent(title="x" * 201, text="x"), "consents.0.title"),
        (Consent(title="x", text="x" * 10_001), "consents.0.text"),
        (Consent(id="x" * 41, title="x", text="x"), "consents.0.id"),
    ],
)
def test_a_consent_says_something(wrong: Consent, field: str) -> None:
    assert [problem.field for problem in consent_problems([wrong])] == [field]


def test_their_number_has_a_bound_and_no_id_comes_twice() -> None:
    assert [p.field for p in consent_problems([TERMS, TERMS])] == ["consents.1.id"]
    many = [Consent(title="x", text="x")] * 21
    assert [p.field for p in consent_problems(many)] == ["consents"]
