"""The way into a room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signaling import effects as do
from signaling.errors import CloseCode, Refused
from signaling.messages import (
    Admit,
    Decline,
    Delta,
    Error,
    ErrorCode,
    Hello,
    InLobby,
    Joined,
    Leave,
    Mids,
    Publish,
    Rejoin,
    RejoinPlease,
    Removed,
    Resume,
    Role,
    SessionPut,
    Source,
    Watch,
    Welcome,
)
from tests.unit.signaling.fakes import START, console, invited, join, person, public, session_facts
from tests.unit.signaling.rooms import Page, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(session_facts())


def desk(scene: Scene) -> Page:
    page = scene.open("desk", console(scene.facts))
    scene.say(page, Watch())
    return page


def test_the_welcome_says_who_you_are_and_what_it_asks(scene: Scene) -> None:
    mine = scene.open("a", invited(scene.facts, "ortiz", Role.PANELIST)).last(Welcome)
    assert (mine.you.known, mine.you.name, mine.you.role) == (True, "Ortiz", Role.PANELIST)
    assert (mine.you.asks, mine.you.lobby, mine.others, mine.resumed) == ([], False, [], False)
    anyone = scene.open("b", public(scene.facts)).last(Welcome)
    assert (anyone.you.known, anyone.you.lobby) == (False, True)
    assert anyone.you.asks == ["name", "email", "profession", "site"]


def test_a_personal_link_enters_without_lobby(scene: Scene) -> None:
    host = desk(scene)
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    joined = page.last(Joined)
    assert joined.participant_id == joined.connection_id
    assert joined.participant_id.startswith("con_")
    assert [p.name for p in joined.room.participants] == ["Ortiz"]
    assert joined.slots.voices == [None, None, None]
    assert host.names() == ["Ortiz"]
    assert scene.ledger() == [("joined", "Ortiz", 0.0)]


def test_the_public_link_waits_until_admitted(scene: Scene) -> None:
    host = desk(scene)
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee"))
    assert page.last(InLobby).since == START
    assert host.room is not None
    assert [(w.name, w.site, w.profession) for w in host.room.waiting] == [("lee", "Clinic", "nurse")]
    assert host.names() == []
    scene.say(host, Admit(waiting_id=host.room.waiting[0].waiting_id))
    assert page.last(Joined).room.participants[0].person_id == "per_lee"
    assert host.room.waiting == []
    assert host.names() == ["lee"]


def test_admit_without_an_id_lets_everybody_in(scene: Scene) -> None:
    host = desk(scene)
    pages = [scene.open(name, public(scene.facts)) for name in ("lee", "kim", "roy")]
    for page in pages:
        scene.say(page, join(name=page.socket))
    scene.say(host, Admit())
    assert host.names() == ["lee", "kim", "roy"]
    assert all("joined" in page.types() for page in pages)


def test_the_declined_visitor_is_told_and_closed(scene: Scene) -> None:
    host = desk(scene)
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee"))
    assert host.room is not None
    scene.say(host, Decline(waiting_id=host.room.waiting[0].waiting_id))
    assert page.types()[-1] == "declined"
    assert page.closed is CloseCode.DECLINED
    assert host.room.waiting == []


def test_nobody_waits_where_the_session_has_no_lobby() -> None:
    scene = Scene(session_facts(lobby=False))
    assert "joined" in scene.enter("lee", public(scene.facts)).types()


def test_somebody_else_on_a_personal_link_is_a_walk_in(scene: Scene) -> None:
    host = desk(scene)
    page = scene.open("a", invited(scene.facts, "ortiz", Role.FACILITATOR))
    scene.say(page, join(identity="other"))
    assert page.last(Error).field == "name"
    scene.say(page, join(identity="other", name="lee"))
    assert page.types()[-1] == "waiting"
    scene.say(host, Admit())
    newcomer = page.last(Joined).room.participants[0]
    assert (newcomer.name, newcomer.role) == ("lee", Role.PARTICIPANT)
    scene.say(page, Admit())
    assert page.error() is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize("field", ["name", "email", "profession", "site"])
def test_what_the_public_link_asks_for_must_be_said(scene: Scene, field: str) -> None:
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee").model_copy(update={field: " \u200b\t "}))
    error = page.last(Error)
    assert (error.code, error.field, error.fatal) == (ErrorCode.MISSING_FIELD, field, False)
    scene.say(page, join(name="lee"))
    assert page.types()[-1] == "waiting"


def test_an_e_mail_without_at_is_refused(scene: Scene) -> None:
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee").model_copy(update={"email": "lee"}))
    assert page.last(Error).field == "email"


def test_names_lose_control_and_direction_characters() -> None:
    scene = Scene(session_facts(lobby=False))
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee").model_copy(update={"name": " Dr.\u202e\x07  Lee\n"}))
    assert page.last(Joined).room.participants[0].name == "Dr. Lee"


def test_before_it_opens_the_page_waits_and_hears_of_the_opening() -> None:
    scene = Scene(session_facts(status="scheduled"))
    page = scene.open("a", invited(scene.facts, "ortiz"))
    scene.say(page, join())
    error = page.last(Error)
    assert (error.code, error.fatal) == (ErrorCode.NOT_OPEN, False)
    assert "15:45" in error.message
    facts = session_facts(status="open")
    scene.perform(scene.room.session_changed(facts))
    change = page.last(Delta).changes[0]
    assert isinstance(change, SessionPut)
    assert change.session.status == "open"
    scene.say(page, join())
    assert page.types()[-1] == "joined"


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_after_the_end_nobody_comes_in(status: str) -> None:
    facts = session_facts()
    over = replace(facts, info=facts.info.model_copy(update={"status": status}))
    scene = Scene(over)
    page = scene.open("a", invited(over, "ortiz"))
    assert page.error() is ErrorCode.ENDED
    assert page.closed is CloseCode.ENDED


def test_a_refused_offer_may_be_tried_again_without_waiting_again(scene: Scene) -> None:
    host = desk(scene)
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee"))
    scene.auto = False
    scene.say(host, Admit())
    scene.answer()
    scene.answer(Refused(ErrorCode.OFFER_REFUSED, "No codec in common."))
    error = page.last(Error)
    assert (error.code, error.fatal) == (ErrorCode.OFFER_REFUSED, False)
    assert host.names() == []
    scene.auto = True
    scene.say(page, join(name="lee"))
    assert page.types()[-1] == "joined"


def test_an_offer_whose_socket_is_gone_is_taken_back(scene: Scene) -> None:
    scene.auto = False
    page = scene.open("a", invited(scene.facts, "ortiz"))
    scene.say(page, join())
    asked = scene.pending[0]
    scene.drop(page)
    scene.answer()
    assert do.RemovePeer(asked.participant_id) in scene.effects
    assert scene.room.empty
    assert not scene.records


def test_a_practice_room_holds_three() -> None:
    facts = session_facts(practice=True, lobby=False, max_people=3)
    scene = Scene(facts)
    visitor = replace(public(facts), asks=())
    for name in "abc":
        assert "joined" in scene.enter(name, visitor).types()
    fourth = scene.open("d", visitor)
    scene.say(fourth, join())
    assert fourth.error() is ErrorCode.ROOM_FULL
    scene.say(scene.pages["a"], Leave())
    scene.say(fourth, join())
    assert fourth.types()[-1] == "joined"


def test_the_console_has_no_seat(scene: Scene) -> None:
    page = scene.open("desk", console(scene.facts))
    scene.say(page, join())
    assert page.error() is ErrorCode.NOT_ALLOWED


def test_observers_publish_nothing(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz", Role.OBSERVER))
    me = page.last(Joined).room.participants[0]
    assert (me.microphone, me.camera) == (False, False)
    muted = {e.source for e in scene.effects if isinstance(e, do.SetMuted) and e.muted}
    assert muted == set(Source)
    scene.say(page, Publish(source=Source.CAMERA, on=True))
    assert page.error() is ErrorCode.NOT_ALLOWED


# --- a second device --------------------------------------------------------------------------------------


def test_the_same_person_on_a_second_device_is_asked_first(scene: Scene) -> None:
    first = scene.enter("laptop", invited(scene.facts, "ortiz"))
    second = scene.open("phone", invited(scene.facts, "ortiz"))
    assert [o.participant_id for o in second.last(Welcome).others] == [first.participant_id]
    scene.say(second, join(device="phone"))
    assert (second.error(), second.last(Error).fatal) == (ErrorCode.SECOND_DEVICE, False)
    assert first.closed is None


def test_use_both_keeps_both_and_counts_one_person(scene: Scene) -> None:
    first = scene.enter("laptop", invited(scene.facts, "ortiz"))
    second = scene.open("phone", invited(scene.facts, "ortiz"))
    scene.say(second, join(second_device="both", device="phone"))
    scene.connect(second)
    assert first.closed is None
    assert first.names() == ["Ortiz", "Ortiz"]
    assert scene.room.counts().here == 1


def test_move_here_ends_the_other_device_once_this_one_is_connected(scene: Scene) -> None:
    first = scene.enter("laptop", invited(scene.facts, "ortiz"))
    second = scene.open("phone", invited(scene.facts, "ortiz"))
    scene.say(second, join(second_device="move", device="phone"))
    assert first.closed is None
    scene.clock.advance(1)
    scene.connect(second)
    assert first.types()[-1] == "moved"
    assert first.closed is CloseCode.MOVED
    assert scene.ledger() == [("joined", "Ortiz", 0), ("joined", "Ortiz", 1), ("moved", "Ortiz", 1)]


def test_a_device_that_is_dead_is_no_second_device(scene: Scene) -> None:
    first = scene.enter("laptop", invited(scene.facts, "ortiz"))
    scene.lose(first)
    scene.drop(first)
    again = scene.open("again", invited(scene.facts, "ortiz"))
    assert again.last(Welcome).others == []
    scene.say(again, join())
    scene.connect(again)
    assert scene.room.counts().here == 1
    assert again.names() == ["Ortiz"]


# --- resume -----------------------------------------------------------------------------------------------


def test_a_dropped_socket_leaves_nobody_and_is_taken_over_by_its_secret(scene: Scene) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    other = scene.enter("b", invited(scene.facts, "lee"))
    scene.drop(first)
    scene.wait(60, first, other)
    scene.say(other, Publish(source=Source.SCREEN, on=True))
    resumed = scene.resume("a2", first, invited(scene.facts, "ortiz"))
    assert resumed.types() == ["welcome", "room", "slots"]
    assert resumed.last(Welcome).resumed
    assert resumed.room is not None
    assert resumed.room == other.room
    assert [kind for kind, _, _ in scene.ledger()] == ["joined", "joined"]


@pytest.mark.parametrize("secret", ["0" * 16, "x" * 24])
def test_a_wrong_secret_resumes_nothing(scene: Scene, secret: str) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    thief = scene.open("b", public(scene.facts), Resume(connection_id=first.participant_id, secret=secret))
    assert not thief.last(Welcome).resumed
    assert first.closed is None


def test_a_copied_tab_takes_over_and_the_first_one_is_told_by_its_code(scene: Scene) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    copy = scene.resume("b", first, invited(scene.facts, "ortiz"))
    assert first.closed is CloseCode.TAKEN_OVER
    assert copy.last(Welcome).resumed
    assert scene.room.counts().here == 1


def test_who_resumes_without_a_transport_is_asked_for_a_new_one(scene: Scene) -> None:
    first = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.lose(first)
    scene.drop(first)
    scene.clock.advance(5)
    resumed = scene.resume("a2", first, invited(scene.facts, "ortiz"))
    assert resumed.types()[-1] == "rejoin_please"
    scene.say(resumed, Rejoin(offer="v=0", mids=Mids(voices=["1"], videos=["2"])))
    assert resumed.types()[-1] == "rejoined"
    scene.connect(resumed, generation=2)
    assert scene.ledger() == [("joined", "Ortiz", 0)]
    assert resumed.last(RejoinPlease).after_ms == 0


def test_a_barred_person_does_not_get_in(scene: Scene) -> None:
    scene.perform(scene.room.bar("per_ortiz", scene.clock.now(), "acc_1"))
    page = scene.open("a", invited(scene.facts, "ortiz"))
    assert page.error() is ErrorCode.NOT_ALLOWED
    assert page.closed is CloseCode.NOT_ALLOWED


def test_a_barred_person_does_not_get_in_by_the_public_link_either() -> None:
    scene = Scene(session_facts(lobby=False))
    scene.perform(scene.room.bar(person("lee").person_id, scene.clock.now(), "acc_1"))
    page = scene.open("lee", public(scene.facts))
    scene.say(page, join(name="lee"))
    assert page.error() is ErrorCode.NOT_ALLOWED
    assert page.closed is CloseCode.NOT_ALLOWED


def test_who_is_barred_while_joining_or_on_the_join_page_is_put_out(scene: Scene) -> None:
    scene.auto = False
    joining = scene.open("a", invited(scene.facts, "ortiz"))
    scene.say(joining, join())
    looking = scene.open("b", invited(scene.facts, "ortiz"))
    scene.perform(scene.room.bar("per_ortiz", scene.clock.now(), "acc_1"))
    assert joining.last(Removed)
    assert joining.closed is looking.closed is CloseCode.REMOVED
    assert scene.room.empty


def test_a_second_hello_closes_the_socket_but_leaves_nobody(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.say(page, Hello(token="t", client="c"))
    assert page.error() is ErrorCode.OUT_OF_ORDER
    assert page.closed is CloseCode.OUT_OF_ORDER
    assert scene.room.counts().here == 1
