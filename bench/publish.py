"""Writes the results of a run into docs/benchmarks.md: ``python -m bench.publish FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.plot import svg
from bench.results import Results
from bench.table import markdown

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
PICTURE = DOCS / "pictures" / "benchmarks.svg"
HEADING = "\n## Results\n"


def published(page: str, results: Results) -> str:
    """The page with these results in place of those it had; they are its last part."""
    before, found, _ = page.partition(HEADING)
    if not found:
        raise ValueError(f"the page has no heading {HEADING.strip()!r}")
    picture = f"![Processor time a delivered packet]({PICTURE.parent.name}/{PICTURE.name})"
    return f"{before}{HEADING}\n{picture}\n\n{markdown(results)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes page and picture."""
    parser = argparse.ArgumentParser(prog="python -m bench.publish", description=__doc__)
    parser.add_argument("file", type=Path, help="as in test-results/bench/full.json")
    results = Results.load(parser.parse_args(arguments).file)
    PAGE.write_text(published(PAGE.read_text(), results))
    PICTURE.write_text(svg(results))


if __name__ == "__main__":
    main()
