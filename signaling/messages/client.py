"""Messages from a client."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from signaling.messages.parts import PROTOCOL, Id, Mids, Name, Resume, Source, ViewItem, Wire


class Hello(Wire):
    """First message of every socket, within the deadline."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    token: Annotated[str, Field(min_length=1, max_length=2048)]
    client: Annotated[str, Field(max_length=64)]
    """Name and version of the client, for support."""
    resume: Resume | None = None


class Join(Wire):
    """Asks for the room: identity and offer at once. Answered by ``joined``, ``waiting`` or ``error``."""

    type: Literal["join"] = "join"
    identity: Literal["me", "other"] = "me"
    """``other``: the personal link was opened by somebody else, whose fields follow."""
    name: Name | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    profession: Annotated[str, Field(max_length=80)] | None = None
    site: Annotated[str, Field(max_length=120)] | None = None
    second_device: Literal["both", "move"] | None = None
    """Needed where ``welcome.others`` is not empty."""
    device: Literal["phone", "tablet", "desktop", "endpoint"]
    offer: Annotated[str, Field(max_length=200_000)]
    mids: Mids
    microphone: bool
    camera: bool


class Rejoin(Wire):
    """A new peer connection for a participant who is in the room already. Answered by ``rejoined``."""

    type: Literal["rejoin"] = "rejoin"
    offer: Annotated[str, Field(max_length=200_000)]
    mids: Mids


class Watch(Wire):
    """Follow the room without joining it (console; facilitators and coordinators). Answered by ``room``."""

    type: Literal["watch"] = "watch"


class Publish(Wire):
    """The page starts or stops sending a source."""

    type: Literal["publish"] = "publish"
    source: Source
    on: bool


class View(Wire):
    """Everything that the page shows now, most wanted first. Replaces the one before."""

    type: Literal["view"] = "view"
    items: list[ViewItem] = Field(max_length=64)


class Leave(Wire):
    """The participant pressed Leave."""

    type: Literal["leave"] = "leave"


class Admit(Wire):
    """Lets somebody in from the lobby; without an id, everybody."""

    type: Literal["admit"] = "admit"
    waiting_id: Id | None = None


class Decline(Wire):
    """Sends somebody in the lobby away."""

    type: Literal["decline"] = "decline"
    waiting_id: Id


class Mute(Wire):
    """Stops a participant's source; the participant may start it again. Without an id, everybody else's."""

    type: Literal["mute"] = "mute"
    participant_id: Id | None = None
    source: Source = Source.MICROPHONE


class Remove(Wire):
    """Removes a person, with all devices; the link does not let them in again in this session."""

    type: Literal["remove"] = "remove"
    participant_id: Id


class Extend(Wire):
    """Moves the planned end."""

    type: Literal["extend"] = "extend"
    minutes: Annotated[int, Field(ge=1, le=120)]


class End(Wire):
    """Ends the session for everybody."""

    type: Literal["end"] = "end"


class Ping(Wire):
    """Liveness as the page sees it; answered by ``pong`` with the same stamp."""

    type: Literal["ping"] = "ping"
    stamp: float


ClientMessage = Annotated[
    Hello
    | Join
    | Rejoin
    | Watch
    | Publish
    | View
    | Leave
    | Admit
    | Decline
    | Mute
    | Remove
    | Extend
    | End
    | Ping,
    Field(discriminator="type"),
]

client_messages: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
