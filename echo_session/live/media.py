"""The media node as signaling's engine, and its news for the hub."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from echo_session.live import translate
from echo_session.media.errors import CommandRefusedError, NodeUnavailableError
from echo_session.media.protocol import (
    AddPeer,
    Anchor,
    Answer,
    CloseRoom,
    Command,
    Event,
    NodeHello,
    OpenRoom,
    RemovePeer,
    SetMuted,
    SetPictures,
    Snapshot,
)
from signaling import media
from signaling.errors import Refused
from signaling.messages import ErrorCode, Mids, Source

log = logging.getLogger(__name__)

_CODES = {"bad_offer": ErrorCode.OFFER_REFUSED, "room_full": ErrorCode.ROOM_FULL}
UNAVAILABLE = "The media server is restarting. Try again in a few seconds."


class Commander(Protocol):
    """What carries commands to the node: ``media.client.NodeClient``."""

    async def command(self, command: Command) -> Answer | None:
        """Raises CommandRefusedError, NodeUnavailableError."""
        ...


class NodeMedia:
    """``signaling.media.Media`` over the link to the node."""

    def __init__(self, node: Commander) -> None:
        self._node = node

    async def open_room(self, room_id: str, *, max_peers: int, echo_delay_ms: int | None) -> None:
        await self._do(OpenRoom(room=room_id, max_peers=max_peers, echo_delay_ms=echo_delay_ms))

    async def close_room(self, room_id: str) -> None:
        await self._do(CloseRoom(room=room_id), harmless="no_room")

    async def add_peer(self, room_id: str, peer: str, offer: str, mids: Mids) -> media.Answer:
        given = await self._do(AddPeer(room=room_id, peer=peer, offer=offer, mids=translate.mids(mids)))
        if given is None:
            raise Refused(ErrorCode.INTERNAL, "The media server gave no answer.")
        return translate.answer(given)

    async def remove_peer(self, peer: str) -> None:
        await self._do(RemovePeer(peer=peer), harmless="no_peer")

    async def set_muted(self, peer: str, source: Source, muted: bool) -> None:
        await self._do(SetMuted(peer=peer, source=source.value, muted=muted))

    async def set_pictures(self, peer: str, pictures: Sequence[media.WantedPicture | None]) -> None:
        await self._do(SetPictures(peer=peer, pictures=translate.pictures(pictures)))

    async def _do(self, command: Command, *, harmless: str = "") -> Answer | None:
        """``harmless``: the refusal that says that all is as wanted already."""
        try:
            return await self._node.command(command)
        except CommandRefusedError as error:
            if error.code == harmless:
                return None
            code = _CODES.get(error.code, ErrorCode.MEDIA_UNAVAILABLE)
            raise Refused(code, str(error)) from error
        except NodeUnavailableError as error:
            raise Refused(ErrorCode.MEDIA_UNAVAILABLE, UNAVAILABLE) from error


class Incarnation:
    """Which life of the media node is, or was last, connected; what is recorded names it."""

    def __init__(self) -> None:
        self.now = ""


class News(Protocol):
    """What the hub hears of the engine."""

    def media_event(self, event: media.MediaEvent) -> asyncio.Future[None]: ...

    async def media_attached(self, rooms: Sequence[media.RoomSnapshot]) -> None: ...

    def media_caught_up(self) -> None: ...

    def media_detached(self) -> None: ...


class NodeNews:
    """The node client's handler: tells the hub, in its own words."""

    def __init__(self, hub: Callable[[], News], incarnation: Incarnation) -> None:
        self._hub = hub
        self._incarnation = incarnation
        self._anchor: Anchor | None = None

    async def node_up(self, hello: NodeHello, snapshot: Snapshot, *, survived: bool) -> None:
        log.info("Media node %s is connected%s", hello.incarnation, " again" if survived else "")
        self._anchor = hello.anchor
        self._incarnation.now = hello.incarnation
        await self._hub().media_attached([translate.room(hello.anchor, room) for room in snapshot.rooms])

    async def node_caught_up(self) -> None:
        self._hub().media_caught_up()

    async def node_event(self, event: Event) -> asyncio.Future[None]:
        if self._anchor is None:
            raise RuntimeError("an event came before the node said hello")
        return self._hub().media_event(translate.event(self._anchor, event))

    async def node_down(self) -> None:
        log.warning("The link to the media node is down")
        self._hub().media_detached()
