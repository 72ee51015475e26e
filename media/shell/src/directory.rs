//! Which worker has which room and peer.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use echo_core::messages::{CloseReason, Event};

/// Shared between the callers, who add rooms, and the workers, who add peers and tell of those that are gone.
pub(crate) struct Directory {
    places: Mutex<Places>,
    workers: usize,
}

#[derive(Default)]
struct Places {
    rooms: HashMap<String, usize>,
    peers: HashMap<String, usize>,
}

impl Directory {
    pub fn new(workers: usize) -> Directory {
        Directory { places: Mutex::default(), workers }
    }

    /// The worker of a room.
    pub fn room(&self, room: &str) -> Option<usize> {
        self.lock().rooms.get(room).copied()
    }

    /// The worker of a peer.
    pub fn peer(&self, peer: &str) -> Option<usize> {
        self.lock().peers.get(peer).copied()
    }

    /// The worker of a room, which gets the least loaded one if it has none: fewest peers, then fewest rooms.
    pub fn place_room(&self, room: &str) -> usize {
        let mut places = self.lock();
        if let Some(&worker) = places.rooms.get(room) {
            return worker;
        }
        let count = |map: &HashMap<String, usize>, worker| map.values().filter(|&&at| at == worker).count();
        let load = |&worker: &usize| (count(&places.peers, worker), count(&places.rooms, worker));
        let worker = (0..self.workers).min_by_key(load).unwrap_or(0);
        places.rooms.insert(room.to_owned(), worker);
        worker
    }

    pub fn remove_room(&self, room: &str) {
        self.lock().rooms.remove(room);
    }

    pub fn place_peer(&self, peer: &str, worker: usize) {
        self.lock().peers.insert(peer.to_owned(), worker);
    }

    /// Forgets the peers that events of a worker report as gone.
    pub fn observe(&self, worker: usize, events: &[Event]) {
        for event in events {
            if let Event::PeerClosed(closed) = event
                && closed.reason != CloseReason::Replaced
            {
                let mut places = self.lock();
                if places.peers.get(&closed.peer) == Some(&worker) {
                    places.peers.remove(&closed.peer);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // Each change is one map operation, so a panic elsewhere leaves nothing half done.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use echo_core::messages::PeerClosed;

    #[test]
    fn rooms_go_to_the_worker_with_the_fewest_peers_and_stay_there() {
        let directory = Directory::new(2);
        assert_eq!(directory.place_room("a"), 0);
        assert_eq!(directory.place_room("b"), 1);
        directory.place_peer("p", 0);
        assert_eq!(directory.place_room("c"), 1);
        assert_eq!(directory.place_room("a"), 0);
        directory.remove_room("a");
        assert_eq!((directory.room("a"), directory.peer("p")), (None, Some(0)));
    }

    #[test]
    fn a_peer_is_forgotten_when_it_is_gone_but_not_when_its_transport_was_replaced() {
        let directory = Directory::new(1);
        directory.place_peer("p", 0);
        let closed = |reason| {
            let peer = PeerClosed { room: "r".into(), peer: "p".into(), generation: 1, reason, boottime_ns: 0 };
            [Event::PeerClosed(peer)]
        };
        directory.observe(0, &closed(CloseReason::Replaced));
        assert_eq!(directory.peer("p"), Some(0));
        directory.observe(0, &closed(CloseReason::TimedOut));
        assert_eq!(directory.peer("p"), None);
    }
}
