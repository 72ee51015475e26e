"""The hub between pages, engine and store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from signaling.errors import CloseCode
from signaling.media import (
    PeerClosed,
    PeerConnected,
    PeerSnapshot,
    PeersSeen,
    RoomSnapshot,
    SpeakersNow,
)
from signaling.messages import (
    Admit,
    Delta,
    End,
    Ended,
    Error,
    ErrorCode,
    Extend,
    Hello,
    InLobby,
    Joined,
    Leave,
    Mids,
    Mute,
    Muted,
    Rejoin,
    Rejoined,
    RejoinPlease,
    Remove,
    Removed,
    Room,
    Source,
    Speakers,
    Watch,
)
from signaling.settings import Settings
from tests.unit.signaling.fakes import World, console, invited, join, public, session_facts
from tests.unit.signaling.sockets import Client, Service, serving


@pytest.fixture
def world() -> World:
    made = World()
    facts = session_facts()
    for name in ("ortiz", "lee"):
        made.directory.invite(name, invited(facts, name))
    made.directory.invite("console", console(facts))
    made.directory.invite("public", public(facts))
    return made


@pytest.fixture
async def service(world: World) -> AsyncIterator[Service]:
    async with serving(world) as running:
        yield running


async def desk(service: Service) -> Client:
    client = await service.open()
    await client.hello("console")
    await client.say(Watch())
    await client.until(Room)
    return client


async def test_a_walk_in_is_admitted_over_the_wire(service: Service) -> None:
    host, visitor = await desk(service), await service.open()
    await visitor.hello("public")
    await visitor.say(join(name="kim"))
    waiting = await visitor.until(InLobby)
    await host.say(Admit(waiting_id=waiting.waiting_id))
    joined = await visitor.until(Joined)
    assert joined.room.participants[0].person_id == "per_kim"
    assert service.hub.counts("ses_1").here == 1
    assert service.world.store.rows[joined.connection_id].registration_id is None


async def test_a_walk_in_whom_the_directory_refuses_hears_why(service: Service) -> None:
    host, visitor = await desk(service), await service.open()
    await visitor.hello("public")
    await visitor.say(join(name="refused"))
    await visitor.until(InLobby)
    await host.say(Admit())
    error = await visitor.until(Error)
    assert (error.code, error.field, error.fatal) == (ErrorCode.MISSING_FIELD, "email", False)


async def test_an_offer_without_our_codecs_is_a_clear_message(service: Service) -> None:
    client = await service.open()
    await client.hello("ortiz")
    await client.say(join().model_copy(update={"offer": "bad"}))
    error = await client.until(Error)
    assert (error.code, error.fatal) == (ErrorCode.OFFER_REFUSED, False)
    await client.say(join())
    await client.until(Joined)


async def test_without_a_media_node_a_join_is_told_so_and_works_later(service: Service) -> None:
    service.world.media.down = True
    client = await service.open()
    await client.hello("ortiz")
    await client.say(join())
    assert (await client.until(Error)).code is ErrorCode.MEDIA_UNAVAILABLE
    service.world.media.down = False
    await client.say(join())
    await client.until(Joined)


async def test_the_engine_gets_its_room_before_the_first_peer_and_only_once(service: Service) -> None:
    for name in ("ortiz", "lee"):
        await (await service.open()).enter(name)
    orders = [order[0] for order in service.world.media.orders]
    assert orders.count("open") == 1
    assert orders[0] == "open"


async def test_remove_is_durable_and_reaches_the_directory(service: Service) -> None:
    host, client = await desk(service), await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    await host.say(Remove(participant_id=joined.participant_id))
    await client.until(Removed)
    assert await client.closed() == CloseCode.REMOVED
    await service.hub.close()
    assert service.world.directory.out == {"per_ortiz"}
    assert [kind for kind, *_ in service.world.store.ledger] == ["joined", "evicted:acc_1"]
    assert service.world.store.rows[joined.connection_id].state == "removed"


async def test_mute_reaches_engine_and_page(service: Service) -> None:
    host, client = await desk(service), await service.open()
    joined = await client.enter("ortiz")
    await host.say(Mute(participant_id=joined.participant_id))
    assert (await client.until(Muted)).by == "Dr. Host"
    await service.world.media.until("mute", joined.participant_id, Source.MICROPHONE, True)


async def test_a_locked_database_delays_the_record_and_loses_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.live.RETRY_FIRST", 0.001)
    client = await service.open()
    joined = await client.enter("ortiz")
    service.world.store.failures = 3
    await service.connect_media(joined)
    assert [kind for kind, *_ in service.world.store.ledger] == ["joined"]


async def test_a_locked_database_keeps_nobody_from_hearing_the_engines_news(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.live.RETRY_FIRST", 3600)
    page, other = await service.open(), await service.open()
    joined = await page.enter("ortiz")
    await other.enter("lee")
    service.world.store.failures = 1
    event = PeerConnected("room_ses_1", joined.participant_id, 1, service.world.clock.moment())
    written = service.hub.media_event(event)
    service.hub.media_event(SpeakersNow("room_ses_1", joined.participant_id, (joined.participant_id,)))
    assert (await other.until(Speakers)).dominant == joined.participant_id
    assert not written.done()
    await service.hub.close()
    assert written.cancelled()


async def test_an_event_is_done_with_once_its_record_is_written(service: Service) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    at = service.world.clock.moment()
    await service.connect_media(joined)
    assert service.world.store.ledger == [("joined", joined.connection_id, 1, at)]


async def test_a_practice_room_records_no_attendance_but_survives_a_restart(world: World) -> None:
    facts = session_facts(session_id="ses_p", practice=True, lobby=False, max_people=3)
    world.directory.invite("practice", replace(public(facts), asks=()))
    async with serving(world) as service:
        client = await service.open()
        joined = await client.enter("practice")
        await service.connect_media(joined)
        assert ("open", "room_ses_p", 2000) in world.media.orders
        await client.say(Leave())
        await client.closed()
    assert world.store.ledger == []
    assert world.store.rows[joined.connection_id].state == "left"


# --- the session ------------------------------------------------------------------------------------------


async def test_extend_and_end_go_to_the_session_with_the_name_of_who_ordered(service: Service) -> None:
    host = await desk(service)
    await host.say(Extend(minutes=10))
    await host.say(End())
    service.world.sessions.over = False
    await host.say(Watch())
    await host.until(Room)
    assert service.world.sessions.orders == [("extend", "ses_1", 10, "acc_1"), ("end", "ses_1", "acc_1")]


async def test_an_order_that_comes_too_late_says_so(service: Service) -> None:
    host = await desk(service)
    service.world.sessions.over = True
    await host.say(Extend(minutes=10))
    assert (await host.until(Error)).code is ErrorCode.ENDED


@pytest.mark.parametrize("order", [Extend(minutes=5), End()])
async def test_a_participant_gives_no_orders_to_the_session(service: Service, order: Extend | End) -> None:
    client = await service.open()
    await client.enter("ortiz")
    await client.say(order)
    assert (await client.until(Error)).code is ErrorCode.NOT_ALLOWED
    assert service.world.sessions.orders == []


async def test_an_extension_reaches_everybody(service: Service) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    facts = service.world.directory.sessions["ses_1"]
    later = facts.info.ends_at.replace(hour=18)
    info = facts.info.model_copy(update={"ends_at": later})
    service.world.directory.sessions["ses_1"] = replace(facts, info=info)
    await service.hub.session_changed("ses_1")
    delta = await client.until(Delta)
    assert delta.revision == joined.room.revision + 1


async def test_the_end_is_recorded_before_it_returns_and_the_room_is_closed(service: Service) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    await service.hub.end_session("ses_1", "Thank you.")
    assert [kind for kind, *_ in service.world.store.ledger] == ["joined", "left:ended"]
    assert (await client.until(Ended)).message == "Thank you."
    assert await client.closed() == CloseCode.ENDED
    late = await service.open()
    await late.say(Watch())
    assert service.hub.counts("ses_1").here == 0
    await service.world.media.until("close", "room_ses_1")


async def test_the_end_waits_for_the_media_node_that_alone_knows_who_stayed(world: World) -> None:
    async with serving(world) as service:
        joined = [await (await service.open()).enter(name) for name in ("ortiz", "lee")]
        for one in joined:
            await service.connect_media(one)
    world.clock.advance(600)
    left = world.clock.moment()
    world.clock.advance(300)
    stayed, gone = (one.participant_id for one in joined)
    peer = PeerSnapshot(
        peer=stayed,
        generation=1,
        connected=True,
        seen=world.clock.moment(),
        flowing=frozenset(),
        muted=frozenset(),
        voices=(None, None, None),
        share_sound=None,
        pictures=(None,) * 4,
    )
    async with serving(world, attached=False) as service:
        ending = asyncio.create_task(service.hub.end_session("ses_1", "Thank you."))
        await service.hub.media_attached([RoomSnapshot("room_ses_1", (peer,))])
        closed = PeerClosed("room_ses_1", gone, 1, "closed_by_peer", left)
        await service.hub.media_event(closed)
        service.hub.media_caught_up()
        await ending
        ends = {connection: at for kind, connection, _, at in world.store.ledger if kind == "left:ended"}
        assert ends == {stayed: world.clock.moment(), gone: left}


async def test_a_session_that_was_cancelled_elsewhere_says_why_and_ends_its_room(service: Service) -> None:
    client = await service.open()
    await client.enter("ortiz")
    facts = service.world.directory.sessions["ses_1"]
    info = facts.info.model_copy(update={"status": "cancelled"})
    cancelled = replace(facts, info=info, cancel_reason="The presenter is ill.")
    service.world.directory.sessions["ses_1"] = cancelled
    await service.hub.session_changed("ses_1")
    assert (await client.until(Ended)).message == "This session was cancelled. The presenter is ill."


async def test_a_registration_taken_back_puts_the_person_out(service: Service) -> None:
    client = await service.open()
    await client.enter("ortiz")
    await service.hub.person_barred("ses_1", "per_ortiz", by="acc_1")
    assert await client.closed() == CloseCode.REMOVED


async def test_who_was_put_out_comes_in_again_once_invited_anew(service: Service) -> None:
    client = await service.open()
    await client.enter("ortiz")
    await service.hub.person_barred("ses_1", "per_ortiz", by="acc_1")
    assert await client.closed() == CloseCode.REMOVED
    await service.hub.people_allowed("ses_1", ["per_ortiz"])
    await (await service.open()).enter("ortiz")


async def test_a_link_that_was_read_before_the_session_closed_makes_no_room_after_it(world: World) -> None:
    facts = session_facts(session_id="ses_2")
    async with serving(world) as service:
        world.directory.invite("kim", invited(facts, "kim"))
        info = facts.info.model_copy(update={"status": "closed"})
        world.directory.sessions["ses_2"] = replace(facts, info=info)
        await service.hub.session_changed("ses_2")
        client = await service.open()
        await client.say(Hello(token="kim", client="test"))
        error = await client.until(Error)
        assert (error.code, error.fatal) == (ErrorCode.ENDED, True)
        assert ("open", "room_ses_2", None) not in world.media.orders


async def test_a_room_opens_in_the_engine_when_its_session_opens(world: World) -> None:
    facts = session_facts(session_id="ses_2", status="scheduled")
    async with serving(world) as service:
        world.directory.sessions["ses_2"] = replace(
            facts, info=facts.info.model_copy(update={"status": "open"})
        )
        await service.hub.session_changed("ses_2")
        await world.media.until("open", "room_ses_2", None)


# --- what is told, and what is durable --------------------------------------------------------------------


async def test_a_page_is_told_that_it_is_in_once_that_is_durable(world: World, service: Service) -> None:
    client, other = await service.open(), await service.open()
    await client.hello("ortiz")
    world.store.slow = asyncio.Event()
    await client.say(join())
    told = asyncio.create_task(client.until(Joined))
    await world.store.asked.wait()
    await other.hello("lee")
    assert not told.done()
    world.store.slow.set()
    assert (await told).connection_id in world.store.rows


async def test_many_who_come_while_the_store_is_busy_are_written_together(world: World) -> None:
    facts = session_facts()
    names = ["ortiz", "khan", "diaz"]
    for name in names:
        world.directory.invite(name, invited(facts, name))
    async with serving(world) as service:
        onlooker = await service.open()
        await onlooker.enter("lee")
        world.store.puts.clear()
        clients = [await service.open() for _ in names]
        for client, name in zip(clients, names, strict=True):
            await client.hello(name)
        busy = world.store.slow = asyncio.Event()
        await clients[0].say(join())
        await world.store.asked.wait()
        for client in clients[1:]:
            await client.say(join())
        told = [asyncio.create_task(client.until(Joined)) for client in clients]
        seen: set[str] = set()
        while len(seen) < len(names):
            changes = (await onlooker.until(Delta)).changes
            seen |= {change.participant.participant_id for change in changes if change.op == "put"}
        assert not any(one.done() for one in told)
        busy.set()
        joined = {(await one).connection_id for one in told}
        first, others = world.store.puts
        assert (len(first), {*first, *others}) == (1, joined)


async def test_a_newcomer_waits_for_no_records_of_others(world: World, service: Service) -> None:
    client, other = await service.open(), await service.open()
    joined = await client.enter("ortiz")
    busy = world.store.slow = asyncio.Event()
    acknowledged = asyncio.create_task(service.connect_media(joined))
    await world.store.asked.wait()
    world.store.slow = None
    await other.enter("lee")
    assert not acknowledged.done()
    busy.set()
    await acknowledged


async def test_what_is_recorded_of_a_newcomer_does_not_overtake_it(world: World, service: Service) -> None:
    client, other = await service.open(), await service.open()
    await client.hello("ortiz")
    busy = world.store.slow = asyncio.Event()
    await client.say(join())
    await world.store.asked.wait()
    world.store.slow = None
    await client.say(Leave())
    _, peer = next(order for order in world.media.orders if order[0] == "add")
    await world.media.until("remove", peer)
    await other.hello("lee")
    busy.set()
    assert await client.closed() == CloseCode.NORMAL
    await other.say(join())
    await other.until(Joined)
    assert [row.state for row in world.store.rows.values()] == ["left", "joined"]


async def test_a_page_is_told_that_its_time_counts_once_that_is_durable(
    world: World, service: Service
) -> None:
    client, other = await service.open(), await service.open()
    joined, _ = await client.enter("ortiz"), await other.enter("lee")
    world.store.slow = asyncio.Event()
    acknowledged = asyncio.create_task(service.connect_media(joined))
    told = asyncio.create_task(_connected(client, joined.participant_id))
    await _connected(other, joined.participant_id)
    assert not told.done()
    assert not acknowledged.done(), "the engine may not forget it yet"
    world.store.slow.set()
    await told
    assert [kind for kind, *_ in world.store.ledger] == ["joined"]
    await acknowledged


async def _connected(client: Client, participant_id: str) -> None:
    """Returns once this page is told that somebody's transport is up."""
    while True:
        for change in (await client.until(Delta)).changes:
            if change.op == "put" and change.participant.participant_id == participant_id:
                assert change.participant.connected
                return


