"""A line of its own between this machine and a browser: two network namespaces, loss and a rate.

::

    here (the service) --- namespace "line" (forwards, loses, slows) --- namespace "page" (the browser)

Packets are lost where they are forwarded, so that neither end is told of it, as on a real line. Addresses are
from 198.18.0.0/15, which is set aside for such measurements (RFC 2544). Names carry the process id; what a
killed run has left is removed by the next one. Needs root and Debian's iproute2 and nftables.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel

PREFIX = "echo-line"
ONE_IN = 10_000
"""Loss is chosen in hundredths of a percent."""
BURST_BYTES = 4096
"""Leaves at once; a little more than two packets, so that the rate is the rate."""

_LOSSY = """
table ip line {{ }}
delete table ip line
table ip line {{
    counter down {{ }}
    counter lost_down {{ }}
    counter up {{ }}
    counter lost_up {{ }}
    chain forward {{
        type filter hook forward priority 0;
        iifname "server" counter name down
        iifname "server" numgen random mod {one_in} < {share} counter name lost_down drop
        iifname "page" counter name up
        iifname "page" numgen random mod {one_in} < {share} counter name lost_up drop
    }}
}}
"""


class NetworkError(Exception):
    """The line cannot be made here; the message says what is missing."""


class Lost(BaseModel):
    """Packets that came to the line, and how many of them it lost, by direction."""

    down: int = 0
    lost_down: int = 0
    up: int = 0
    lost_up: int = 0


class Queue(BaseModel):
    """The queue of a narrow line towards the page, in packets and bytes since it was made narrow."""

    sent_bytes: int
    dropped: int
    waiting_bytes: int


def require() -> None:
    """Raises NetworkError unless this process may make network namespaces."""
    if os.geteuid() != 0:
        raise NetworkError("a network namespace needs root: run this as root")
    missing = [program for program in ("ip", "tc", "nft") if shutil.which(program) is None]
    if missing:
        raise NetworkError(f"missing: {', '.join(missing)} (Debian: apt-get install iproute2 nftables)")


class Line:
    """The line while it is there. ``with Line() as line:``, and nothing of it is left afterwards."""

    def __init__(self) -> None:
        number = os.getpid()
        self._line, self._page, self._device = f"{PREFIX}-{number}", f"{PREFIX}-{number}-page", f"el{number}"
        network = f"198.18.{number % 256}"
        self.address = f"{network}.1"
        """Of this machine on the line: what the service binds to."""
        self._router, self._gateway, self._browser = f"{network}.2", f"{network}.5", f"{network}.6"
        self._far = f"{network}.4/30"
        self.program = ["ip", "netns", "exec", self._page]
        """Put before a command that is to run at the far end."""

    def __enter__(self) -> Self:
        require()
        _sweep()
        try:
            self._make()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def lose(self, percent: float) -> None:
        """Loses so many packets of each direction from now on."""
        rules = _LOSSY.format(one_in=ONE_IN, share=round(percent * ONE_IN / 100))
        _run("ip", "netns", "exec", self._line, "nft", "-f", "-", given=rules)

    def lost(self) -> Lost:
        """What ``lose`` has done so far."""
        told = json.loads(_run("ip", "netns", "exec", self._line, "nft", "-j", "list", "counters"))
        counters = [one["counter"] for one in told["nftables"] if "counter" in one]
        return Lost.model_validate({one["name"]: one["packets"] for one in counters})

    def narrow(self, kbit: float, *, queue_ms: int) -> None:
        """Lets so much through towards the page from now on, with a queue of so many milliseconds."""
        shape = ("rate", f"{kbit:g}kbit", "burst", str(BURST_BYTES), "latency", f"{queue_ms}ms")
        _run("tc", "-n", self._line, "qdisc", "replace", "dev", "page", "root", "tbf", *shape)

    def queue(self) -> Queue:
        """What ``narrow`` has done so far."""
        told: list[dict[str, Any]] = json.loads(
            _run("tc", "-n", self._line, "-s", "-j", "qdisc", "show", "dev", "page")
        )
        one = told[0]
        return Queue(sent_bytes=one["bytes"], dropped=one["drops"], waiting_bytes=one["backlog"])

    def _make(self) -> None:
        _run("ip", "netns", "add", self._line)
        _run("ip", "netns", "add", self._page)
        ours, theirs = ("-n", self._line), ("-n", self._page)
        far = ("peer", "name", "line", "netns", self._page)
        _run("ip", "link", "add", self._device, "type", "veth", "peer", "name", "server", "netns", self._line)
        _run("ip", *ours, "link", "add", "page", "type", "veth", *far)
        for where, device, address in (
            ((), self._device, self.address),
            (ours, "server", self._router),
            (ours, "page", self._gateway),
            (theirs, "line", self._browser),
        ):
            _run("ip", *where, "addr", "add", f"{address}/30", "dev", device)
            # Else the kernel forwards trains of packets as one, and loss takes whole trains.
            _run("ip", *where, "link", "set", device, "up", "gso_max_segs", "1")
        _run("ip", *theirs, "link", "set", "lo", "up")
        _run("ip", *theirs, "route", "add", "default", "via", self._gateway)
        _run("ip", "route", "add", self._far, "via", self._router)
        _run("ip", "netns", "exec", self._line, "tee", "/proc/sys/net/ipv4/ip_forward", given="1")

    def _remove(self) -> None:
        _discard(self._device, [self._line, self._page])


def _sweep() -> None:
    """Removes what runs have left that no longer live."""
    for name in _run("ip", "netns", "list").split():
        number = name.removeprefix(f"{PREFIX}-").partition("-")[0]
        if name.startswith(f"{PREFIX}-") and number.isdigit() and not Path(f"/proc/{number}").exists():
            _discard(f"el{number}", [name])


def _discard(device: str, namespaces: Sequence[str]) -> None:
    """Removes what there is of these. The device takes its other end and its route with it."""
    with suppress(NetworkError):
        _run("ip", "link", "del", device)
    for name in namespaces:
        with suppress(NetworkError):
            _run("ip", "netns", "del", name)


def _run(*command: str, given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NetworkError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
