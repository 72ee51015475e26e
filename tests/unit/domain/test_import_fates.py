"""What becomes of a row of an imported file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from echo_session.domain.cells import CellProblem
from echo_session.domain.import_fates import Fate, Known, Site, choose_site, judge, refused
from echo_session.domain.importing import Candidate
from echo_session.domain.people import Role

CLINIC = Site(id="site_1", name="Clinic 4", state="NM", county="Taos")
ANA = Known(
    id="per_1",
    revision=3,
    name="Ana Ortiz",
    phones=frozenset(),
    profession="RN",
    credentials="",
    site=CLINIC,
    zone="",
)
SAID = Candidate(number=2, name="Ana Ortiz", email="ana@clinic.example")


def test_somebody_unknown_is_new_and_a_new_site_is_told() -> None:
    site = replace(CLINIC, id="site_9", name="Clinic 9", known=False)
    verdict = judge(SAID, None, site, role=Role.PANELIST, sharing=["Lee Wong"])
    assert verdict.fate is Fate.NEW
    assert verdict.registers
    assert verdict.told == (
        "New, at a new site: Clinic 9. Registered as hub team."
        " Lee Wong has the same address: look whether they are one person."
    )


def test_an_empty_cell_changes_nothing() -> None:
    verdict = judge(SAID, ANA, None, role=None)
    assert (verdict.fate, verdict.told, verdict.registers) == (Fate.SAME, "Known already.", False)


def test_each_change_is_told() -> None:
    elsewhere = Site(id="site_2", name="Clinic 4", state="AZ", county="")
    said = replace(SAID, profession="NP", credentials="DNP", phone="505 555 0100", zone="America/Phoenix")
    verdict = judge(said, ANA, elsewhere, role=None)
    assert verdict.fate is Fate.UPDATE
    assert verdict.told == (
        "Profession: RN becomes NP. Credentials: DNP added. Site: Clinic 4 (Taos, NM) becomes Clinic 4 (AZ)."
        " Time zone: America/Phoenix added. Phone 505 555 0100 added."
    )


@pytest.mark.parametrize(
    ("status", "role", "words", "registers"),
    [
        ("", "", "Registered as participant.", True),
        ("approved", "participant", "Registered already.", False),
        ("approved", "panelist", "Registered already, as hub team; that stays.", False),
        ("waiting", "participant", "On the waiting list already; that stays.", False),
        ("declined", "participant", "Was declined before; that stays.", False),
    ],
)
def test_a_registration_that_is_there_stays(status: str, role: str, words: str, registers: bool) -> None:
    verdict = judge(SAID, replace(ANA, status=status, role=role), None, role=Role.PARTICIPANT)
    assert verdict.told.endswith(words)
    assert verdict.registers is registers


def test_a_refusal_says_why() -> None:
    problem = CellProblem(row=2, column="B (E-mail)", message="is empty", allowed="name@clinic.example")
    verdict = refused([problem])
    assert (verdict.fate, verdict.told) == (Fate.REFUSED, "B (E-mail): is empty.")


def test_of_several_sites_of_a_name_the_state_decides_or_where_they_work_now() -> None:
    other = Site(id="site_2", name="Clinic 4", state="AZ", county="")
    said = replace(SAID, site="Clinic 4")
    assert choose_site(said, [], None, "F") is None
    assert choose_site(said, [CLINIC], None, "F") is CLINIC
    assert choose_site(replace(said, state="AZ"), [CLINIC, other], None, "F") is other
    assert choose_site(replace(said, state="UT"), [CLINIC, other], None, "F") is None
    assert choose_site(said, [CLINIC, other], CLINIC, "F") is CLINIC
    problem = choose_site(said, [CLINIC, other], None, "F (Site)")
    assert isinstance(problem, CellProblem)
    assert problem.message == "2 sites are called 'Clinic 4': AZ; Taos, NM"
