"""Reading what callgrind counted, and the figure that is kept."""

from __future__ import annotations

import pytest

from bench.instructions import PAGE, SCENARIOS, Count, kept, line, read


def test_scenario_and_callgrind_tell_the_count() -> None:
    said = "test a ... forwarded 7398 packets\nok\n==1== Events    : Ir\n==1== Collected : 227954706\n"
    assert read(said) == Count(227954706, 7398)
    assert round(read(said).each) == 30813


@pytest.mark.parametrize("said", ["", "forwarded 5 packets", "Collected : 7"])
def test_half_a_count_is_none(said: str) -> None:
    with pytest.raises(ValueError, match="told"):
        read(said)


def test_the_page_keeps_a_figure_of_each_egress_that_can_be_replaced() -> None:
    page = "| direct | 9,813 |\n| str0m | 30,813 |\n"
    assert (kept(page, "direct"), kept(page, "str0m")) == (9813, 30813)
    assert line("str0m").sub("9,000", page) == "| direct | 9,813 |\n| str0m | 9,000 |\n"
    assert kept("nothing", "direct") is None


@pytest.mark.parametrize("egress", SCENARIOS)
def test_the_page_has_it(egress: str) -> None:
    assert kept(PAGE.read_text(), egress) is not None
