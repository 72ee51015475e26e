"""What facilitators may do, what everybody sees of it, and what nobody else may."""

from __future__ import annotations

import pytest

from signaling import effects as do
from signaling.errors import CloseCode
from signaling.media import SpeakersNow, VoiceSlots, WantedPicture
from signaling.messages import (
    Admit,
    ClientMessage,
    Decline,
    EndingSoon,
    ErrorCode,
    Leave,
    Mute,
    Muted,
    PictureSource,
    Ping,
    Publish,
    Remove,
    Role,
    Source,
    Speakers,
    View,
    ViewItem,
    Watch,
)
from tests.unit.signaling.fakes import console, invited, join, public, session_facts
from tests.unit.signaling.rooms import Page, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(session_facts())


def sends(page: Page, name: str, source: Source) -> bool:
    assert page.room is not None
    found = next(p for p in page.room.participants if p.name == name)
    return bool(getattr(found, source.value))


@pytest.mark.parametrize("role", [Role.PANELIST, Role.PARTICIPANT, Role.OBSERVER])
@pytest.mark.parametrize(
    "order", [Watch(), Admit(), Decline(waiting_id="x"), Mute(), Remove(participant_id="x")]
)
def test_other_roles_neither_watch_nor_moderate(scene: Scene, role: Role, order: ClientMessage) -> None:
    if isinstance(order, Watch):
        page = scene.open("a", invited(scene.facts, "ortiz", role))
    else:
        page = scene.enter("a", invited(scene.facts, "ortiz", role))
    scene.say(page, order)
    assert page.error() is ErrorCode.NOT_ALLOWED
    assert page.closed is None


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATOR])
def test_those_who_moderate_see_the_lobby_from_within_the_room(scene: Scene, role: Role) -> None:
    host = scene.enter("h", invited(scene.facts, "host", role))
    scene.say(scene.open("lee", public(scene.facts)), join(name="lee"))
    assert host.room is not None
    assert [w.name for w in host.room.waiting] == ["lee"]


