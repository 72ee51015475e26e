"""One peer connection: the fixed m-lines, the offer, and the tasks that read what arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)

from echo_session.endpoint.received import Received
from echo_session.endpoint.tracks import Sources
from signaling.messages import IceServer, Mids, Source

VOICES = 3


class Peer:
    """Made for one offer; a new media path needs a new one."""

    def __init__(
        self, sources: Sources, received: Received, *, videos: int, ice_servers: list[IceServer]
    ) -> None:
        # Without a list of servers aiortc asks a public STUN server.
        servers = [RTCIceServer(s.urls, s.username or None, s.credential or None) for s in ice_servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._received = received
        self._sources = sources
        self._videos_wanted = videos
        self._sending: dict[Source, RTCRtpTransceiver] = {}
        self._voices: list[RTCRtpTransceiver] = []
        self._videos: list[RTCRtpTransceiver] = []
        self._share_sound: RTCRtpTransceiver | None = None
        self._readers: list[asyncio.Task[None]] = []
        self.connected = asyncio.Event()
        self._connection.on("connectionstatechange", self._state_changed)

    async def offer(self) -> tuple[str, Mids]:
        """The whole offer, candidates included, and which m-line is what."""
        add = self._connection.addTransceiver
        if self._sources.microphone is not None:
            self._sending[Source.MICROPHONE] = add(self._sources.microphone, direction="sendonly")
        if self._sources.camera is not None:
            self._sending[Source.CAMERA] = add(self._sources.camera, direction="sendonly")
        self._voices = [add("audio", direction="recvonly") for _ in range(VOICES)]
        self._share_sound = add("audio", direction="recvonly")
        self._videos = [add("video", direction="recvonly") for _ in range(self._videos_wanted)]
        # Given up while it opens sockets, it would forget those that it has.
        await to_its_end(self._connection.setLocalDescription(await self._connection.createOffer()))
        mids = Mids(
            microphone=self._mid(Source.MICROPHONE),
            camera=self._mid(Source.CAMERA),
            voices=[str(t.mid) for t in self._voices],
            share_sound=str(self._share_sound.mid),
            videos=[str(t.mid) for t in self._videos],
        )
        return self._connection.localDescription.sdp, mids

    def _mid(self, source: Source) -> str | None:
        transceiver = self._sending.get(source)
        return str(transceiver.mid) if transceiver is not None else None

    async def accept(self, answer: str) -> None:
        """Takes the answer and begins to read."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        for slot, transceiver in enumerate(self._voices):
            self._read(self._received.read_voice(slot, transceiver.receiver.track))
        for slot, transceiver in enumerate(self._videos):
            self._read(self._received.read_picture(slot, transceiver.receiver.track))
        if self._share_sound is not None:
            self._read(self._received.discard(self._share_sound.receiver.track))

    def hold(self, source: Source, held: bool) -> None:
        """Stops or starts sending one source, without another offer."""
        transceiver = self._sending.get(source)
        if transceiver is not None:
            track = self._sources.microphone if source is Source.MICROPHONE else self._sources.camera
            transceiver.sender.replaceTrack(None if held else track)

    async def close(self) -> None:
        """Ends the transport and the readers. Idempotent."""
        # Given up half way, it would keep its sockets, and a second call would wait for it for ever.
        await to_its_end(self._connection.close())
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        self._readers.clear()

    def _read(self, reading: object) -> None:
        assert asyncio.iscoroutine(reading)
        self._readers.append(asyncio.create_task(reading, name="endpoint reader"))

    def _state_changed(self) -> None:
        if self._connection.connectionState == "connected":
            self.connected.set()
        else:
            self.connected.clear()


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Does the work to its end also where the caller is cancelled meanwhile, which is cancelled after it."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise
