"""Somebody in the room becomes something else."""

from __future__ import annotations

import pytest

from signaling import effects as do
from signaling.messages import ErrorCode, Mute, Muted, Publish, Role, Room, Source, Watch
from tests.unit.signaling.fakes import invited, join, public, session_facts
from tests.unit.signaling.rooms import Page, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(session_facts())


def become(scene: Scene, name: str, role: Role) -> None:
    scene.perform(scene.room.give_role(f"per_{name}", role))


def role_of(page: Page, name: str) -> Role:
    assert page.room is not None
    return next(p.role for p in page.room.participants if p.name == name)


def test_everybody_sees_the_new_role_and_it_is_kept(scene: Scene) -> None:
    other = scene.enter("o", invited(scene.facts, "lee"))
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    become(scene, "ortiz", Role.PANELIST)
    assert role_of(other, "Ortiz") is role_of(page, "Ortiz") is Role.PANELIST
    saved = [record.presence for record in scene.records if isinstance(record, do.Save)]
    assert (saved[-1].person.person_id, saved[-1].role) == ("per_ortiz", Role.PANELIST)


def test_who_becomes_facilitator_sees_the_lobby_at_once(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    scene.say(scene.open("lee", public(scene.facts)), join(name="lee"))
    become(scene, "ortiz", Role.FACILITATOR)
    assert page.room is not None
    assert [waiting.name for waiting in page.room.waiting] == ["lee"]
    scene.say(scene.open("kim", public(scene.facts)), join(name="kim"))
    assert [waiting.name for waiting in page.room.waiting] == ["lee", "kim"]


def test_who_is_facilitator_no_more_sees_and_orders_nothing_any_more(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz", Role.FACILITATOR))
    scene.say(scene.open("lee", public(scene.facts)), join(name="lee"))
    become(scene, "ortiz", Role.PARTICIPANT)
    assert page.last(Room).waiting == []
    before = list(page.received)
    scene.say(scene.open("kim", public(scene.facts)), join(name="kim"))
    assert page.received == before
    scene.say(page, Mute())
    assert page.error() is ErrorCode.NOT_ALLOWED


def test_who_may_only_watch_from_now_on_is_silenced(scene: Scene) -> None:
    other = scene.enter("o", invited(scene.facts, "lee"))
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    become(scene, "ortiz", Role.OBSERVER)
    assert do.SetMuted(page.participant_id, Source.MICROPHONE, True) in scene.effects
    assert page.last(Muted).source in Source
    assert other.room is not None
    seen = next(p for p in other.room.participants if p.name == "Ortiz")
    assert (seen.microphone, seen.camera) == (False, False)
    scene.say(page, Publish(source=Source.MICROPHONE, on=True))
    assert page.error() is ErrorCode.NOT_ALLOWED
    become(scene, "ortiz", Role.PARTICIPANT)
    scene.say(page, Publish(source=Source.MICROPHONE, on=True))
    assert do.SetMuted(page.participant_id, Source.MICROPHONE, False) in scene.effects


def test_who_is_on_the_way_in_comes_as_what_they_are_by_now(scene: Scene) -> None:
    page = scene.open("a", invited(scene.facts, "ortiz", Role.FACILITATOR))
    become(scene, "ortiz", Role.PARTICIPANT)
    scene.say(page, Watch())
    assert page.error() is ErrorCode.NOT_ALLOWED
    scene.say(page, join(name=None))
    assert role_of(page, "Ortiz") is Role.PARTICIPANT


def test_the_same_role_again_changes_nothing(scene: Scene) -> None:
    page = scene.enter("a", invited(scene.facts, "ortiz"))
    before = list(page.received)
    become(scene, "ortiz", Role.PARTICIPANT)
    assert page.received == before
