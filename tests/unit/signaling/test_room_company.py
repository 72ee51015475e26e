"""Who is told that somebody checked in or out in front of a shared camera."""

from __future__ import annotations

from signaling.messages import Role, Watch
from tests.unit.signaling.fakes import console, invited, session_facts
from tests.unit.signaling.rooms import Scene


def test_the_device_and_the_moderators_look_again_and_nobody_else() -> None:
    scene = Scene(session_facts())
    visitor = invited(scene.facts, "clinic", Role.PARTICIPANT)
    clinic = scene.enter("clinic", visitor)
    other = scene.enter("other", invited(scene.facts, "ortiz", Role.PARTICIPANT))
    leader = scene.enter("leader", invited(scene.facts, "abeyta", Role.FACILITATOR))
    watcher = scene.open("watcher", console(scene.facts))
    scene.say(watcher, Watch())
    assert visitor.person is not None
    scene.perform(scene.room.company_changed(visitor.person.person_id))
    told = [page.types().count("company_changed") for page in (clinic, leader, watcher, other)]
    assert told == [1, 1, 1, 0]

    scene.drop(clinic)
    scene.perform(scene.room.company_changed(visitor.person.person_id))
    assert leader.types().count("company_changed") == 2, "a device that lost its socket keeps nobody waiting"