def test_others_cannot_tell_that_somebody_waits(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    before = list(page.received)
    scene.say(scene.open("lee", public(scene.facts)), join(name="lee"))
    assert page.received == before


def test_a_visitor_who_drops_out_waits_no_more(scene: Scene) -> None:
    host = scene.enter("h", invited(scene.facts, "host", Role.FACILITATOR))
    for farewell in (scene.drop, lambda page: scene.say(page, Leave())):
        page = scene.open("lee", public(scene.facts))
        scene.say(page, join(name="lee"))
        farewell(page)
        assert host.room is not None
        assert host.room.waiting == []


def test_mute_stops_the_source_until_its_owner_starts_it_again(scene: Scene) -> None:
    host = scene.enter("h", invited(scene.facts, "host", Role.FACILITATOR))
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.say(host, Mute(participant_id=page.participant_id))
    assert page.last(Muted) == Muted(source=Source.MICROPHONE, by="Host")
    assert not sends(host, "Ortiz", Source.MICROPHONE)
    assert do.SetMuted(page.participant_id, Source.MICROPHONE, True) in scene.effects
    scene.say(page, Publish(source=Source.MICROPHONE, on=True))
    assert sends(host, "Ortiz", Source.MICROPHONE)
    assert do.SetMuted(page.participant_id, Source.MICROPHONE, False) in scene.effects


def test_mute_all_leaves_the_caller_alone(scene: Scene) -> None:
    host = scene.enter("h", invited(scene.facts, "host", Role.FACILITATOR))
    pages = [scene.enter(name, invited(scene.facts, name)) for name in ("a", "b")]
    scene.say(host, Mute())
    assert all("muted" in page.types() for page in pages)
    assert "muted" not in host.types()
    assert sends(host, "Host", Source.MICROPHONE)


def test_remove_puts_a_person_out_with_all_devices_for_good(scene: Scene) -> None:
    host = scene.enter("h", invited(scene.facts, "host", Role.FACILITATOR))
    laptop = scene.enter("laptop", invited(scene.facts, "ortiz"))
    phone = scene.open("phone", invited(scene.facts, "ortiz"))
    scene.say(phone, join(second_device="both", device="phone"))
    scene.connect(phone)
    scene.clock.advance(1)
    scene.say(host, Remove(participant_id=phone.participant_id))
    for page in (laptop, phone):
        assert page.types()[-1] == "removed"
        assert page.closed is CloseCode.REMOVED
    assert host.names() == ["Host"]
    assert scene.ledger()[-2:] == [("evicted", "Ortiz", 1), ("evicted", "Ortiz", 1)]
    assert do.Bar("per_ortiz", "per_host") in scene.effects
    back = scene.open("again", invited(scene.facts, "ortiz"))
    assert back.closed is CloseCode.NOT_ALLOWED


def test_nobody_removes_themselves(scene: Scene) -> None:
    host = scene.enter("h", invited(scene.facts, "host", Role.FACILITATOR))
    scene.say(host, Remove(participant_id=host.participant_id))
    assert host.error() is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize(
    "order",
    [
        Admit(waiting_id="gone"),
        Decline(waiting_id="gone"),
        Mute(participant_id="gone"),
        Remove(participant_id="gone"),
    ],
)
def test_an_order_about_somebody_who_is_gone_says_so(scene: Scene, order: ClientMessage) -> None:
    desk = scene.open("desk", console(scene.facts))
    scene.say(desk, Watch())
    scene.say(desk, order)
    assert desk.error() is ErrorCode.NO_SUCH_PARTICIPANT


def test_a_visitor_may_neither_publish_nor_watch_before_joining(scene: Scene) -> None:
    page = scene.open("a", invited(scene.facts, "ortiz"))
    scene.say(page, Publish(source=Source.CAMERA, on=True))
    assert page.error() is ErrorCode.OUT_OF_ORDER
    assert page.closed is None


def test_ping_is_answered_in_every_state_after_hello(scene: Scene) -> None:
    looking = scene.open("a", invited(scene.facts, "ortiz"))
    waiting = scene.open("lee", public(scene.facts))
    scene.say(waiting, join(name="lee"))
    inside = scene.enter("b", invited(scene.facts, "kim"))
    for page in (looking, waiting, inside):
        scene.say(page, Ping(stamp=1.5))
        assert page.types()[-1] == "pong"


def test_everybody_is_warned_of_the_end(scene: Scene) -> None:
    desk = scene.open("desk", console(scene.facts))
    scene.say(desk, Watch())
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.perform(scene.room.ending_soon())
    for one in (desk, page):
        assert one.last(EndingSoon).ends_at == scene.facts.info.ends_at


# --- pictures and voices ----------------------------------------------------------------------------------


def view(*wanted: tuple[Page, PictureSource, int]) -> View:
    return View(items=[ViewItem(participant_id=p.participant_id, source=s, height=h) for p, s, h in wanted])


def shown(page: Page) -> list[str | None]:
    assert page.slots is not None
    return [slot.participant_id if slot else None for slot in page.slots.videos]


def test_a_view_fills_slots_with_those_who_show_and_follows_what_they_do(scene: Scene) -> None:
    me = scene.enter("me", invited(scene.facts, "me"))
    a = scene.enter("a", invited(scene.facts, "a"))
    b = scene.enter("b", invited(scene.facts, "b"))
    camera, screen = PictureSource.CAMERA, PictureSource.SCREEN
    scene.say(me, view((a, camera, 180), (b, camera, 180), (b, screen, 720), (me, camera, 90)))
    assert shown(me) == [a.participant_id, b.participant_id, None, None]
    scene.say(b, Publish(source=Source.SCREEN, on=True))
    assert shown(me) == [a.participant_id, b.participant_id, b.participant_id, None]
    scene.say(a, Publish(source=Source.CAMERA, on=False))
    assert shown(me) == [None, b.participant_id, b.participant_id, None]
    scene.say(b, Leave())
    assert shown(me) == [None] * 4
    orders = [e for e in scene.effects if isinstance(e, do.SetPictures)]
    assert {e.participant_id for e in orders} == {me.participant_id}
    assert orders[0].pictures[0] == WantedPicture(a.participant_id, camera, 180)
    assert orders[-1].pictures == (None,) * 4


def test_in_a_practice_room_one_may_see_oneself() -> None:
    scene = Scene(session_facts(practice=True, lobby=False))
    me = scene.enter("me", invited(scene.facts, "me"))
    scene.say(me, view((me, PictureSource.CAMERA, 360)))
    assert shown(me)[0] == me.participant_id


def test_voices_and_speakers_reach_the_pages_by_participant(scene: Scene) -> None:
    me = scene.enter("me", invited(scene.facts, "me"))
    a = scene.enter("a", invited(scene.facts, "a"))
    room_id = scene.facts.room_id
    scene.media(VoiceSlots(room_id, me.participant_id, (None, a.participant_id, "con_gone"), None))
    assert me.slots is not None
    assert me.slots.voices == [None, a.participant_id, None]
    scene.media(SpeakersNow(room_id, a.participant_id, (a.participant_id, "con_gone")))
    assert me.last(Speakers) == Speakers(dominant=a.participant_id, speaking=[a.participant_id])
    scene.say(a, Leave())
    assert me.slots.voices == [None, None, None]
