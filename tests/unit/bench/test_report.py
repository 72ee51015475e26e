"""Tables and pictures of results."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench.cases import Case, Scenario
from bench.figures import Figures
from bench.plot import svg
from bench.publish import PAGE, published
from bench.results import Attempt, Results
from bench.table import markdown, text

SVG = "{http://www.w3.org/2000/svg}"


def results(*rows: tuple[str, Scenario, int, list[Figures | str]]) -> Results:
    """Rows of a server, scenario and size; a word in place of figures is a failure."""
    made = Results(
        machine={"processor": "one"}, versions={"Janus": "1.1"}, missing={"Galene": "start it"}, seconds=10
    )
    for server, scenario, size, rounds in rows:
        row = made.row(Case(server=server, scenario=scenario, size=size))
        for number, one in enumerate(rounds, 1):
            failed = isinstance(one, str)
            row.attempts.append(
                Attempt(
                    round=number, at="now", error=one if failed else None, figures=None if failed else one
                )
            )
    return made


SOME = results(
    (
        "ours",
        "webinar",
        50,
        [Figures(server_us=2.0, share=1.0, lost=0), Figures(server_us=4.0, share=0.9, lost=0)],
    ),
    ("Janus", "webinar", 50, [Figures(server_us=30.0, p99_ms=12.0)]),
    ("LiveKit", "webinar", 50, ["PeerError: gone"]),
    ("sendto", "floor", 50, [Figures(server_us=1.5)]),
)


def test_a_row_tells_median_and_spread_and_who_delivered_too_little() -> None:
    said = text(SOME)
    ours = next(line for line in said.splitlines() if line.startswith("ours"))
    assert "3.00 (2.00-4.00)" in ours
    assert "90.0% (!)" in ours
    assert "LiveKit failed: PeerError: gone" in said
    assert "Not measured: Galene: start it." in said


def test_the_floor_stands_with_the_servers_of_its_size() -> None:
    lines = text(SOME).splitlines()
    assert lines[0] == "webinar 50"
    assert any(line.startswith("floor: sendto") for line in lines[:6])


def test_a_page_begins_with_the_prices_by_size() -> None:
    page = markdown(
        results(
            ("ours", "webinar", 10, [Figures(server_us=3.0)]),
            ("ours", "webinar", 50, [Figures(server_us=2.0)]),
            ("Janus", "webinar", 50, ["PeerError: gone"]),
            ("sendto", "floor", 50, [Figures(server_us=1.5)]),
        )
    )
    lines = page.splitlines()
    assert "|  | webinar 10 | webinar 50 |" in lines
    assert "| ours | 3.0 | 2.0 |" in lines
    assert "| Janus |  | fails |" in lines
    assert "| floor: sendto |  | 1.5 |" in lines
    assert "- Janus failed: PeerError: gone" in lines


def test_joins_have_columns_of_their_own() -> None:
    page = markdown(
        results(("ours", "joins", 50, [Figures(join_p50_ms=100.0, join_p99_ms=200.0, watched_p99_ms=1.25)]))
    )
    assert "| ours | 100 (100-100) | 200 (200-200) | 1.25 (1.25-1.25) | 1 |" in page.splitlines()


def test_one_size_is_drawn_as_bars_with_their_figures() -> None:
    root = ElementTree.fromstring(svg(SOME))
    assert len(root.findall(f"{SVG}rect")) == 1 + 3, "the ground, and a bar for each who has figures"
    words = [element.text for element in root.findall(f"{SVG}text")]
    assert {"ours, 50", "3.00", "30.00", "floor: sendto, 50", "1.50"} <= set(words)


def test_many_sizes_are_drawn_as_lines_that_do_not_fall_on_each_other() -> None:
    sizes = (1, 10, 100)
    rows = [
        (name, "webinar", size, [Figures(server_us=price + size / 1000)])
        for name, price in (("ours", 2.0), ("Janus & co", 2.01), ("LiveKit", 20.0))
        for size in sizes
    ]
    root = ElementTree.fromstring(svg(results(*rows)))  # type: ignore[arg-type]
    assert len(root.findall(f"{SVG}circle")) == 9
    names = {
        e.text: float(e.attrib["y"]) for e in root.findall(f"{SVG}text") if e.text in ("ours", "Janus & co")
    }
    assert abs(names["ours"] - names["Janus & co"]) >= 14


def test_nothing_measured_is_still_a_picture() -> None:
    ElementTree.fromstring(svg(results()))


def test_a_run_on_a_busy_machine_says_so() -> None:
    quiet = results(("ours", "webinar", 50, [Figures(server_us=2.0, others_busy=0.02)]))
    busy = results(
        ("ours", "webinar", 50, [Figures(server_us=2.0, others_busy=share) for share in (0.0, 0.5, 0.6)])
    )
    assert "Other work" not in text(quiet)
    assert "Other work took 50% of the machine" in text(busy)


def test_results_take_the_place_of_those_a_page_had() -> None:
    once = published("# Page\n\nHow.\n\n## Results\n\nOld ones.\n", SOME)
    assert once.startswith("# Page\n\nHow.\n\n## Results\n\n![")
    assert "Old ones" not in once
    assert published(once, SOME) == once
    with pytest.raises(ValueError, match="Results"):
        published("# Another page\n", SOME)


def test_the_page_has_a_place_for_results() -> None:
    published(PAGE.read_text(), SOME)