async def test_the_engine_may_forget_the_end_of_a_transport_once_the_leave_before_it_is_durable(
    world: World, service: Service
) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    world.store.slow = asyncio.Event()
    await client.say(Leave())
    await world.media.until("remove", joined.participant_id)
    at = world.clock.moment()
    closed = PeerClosed("room_ses_1", joined.participant_id, 1, "removed", at)
    acknowledged = service.hub.media_event(closed)
    assert not acknowledged.done()
    world.store.slow.set()
    await acknowledged
    assert [kind for kind, *_ in world.store.ledger] == ["joined", "left:left"]


async def test_a_leave_is_answered_once_it_is_durable(world: World, service: Service) -> None:
    client, other = await service.open(), await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    world.store.slow = asyncio.Event()
    await client.say(Leave())
    closed = asyncio.create_task(client.closed())
    await world.store.asked.wait()
    await other.hello("lee")
    assert not closed.done()
    world.store.slow.set()
    assert await closed == CloseCode.NORMAL
    assert [kind for kind, *_ in world.store.ledger] == ["joined", "left:left"]


# --- restarts ---------------------------------------------------------------------------------------------


async def test_a_new_media_node_gets_the_rooms_and_pages_are_asked_to_rejoin(service: Service) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    service.hub.media_detached()
    service.world.media.orders.clear()
    await service.hub.media_attached([])
    await client.until(RejoinPlease)
    await client.say(Rejoin(offer="v=0", mids=Mids(voices=["1"])))
    await client.until(Rejoined)
    assert [o[0] for o in service.world.media.orders] == ["open", "add"]
    await service.connect_media(joined)
    assert [kind for kind, *_ in service.world.store.ledger] == ["joined"]


