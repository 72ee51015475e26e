"""kill -9 of either process, and of both, in the middle of a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import pytest_asyncio

from bench.drive import Report
from tests.faults.meeting import Meeting, check_whole_stay, meeting
from tests.native import Hall, Message, NativePeer, hall
from tests.scene import post
from tests.service import Service, running_service

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

GAP_MS = 200.0
BACK_SECONDS = 5.0
ROUNDS = 3


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """One for all: what is killed comes back."""
    async with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def crowd(service: Service) -> AsyncIterator[Hall]:
    """The generator that plays everybody."""
    async with hall(service.websocket_url) as here:
        yield here


@asynccontextmanager
async def room(service: Service, here: Hall) -> AsyncIterator[tuple[Meeting, NativePeer, NativePeer]]:
    """Two people who see and hear each other, and nobody else."""
    async with service.api() as api:
        session = await meeting(api, "Ana", "Ben")
        peers = {
            name: await here.enter(link, f"{name}-{session.session_id}")
            for name, link in session.links.items()
        }
        ana, ben = peers["Ana"], peers["Ben"]
        await see_each_other(ana, ben)
        for peer in (ana, ben):
            await peer.message("delta", where=partial(counts, peer.participant_id))
        try:
            yield session, ana, ben
        finally:
            for peer in (ana, ben):
                await peer.close()


def counts(participant_id: str, said: Message) -> bool:
    """True where a page is told that its own transport is up, which is in the ledger by then."""
    puts = [change["participant"] for change in said["changes"] if change["op"] == "put"]
    return any(put["participant_id"] == participant_id and put["connected"] for put in puts)


async def see_each_other(ana: NativePeer, ben: NativePeer) -> None:
    for viewer, publisher in ((ana, ben), (ben, ana)):
        await viewer.view(publisher.participant_id)
        await viewer.until(viewer.sees)


def statuses(peer: NativePeer) -> list[str]:
    """What the page was told of the session's status, in order."""
    told = []
    for message in peer.received:
        if message["type"] == "welcome":
            told.append(message["session"]["status"])
        for change in message.get("changes", ()):
            if change["op"] == "session_put":
                told.append(change["session"]["status"])
    return told


def silent(participant_id: str, said: Message) -> bool:
    """True where this message says that nothing comes from somebody, or that they have gone."""
    if said["type"] == "room":
        there = [one for one in said["participants"] if one["participant_id"] == participant_id]
        return not there or not there[0]["connected"]
    return any(
        change.get("participant_id") == participant_id
        if change["op"] == "gone"
        else change["op"] == "put"
        and change["participant"]["participant_id"] == participant_id
        and not change["participant"]["connected"]
        for change in said.get("changes", ())
    )


async def window(here: Hall, seconds: float) -> Report:
    here.generator.reset()
    await asyncio.sleep(seconds)
    return await here.generator.report()


async def test_media_flows_on_while_control_is_killed_and_attendance_shows_no_gap(
    service: Service, crowd: Hall
) -> None:
    async with room(service, crowd) as (session, ana, ben):
        undisturbed = await window(crowd, 2)
        crowd.generator.reset()
        gone = service.kill("control")
        await service.back("control", instead_of=gone)
        for peer in (ana, ben):
            await peer.message("welcome", where=lambda m: m["resumed"])
        report = await crowd.generator.report()

        assert report.total.gap_ms <= max(GAP_MS, 2 * undisturbed.total.gap_ms)
        assert (ana.rejoins, ben.rejoins) == (0, 0)
        (again,) = [m for m in ana.received if m["type"] == "room"]
        assert {p["participant_id"] for p in again["participants"]} == {
            ana.participant_id,
            ben.participant_id,
        }
        await ana.leave()
        left = datetime.now(UTC)
        await ben.message("delta", where=lambda m: any(c["op"] == "gone" for c in m["changes"]))
        ended = await session.end()
        people = await session.attendance()
        check_whole_stay(people["Ana"], ana.joined_at, left)
        check_whole_stay(people["Ben"], ben.joined_at, ended)


