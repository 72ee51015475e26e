"""What a room wants done. The room decides, the hub does."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.errors import CloseCode
from signaling.media import WantedPicture
from signaling.messages import Mids, ServerMessage, Source
from signaling.moment import Moment
from signaling.ports import Identity, LeftCause, Presence


@dataclass(frozen=True, slots=True)
class Send:
    """One message to these sockets."""

    sockets: tuple[str, ...]
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket once what was sent before is written."""

    socket: str
    code: CloseCode


@dataclass(frozen=True, slots=True)
class Hold:
    """What this socket is told from here on, its end too, waits until the records so far are durable: it
    acknowledges them."""

    socket: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """Make the person behind a visitor; answered by ``Room.enrolled`` or ``Room.refused``."""

    participant_id: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class AddPeer:
    """Have the offer answered; followed by ``Room.answered`` or ``Room.refused``."""

    participant_id: str
    offer: str
    mids: Mids


@dataclass(frozen=True, slots=True)
class RemovePeer:
    participant_id: str


@dataclass(frozen=True, slots=True)
class SetMuted:
    participant_id: str
    source: Source
    muted: bool


@dataclass(frozen=True, slots=True)
class SetPictures:
    participant_id: str
    pictures: tuple[WantedPicture | None, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Write the connection's row."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class SaveNewcomer:
    """As ``Save``, of somebody who has just come in. What was recorded before is of others, so this need not
    wait for it; what is recorded afterwards waits for this."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class RecordJoined:
    presence: Presence
    at: Moment


@dataclass(frozen=True, slots=True)
class RecordLeft:
    presence: Presence
    at: Moment
    cause: LeftCause


@dataclass(frozen=True, slots=True)
class RecordEvicted:
    presence: Presence
    at: Moment
    by: str


@dataclass(frozen=True, slots=True)
class RecordRecovered:
    presence: Presence
    at: Moment


@dataclass(frozen=True, slots=True)
class Bar:
    """Take the person's link for this session back."""

    person_id: str
    by: str


Record = Save | RecordJoined | RecordLeft | RecordEvicted | RecordRecovered | Bar
"""Effects on the store; they happen in order, and after every ``SaveNewcomer`` before them."""

Order = AddPeer | RemovePeer | SetMuted | SetPictures
"""Effects on the engine; those about one participant happen in order."""

Effect = Send | Close | Hold | Enrol | Order | SaveNewcomer | Record
