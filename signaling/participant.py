"""The life of a participant as a table: which input is allowed in which state, and what state follows.

A participant begins as a socket (connecting, identified, lobby, joining) and goes on as somebody in the
room who outlives sockets (joined, lost). The table says only what may happen; what follows from it is in
``room``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from signaling.errors import LocalProtocolError, RemoteProtocolError
from signaling.messages import ErrorCode


class State(Enum):
    """Where a participant is."""

    CONNECTING = "connecting"
    """The socket is open and has not said ``hello``."""
    IDENTIFIED = "identified"
    """The link is good; the join page is shown."""
    WATCHING = "watching"
    """Follows the room from the console, without a seat."""
    LOBBY = "lobby"
    JOINING = "joining"
    """Let in; the engine works on the answer."""
    JOINED = "joined"
    LOST = "lost"
    """In the room, but nothing comes from there. Waits for a new transport until the grace is over."""
    LEFT = "left"
    REMOVED = "removed"


class Input(Enum):
    """What can happen to a participant. Those of ``ASKED`` are messages of the client."""

    HELLO = "hello"
    JOIN = "join"
    REJOIN = "rejoin"
    WATCH = "watch"
    PUBLISH = "publish"
    VIEW = "view"
    MODERATE = "moderate"
    LEAVE = "leave"
    PING = "ping"

    HELD = "held"
    """The rules of the session send the visitor to the lobby."""
    ADMITTED = "admitted"
    DECLINED = "declined"
    ANSWERED = "answered"
    REFUSED = "refused"
    """The offer was not answered; the visitor may try again."""
    CONNECTED = "connected"
    INTERRUPTED = "interrupted"
    GRACE_OVER = "grace_over"
    MOVED = "moved"
    EVICTED = "evicted"
    ENDED = "ended"
    DROPPED = "dropped"
    """The socket is gone."""


ASKED = frozenset(
    {
        Input.HELLO,
        Input.JOIN,
        Input.REJOIN,
        Input.WATCH,
        Input.PUBLISH,
        Input.VIEW,
        Input.MODERATE,
        Input.LEAVE,
        Input.PING,
    }
)

TERMINAL = frozenset({State.LEFT, State.REMOVED})

_ENDS: dict[Input, State] = {
    Input.LEAVE: State.LEFT,
    Input.ENDED: State.LEFT,
    Input.EVICTED: State.REMOVED,
}

_IN_ROOM: dict[Input, State] = {**_ENDS, Input.MOVED: State.LEFT}

TRANSITIONS: Mapping[State, Mapping[Input, State]] = MappingProxyType(
    {
        State.CONNECTING: {
            Input.HELLO: State.IDENTIFIED,
            Input.DROPPED: State.LEFT,
        },
        State.IDENTIFIED: {
            **_ENDS,
            Input.PING: State.IDENTIFIED,
            Input.JOIN: State.IDENTIFIED,
            Input.WATCH: State.WATCHING,
            Input.HELD: State.LOBBY,
            Input.ADMITTED: State.JOINING,
            Input.DROPPED: State.LEFT,
        },
        State.WATCHING: {
            **_ENDS,
            Input.PING: State.WATCHING,
            Input.WATCH: State.WATCHING,
            Input.MODERATE: State.WATCHING,
            Input.DROPPED: State.LEFT,
        },
        State.LOBBY: {
            **_ENDS,
            Input.PING: State.LOBBY,
            Input.ADMITTED: State.JOINING,
            Input.DECLINED: State.LEFT,
            Input.DROPPED: State.LEFT,
        },
        State.JOINING: {
            **_ENDS,
            Input.PING: State.JOINING,
            Input.ANSWERED: State.JOINED,
            Input.REFUSED: State.IDENTIFIED,
            Input.DROPPED: State.LEFT,
        },
        State.JOINED: {
            **_IN_ROOM,
            Input.PING: State.JOINED,
            Input.PUBLISH: State.JOINED,
            Input.VIEW: State.JOINED,
            Input.MODERATE: State.JOINED,
            Input.REJOIN: State.JOINED,
            Input.ANSWERED: State.JOINED,
            Input.REFUSED: State.JOINED,
            Input.CONNECTED: State.JOINED,
            Input.INTERRUPTED: State.LOST,
            Input.DROPPED: State.JOINED,
        },
        State.LOST: {
            **_IN_ROOM,
            Input.PING: State.LOST,
            Input.PUBLISH: State.LOST,
            Input.VIEW: State.LOST,
            Input.MODERATE: State.LOST,
            Input.REJOIN: State.LOST,
            Input.ANSWERED: State.LOST,
            Input.REFUSED: State.LOST,
            Input.CONNECTED: State.JOINED,
            Input.INTERRUPTED: State.LOST,
            Input.DROPPED: State.LOST,
            Input.GRACE_OVER: State.LEFT,
        },
        State.LEFT: {},
        State.REMOVED: {},
    }
)


def follow(state: State, happened: Input) -> State:
    """The state after ``happened``.

    Raises ``RemoteProtocolError`` where a client asks for what its state does not allow (fatal before
    ``hello``), and ``LocalProtocolError`` where we do.
    """
    after = TRANSITIONS[state].get(happened)
    if after is not None:
        return after
    if happened not in ASKED:
        raise LocalProtocolError(f"{happened.value!r} cannot happen in state {state.value!r}")
    if state is State.CONNECTING:
        message = f"The first message must be 'hello', not {happened.value!r}."
    else:
        allowed = ", ".join(sorted(i.value for i in TRANSITIONS[state] if i in ASKED)) or "nothing"
        message = f"{happened.value!r} is not allowed in state {state.value!r}. Allowed now: {allowed}."
    raise RemoteProtocolError(
        ErrorCode.OUT_OF_ORDER, message, fatal=state is State.CONNECTING or happened is Input.HELLO
    )