async def test_a_restarted_control_process_goes_on_with_those_whom_the_engine_holds(world: World) -> None:
    async with serving(world) as service:
        client = await service.open()
        joined = await client.enter("ortiz")
        await service.connect_media(joined)
    peer = PeerSnapshot(
        peer=joined.participant_id,
        generation=1,
        connected=True,
        seen=world.clock.moment(),
        flowing=frozenset({Source.MICROPHONE}),
        muted=frozenset(),
        voices=(None, None, None),
        share_sound=None,
        pictures=(None,) * 4,
    )
    ghost = replace(peer, peer="con_ghost")
    stale = RoomSnapshot("room_of_old", ())
    async with serving(world, attached=False) as service:
        await service.hub.media_attached([RoomSnapshot("room_ses_1", (peer, ghost)), stale])
        await world.media.until("remove", "con_ghost")
        await world.media.until("close", "room_of_old")
        assert service.hub.counts("ses_1").here == 1
        world.clock.advance(14)
        await service.hub.media_event(PeersSeen("room_ses_1", {peer.peer: world.clock.moment()}))
        world.clock.advance(2)
        service.hub.tick()
        assert service.hub.counts("ses_1").here == 1
    assert [kind for kind, *_ in world.store.ledger][:2] == ["joined", "recovered"]


async def test_after_the_grace_the_leave_is_dated_at_the_last_packet(service: Service) -> None:
    client = await service.open()
    joined = await client.enter("ortiz")
    await service.connect_media(joined)
    service.world.clock.advance(5)
    at = service.world.clock.moment()
    room = "room_ses_1"
    await service.hub.media_event(PeersSeen(room, {joined.participant_id: at}))
    await service.hub.media_event(PeerClosed(room, joined.participant_id, 1, "closed_by_peer", at))
    await client.socket.close()
    await service.until_sockets(0)
    service.world.clock.advance(16)
    service.hub.tick()
    await service.hub.close()
    assert service.world.store.ledger[-1] == ("left:lost", joined.connection_id, 1, at)


async def test_who_was_seen_is_checkpointed_in_one_write(world: World) -> None:
    async with serving(world, Settings(tick=0.01, seen_every=0.02)) as service:
        pages = [await (await service.open()).enter(name) for name in ("ortiz", "lee")]
        for joined in pages:
            await service.connect_media(joined)
        world.clock.advance(1)
        at = world.clock.moment()
        everybody = {joined.participant_id: at for joined in pages}
        await service.hub.media_event(PeersSeen("room_ses_1", everybody))
    assert everybody in world.store.checkpoints
