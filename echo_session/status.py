"""What a child process tells its supervisor, and how it learns that the supervisor is gone."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

STATUS_VARIABLE = "ECHO_SESSION_STATUS_FD"
SUPERVISOR_VARIABLE = "ECHO_SESSION_SUPERVISOR"

EXIT_SETTINGS = 78
"""EX_CONFIG of sysexits.h: the settings cannot work; starting again would change nothing."""
EXIT_PORT = 69
"""EX_UNAVAILABLE: a port is taken."""

_PR_SET_PDEATHSIG = 1


class Ready(BaseModel):
    """One line on the status pipe: the process serves now. ``links`` are shown to the operator, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    links: dict[str, str] = {}
    warnings: list[str] = []


def wants_report(environment: Mapping[str, str] = os.environ) -> bool:
    """True where a supervisor waits for the first report."""
    return STATUS_VARIABLE in environment


def report_ready(ready: Ready, environment: Mapping[str, str] = os.environ) -> bool:
    """Tells the supervisor, where there is one; False where there is none."""
    descriptor = environment.get(STATUS_VARIABLE)
    if descriptor is None:
        return False
    os.write(int(descriptor), ready.model_dump_json().encode() + b"\n")
    os.close(int(descriptor))
    return True


def die_with_supervisor(environment: Mapping[str, str] = os.environ) -> None:
    """Asks the kernel for SIGTERM when the supervisor dies, however it dies. Nothing where there is none."""
    supervisor = environment.get(SUPERVISOR_VARIABLE)
    if supervisor is None:
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(supervisor):
        os.kill(os.getpid(), signal.SIGTERM)
