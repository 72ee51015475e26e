"""Who is here, from when to when, as the engine and the clock tell it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from signaling import effects as do
from signaling.errors import CloseCode
from signaling.media import PeerAway, PeerClosed, PeerConnected, PeerSnapshot, PictureSlot
from signaling.messages import (
    Admit,
    InLobby,
    Leave,
    Mids,
    PictureSource,
    Rejoin,
    RejoinPlease,
    Source,
    View,
    ViewItem,
    Watch,
)
from signaling.ports import Presence
from signaling.room import Room
from signaling.settings import Settings
from tests.unit.signaling.fakes import (
    FakeClock,
    Tokens,
    console,
    invited,
    join,
    moment,
    public,
    session_facts,
)
from tests.unit.signaling.rooms import Page, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(session_facts())


def connected(page: Page, name: str) -> bool:
    assert page.room is not None
    return next(p.connected for p in page.room.participants if p.name == name)


def test_leave_counts_at_once_and_to_the_click(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    other = scene.enter("b", invited(scene.facts, "lee"))
    scene.wait(30, page, other)
    scene.clock.advance(0.4)
    scene.say(page, Leave())
    assert scene.ledger()[-1] == ("left", "Ortiz", 30.4)
    assert page.closed is CloseCode.NORMAL
    assert other.names() == ["Lee"]
    assert do.RemovePeer(page.participant_id) in scene.effects


def test_attendance_needs_a_live_transport(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"), connect=False)
    assert scene.ledger() == []
    assert not connected(page, "Ortiz")
    scene.clock.advance(2)
    scene.connect(page)
    assert scene.ledger() == [("joined", "Ortiz", 2)]
    assert connected(page, "Ortiz")


def test_a_closed_tab_has_left_at_its_last_packet_after_the_grace(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    other = scene.enter("b", invited(scene.facts, "lee"))
    scene.wait(10, page, other)
    scene.drop(page)
    scene.lose(page)
    scene.wait(15, other)
    assert scene.room.counts().here == 2
    assert not connected(other, "Ortiz")
    scene.wait(1, other)
    assert other.names() == ["Lee"]
    assert scene.ledger()[-1] == ("lost", "Ortiz", 10)


def test_who_comes_back_within_the_grace_never_left(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.lose(page)
    assert page.last(RejoinPlease)
    scene.wait(14)
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page, generation=2)
    scene.wait(5, page)
    assert scene.ledger() == [("joined", "Ortiz", 0)]


def test_a_longer_silence_splits_the_interval_while_the_page_stays_in_the_room(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.lose(page)
    scene.wait(20)
    assert page.names() == ["Ortiz"]
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page, generation=2)
    assert scene.ledger() == [("joined", "Ortiz", 0), ("lost", "Ortiz", 10), ("joined", "Ortiz", 30)]
    states = do.SaveNewcomer | do.Save | do.Bar
    spells = [r.presence.spell for r in scene.records if not isinstance(r, states)]
    assert spells == [1, 1, 2]


def test_a_longer_grace_keeps_the_seat_but_counts_no_longer_absence() -> None:
    scene = Scene(session_facts(), Settings(grace=60))
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.drop(page)
    scene.wait(30)
    assert scene.room.counts().here == 1
    again = scene.resume("b", page, invited(scene.facts, "ortiz"))
    scene.wait(5, again)
    assert scene.ledger() == [("joined", "Ortiz", 0), ("lost", "Ortiz", 10), ("joined", "Ortiz", 41)]


def test_a_short_grace_splits_no_absence_of_whoever_keeps_the_seat() -> None:
    scene = Scene(session_facts(), Settings(grace=2))
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.wait(8)
    scene.wait(5, page)
    assert scene.ledger() == [("joined", "Ortiz", 0)]


def test_the_last_packet_is_durable_before_the_engine_forgets_the_end_of_a_transport(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.clock.advance(0.7)
    scene.lose(page)
    (saved,) = (record for record in scene.records[-1:] if isinstance(record, do.Save))
    assert saved.presence.seen == scene.here()
    assert saved.presence.state == "lost"


def test_a_new_transport_is_durable_before_the_engine_forgets_that_it_came(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.lose(page)
    scene.wait(5)
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page)
    (saved,) = (record for record in scene.records[-1:] if isinstance(record, do.Save))
    assert saved.presence.seen == scene.here()
    assert saved.presence.attending


@pytest.mark.parametrize(("silence", "counted"), [(2.5, 12.5), (3.5, 10)])
def test_the_end_reaches_no_further_than_a_heartbeat_and_a_second_after_the_last_packet(
    scene: Scene, silence: float, counted: float
) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.clock.advance(silence)
    scene.perform(scene.room.end("Thank you.", scene.clock.now()))
    assert scene.ledger()[-1] == ("ended", "Ortiz", counted)


def test_time_in_the_lobby_is_no_attendance() -> None:
    scene = Scene(session_facts(lobby=True))
    host = scene.open("host", console(scene.facts))
    scene.say(host, Watch())
    page = scene.open("a", public(scene.facts))
    scene.say(page, join(name="kim"))
    scene.wait(120)
    assert scene.ledger() == []
    scene.say(host, Admit(waiting_id=page.last(InLobby).waiting_id))
    scene.connect(page)
    assert scene.ledger() == [("joined", "kim", 120)]


def test_two_devices_are_each_recorded_and_leaving_with_one_ends_its_stay_alone(scene: Scene) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, first)
    second = scene.open("b", invited(scene.facts, "ortiz"))
    scene.say(second, join(second_device="both"))
    scene.connect(second)
    scene.wait(10, first, second)
    scene.say(first, Leave())
    scene.wait(10, second)
    scene.say(second, Leave())
    assert scene.ledger() == [
        ("joined", "Ortiz", 0),
        ("joined", "Ortiz", 10),
        ("left", "Ortiz", 20),
        ("left", "Ortiz", 30),
    ]


def test_moving_to_another_device_ends_the_first_as_the_second_begins(scene: Scene) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, first)
    second = scene.open("b", invited(scene.facts, "ortiz"))
    scene.say(second, join(second_device="move"))
    scene.wait(2, first)
    scene.connect(second)
    assert scene.ledger() == [("joined", "Ortiz", 0), ("joined", "Ortiz", 12), ("moved", "Ortiz", 12)]
    assert first.closed is CloseCode.MOVED


def test_who_is_removed_counts_until_then(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.perform(scene.room.bar("per_ortiz", scene.clock.now(), "acc_1"))
    assert scene.ledger()[-1] == ("evicted", "Ortiz", 10)
    assert page.closed is CloseCode.REMOVED


@pytest.mark.parametrize("still_there", [True, False])
def test_an_absence_while_control_was_away_splits_the_interval_all_the_same(
    scene: Scene, still_there: bool
) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    after = restarted(scene)
    after.clock.advance(5)
    since = after.here()
    after.clock.advance(18)
    at = after.here()
    after.clock.advance(40)
    peers = [snapshot(page, after.clock)] if still_there else []
    after.perform(after.room.attached(peers, after.clock.now()))
    for _ in range(2):
        after.media(PeerAway(scene.facts.room_id, page.participant_id, since, at))
    if not still_there:
        after.lose(page)
    after.perform(after.room.end("Thank you.", after.clock.now()))
    told = [line for line in after.ledger() if line[0] != "recovered"]
    assert told == [("lost", "Ortiz", 15), ("joined", "Ortiz", 33), ("ended", "Ortiz", 73)]


def test_a_long_absence_of_control_is_none_of_whoever_stayed(scene: Scene) -> None:
    """The engine keeps only the newest of what it saw, and the join was not written when control died."""
    page = scene.enter("a", invited(scene.facts, "ortiz"), connect=False)
    after = restarted(scene)
    joined = after.here()
    after.clock.advance(120)
    after.perform(after.room.attached([snapshot(page, after.clock)], after.clock.now()))
    after.media(PeerConnected(scene.facts.room_id, page.participant_id, 1, joined))
    after.packets(page)
    after.wait(10, page)
    assert after.ledger() == [("joined", "Ortiz", 0)]


def test_nobody_leaves_while_control_stood_still(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.clock.advance(30)
    scene.perform(scene.room.tick(scene.clock.now()))
    scene.wait(10, page)
    assert scene.ledger() == [("joined", "Ortiz", 0)]


def test_a_wall_clock_that_jumps_splits_nothing(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    scene.clock.jump(3600)
    scene.wait(10, page)
    scene.clock.jump(-7200)
    scene.wait(10, page)
    scene.say(page, Leave())
    assert scene.ledger() == [("joined", "Ortiz", 0), ("left", "Ortiz", 30)]


def test_a_suspended_phone_page_is_no_leave_while_its_packets_come(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.drop(page)
    scene.wait(300, page)
    assert scene.room.counts().here == 1
    assert scene.ledger() == [("joined", "Ortiz", 0)]


def test_a_silent_line_is_shown_and_recovers_by_itself(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    other = scene.enter("b", invited(scene.facts, "lee"))
    scene.wait(6, other)
    assert not connected(other, "Ortiz")
    scene.wait(1, page, other)
    assert connected(other, "Ortiz")


def test_a_laptop_asleep_gets_a_second_interval_from_the_same_transport(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(5, page)
    scene.wait(20)
    scene.wait(5, page)
    assert scene.ledger() == [("joined", "Ortiz", 0), ("lost", "Ortiz", 5), ("joined", "Ortiz", 26)]


def test_news_of_an_older_transport_does_not_touch_the_newer(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page, generation=2)
    room_id = scene.facts.room_id
    scene.media(PeerClosed(room_id, page.participant_id, 1, "replaced", scene.here()))
    scene.lose(page, generation=1)
    scene.media(PeerConnected(room_id, page.participant_id, 1, moment(-5)))
    assert connected(page, "Ortiz")
    assert "rejoin_please" not in page.types()


def test_a_transport_that_never_came_up_is_asked_for_again(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"), connect=False)
    scene.media(PeerClosed(scene.facts.room_id, page.participant_id, 1, "never_connected", None))
    assert page.types()[-1] == "rejoin_please"
    scene.drop(page)
    scene.wait(20)
    assert scene.room.empty
    assert scene.ledger() == []


def test_a_peer_that_nobody_knows_is_removed(scene: Scene) -> None:
    scene.media(PeerConnected(scene.facts.room_id, "con_ghost", 1, scene.here()))
    assert do.RemovePeer("con_ghost") in scene.effects


def test_the_end_of_the_session_dates_everybody_and_closes_all(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    gone = scene.enter("b", invited(scene.facts, "lee"))
    scene.wait(5, page, gone)
    scene.lose(gone)
    scene.wait(5, page)
    waiting = scene.open("c", invited(scene.facts, "kim"))
    scene.perform(scene.room.end("Thank you.", scene.clock.now()))
    assert scene.ledger()[-2:] == [("ended", "Ortiz", 10), ("ended", "Lee", 5)]
    assert [p.closed for p in (page, gone, waiting)] == [CloseCode.ENDED] * 3
    assert scene.room.empty
    late = scene.open("d", invited(scene.facts, "roy"))
    assert late.closed is CloseCode.ENDED


# --- restarts ---------------------------------------------------------------------------------------------


def rows(scene: Scene) -> list[Presence]:
    """What the store holds after all records so far."""
    latest = {r.presence.connection_id: r.presence for r in scene.records if not isinstance(r, do.Bar)}
    seen = scene.room.last_seen()
    return [
        Presence(**{**{f: getattr(p, f) for f in p.__slots__}, "seen": seen.get(p.connection_id, p.seen)})
        for p in latest.values()
        if p.state in ("joined", "lost")
    ]


def restarted(scene: Scene, barred: Iterable[str] = ()) -> Scene:
    """The same room in a new control process; the pages' sockets are gone."""
    after = Scene(scene.facts)
    after.clock = scene.clock
    after.room = Room(scene.facts, Settings(), Tokens(), barred)
    after.room.restore(rows(scene), scene.clock.now())
    return after


