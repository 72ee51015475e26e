"""The media node as a process with the real engine, and a node across the network."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.drive import Generator
from config import Settings, load_settings
from echo_session import data_folder
from echo_session.media.client import NodeClient
from echo_session.media.errors import CommandRefusedError
from echo_session.media.node_process import run_node, session_factory
from echo_session.media.protocol import (
    AddPeer,
    CloseRoom,
    Mids,
    OpenRoom,
    PeerClosed,
    PeerConnected,
    RemovePeer,
)
from tests.service import environment_of, free_port
from tests.unit.media.fakes import FakeEngine, connected
from tests.unit.media.test_node_link import Recorder


@asynccontextmanager
async def claiming(settings: Settings, recorder: Recorder) -> AsyncIterator[NodeClient]:
    """Control's end of the link."""
    sessions, url = session_factory(settings)
    client = NodeClient(
        session=sessions,
        url=url,
        secret=data_folder.shared_secret(settings.data / data_folder.NODE_SECRET),
        control="test",
        handler=recorder,
    )
    running = asyncio.create_task(client.run())
    try:
        yield client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def start_node(folder: Path, **settings: str) -> asyncio.subprocess.Process:
    wanted = {"data": str(folder), "media.port": str(free_port(socket.SOCK_DGRAM))}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "echo_session",
        "media-node",
        cwd=folder,
        env=environment_of(wanted | {name.replace("__", "."): value for name, value in settings.items()}),
        stderr=asyncio.subprocess.PIPE,
    )


async def stop_node(node: asyncio.subprocess.Process) -> tuple[int | None, str]:
    if node.returncode is None:
        node.send_signal(signal.SIGTERM)
    _, err = await node.communicate()
    return node.returncode, err.decode()


async def join(client: NodeClient, generator: Generator, peer: str) -> None:
    offer = await generator.offer(peer, voices=3, videos=2)
    answer = await client.command(AddPeer(room="room_a", peer=peer, offer=offer.offer, mids=offer.mids))
    assert answer is not None
    assert (answer.voices, answer.videos) == (3, 2)
    await generator.answer(peer, answer.answer)


async def test_peer_comes_and_goes_through_the_node(tmp_path: Path) -> None:
    recorder = Recorder()
    node = await start_node(tmp_path)
    async with Generator() as generator, claiming(load_settings(data=tmp_path), recorder) as client:
        await client.wait_up()
        await client.command(OpenRoom(room="room_a", max_peers=2))
        await join(client, generator, "con_a")
        await recorder.until(lambda: any(isinstance(event, PeerConnected) for event in recorder.events))
        await client.command(RemovePeer(peer="con_a"))
        await recorder.until(lambda: any(isinstance(event, PeerClosed) for event in recorder.events))
        (closed,) = [event for event in recorder.events if isinstance(event, PeerClosed)]
        assert (closed.peer, closed.reason) == ("con_a", "removed")
        assert closed.boottime_ns > 0
    code, err = await stop_node(node)
    assert code == 0
    assert "Traceback" not in err


async def test_engine_says_what_it_refuses(tmp_path: Path) -> None:
    node = await start_node(tmp_path)
    async with Generator() as generator, claiming(load_settings(data=tmp_path), Recorder()) as client:
        await client.wait_up()
        await client.command(OpenRoom(room="room_a", max_peers=1))
        refusals = []
        offer = await generator.offer("con_b")
        await join(client, generator, "con_a")
        for command in (
            AddPeer(room="room_a", peer="con_b", offer="v=0 but nothing else", mids=Mids()),
            AddPeer(room="room_none", peer="con_b", offer=offer.offer, mids=offer.mids),
            AddPeer(room="room_a", peer="con_b", offer=offer.offer, mids=offer.mids),
            RemovePeer(peer="con_none"),
        ):
            with pytest.raises(CommandRefusedError) as caught:
                await client.command(command)
            assert str(caught.value)
            refusals.append(caught.value.code)
        assert refusals == ["bad_offer", "no_room", "room_full", "no_peer"]
        await client.command(CloseRoom(room="room_a"))
    await stop_node(node)


async def test_new_control_finds_the_peers_in_the_snapshot(tmp_path: Path) -> None:
    node = await start_node(tmp_path)
    first, second = Recorder(), Recorder()
    settings = load_settings(data=tmp_path)
    async with Generator() as generator:
        async with claiming(settings, first) as client:
            await client.wait_up()
            await client.command(OpenRoom(room="room_a", max_peers=2))
            await join(client, generator, "con_a")
        async with claiming(settings, second) as client:
            await client.wait_up()
            ((_, snapshot, _),) = second.ups
            (room,) = snapshot.rooms
            assert [(peer.peer, peer.connected) for peer in room.peers] == [("con_a", True)]
    await stop_node(node)


async def test_node_that_is_killed_comes_back_as_another_incarnation(tmp_path: Path) -> None:
    recorder = Recorder()
    async with claiming(load_settings(data=tmp_path), recorder) as client:
        node = await start_node(tmp_path)
        await client.wait_up()
        os.kill(node.pid, signal.SIGKILL)
        await node.communicate()
        node = await start_node(tmp_path)
        await recorder.until(lambda: len(recorder.ups) == 2)
    assert [survived for _, _, survived in recorder.ups] == [False, False]
    assert await stop_node(node) is not None


async def test_node_process_that_nobody_claims_ends_by_itself(tmp_path: Path) -> None:
    node = await start_node(tmp_path, node__unclaimed_seconds="0.3")
    async with asyncio.timeout(30):
        _, err = await node.communicate()
    assert node.returncode == 0
    assert "nobody claimed it for 0.3 s" in err.decode()


async def test_node_on_another_machine_is_reached_by_tls_with_the_secret(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    port = free_port(socket.SOCK_STREAM)
    tls = {"tls_certificate": str(certificate), "tls_key": str(key)}
    there = load_settings(data=tmp_path, node={"listen": f"127.0.0.1:{port}", **tls})
    here = load_settings(data=tmp_path, node={"url": f"wss://127.0.0.1:{port}", "ca": str(certificate)})
    engine, stopping, ready, recorder = FakeEngine(), asyncio.Event(), asyncio.Event(), Recorder()
    running = asyncio.create_task(run_node(there, engine, stopping, ready.set))
    await ready.wait()
    async with claiming(here, recorder) as client:
        await client.wait_up()
        engine.emit(connected("con_a"))
        await recorder.until(lambda: recorder.events == [connected("con_a")])
    stopping.set()
    assert await running == "stopped"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "node")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "chain.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files
