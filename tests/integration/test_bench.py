"""The benchmark in a tiny form: that figures come out, never which."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.peers.programs import ROOT
from bench.results import Results

CASES = [
    ("quick", "ours", "webinar", "20"),
    ("short", "sendto + seal", "floor", "50"),
    ("short", "aiortc relay", "webinar", "1"),
]


@pytest.mark.parametrize(("plan", "server", "scenario", "size"), CASES)
def test_a_round_gives_figures_a_table_and_a_picture(
    tmp_path: Path, plan: str, server: str, scenario: str, size: str
) -> None:
    out = tmp_path / "results.json"
    chosen = ["--servers", server, "--scenarios", scenario, "--sizes", size]
    command = [
        sys.executable,
        "-m",
        "bench",
        plan,
        *chosen,
        "--rounds",
        "1",
        "--seconds",
        "1",
        "--out",
        str(out),
    ]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert said.returncode == 0, said.stderr
    (row,) = Results.load(out).rows
    assert row.failures == [], said.stdout
    found = row.spreads()
    assert found["server_us"].median > 0
    assert found["per_second"].median > 0
    if server == "ours":
        assert {"p99_ms", "share", "mib_a_viewer", "worker_us"} <= found.keys()
    assert f"{scenario} {size}".replace("floor", "webinar") in said.stdout
    assert server in out.with_suffix(".md").read_text()
    assert server in out.with_suffix(".svg").read_text()


def test_a_second_run_does_nothing_again(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    chosen = ["--servers", "gso", "--scenarios", "floor", "--seconds", "0.5", "--rounds", "1"]
    command = [sys.executable, "-m", "bench", "short", *chosen, "--out", str(out)]
    for times in (1, 0):
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        assert said.stdout.count("round 1 ") == times


def test_one_who_misbehaves_is_noticed_by_nobody() -> None:
    command = [sys.executable, "-m", "bench.rogue", "--rounds", "1", "--seconds", "0.5", "--viewers", "3"]
    command += ["--manners", "nacks", "strangers"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "nobody else was harmed" in said.stdout
