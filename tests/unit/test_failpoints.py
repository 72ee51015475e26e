"""Places at which a process dies on purpose."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from echo_session import failpoints

CODE = Path(failpoints.__file__).parent


def test_every_name_stands_in_the_code_and_every_place_has_a_name() -> None:
    kinds = ("joined", "left", "evicted", "recovered")
    found: set[str] = set()
    for path in CODE.rglob("*.py"):
        for name in re.findall(r'failpoints\.reached\(f?"([^"]+)"\)', path.read_text()):
            found.update(name.replace("{kind}", kind) for kind in kinds)
    assert found == failpoints.NAMES


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no failpoint"):
        failpoints.arm("record.joined")


def test_the_process_dies_at_its_turn_and_not_before() -> None:
    code = (
        "from echo_session.failpoints import reached\n"
        "for turn in range(3):\n"
        "    print(turn, flush=True)\n"
        "    reached('presence.put.after_commit')\n"
        "    reached('presence.put.before_commit')\n"
    )
    environment = os.environ | {failpoints.VARIABLE: "presence.put.before_commit@2"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=CODE.parent, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (-signal.SIGKILL, b"0\n1\n")
