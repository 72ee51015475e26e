"""Who somebody whom nobody knows may be."""

from __future__ import annotations

import pytest

from echo_session.domain.matching import MOST, candidates
from echo_session.domain.merging import Known


def known(one: str, name: str, *, site: str | None = None, email: str = "", phone: str = "") -> Known:
    return Known(
        id=one,
        name=name,
        site_id=site,
        emails=frozenset({email} if email else ()),
        phones=frozenset({phone} if phone else ()),
    )


def test_the_likeliest_come_first_and_each_says_why() -> None:
    ana = known("unknown", "Anna Ortiz", site="clinic", email="ana@clinic.example")
    found = candidates(
        ana,
        [
            known("a_colleague", "Ben Ruiz", site="clinic"),
            known("by_address", "A. Ortiz", email="ana@clinic.example"),
            known("by_name", "Ana Ortíz", site="clinic"),
            known("elsewhere", "ORTIZ, Anna", site="other"),
            known("a_namesake", "Luis Ortiz"),
        ],
        invited=frozenset({"by_name", "a_colleague"}),
    )
    assert [(one.person_id, one.reasons) for one in found] == [
        ("by_address", ("the same e-mail address", "a name like it")),
        ("by_name", ("a name like it", "the same site", "registered for this session")),
        ("elsewhere", ("the same name",)),
    ]


@pytest.mark.parametrize(
    ("said", "on_record"),
    [("Dina Wells", "Dina Welles"), ("Wells Dina", "Dina Wells"), ("José Peña", "Jose Pena")],
)
def test_a_slip_of_the_keyboard_hides_nobody(said: str, on_record: str) -> None:
    assert candidates(known("unknown", said), [known("them", on_record)])


def test_a_site_of_dozens_is_no_reason_by_itself() -> None:
    colleagues = [known(f"p{number}", f"Somebody{number} Else", site="clinic") for number in range(40)]
    assert candidates(known("unknown", "Ana Ortiz", site="clinic"), colleagues) == ()
    namesakes = [known(f"p{number}", "Ana Ortiz") for number in range(40)]
    assert len(candidates(known("unknown", "Ana Ortiz"), namesakes)) == MOST
