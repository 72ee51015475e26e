"""The hash chain tells of every change."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.errors import BrokenChain
from echo_session.domain.ledger import GENESIS, Entry, Kind, Link, canonical, seal, verify

words = st.text(max_size=20)
instants = st.datetimes(timezones=st.just(UTC))
entries = st.builds(
    Entry,
    event_id=words,
    session_id=st.just("ses_a"),
    person_id=words,
    connection_id=words,
    epoch=st.integers(0, 9),
    incarnation=words,
    boot_id=words,
    seq=st.integers(0, 9),
    kind=st.sampled_from(Kind),
    wall_utc=instants,
    boottime_ns=st.integers(0, 2**62),
    source=words,
    by=words,
    reason=words,
)


def chained(written: list[Entry]) -> list[Link]:
    links: list[Link] = []
    before = GENESIS
    for position, entry in enumerate(written, start=1):
        values = {field.name: getattr(entry, field.name) for field in fields(Entry)}
        sealed = seal(entry, position, before)
        links.append(Link(**values, position=position, prev_hash=before, hash=sealed))
        before = sealed
    return links


def altered(link: Link, name: str, by: int) -> Link:
    value = getattr(link, name)
    changed: Any
    match value:
        case Kind():
            others = [kind for kind in Kind if kind is not value]
            changed = others[by % len(others)]
        case str():
            changed = value + chr(ord("a") + by % 26)
        case int():
            changed = value + 1 + by
        case datetime():
            changed = value + timedelta(microseconds=1) if value.year < 9999 else value - timedelta(days=1)
    return replace(link, **{name: changed})


@given(st.lists(entries, max_size=6))
def test_what_was_written_verifies(written: list[Entry]) -> None:
    links = chained(written)
    assert verify("ses_a", links, head=links[-1].hash if links else GENESIS) == len(links)


@given(
    st.lists(entries, min_size=1, max_size=6),
    st.integers(0, 5),
    st.sampled_from([field.name for field in fields(Link)]),
    st.integers(0, 100),
)
def test_one_altered_field_breaks_the_chain(written: list[Entry], which: int, name: str, by: int) -> None:
    links = chained(written)
    head = links[-1].hash
    which %= len(links)
    links[which] = altered(links[which], name, by)
    with pytest.raises(BrokenChain):
        verify("ses_a", links, head=head)


@given(st.lists(entries, min_size=1, max_size=4), st.data())
def test_one_altered_byte_of_the_sealed_form_gives_another_hash(
    written: list[Entry], data: st.DataObject
) -> None:
    link = chained(written)[-1]
    form = bytearray(canonical(link, link.position))
    place = data.draw(st.integers(0, len(form) - 1))
    form[place] ^= data.draw(st.integers(1, 255))
    assert sha256(link.prev_hash.encode() + b"\n" + form).hexdigest() != link.hash


@given(st.lists(entries, min_size=2, max_size=6), st.integers(0, 5))
def test_a_missing_link_is_noticed_wherever_it_was(written: list[Entry], which: int) -> None:
    links = chained(written)
    head = links[-1].hash
    del links[which % len(links)]
    with pytest.raises(BrokenChain):
        verify("ses_a", links, head=head)


def test_the_first_link_that_does_not_hold_is_named() -> None:
    moment = datetime(2026, 11, 21, 16, tzinfo=UTC)
    entry = Entry(
        event_id="att_1",
        session_id="ses_a",
        person_id="per_a",
        connection_id="con_a",
        epoch=1,
        incarnation="node-1",
        boot_id="boot-1",
        seq=1,
        kind=Kind.JOINED,
        wall_utc=moment,
        boottime_ns=1,
        source="transport",
    )
    links = chained([entry, replace(entry, kind=Kind.LEFT), replace(entry, seq=2)])
    links[1] = replace(links[1], reason="stayed longer")
    with pytest.raises(BrokenChain, match="link 2") as caught:
        verify("ses_a", links)
    assert caught.value.position == 2


def test_an_instant_seals_the_same_in_every_zone() -> None:
    here = datetime(2026, 11, 21, 16, tzinfo=timezone(timedelta(hours=-7)))
    entry = Entry(
        event_id="att_1",
        session_id="ses_a",
        person_id="per_a",
        connection_id="con_a",
        epoch=1,
        incarnation="n",
        boot_id="b",
        seq=1,
        kind=Kind.JOINED,
        wall_utc=here,
        boottime_ns=1,
        source="transport",
    )
    assert canonical(entry, 1) == canonical(replace(entry, wall_utc=here.astimezone(UTC)), 1)
