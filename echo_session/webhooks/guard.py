"""Which network addresses a webhook may reach. Pure: an address in, a refusal or nothing out.

A URL is somebody else's input, and this machine can reach more than its author can. So only addresses of the
public internet are let through; the registers of special addresses are IANA's (RFC 6890 and its updates). The
settings may open networks of the hospital's own, and loopback for development; the API never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from echo_session.webhooks.errors import AddressRefused

__all__ = ["Guard"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL = {
    "0.0.0.0/8": "this host (RFC 1122)",
    "10.0.0.0/8": "private (RFC 1918)",
    "100.64.0.0/10": "shared by a carrier's NAT (RFC 6598)",
    "127.0.0.0/8": "loopback (RFC 1122)",
    "168.63.129.16/32": "the metadata service of Azure's machines, though its address is a public one",
    "169.254.0.0/16": "link-local (RFC 3927)",
    "172.16.0.0/12": "private (RFC 1918)",
    "192.0.0.0/24": "for protocols (RFC 6890)",
    "192.0.2.0/24": "for documentation (RFC 5737)",
    "192.31.196.0/24": "a name server sink (RFC 7535)",
    "192.52.193.0/24": "for multicast tunnels (RFC 7450)",
    "192.88.99.0/24": "6to4 relays (RFC 7526)",
    "192.168.0.0/16": "private (RFC 1918)",
    "192.175.48.0/24": "a name server sink (RFC 7534)",
    "198.18.0.0/15": "for benchmarks (RFC 2544)",
    "198.51.100.0/24": "for documentation (RFC 5737)",
    "203.0.113.0/24": "for documentation (RFC 5737)",
    "224.0.0.0/4": "multicast (RFC 5771)",
    "255.255.255.255/32": "broadcast (RFC 919)",
    "240.0.0.0/4": "reserved (RFC 1112)",
    "::/128": "unspecified (RFC 4291)",
    "::1/128": "loopback (RFC 4291)",
    "::ffff:0:0/96": "an IPv4 address in IPv6 form (RFC 4291)",
    "::/96": "an IPv4 address in IPv6 form (RFC 4291)",
    "64:ff9b::/96": "an IPv4 address behind NAT64 (RFC 6052)",
    "64:ff9b:1::/48": "an IPv4 address behind NAT64 (RFC 8215)",
    "100::/64": "discarded (RFC 6666)",
    "2001::/32": "a Teredo tunnel (RFC 4380)",
    "2001::/23": "for protocols (RFC 2928)",
    "2001:db8::/32": "for documentation (RFC 3849)",
    "2002::/16": "an IPv4 address behind 6to4 (RFC 3056)",
    "2620:4f:8000::/48": "a name server sink (RFC 7534)",
    "3fff::/20": "for documentation (RFC 9637)",
    "5f00::/16": "segment routing (RFC 9602)",
    "fc00::/7": "private (RFC 4193)",
    "fe80::/10": "link-local (RFC 4291)",
    "fec0::/10": "site-local (RFC 3879)",
    "ff00::/8": "multicast (RFC 4291)",
}
SPECIAL: tuple[tuple[Network, str], ...] = tuple((ip_network(net), why) for net, why in _SPECIAL.items())
"""Networks that are not the public internet; the first that contains an address says what it is."""

PUBLIC_IPV6 = ip_network("2000::/3")
"""All that IANA has given out as global unicast; outside it, an unknown address is refused."""

_NAT64 = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets public addresses through, `allowed_networks` and, if `allow_loopback`, this machine.

    `only_loopback` lets nothing else through than loopback: for plain http in development.
    """

    allowed_networks: tuple[Network, ...] = ()
    allow_loopback: bool = False
    only_loopback: bool = False

    @classmethod
    def of(cls, allowed_networks: Iterable[str | Network], *, allow_loopback: bool = False) -> Guard:
        """From settings, such as `["10.20.0.0/16"]`.

        Raises:
            ValueError: an entry is no network, or has host bits set.
        """
        networks = tuple(
            ip_network(network) if isinstance(network, str) else network for network in allowed_networks
        )
        return cls(networks, allow_loopback)

    def check(self, text: str) -> None:
        """Pass, or say why not. Fails closed: what is no IP address literal is refused.

        Raises:
            AddressRefused: the address may not be connected to.
        """
        try:
            address = ip_address(text)
        except ValueError:
            raise AddressRefused(text, "it is no IP address") from None
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            raise AddressRefused(text, "it is bound to one network interface")
        self._check(address)

    def _check(self, address: Address) -> None:
        if address.is_loopback and self.allow_loopback:
            return
        if self.only_loopback:
            raise AddressRefused(str(address), "plain http is only for this machine itself; use https")
        if any(address in network for network in self.allowed_networks):
            # Opening a network of tunnelled addresses does not open what the tunnels lead to.
            inner = _embedded(address)
            if inner is not None:
                self._check(inner)
            return
        for network, why in SPECIAL:
            if address in network:
                raise AddressRefused(
                    str(address),
                    f"{network} is {why}, and only public addresses are reached;"
                    " webhooks.allowed_networks in the server's settings opens networks",
                )
        if isinstance(address, IPv6Address) and address not in PUBLIC_IPV6:
            raise AddressRefused(str(address), "it is not in 2000::/3, the public part of IPv6")


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to `address` end up at, if it is one of the kinds that hold one."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
