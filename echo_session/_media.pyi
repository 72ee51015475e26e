"""The forwarding engine, in Rust (``media/py``).

Everything crosses as JSON of ``echo_session.media.protocol``.

No call here blocks on the network. ``add_peer`` parses SDP for up to tens of milliseconds with the GIL
released: call it in a thread. All other calls are queue operations and safe on the event loop.
"""

class EngineError(Exception):
    """A refused command; ``args`` is ``(code, message)`` with the codes of ``protocol.Reply``."""

class Engine:
    """Worker threads with one UDP (and ICE-TCP) socket each."""

    def __init__(
        self,
        *,
        bind: list[str],
        port: int,
        workers: int,
        public_addresses: list[str],
        egress: str = "direct",
        estimate: bool = True,
        spread_above: float = 0.6,
    ) -> None:
        """Binds ``port`` .. ``port + workers - 1`` on every address of ``bind``, UDP and TCP.

        ``public_addresses`` are announced as candidates; empty announces ``bind`` itself (for a wildcard, the
        addresses of the machine's interfaces). Port 0 lets the system choose. ``egress`` is who seals what
        receivers are sent: ``direct`` (the engine itself) or ``str0m``; ``estimate`` fits it to what their
        lines carry, with ``direct`` only. A worker busier than ``spread_above``, a share of a core, is too
        busy for more of a large room: those who come then live on other workers; 0 spreads every room evenly.
        Raises OSError naming the port in use, ValueError for an unknown egress.
        """

    def fileno(self) -> int:
        """An eventfd that becomes readable when events wait; ``take_events`` clears it."""

    def take_events(self) -> list[str]:
        """Every waiting event, oldest first, each JSON of ``protocol.Event``."""

    def command(self, command: str) -> None:
        """Any command but ``add_peer``, as JSON of ``protocol.Command``. Raises EngineError."""

    def add_peer(self, command: str) -> str:
        """JSON of ``protocol.AddPeer`` in, JSON of ``protocol.Answer`` out. Raises EngineError."""

    def snapshot(self) -> str:
        """JSON list of ``protocol.RoomState``."""

    def counters(self) -> dict[str, int]:
        """Totals since start: packets and bytes, drops by reason, keyframe requests, CPU ns a worker."""

    def close(self) -> None:
        """Ends every room, joins the threads. Idempotent."""
