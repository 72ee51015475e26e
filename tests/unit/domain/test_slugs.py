"""Names in addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.slugs import MAX_SLUG, check_slug, numbered, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Pediatric Asthma ECHO", "pediatric-asthma-echo"),
        ("Diabète & régime (2026)", "diabete-regime-2026"),
        ("--- ", "program"),
        ("喘息", "program"),
    ],
)
def test_a_title_gives_a_name_that_can_be_typed(title: str, slug: str) -> None:
    assert slug_of(title, "program") == slug


@given(st.text(max_size=300), st.integers(1, 5000))
def test_every_name_can_stand_in_an_address_whatever_its_number(title: str, number: int) -> None:
    slug = numbered(slug_of(title, "series"), number)
    assert check_slug(slug) is None
    assert len(slug) <= MAX_SLUG


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "é", "a/b", "a" * 81])
def test_what_cannot_stand_in_an_address_is_told(slug: str) -> None:
    problem = check_slug(slug)
    assert problem is not None
    assert problem.field == "slug"
