//! skeleton
use std::net::SocketAddr;
use std::time::Instant;

use crate::counters::Counters;
use crate::messages::{Command, Event, RoomState};
use crate::net::{Proto, Transmit};
use crate::prepare::PreparedPeer;
use crate::refusal::{Refusal, RefusalCode};

/// What a [`Core`] needs to know from its shell.
#[derive(Debug, Clone)]
pub struct CoreConfig {
    /// Index of this core's worker thread.
    pub worker: u16,
    /// An instant...
    pub origin: Instant,
    /// ...and the `CLOCK_BOOTTIME` of the same moment, in nanoseconds.
    pub origin_boottime_ns: u64,
    /// How many peers this core takes over all its rooms.
    pub max_peers: usize,
}

/// Everything one worker thread decides.
pub struct Core {
    transmits: Vec<Transmit>,
    events: Vec<Event>,
}

impl Core {
    /// An empty core.
    pub fn new(_config: CoreConfig, _now: Instant) -> Core {
        Core { transmits: Vec::new(), events: Vec::new() }
    }

    /// Carries out any command but `AddPeer`.
    pub fn command(&mut self, _now: Instant, _command: Command) -> Result<(), Refusal> {
        Err(Refusal::new(RefusalCode::Internal, "not there yet"))
    }

    /// Takes in a peer prepared for this core.
    pub fn add_peer(&mut self, _now: Instant, _peer: PreparedPeer) -> Result<(), Refusal> {
        Err(Refusal::new(RefusalCode::Internal, "not there yet"))
    }

    /// A datagram from the network. `local` is the announced candidate address it came in on.
    pub fn receive(&mut self, _now: Instant, _proto: Proto, _source: SocketAddr, _local: SocketAddr, _datagram: &[u8]) {}

    /// Does what is due. Call when [`Core::next_timeout`] has passed; sooner is harmless.
    pub fn timeout(&mut self, _now: Instant) {}

    /// When [`Core::timeout`] wants to be called next.
    pub fn next_timeout(&self) -> Option<Instant> {
        None
    }

    /// Datagrams to send, in order. Take them after every call that takes `now`.
    pub fn take_transmits(&mut self) -> std::vec::Drain<'_, Transmit> {
        self.transmits.drain(..)
    }

    /// What to tell the owner, in order.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Every room and peer as of now.
    pub fn snapshot(&self) -> Vec<RoomState> {
        Vec::new()
    }

    /// Totals since start.
    pub fn counters(&self) -> Counters {
        Counters::default()
    }
}