def snapshot(page: Page, clock: FakeClock, *, connected: bool = True) -> PeerSnapshot:
    return PeerSnapshot(
        peer=page.participant_id,
        generation=1,
        connected=connected,
        seen=clock.moment() if connected else None,
        flowing=frozenset({Source.MICROPHONE, Source.CAMERA}),
        muted=frozenset({Source.CAMERA}),
        voices=("con_x", None, None),
        share_sound=None,
        pictures=(PictureSlot("r", page.participant_id, 0, "con_x", PictureSource.CAMERA, "live", "h"), None),
    )


def test_a_restart_of_control_is_no_gap_where_the_engine_vouches(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    after = restarted(scene)
    after.clock.advance(20)
    after.wait(60)
    after.perform(after.room.attached([snapshot(page, after.clock)], after.clock.now()))
    after.wait(3, page)
    resumed = after.resume("a2", page, invited(scene.facts, "ortiz"))
    assert resumed.types() == ["welcome", "room", "slots"]
    assert resumed.room is not None
    me = resumed.room.participants[0]
    assert (me.connected, me.microphone, me.camera) == (True, True, False)
    assert resumed.slots is not None
    assert resumed.slots.videos[0] is not None
    assert [kind for kind, _, _ in after.ledger()] == ["recovered"]


def test_a_new_media_node_asks_everybody_for_a_new_offer_spread_over_time(scene: Scene) -> None:
    pages = [scene.enter(name, invited(scene.facts, name)) for name in ("a", "b", "c", "d")]
    scene.wait(5, *pages)
    scene.room.detached()
    scene.wait(3)
    scene.perform(scene.room.attached([], scene.clock.now()))
    assert [p.last(RejoinPlease).after_ms for p in pages] == [0, 125, 250, 375]
    for page in pages:
        scene.say(page, Rejoin(offer="v=0", mids=Mids(voices=["1"], videos=["2"])))
        scene.connect(page)
    scene.wait(2, *pages)
    assert [kind for kind, _, _ in scene.ledger()] == ["joined"] * 4
    assert all(connected(page, "A") for page in pages)


def test_a_new_media_node_counts_transports_from_one_again(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page, generation=2)
    scene.room.detached()
    scene.perform(scene.room.attached([], scene.clock.now()))
    scene.say(page, Rejoin(offer="v=0", mids=Mids()))
    scene.connect(page, generation=1)
    assert connected(page, "Ortiz")


def test_who_does_not_come_back_after_both_restarts_left_at_the_last_durable_packet(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    after = restarted(scene)
    after.clock.advance(30)
    after.perform(after.room.attached([], after.clock.now()))
    after.wait(16)
    assert after.ledger() == [("lost", "Ortiz", 10)]
    assert after.room.empty


def test_who_was_removed_as_control_died_is_put_out_by_the_next(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.wait(10, page)
    after = restarted(scene, barred=["per_ortiz"])
    after.clock.advance(3)
    after.perform(after.room.attached([snapshot(page, after.clock)], after.clock.now()))
    assert after.ledger() == [("recovered", "Ortiz", 13), ("evicted", "Ortiz", 13)]
    assert do.RemovePeer(page.participant_id) in after.effects
    assert after.room.empty


def test_nobody_leaves_while_the_media_node_cannot_be_heard(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.room.detached()
    scene.drop(page)
    scene.wait(120)
    assert scene.room.counts().here == 1


def test_a_peer_of_before_that_no_row_knows_is_removed(scene: Scene) -> None:
    page = Page("x", participant_id="con_forgotten")
    scene.perform(scene.room.attached([snapshot(page, scene.clock)], scene.clock.now()))
    assert do.RemovePeer("con_forgotten") in scene.effects


def test_the_orders_to_the_old_engine_are_given_to_the_new(scene: Scene) -> None:
    a = scene.enter("a", invited(scene.facts, "ortiz"))
    b = scene.enter("b", invited(scene.facts, "lee"))
    view = View(items=[ViewItem(participant_id=b.participant_id, source=PictureSource.CAMERA, height=360)])
    scene.say(a, view)
    first = [e for e in scene.effects if isinstance(e, do.SetPictures)]
    scene.room.detached()
    scene.perform(scene.room.attached([], scene.clock.now()))
    scene.say(a, Rejoin(offer="v=0", mids=Mids(videos=["1", "2", "3", "4"])))
    again = [e for e in scene.effects if isinstance(e, do.SetPictures)]
    assert again == [*first, first[0]]
