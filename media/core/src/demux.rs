//! From a datagram to the peer it is for, in constant time, and without trusting a byte of it.
//!
//! A STUN request names our ufrag, which leads to the peer; once the peer's transport has found the request genuine its
//! address leads there too, and with it DTLS, RTP and RTCP. Nothing else binds an address.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::net::Proto;
use crate::stun;

/// Unknown STUN requests looked at in a second; further ones are dropped unread. A join makes a handful.
const UNKNOWN_PER_SECOND: u32 = 500;
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
    unknown: u32,
}

/// The addresses and the ufrag of one peer.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) ufrag: String,
    addresses: Vec<Address>,
}

impl Bound {
    pub(crate) fn new(ufrag: String) -> Bound {
        Bound { ufrag, addresses: Vec::new() }
    }
}

impl Demux {
    pub(crate) fn new(now: Instant) -> Demux {
        Demux { by_address: HashMap::new(), by_ufrag: HashMap::new(), window: now, unknown: 0 }
    }

    /// Whose datagram this is.
    pub(crate) fn find(&mut self, now: Instant, address: Address, datagram: &[u8]) -> Found {
        let known = self.by_address.get(&address).copied();
        if !stun::is_request(datagram) {
            return known.map_or(Found::Nobody, Found::Peer);
        }
        if known.is_none() && !self.may_look(now) {
            return Found::Limited;
        }
        // The ufrag decides, not the address: a port may have a new tenant.
        stun::local_ufrag(datagram).and_then(|ufrag| self.by_ufrag.get(ufrag)).map_or(Found::Nobody, |key| {
            if known.is_none() {
                self.unknown -= 1;
            }
            Found::Peer(*key)
        })
    }

    /// Lets a peer's ufrag lead to it.
    pub(crate) fn enlist(&mut self, key: Key, bound: &Bound) {
        self.by_ufrag.insert(bound.ufrag.clone(), key);
    }

    /// Lets an address lead to a peer that has proven to be there.
    pub(crate) fn bind(&mut self, key: Key, bound: &mut Bound, address: Address) {
        if self.by_address.insert(address, key) == Some(key) {
            return;
        }
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

    fn may_look(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.window) >= Duration::from_secs(1) {
            self.window = now;
            self.unknown = 0;
        }
        self.unknown += 1;
        self.unknown <= UNKNOWN_PER_SECOND
    }
}
