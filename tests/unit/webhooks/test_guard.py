"""Which addresses are let through."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.webhooks.errors import AddressRefused, WebhookError
from echo_session.webhooks.guard import Guard

STRICT = Guard()
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
]
REFUSED = {
    "0.0.0.0": "this host",
    "10.0.0.1": "private",
    "100.64.0.1": "carrier",
    "100.127.255.255": "carrier",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "metadata",
    "100.100.100.200": "carrier",
    "192.0.0.192": "protocols",
    "fd00:ec2::254": "private",
    "169.254.169.254": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.8": "protocols",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::ffff:10.0.0.1": "IPv6 form",
    "::ffff:127.0.0.1": "IPv6 form",
    "::ffff:8.8.8.8": "IPv6 form",
    "::127.0.0.1": "IPv6 form",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b::808:808": "NAT64",
    "64:ff9b:1::a00:1": "NAT64",
    "100::1": "discarded",
    "2001:0:1::1": "Teredo",
    "2001:db8::1": "documentation",
    "2002:7f00:1::1": "6to4",
    "2002:808:808::1": "6to4",
    "3fff::1": "documentation",
    "4000::1": "public part",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "interface",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    STRICT.check(address)


@pytest.mark.parametrize(("address", "why"), REFUSED.items())
def test_a_special_address_is_refused_and_named(address: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why) as caught:
        STRICT.check(address)
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, WebhookError)


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "1.1.1.1:80"]
)
def test_what_is_no_address_literal_is_refused(text: str) -> None:
    with pytest.raises(AddressRefused, match="no IP address"):
        STRICT.check(text)


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_gets_through_that_pythons_own_register_calls_private(number: int) -> None:
    address = IPv4Address(number)
    if not address.is_global or address.is_multicast or address.is_reserved:
        with pytest.raises(AddressRefused):
            STRICT.check(str(address))


@given(st.integers(0, 2**128 - 1))
def test_no_ipv6_address_gets_through_that_pythons_own_register_calls_private(number: int) -> None:
    address = IPv6Address(number)
    if not address.is_global or address.is_multicast or address.is_reserved:
        with pytest.raises(AddressRefused):
            STRICT.check(str(address))


@given(st.integers(0, 2**32 - 1))
def test_no_wrapping_of_an_ipv4_address_gets_through(number: int) -> None:
    for wrapped in (
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
        IPv6Address(number),
    ):
        with pytest.raises(AddressRefused):
            STRICT.check(str(wrapped))


def test_the_settings_open_a_network_and_nothing_beside_it() -> None:
    guard = Guard.of(["10.20.0.0/16", "fd00:1::/32"])
    guard.check("10.20.3.4")
    guard.check("fd00:1::5")
    guard.check("8.8.8.8")
    for still_closed in ("10.21.0.1", "fd00:2::1", "127.0.0.1"):
        with pytest.raises(AddressRefused):
            guard.check(still_closed)


def test_opening_a_tunnels_network_does_not_open_what_it_leads_to() -> None:
    guard = Guard.of(["64:ff9b::/96", "::ffff:0:0/96", "2002::/16"])
    guard.check("64:ff9b::808:808")
    for inner_private in ("64:ff9b::a00:1", "::ffff:127.0.0.1", "2002:a00:1::1"):
        with pytest.raises(AddressRefused):
            guard.check(inner_private)


def test_development_opens_loopback_alone() -> None:
    guard = Guard.of([], allow_loopback=True)
    guard.check("127.0.0.1")
    guard.check("::1")
    with pytest.raises(AddressRefused):
        guard.check("192.168.0.1")


def test_plain_http_reaches_nothing_but_loopback() -> None:
    guard = Guard((ip_network("10.0.0.0/8"),), allow_loopback=True, only_loopback=True)
    guard.check("127.0.0.1")
    for other in ("10.0.0.1", "8.8.8.8"):
        with pytest.raises(AddressRefused, match="use https"):
            guard.check(other)


def test_a_network_with_host_bits_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="host bits"):
        Guard.of(["10.20.0.1/16"])
