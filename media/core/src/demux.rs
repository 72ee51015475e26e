//! From a datagram to the peer it is for, in constant time, and without trusting a byte of it.
//!
//! A STUN request names our ufrag, which leads to the peer; once the peer's transport has found the request genuine its
//! address leads there too, and with it DTLS, RTP and RTCP. Nothing else binds an address.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::net::Proto;
use crate::stun;

/// STUN requests from one network that lead to nobody, in a second; further ones are dropped unread. A join makes a handful.
const UNKNOWN_PER_SECOND: u16 = 500;
/// Networks told apart by that limit. Who shares a place shares the limit, and which ones do is different in every process.
const NETWORKS: usize = 1024;
/// Addresses of one peer that are remembered; ICE tries a few, a roaming phone some more.
const ADDRESSES_PER_PEER: usize = 8;

/// Where an address leads.
pub(crate) type Address = (Proto, SocketAddr);

/// What demux found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Peer(Key),
    Nobody,
    /// Nobody, and it was not even looked at.
    Limited,
}

/// The address map and the ufrag map of one core.
#[derive(Debug)]
pub(crate) struct Demux {
    by_address: HashMap<Address, Key>,
    by_ufrag: HashMap<String, Key>,
    window: Instant,
    /// Requests of this second by place of their network.
    unknown: Box<[u16; NETWORKS]>,
    hashing: RandomState,
}

/// The addresses and the ufrag of one peer.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) ufrag: String,
    /// The one that proved itself last is at the end.
    addresses: Vec<Address>,
}

impl Bound {
    pub(crate) fn new(ufrag: String) -> Bound {
        Bound { ufrag, addresses: Vec::new() }
    }

    /// Whether this is the address that proved itself last.
    pub(crate) fn is_newest(&self, address: Address) -> bool {
        self.addresses.last() == Some(&address)
    }
}

impl Demux {
    pub(crate) fn new(now: Instant) -> Demux {
        Demux {
            by_address: HashMap::new(),
            by_ufrag: HashMap::new(),
            window: now,
            unknown: Box::new([0; NETWORKS]),
            hashing: RandomState::new(),
        }
    }

    /// Whose datagram this is.
    pub(crate) fn find(&mut self, now: Instant, address: Address, datagram: &[u8]) -> Found {
        let known = self.by_address.get(&address).copied();
        if !stun::is_request(datagram) {
            return known.map_or(Found::Nobody, Found::Peer);
        }
        let network = self.network(address);
        if known.is_none() && !self.may_look(now, network) {
            return Found::Limited;
        }
        // The ufrag decides, not the address: a port may have a new tenant.
        stun::local_ufrag(datagram).and_then(|ufrag| self.by_ufrag.get(ufrag)).map_or(Found::Nobody, |key| {
            if known.is_none() {
                self.unknown[network] -= 1;
            }
            Found::Peer(*key)
        })
    }

    /// Lets a peer's ufrag lead to it.
    pub(crate) fn enlist(&mut self, key: Key, bound: &Bound) {
        self.by_ufrag.insert(bound.ufrag.clone(), key);
    }

    /// Lets an address lead to a peer that has just proven to be there. Of too many, the one that did so longest ago goes:
    /// a machine with many interfaces checks all of them all the time, but media comes from one.
    pub(crate) fn bind(&mut self, key: Key, bound: &mut Bound, address: Address) {
        self.by_address.insert(address, key);
        if bound.is_newest(address) {
            return;
        }
        bound.addresses.retain(|known| *known != address);
        bound.addresses.push(address);
        if bound.addresses.len() > ADDRESSES_PER_PEER {
            let oldest = bound.addresses.remove(0);
            self.unbind(key, oldest);
        }
    }

    /// Forgets a peer.
    pub(crate) fn forget(&mut self, key: Key, bound: &Bound) {
        self.by_ufrag.remove(&bound.ufrag);
        for address in &bound.addresses {
            self.unbind(key, *address);
        }
    }

    fn unbind(&mut self, key: Key, address: Address) {
        if self.by_address.get(&address) == Some(&key) {
            self.by_address.remove(&address);
        }
    }

    fn may_look(&mut self, now: Instant, network: usize) -> bool {
        if now.saturating_duration_since(self.window) >= Duration::from_secs(1) {
            self.window = now;
            self.unknown.fill(0);
        }
        let unknown = &mut self.unknown[network];
        let may = *unknown < UNKNOWN_PER_SECOND;
        *unknown += u16::from(may);
        may
    }

    /// Place of an address's network: its /24 or /56, so that a flood from one place keeps nobody else out.
    fn network(&self, (_, address): Address) -> usize {
        let hash = match address.ip() {
            IpAddr::V4(ip) => self.hashing.hash_one(&ip.octets()[..3]),
            IpAddr::V6(ip) => self.hashing.hash_one(&ip.octets()[..7]),
        };
        hash as usize % NETWORKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    fn at(text: &str) -> Address {
        (Proto::Udp, text.parse().unwrap())
    }

    /// A binding request with a username and nothing else.
    fn request(username: &str) -> Vec<u8> {
        let mut bytes = vec![0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        bytes.extend([7; 12]);
        bytes.extend([0x00, 0x06]);
        bytes.extend((username.len() as u16).to_be_bytes());
        bytes.extend(username.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn a_flood_from_one_network_keeps_no_other_one_out() {
        let now = Instant::now();
        let (key, bound) = (Arena::new().insert(()), Bound::new("ours".into()));
        let mut demux = Demux::new(now);
        demux.enlist(key, &bound);
        let flood = at("192.0.2.7:1");
        let elsewhere = (0..=255).map(|n| at(&format!("198.51.{n}.7:1")));
        let elsewhere = elsewhere.into_iter().find(|address| demux.network(*address) != demux.network(flood)).unwrap();
        let found: Vec<Found> = (0..1000).map(|_| demux.find(now, flood, &request("theirs:x"))).collect();
        assert_eq!(found.iter().filter(|found| **found == Found::Nobody).count(), usize::from(UNKNOWN_PER_SECOND));
        assert_eq!(demux.find(now, at("192.0.2.99:2"), &request("ours:x")), Found::Limited, "the same network");
        assert_eq!(demux.find(now, elsewhere, &request("ours:x")), Found::Peer(key));
        let later = now + Duration::from_secs(1);
        assert_eq!(demux.find(later, flood, &request("ours:x")), Found::Peer(key));
    }

    #[test]
    fn of_many_addresses_the_one_in_use_is_not_forgotten() {
        let now = Instant::now();
        let (key, mut bound) = (Arena::new().insert(()), Bound::new("ours".into()));
        let mut demux = Demux::new(now);
        let used = at("192.0.2.7:1");
        demux.bind(key, &mut bound, used);
        for port in 2..30 {
            demux.bind(key, &mut bound, at(&format!("192.0.2.7:{port}")));
            demux.bind(key, &mut bound, used);
            assert_eq!(demux.find(now, used, &[128]), Found::Peer(key));
        }
        assert_eq!(demux.by_address.len(), ADDRESSES_PER_PEER);
        demux.forget(key, &bound);
        assert!(demux.by_address.is_empty());
    }
}
