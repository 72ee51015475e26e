"""kill -9 of either process, and of both, in the middle of a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.drive import Report
from tests.faults.meeting import Meeting, check_whole_stay, meeting
from tests.native import Hall, Message, NativePeer, hall
from tests.service import Service, running_service

pytestmark = pytest.mark.slow

GAP_MS = 200.0
BACK_SECONDS = 5.0


@asynccontextmanager
async def room(
    folder: Path, settings: dict[str, str] | None = None
) -> AsyncIterator[tuple[Service, Meeting, Hall, NativePeer, NativePeer]]:
    """Two people who see and hear each other."""
    async with (
        running_service(folder, settings) as service,
        service.api() as api,
        hall(service.websocket_url) as here,
    ):
        session = await meeting(api, "Ana", "Ben")
        ana = await here.enter(session.links["Ana"], "Ana")
        ben = await here.enter(session.links["Ben"], "Ben")
        await see_each_other(ana, ben)
        await session.all_recorded()
        yield service, session, here, ana, ben


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


def without(participant_id: str, said: Message) -> bool:
    """True where this message says that somebody is not in the room: they went, or had gone before."""
    if said["type"] == "room":
        return all(there["participant_id"] != participant_id for there in said["participants"])
    changes = said.get("changes", ())
    return any(change["op"] == "gone" and change["participant_id"] == participant_id for change in changes)


async def window(here: Hall, seconds: float) -> Report:
    here.generator.reset()
    await asyncio.sleep(seconds)
    return await here.generator.report()


async def test_media_flows_on_while_control_is_killed_and_attendance_shows_no_gap(tmp_path: Path) -> None:
    async with room(tmp_path) as (service, session, here, ana, ben):
        undisturbed = await window(here, 3)
        here.generator.reset()
        gone = service.kill("control")
        await service.back("control", instead_of=gone)
        for peer in (ana, ben):
            await peer.message("welcome", where=lambda m: m["resumed"])
        report = await here.generator.report()

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


async def test_everyone_is_back_after_the_media_node_is_killed(tmp_path: Path) -> None:
    async with room(tmp_path) as (service, session, here, ana, ben):
        loop = asyncio.get_running_loop()
        killed = loop.time()
        service.kill("media-node")
        for peer in (ana, ben):
            await peer.until(lambda peer=peer: peer.rejoins == 1)  # type: ignore[misc]
        assert loop.time() - killed <= BACK_SECONDS
        assert (ana.sockets, ben.sockets) == (1, 1)
        await see_each_other(ana, ben)
        report = await window(here, 2)
        heard = {who: set(sources) for who, sources in report.by.items() if sources}
        assert heard == {
            ana.peer: {f"{ben.peer}/camera", f"{ben.peer}/microphone"},
            ben.peer: {f"{ana.peer}/camera", f"{ana.peer}/microphone"},
        }
        ended = await session.end()
        people = await session.attendance()
        check_whole_stay(people["Ana"], ana.joined_at, ended)
        check_whole_stay(people["Ben"], ben.joined_at, ended)


async def test_everyone_is_back_after_both_processes_are_killed(tmp_path: Path) -> None:
    async with room(tmp_path) as (service, session, _here, ana, ben):
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


async def test_leave_while_control_was_dead_is_dated_at_the_last_packet(tmp_path: Path) -> None:
    async with room(tmp_path, {"signaling.grace_seconds": "2"}) as (service, session, here, ana, ben):
        before = len(ben.received)
        gone = service.kill("control")
        await ana.close()
        here.generator.leave(ana.peer)
        left = datetime.now(UTC)
        await service.back("control", instead_of=gone)

        await ben.until(lambda: any(without(ana.participant_id, said) for said in ben.received[before:]))
        person = (await session.attendance())["Ana"]
        assert not person["here"]
        last = datetime.fromisoformat(person["last_left_at"])
        assert abs((last - left).total_seconds()) <= 1.5


async def test_session_opens_on_time_though_control_was_killed_before(tmp_path: Path) -> None:
    async with (
        running_service(tmp_path) as service,
        service.api() as api,
        hall(service.websocket_url) as here,
    ):
        session = await meeting(api, "Ana", starts_in=timedelta(seconds=6))
        ana = here.person(session.links["Ana"], "Ana")
        welcome = await ana.knock()
        assert welcome["session"]["status"] == "scheduled"
        gone = service.kill("control")
        await service.back("control", instead_of=gone)
        await ana.until(lambda: "open" in statuses(ana))
        facts = await session.session()
        late = datetime.fromisoformat(facts["opened_at"]) - datetime.fromisoformat(facts["opens_at"])
        assert facts["status"] == "open"
        assert late < timedelta(seconds=BACK_SECONDS)


@pytest.mark.parametrize("_round", range(3))
async def test_control_that_is_killed_while_somebody_joins_keeps_the_room_sane(
    tmp_path: Path, _round: int
) -> None:
    """Whatever the kill cut off, the person gets in afterwards and is there once."""
    async with room(tmp_path) as (service, session, here, _ana, ben):
        others = await meeting(session.api, "Cai")
        assert others.session_id != session.session_id
        people = [{"name": "Cai", "email": "cai@clinic.example", "role": "participant"}]
        url = f"/api/v1/sessions/{session.session_id}/registrations"
        async with session.api.post(url, json={"people": people}) as answer:
            link = (await answer.json())["items"][0]["link"]
        cut_off = here.person(link, f"Cai-cut-off-{_round}")
        joining = asyncio.create_task(cut_off.join())
        await cut_off.until(lambda: bool(cut_off.received))
        await asyncio.sleep(0.01 * _round)
        gone = service.kill("control")
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        await cut_off.close()
        await service.back("control", instead_of=gone)
        await ben.message("welcome", where=lambda m: m["resumed"])
        so_far = len(ben.received)
        cai = await here.enter(link, f"Cai-{_round}")
        came = await ben.message(
            "delta",
            after=so_far,
            where=lambda m: any(
                c["op"] == "put" and c["participant"]["participant_id"] == cai.participant_id
                for c in m["changes"]
            ),
        )
        assert came
