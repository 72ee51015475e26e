"""Any order of inputs: what pages know equals what is true, and nobody learns or does what they may not."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signaling import effects as do
from signaling.errors import Refused
from signaling.messages import (
    Admit,
    Decline,
    ErrorCode,
    Leave,
    Mids,
    Mute,
    PictureSource,
    Publish,
    Rejoin,
    Remove,
    Resume,
    Role,
    Source,
    View,
    ViewItem,
    Watch,
)
from signaling.moment import Moment
from tests.unit.signaling.fakes import console, invited, join, public, session_facts
from tests.unit.signaling.rooms import Page, Scene

NAMES = ["ann", "bob", "cyd", "dee"]
MODERATOR = "ann"


class RoomMachine(RuleBasedStateMachine):
    """Pages of four people (one moderates), a console and walk-ins, an engine that answers late or never."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene(session_facts())
        self.count = 0
        self.gone: list[tuple[Page, str]] = []
        """Pages whose socket dropped, for resuming."""
        self.generations: dict[str, int] = {}

    @initialize(auto=st.booleans())
    def begin(self, auto: bool) -> None:
        """Two are in the room already, so that something happens soon."""
        facts = self.scene.facts
        for who, role in ((MODERATOR, Role.FACILITATOR), ("bob", Role.PARTICIPANT)):
            page = self.scene.enter(self._name(who), invited(facts, who, role))
            self.generations[page.participant_id] = 1
        self.scene.auto = auto

    # --- sockets

    def _name(self, who: str) -> str:
        self.count += 1
        return f"{who}-{self.count}"

    def pages(self) -> list[Page]:
        return [p for p in self.scene.pages.values() if p.closed is None]

    def pick(self, data: st.DataObject) -> Page | None:
        pages = self.pages()
        return data.draw(st.sampled_from(pages)) if pages else None

    @rule(who=st.sampled_from([*NAMES, "public", "console"]))
    def open(self, who: str) -> None:
        facts = self.scene.facts
        if who == "public":
            visitor = public(facts)
        elif who == "console":
            visitor = console(facts)
        else:
            visitor = invited(facts, who, Role.FACILITATOR if who == MODERATOR else Role.PARTICIPANT)
        self.scene.open(self._name(who), visitor)

    @rule(data=st.data(), second=st.sampled_from([None, "both", "move"]), other=st.booleans())
    def join(self, data: st.DataObject, second: str | None, other: bool) -> None:
        page = self.pick(data)
        if page is not None:
            message = join(name=page.socket, identity="other" if other else "me")
            self.scene.say(page, message.model_copy(update={"second_device": second}))

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        page = self.pick(data)
        if page is not None:
            self.gone.append((page, page.socket.partition("-")[0]))
            self.scene.drop(page)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        page, who = data.draw(st.sampled_from(self.gone))
        if page.participant_id:
            visitor = (
                public(self.scene.facts) if who in ("public", "console") else invited(self.scene.facts, who)
            )
            resume = Resume(connection_id=page.participant_id, secret=page.secret)
            resumed = self.scene.open(self._name(who), visitor, resume)
            if resumed.room is not None:
                resumed.participant_id, resumed.secret = page.participant_id, page.secret

    # --- messages

    @rule(
        data=st.data(),
        message=st.sampled_from(
            [
                Watch(),
                Leave(),
                Admit(),
                Mute(),
                Publish(source=Source.CAMERA, on=False),
                Publish(source=Source.CAMERA, on=True),
                Publish(source=Source.SCREEN, on=True),
                Rejoin(offer="v=0", mids=Mids(voices=["1"], videos=["2", "3"])),
            ]
        ),
    )
    def say(self, data: st.DataObject, message: Watch | Leave | Admit | Mute | Publish | Rejoin) -> None:
        page = self.pick(data)
        if page is not None:
            self.scene.say(page, message)

    @rule(data=st.data())
    def moderate(self, data: st.DataObject) -> None:
        page = self.pick(data)
        if page is None or page.room is None:
            return
        before = self.scene.room.counts()
        people = [p.participant_id for p in page.room.participants]
        waiting = [w.waiting_id for w in page.room.waiting]
        orders: list[Remove | Mute | Decline | Admit] = [Remove(participant_id=p) for p in people]
        orders += [Mute(participant_id=p, source=Source.CAMERA) for p in people]
        orders += [o(waiting_id=w) for w in waiting for o in (Decline, Admit)]
        if orders:
            self.scene.say(page, data.draw(st.sampled_from(orders)))
            if not self.moderates(page):
                assert self.scene.room.counts() == before

    @rule(data=st.data())
    def view(self, data: st.DataObject) -> None:
        page = self.pick(data)
        if page is not None and page.room is not None:
            items = [
                ViewItem(participant_id=p.participant_id, source=source, height=360)
                for p in page.room.participants
                for source in PictureSource
            ]
            self.scene.say(page, View(items=data.draw(st.permutations(items))[:6]))

    # --- surroundings

    @precondition(lambda self: self.scene.pending)
    @rule(fine=st.booleans())
    def answer(self, fine: bool) -> None:
        self.scene.answer(None if fine else Refused(ErrorCode.OFFER_REFUSED, "No."))

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        page = self.pick(data)
        if page is not None and page.participant_id:
            generation = self.generations.get(page.participant_id, 0) + 1
            self.generations[page.participant_id] = generation
            self.scene.connect(page, generation)

    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        page = self.pick(data)
        if page is not None and page.participant_id:
            self.scene.lose(page, generation=self.generations.get(page.participant_id, 1))

    @rule(seconds=st.integers(1, 20), data=st.data())
    def wait(self, seconds: int, data: st.DataObject) -> None:
        pages = [p for p in self.pages() if p.participant_id]
        talking = data.draw(st.lists(st.sampled_from(pages), unique_by=id)) if pages else []
        self.scene.wait(seconds, *talking)

    @rule(empty=st.booleans())
    def media_restarts(self, empty: bool) -> None:
        self.scene.room.detached()
        self.scene.perform(self.scene.room.attached([], self.scene.clock.now()))

    # --- what always holds

    def moderates(self, page: Page) -> bool:
        return page.socket.startswith((MODERATOR, "console"))

    @invariant()
    def all_pages_that_follow_agree(self) -> None:
        rooms = [p.room for p in self.pages() if p.room is not None]
        for room in rooms:
            assert room.participants == rooms[0].participants
        assert len({p.participant_id for r in rooms[:1] for p in r.participants}) == (
            len(rooms[0].participants) if rooms else 0
        )

    @invariant()
    def only_moderators_know_who_waits(self) -> None:
        waiting = self.scene.room.counts().waiting
        for page in self.pages():
            if page.room is None:
                continue
            if page.room.waiting:
                assert self.moderates(page)
            if page.socket.startswith("console"):
                assert len(page.room.waiting) == waiting

    @invariant()
    def people_are_counted_once(self) -> None:
        for page in self.pages():
            if page.room is not None:
                people = {p.person_id for p in page.room.participants}
                assert self.scene.room.counts().here == len(people)

    @invariant()
    def intervals_of_a_connection_open_and_close_in_turn(self) -> None:
        is_open: dict[str, tuple[int, Moment]] = {}
        spells: dict[str, int] = {}
        for record in self.scene.records:
            match record:
                case do.RecordJoined(presence, at):
                    connection = presence.connection_id
                    assert connection not in is_open
                    assert presence.spell == spells.get(connection, 0) + 1
                    spells[connection] = presence.spell
                    is_open[connection] = (presence.spell, at)
                case do.RecordLeft(presence, at, _) | do.RecordEvicted(presence, at, _):
                    spell, since = is_open.pop(presence.connection_id)
                    assert spell == presence.spell
                    assert at.seconds_since(since) >= 0
                    assert self.scene.here().seconds_since(at) >= 0
                case _:
                    pass
        assert is_open.keys() == self.scene.room.last_seen().keys()

    @invariant()
    def slots_name_only_those_who_are_here(self) -> None:
        for page in self.pages():
            if page.room is not None and page.slots is not None and page.participant_id:
                here = {p.participant_id for p in page.room.participants}
                assert {s.participant_id for s in page.slots.videos if s is not None} <= here
                assert {v for v in page.slots.voices if v is not None} <= here

    def teardown(self) -> None:
        """Whatever happened, the end leaves nobody and closes every interval."""
        self.scene.perform(self.scene.room.end("Over.", self.scene.clock.now()))
        assert self.scene.room.empty
        assert not self.scene.room.last_seen()
        assert not self.pages()


RoomMachine.TestCase.settings = hypothesis_settings(max_examples=120, stateful_step_count=40, deadline=None)
TestRoom = RoomMachine.TestCase