async def test_everyone_is_back_after_the_media_node_is_killed(service: Service, crowd: Hall) -> None:
    async with room(service, crowd) as (session, ana, ben):
        loop = asyncio.get_running_loop()
        killed = loop.time()
        service.kill("media-node")
        for peer in (ana, ben):
            await peer.until(lambda peer=peer: peer.rejoins == 1)  # type: ignore[misc]
        assert loop.time() - killed <= BACK_SECONDS
        assert (ana.sockets, ben.sockets) == (1, 1)
        await see_each_other(ana, ben)
        report = await window(crowd, 1)
        heard = {who: set(sources) for who, sources in report.by.items() if sources}
        assert heard == {
            ana.peer: {f"{ben.peer}/camera", f"{ben.peer}/microphone"},
            ben.peer: {f"{ana.peer}/camera", f"{ana.peer}/microphone"},
        }
        ended = await session.end()
        people = await session.attendance()
        check_whole_stay(people["Ana"], ana.joined_at, ended)
        check_whole_stay(people["Ben"], ben.joined_at, ended)


async def test_everyone_is_back_after_both_processes_are_killed(service: Service, crowd: Hall) -> None:
    async with room(service, crowd) as (session, ana, ben):
        control, node = service.kill("control"), service.kill("media-node")
        await service.back("control", instead_of=control)
        await service.back("media-node", instead_of=node)
        for peer in (ana, ben):
            await peer.until(lambda peer=peer: peer.rejoins >= 1)  # type: ignore[misc]
        await see_each_other(ana, ben)
        ended = await session.end()
        people = await session.attendance()
        check_whole_stay(people["Ana"], ana.joined_at, ended)
        check_whole_stay(people["Ben"], ben.joined_at, ended)


async def test_leave_while_control_was_dead_is_dated_at_the_last_packet(
    service: Service, crowd: Hall
) -> None:
    async with room(service, crowd) as (session, ana, ben):
        before = len(ben.received)
        gone = service.kill("control")
        await ana.close()
        left = datetime.now(UTC)
        await service.back("control", instead_of=gone)

        await ben.until(lambda: any(silent(ana.participant_id, said) for said in ben.received[before:]))
        ended = await session.end()
        people = await session.attendance()
        last = datetime.fromisoformat(people["Ana"]["last_left_at"])
        assert abs((last - left).total_seconds()) <= 1.5
        assert last < ended - timedelta(seconds=1)
        check_whole_stay(people["Ben"], ben.joined_at, ended)


async def test_session_opens_on_time_though_control_was_killed_before(service: Service, crowd: Hall) -> None:
    async with service.api() as api:
        session = await meeting(api, "Ana", starts_in=timedelta(seconds=6))
        ana = crowd.person(session.links["Ana"], "Ana")
        welcome = await ana.knock()
        assert welcome["session"]["status"] == "scheduled"
        gone = service.kill("control")
        await service.back("control", instead_of=gone)
        await ana.until(lambda: "open" in statuses(ana))
        facts = await session.session()
        late = datetime.fromisoformat(facts["opened_at"]) - datetime.fromisoformat(facts["opens_at"])
        assert facts["status"] == "open"
        assert late < timedelta(seconds=BACK_SECONDS)
        await ana.close()


async def test_control_that_is_killed_while_somebody_joins_keeps_the_room_sane(
    service: Service, crowd: Hall
) -> None:
    """Whatever the kill cut off, the person gets in afterwards and is there once."""
    async with room(service, crowd) as (session, _ana, ben):
        for turn in range(ROUNDS):
            people = [{"name": "Cai", "email": f"cai{turn}@clinic.example", "role": "participant"}]
            url = f"/api/v1/sessions/{session.session_id}/registrations"
            link = (await post(session.api, url, {"people": people}))["items"][0]["link"]
            so_far = len(ben.received)
            cut_off = crowd.person(link, f"Cai-cut-off-{turn}")
            joining = asyncio.create_task(cut_off.join())
            await cut_off.until(lambda cut_off=cut_off: bool(cut_off.received))  # type: ignore[misc]
            await asyncio.sleep(0.01 * turn)
            gone = service.kill("control")
            joining.cancel()
            await asyncio.gather(joining, return_exceptions=True)
            await cut_off.close()
            await service.back("control", instead_of=gone)
            await ben.message("welcome", after=so_far, where=lambda m: m["resumed"])
            so_far = len(ben.received)
            cai = await crowd.enter(link, f"Cai-{turn}")
            came = await ben.message(
                "delta",
                after=so_far,
                where=lambda m, cai=cai: any(  # type: ignore[misc]
                    c["op"] == "put" and c["participant"]["participant_id"] == cai.participant_id
                    for c in m["changes"]
                ),
            )
            assert came
            await cai.leave()
