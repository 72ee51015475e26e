"""What an invitation may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from echo_session.domain.people import Invitation, Role, problems_of
from echo_session.domain.text import tidy

GOOD = Invitation(name="Dr. Ana Ortiz", email="ana.ortiz@clinic.example", role=Role.PARTICIPANT)


def test_a_good_invitation_has_no_problems() -> None:
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ortiz",
        "@clinic.example",
        "a@",
        "a b@c.example",
        "a@b@c",
        "<a@b.example>",
        "a\x00@b.example",
        "a@b..c",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_not_an_address_is_refused(email: str) -> None:
    [problem] = problems_of(replace(GOOD, email=email), "people.3.")
    assert (problem.field, problem.allowed) == ("people.3.email", "name@clinic.example")


@pytest.mark.parametrize(
    "email", [" Ana.Ortiz@Clinic.Example ", "o'neil+echo@sub.clinic.example", "root@localhost"]
)
def test_addresses_as_people_have_them_are_taken(email: str) -> None:
    assert problems_of(replace(GOOD, email=email)) == []


def test_lengths_are_those_of_the_tidied_text() -> None:
    long = replace(GOOD, name=" ", profession="x" * 201, site="  y  " * 50)
    assert {problem.field for problem in problems_of(long)} == {"name", "profession"}


def test_tidying_leaves_one_line_of_what_can_be_seen() -> None:
    assert tidy(" Dr.\tAna\r\n\x00 Ortiz\u202e ") == "Dr. Ana Ortiz"
