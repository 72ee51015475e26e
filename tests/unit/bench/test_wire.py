"""What the adapters read and write by themselves."""

from __future__ import annotations

import pytest

from bench.peers.livekit import tracks_of
from bench.peers.protobuf import fields, message, text
from bench.procfs import busy_seconds, rollup_bytes


def test_a_message_is_read_back() -> None:
    inner = message((1, "offer"), (2, "v=0"), (3, 300))
    (number, value), *rest = fields(message((4, inner), (5, 0)))
    assert (number, rest) == (4, [(5, 0)])
    assert isinstance(value, bytes)
    assert [(n, v if isinstance(v, int) else text(v)) for n, v in fields(value)] == [
        (1, "offer"),
        (2, "v=0"),
        (3, 300),
    ]


def test_messages_are_those_of_the_specification() -> None:
    assert message((1, 150)) == bytes.fromhex("089601")
    assert message((2, "testing")) == bytes.fromhex("120774657374696e67")


def test_fields_of_fixed_width_are_passed_over() -> None:
    data = bytes.fromhex("09") + bytes(8) + bytes.fromhex("15") + bytes(4) + message((3, 7))
    assert list(fields(data)) == [(3, 7)]


@pytest.mark.parametrize("data", ["0a05ab", "08", "0b", "08" + "ff" * 11])
def test_what_is_no_message_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"longer|end|wire type"):
        list(fields(bytes.fromhex(data)))


def test_tracks_are_named_in_the_order_of_their_lines() -> None:
    assert tracks_of("v=0\r\na=msid:- voice\r\nm=video\r\na=msid:stream picture\r\n") == ["voice", "picture"]


def test_busy_time_leaves_out_idling_and_waiting() -> None:
    line = "cpu  100 200 300 99999 88888 400 500 600 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"
    assert busy_seconds(line) == pytest.approx(21.0)


def test_the_proportional_set_size_is_read_and_what_of_it_is_allocated() -> None:
    rollup = "Rss: 99 kB\nPss:    12 kB\nPss_Anon: 5 kB\n"
    assert rollup_bytes(rollup) == 12 * 1024
    assert rollup_bytes(rollup, "Pss_Anon") == 5 * 1024
    with pytest.raises(ValueError, match="Pss"):
        rollup_bytes("")
