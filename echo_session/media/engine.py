"""The forwarding engine as the node process sees it, and the adapter of the Rust one."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING, Protocol, cast, get_args

from pydantic import TypeAdapter, ValidationError

from echo_session.media.errors import CommandRefusedError, PortInUseError, RefusalCode
from echo_session.media.protocol import AddPeer, Answer, Command, Event, RoomState, events

if TYPE_CHECKING:
    from config.models import Media
    from echo_session._media import Engine

log = logging.getLogger(__name__)

_rooms: TypeAdapter[list[RoomState]] = TypeAdapter(list[RoomState])


class MediaEngine(Protocol):
    """Port to whatever forwards the media. All calls but ``add_peer`` return at once."""

    def fileno(self) -> int:
        """A file descriptor that is readable while events wait."""
        ...

    def take_events(self) -> list[Event]:
        """Every waiting event, oldest first."""
        ...

    def apply(self, command: Command) -> None:
        """Carries out any command but ``add_peer``. Raises CommandRefusedError."""
        ...

    def add_peer(self, command: AddPeer) -> Answer:
        """Takes an offer; tens of milliseconds, so call it in a thread. Raises CommandRefusedError."""
        ...

    def snapshot(self) -> list[RoomState]:
        """Everything there is now."""
        ...

    def counters(self) -> dict[str, int]:
        """Totals since start."""
        ...

    def close(self) -> None:
        """Ends everything. Idempotent."""
        ...


class RustEngine:
    """``echo_session._media.Engine`` behind the port: models in and out, our errors instead of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fileno(self) -> int:
        return self._engine.fileno()

    def take_events(self) -> list[Event]:
        taken: list[Event] = []
        for text in self._engine.take_events():
            try:
                taken.append(events.validate_json(text))
            except ValidationError:
                log.exception(
                    "The engine said something that the protocol does not know; going on without it"
                )
        return taken

    def apply(self, command: Command) -> None:
        from echo_session._media import EngineError

        try:
            self._engine.command(command.model_dump_json())
        except EngineError as error:
            raise _refusal(error) from error

    def add_peer(self, command: AddPeer) -> Answer:
        from echo_session._media import EngineError

        try:
            return Answer.model_validate_json(self._engine.add_peer(command.model_dump_json()))
        except EngineError as error:
            raise _refusal(error) from error

    def snapshot(self) -> list[RoomState]:
        return _rooms.validate_json(self._engine.snapshot())

    def counters(self) -> dict[str, int]:
        return self._engine.counters()

    def close(self) -> None:
        self._engine.close()


def open_engine(media: Media) -> RustEngine:
    """Starts the engine on the ports of the settings. Raises PortInUseError, or OSError for a bad address."""
    from echo_session._media import Engine

    try:
        engine = Engine(
            bind=list(media.bind),
            port=media.port,
            workers=media.workers,
            public_addresses=list(media.public_addresses),
            egress=media.egress,
            estimate=media.estimate,
            spread_above=media.spread_above,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE and "in use" not in str(error):
            raise
        last = media.port + media.workers - 1
        ports = f"port {media.port}" if last == media.port else f"one of the ports {media.port} to {last}"
        raise PortInUseError(
            f"Media {ports} (UDP and TCP) on {', '.join(media.bind)} is in use by another program: "
            "set media.port (ECHO_SESSION_MEDIA__PORT) to a free one."
        ) from error
    return RustEngine(engine)


def _refusal(error: Exception) -> CommandRefusedError:
    code, message = (
        (*error.args, "internal", str(error))[:2] if len(error.args) == 2 else ("internal", str(error))
    )
    known = code if code in get_args(RefusalCode) else "internal"
    return CommandRefusedError(cast("RefusalCode", known), str(message))
