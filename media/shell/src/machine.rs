//! What a worker needs of a core: the seam at which tests put a core of their own.

use std::time::Instant;

use std::net::SocketAddr;

use echo_core::messages::{Command, Event, OpenRoom, RoomState};
use echo_core::{Core, CoreConfig, Counters, Crossing, Outbox, PreparedPeer, Proto, Refusal};

/// A sans-IO core, as [`echo_core::Core`] is one.
pub(crate) trait Machine: Sized + 'static {
    /// A peer that is ready to be taken in.
    type Peer: Send + 'static;

    fn new(config: CoreConfig, now: Instant) -> Self;
    fn command(&mut self, now: Instant, command: Command) -> Result<(), Refusal>;
    fn open_room(&mut self, now: Instant, open: &OpenRoom, home: u16);
    fn add_peer(&mut self, now: Instant, peer: Self::Peer) -> Result<(), Refusal>;
    fn receive(&mut self, now: Instant, proto: Proto, source: SocketAddr, local: SocketAddr, datagram: &[u8]);
    fn timeout(&mut self, now: Instant);
    fn next_timeout(&self) -> Option<Instant>;
    fn next_wake(&self) -> Option<Instant>;
    fn take_outbox(&mut self, into: &mut Outbox);
    fn take_crossings(&mut self, into: &mut Vec<(u16, Crossing)>);
    fn take_in(&mut self, now: Instant, crossings: &mut Vec<(u16, Crossing)>);
    fn take_events(&mut self) -> Vec<Event>;
    fn snapshot(&self) -> Vec<RoomState>;
    fn counters(&self) -> Counters;
}

impl Machine for Core {
    type Peer = PreparedPeer;

    fn new(config: CoreConfig, now: Instant) -> Self {
        Core::new(config, now)
    }
    fn command(&mut self, now: Instant, command: Command) -> Result<(), Refusal> {
        Core::command(self, now, command)
    }
    fn open_room(&mut self, now: Instant, open: &OpenRoom, home: u16) {
        Core::open_room(self, now, open, home);
    }
    fn add_peer(&mut self, now: Instant, peer: PreparedPeer) -> Result<(), Refusal> {
        Core::add_peer(self, now, peer)
    }
    fn receive(&mut self, now: Instant, proto: Proto, source: SocketAddr, local: SocketAddr, datagram: &[u8]) {
        Core::receive(self, now, proto, source, local, datagram);
    }
    fn timeout(&mut self, now: Instant) {
        Core::timeout(self, now);
    }
    fn next_timeout(&self) -> Option<Instant> {
        Core::next_timeout(self)
    }
    fn next_wake(&self) -> Option<Instant> {
        Core::next_wake(self)
    }
    fn take_outbox(&mut self, into: &mut Outbox) {
        Core::take_outbox(self, into);
    }
    fn take_crossings(&mut self, into: &mut Vec<(u16, Crossing)>) {
        Core::take_crossings(self, into);
    }
    fn take_in(&mut self, now: Instant, crossings: &mut Vec<(u16, Crossing)>) {
        Core::take_in(self, now, crossings);
    }
    fn take_events(&mut self) -> Vec<Event> {
        Core::take_events(self)
    }
    fn snapshot(&self) -> Vec<RoomState> {
        Core::snapshot(self)
    }
    fn counters(&self) -> Counters {
        Core::counters(self)
    }
}
