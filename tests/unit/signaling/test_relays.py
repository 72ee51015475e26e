"""Credentials of relays: what a TURN server would say to them, and when they are told anew."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from signaling.messages import IceServer, IceServers, Welcome
from signaling.relays import LIFE, RENEWED_EVERY, IceRelay
from signaling.settings import Settings
from tests.unit.signaling.fakes import START, invited, session_facts
from tests.unit.signaling.rooms import Scene

TURN = "turns:turn.example.org:443?transport=tcp"
SECRET = "shared with the relay"


def good_until(server: IceServer) -> int:
    """What coturn does with ``use-auth-secret``: checks the password, and reads the time in the name."""
    digest = hmac.new(SECRET.encode(), server.username.encode(), hashlib.sha1).digest()
    assert server.credential == base64.b64encode(digest).decode()
    return int(server.username.partition(":")[0])


def scene(*relays: IceRelay) -> Scene:
    return Scene(session_facts(), Settings(ice_servers=relays))


def test_a_relay_with_a_secret_gets_a_password_for_five_minutes() -> None:
    server = IceRelay(urls=[TURN], secret=SECRET).at(START)
    assert server.urls == [TURN]
    assert good_until(server) == int((START + timedelta(minutes=5)).timestamp())


def test_fixed_credentials_are_handed_on_and_never_told_again() -> None:
    room = scene(IceRelay(urls=[TURN], username="u", credential="c"))
    page = room.open("a", invited(room.facts, "ortiz"))
    assert page.last(Welcome).ice_servers == [IceServer(urls=[TURN], username="u", credential="c")]
    room.clock.advance(2 * RENEWED_EVERY)
    room.perform(room.room.tick(room.clock.now()))
    assert "ice_servers" not in page.types()


def test_on_the_join_page_and_in_the_room_the_password_is_renewed_long_before_it_is_void() -> None:
    room = scene(IceRelay(urls=[TURN], secret=SECRET))
    waiting = room.open("a", invited(room.facts, "ortiz"))
    inside = room.enter("b", invited(room.facts, "lee"))
    room.perform(room.room.tick(room.clock.now()))
    before = good_until(waiting.last(Welcome).ice_servers[0])
    room.clock.advance(RENEWED_EVERY - 1)
    room.perform(room.room.tick(room.clock.now()))
    assert inside.types().count("ice_servers") == 1
    room.clock.advance(1)
    room.perform(room.room.tick(room.clock.now()))
    for page in (waiting, inside):
        assert good_until(page.last(IceServers).ice_servers[0]) == before + RENEWED_EVERY
    assert LIFE.total_seconds() > 2 * RENEWED_EVERY
