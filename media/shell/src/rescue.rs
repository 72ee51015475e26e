//! What is left to do when a whole core has panicked: say who is gone, and open the rooms again.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use echo_core::messages::{CloseReason, Command, Event, OpenRoom, PeerClosed, RoomState};

use crate::machine::Machine;

/// Rooms and peers of a core, known without asking it.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Each with its home.
    rooms: BTreeMap<String, (OpenRoom, u16)>,
    peers: HashMap<String, PeerClosed>,
}

/// What comes out of a broken core.
pub(crate) struct Rescue {
    /// Last events, then the end of every peer.
    pub events: Vec<Event>,
    /// Rooms for the next core, each with its home.
    pub rooms: Vec<(OpenRoom, u16)>,
}

impl Ledger {
    /// Takes note of a room that was opened, or changed.
    pub fn room_opened(&mut self, open: OpenRoom, home: u16) {
        self.rooms.insert(open.room.clone(), (open, home));
    }

    /// Takes note of a command before it is carried out: a core that panics over the closing of a room is not to have it again.
    pub fn commanded(&mut self, command: &Command) {
        if let Command::CloseRoom(close) = command {
            self.rooms.remove(&close.room);
        }
    }

    /// Takes note of a peer that was taken in.
    pub fn peer_added(&mut self, room: &str, peer: &str) {
        let generation = self.peers.get(peer).map_or(1, |known| known.generation + 1);
        let reason = CloseReason::Failed;
        let closed = PeerClosed { room: room.to_owned(), peer: peer.to_owned(), generation, reason, boottime_ns: 0 };
        self.peers.insert(peer.to_owned(), closed);
    }

    /// Takes note of what a core reported.
    pub fn observe(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::PeerConnected(connected) => {
                    if let Some(peer) = self.peers.get_mut(&connected.peer) {
                        peer.generation = connected.generation;
                        peer.boottime_ns = connected.boottime_ns;
                    }
                }
                Event::PeersSeen(seen) => {
                    for (peer, &at) in &seen.seen {
                        if let Some(peer) = self.peers.get_mut(peer) {
                            peer.boottime_ns = at;
                        }
                    }
                }
                Event::PeerClosed(closed) if closed.reason != CloseReason::Replaced => {
                    self.peers.remove(&closed.peer);
                }
                _ => {}
            }
        }
    }

    /// The rooms that are open.
    pub fn rooms(&self) -> impl Iterator<Item = &str> {
        self.rooms.keys().map(String::as_str)
    }

    /// Saves what can be saved from a core that panicked, and forgets its peers. The core itself may panic again meanwhile.
    pub fn rescue<M: Machine>(&mut self, mut broken: M) -> Rescue {
        let mut events = catch_unwind(AssertUnwindSafe(|| broken.take_events())).unwrap_or_default();
        self.observe(&events);
        if let Ok(rooms) = catch_unwind(AssertUnwindSafe(|| broken.snapshot())) {
            self.correct(&rooms);
        }
        if catch_unwind(AssertUnwindSafe(move || drop(broken))).is_err() {
            eprintln!("echo-session: a broken core could not even be taken apart");
        }
        let mut ended: Vec<PeerClosed> = self.peers.drain().map(|(_, closed)| closed).collect();
        ended.sort_by(|a, b| (&a.room, &a.peer).cmp(&(&b.room, &b.peer)));
        events.extend(ended.into_iter().map(Event::PeerClosed));
        Rescue { events, rooms: self.rooms.values().cloned().collect() }
    }

    /// Prefers the core's own view of its peers, which is exact where it can still be had.
    fn correct(&mut self, rooms: &[RoomState]) {
        for state in rooms.iter().flat_map(|room| &room.peers) {
            if let Some(peer) = self.peers.get_mut(&state.peer) {
                peer.generation = state.generation;
                peer.boottime_ns = state.boottime_ns;
            }
        }
    }
}
