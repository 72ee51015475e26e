"""Janus with its videoroom plugin, as Debian packages it.

Defaults throughout, but for what the benchmark has no use of: other plugins and transports are not loaded,
nobody's bitrate is limited, and sessions do not time out. JSON over one WebSocket; a connection is a handle.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.peers.base import PeerError, Seat, Server, UnavailableError
from bench.peers.programs import Program, find, first_line, free_port
from bench.peers.sockets import Socket

LIBRARIES = Path("/usr/lib/x86_64-linux-gnu/janus")
PLUGIN = "janus.plugin.videoroom"
MAX_PUBLISHERS = 100

Message = dict[str, Any]


class Janus(Server):
    """A server of our own configuration in a temporary folder."""

    name = "Janus"

    @classmethod
    def version(cls) -> str:
        program = find("janus")
        if program is None:
            raise UnavailableError("Janus is not installed: make bench-peers (apt-get install janus)")
        return first_line("dpkg-query", "--show", "--showformat=${Version}", "janus")

    async def start(self) -> None:
        self.version()
        port = free_port()
        folder = configure(self.place.folder / "janus", port)
        command = ["janus", "--configs-folder", str(folder), "--disable-colors"]
        log = self.place.folder / "janus.log"
        self.program = await Program.start(command, core=self.place.core, log=log)
        await self.program.listening(port)
        self._transactions = 0
        self._replies: dict[str, Message] = {}
        self._rooms: dict[str, int] = {}
        self._feeds: dict[str, int] = {}
        self._up: set[int] = set()
        self._creating = asyncio.Lock()
        self._socket = await Socket(self._take).open(f"ws://127.0.0.1:{port}", protocols=("janus-protocol",))
        self._session = int((await self._ask({"janus": "create"}))["data"]["id"])
        self._manager = await self._attach()

    async def stop(self) -> None:
        if hasattr(self, "_socket"):
            await self._socket.close()
        await super().stop()

    async def publish(self, seat: Seat) -> None:
        room = await self._room(seat.room)
        handle = await self._attach()
        feed = self._feeds[seat.name] = len(self._feeds) + 1
        offer = await self.driving(seat).plain_offer(
            seat.name, publish=("microphone", "camera"), layers=seat.layers, reading=seat.reading
        )
        body = {"request": "joinandconfigure", "ptype": "publisher", "room": room, "id": feed}
        reply = await self._message(handle, body, {"type": "offer", "sdp": offer.offer})
        await self.driving(seat).answer(seat.name, reply["jsep"]["sdp"])
        await self._socket.until(lambda: handle in self._up)  # before, there is no such feed
        self.driving(seat).publish(seat.name, "microphone")
        self.driving(seat).publish(seat.name, "camera")

    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        room = await self._room(seat.room)
        (line,) = self.lines(seat)
        handle = await self._attach()
        streams = [{"feed": self._feeds[publisher.name]} for publisher in publishers]
        body: Message = {"request": "join", "ptype": "subscriber", "room": room, "streams": streams}
        offer = await self._message(handle, body)
        answer = await self.driving(seat).accept(line, offer["jsep"]["sdp"], reading=seat.reading)
        await self._message(handle, {"request": "start"}, {"type": "answer", "sdp": answer})
        await self.driving(seat).wait_connected(line)
        if any(publisher.layers > 1 for publisher in publishers):
            await self._largest(handle, offer["plugindata"]["data"]["streams"])

    def lines(self, seat: Seat) -> list[str]:
        return [f"{seat.name}.view"]

    async def _largest(self, handle: int, streams: Sequence[Message]) -> None:
        """Asks for the largest layer: Janus takes the first rid for it, our pages name the smallest first."""
        wanted = [{"mid": stream["mid"], "substream": 0} for stream in streams if stream["type"] == "video"]
        await self._message(handle, {"request": "configure", "streams": wanted})

    async def _room(self, name: str) -> int:
        async with self._creating:
            if name not in self._rooms:
                number = len(self._rooms) + 1
                room = {"request": "create", "room": number, "publishers": MAX_PUBLISHERS, "bitrate": 0}
                await self._message(self._manager, room)
                self._rooms[name] = number
        return self._rooms[name]

    async def _attach(self) -> int:
        attached = await self._ask({"janus": "attach", "plugin": PLUGIN, "session_id": self._session})
        return int(attached["data"]["id"])

    async def _message(self, handle: int, body: Message, jsep: Message | None = None) -> Message:
        request = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        reply = await self._ask(request if jsep is None else request | {"jsep": jsep})
        data = reply["plugindata"]["data"]
        if "error" in data:
            raise PeerError(f"Janus refused {body['request']}: {data['error']}")
        return reply

    async def _ask(self, request: Message) -> Message:
        self._transactions += 1
        transaction = str(self._transactions)
        await self._socket.send(json.dumps(request | {"transaction": transaction}))
        await self._socket.until(lambda: transaction in self._replies)
        reply = self._replies.pop(transaction)
        if reply["janus"] == "error":
            raise PeerError(f"Janus refused {request['janus']}: {reply['error']}")
        return reply

    def _take(self, message: str | bytes) -> None:
        notice = json.loads(message)
        if "transaction" in notice and notice["janus"] != "ack":
            self._replies[notice["transaction"]] = notice
        elif notice["janus"] == "webrtcup":
            self._up.add(notice["sender"])


def configure(folder: Path, port: int) -> Path:
    """Writes the configuration; gives its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    plugins = _others("plugins", "videoroom")
    transports = _others("transports", "websockets")
    (folder / "janus.jcfg").write_text(
        "general: {\n"
        f'  configs_folder = "{folder}"\n'
        f'  plugins_folder = "{LIBRARIES}/plugins"\n'
        f'  transports_folder = "{LIBRARIES}/transports"\n'
        f'  events_folder = "{LIBRARIES}/events"\n'
        f'  loggers_folder = "{LIBRARIES}/loggers"\n'
        "  debug_level = 4\n"
        "  session_timeout = 0\n"
        "}\n"
        f'plugins: {{ disable = "{plugins}" }}\n'
        f'transports: {{ disable = "{transports}" }}\n'
        'loggers: { disable = "libjanus_jsonlog.so" }\n'
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"\n  ws = true\n  ws_port = {port}\n  ws_ip = "127.0.0.1"\n }}\n'
        "admin: { admin_ws = false\n  admin_wss = false }\n"
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
    return folder


def _others(kind: str, wanted: str) -> str:
    """The loadable files of a kind that are not wanted."""
    found = sorted(path.name for path in (LIBRARIES / kind).glob("*.so"))
    return ",".join(name for name in found if wanted not in name)
