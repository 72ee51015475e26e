//! Everything one worker thread decides: datagrams and time in, datagrams and events out.
//!
//! The parts: `members` (who comes and goes), `wiring` (who shows whom), `forward` and `sound` (the way of media), `duties`
//! (what time brings), `report` (what the owner is told), `spread` and `arrivals` (rooms that are on other workers too).

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use echo_wire::datagram::{self, Kind};

use crate::arena::{Arena, Key};
use crate::clock::BootClock;
use crate::config::CoreConfig;
use crate::counters::Counters;
use crate::crossing::Crossing;
use crate::deadlines::{Deadlines, Who};
use crate::demux::{Demux, Found};
use crate::ghost::Ghosts;
use crate::happening::{Happening, Out, Taken};
use crate::messages::{CloseReason, Event, RoomState};
use crate::net::Proto;
use crate::outbox::Outbox;
use crate::peer::Peer;
use crate::room::Room;
use crate::stun;

/// So much is sealed before it is handed out to be sent: what the processor's cache holds, and enough for full system calls.
const FLUSH_BYTES: usize = 128 * 1024;

/// Everything one worker thread decides.
pub struct Core {
    pub(crate) config: CoreConfig,
    pub(crate) clock: BootClock,
    pub(crate) now: Instant,
    pub(crate) peers: Arena<Peer>,
    pub(crate) peer_ids: HashMap<Arc<str>, Key>,
    pub(crate) rooms: Arena<Room>,
    pub(crate) room_ids: HashMap<Arc<str>, Key>,
    pub(crate) demux: Demux,
    pub(crate) deadlines: Deadlines,
    pub(crate) outbox: Outbox,
    pub(crate) events: Vec<Event>,
    pub(crate) counters: Counters,
    /// Receivers whose voice slots changed since the owner was told.
    pub(crate) voices_changed: Vec<Key>,
    /// Receivers whose layers are to be chosen anew before anything else is sent.
    pub(crate) unallotted: Vec<Key>,
    /// Peers of these rooms that live on other workers.
    pub(crate) ghosts: Ghosts,
    /// What is to be carried to other workers.
    pub(crate) crossings: Vec<(u16, Crossing)>,
    /// Ghosts of which something else may be wanted than before.
    pub(crate) restless: Vec<Key>,
    happenings: Vec<Happening>,
    /// Where media and feedback are opened.
    pub(crate) scratch: Vec<u8>,
    /// Peers with something queued, oldest first.
    dirty: VecDeque<Key>,
    /// Peers whose work panicked and who are to be closed.
    broken: Vec<Key>,
}

impl Core {
    /// An empty core.
    pub fn new(config: CoreConfig, now: Instant) -> Core {
        Core {
            clock: BootClock::new(config.origin, config.origin_boottime_ns),
            config,
            now,
            peers: Arena::new(),
            peer_ids: HashMap::new(),
            rooms: Arena::new(),
            room_ids: HashMap::new(),
            demux: Demux::new(now),
            deadlines: Deadlines::default(),
            outbox: Outbox::default(),
            events: Vec::new(),
            counters: Counters::default(),
            voices_changed: Vec::new(),
            unallotted: Vec::new(),
            ghosts: Ghosts::new(),
            crossings: Vec::new(),
            restless: Vec::new(),
            happenings: Vec::new(),
            scratch: Vec::new(),
            dirty: VecDeque::new(),
            broken: Vec::new(),
        }
    }

    /// A datagram from the network. `local` is the announced candidate address it came in on.
    pub fn receive(&mut self, now: Instant, proto: Proto, source: SocketAddr, local: SocketAddr, datagram: &[u8]) {
        self.advance_clock(now);
        self.counters.packets_in += 1;
        self.counters.bytes_in += datagram.len() as u64;
        let key = match self.demux.find(now, (proto, source), datagram) {
            Found::Peer(key) => key,
            Found::Nobody => {
                self.counters.dropped_garbage += 1;
                return;
            }
            Found::Limited => {
                self.counters.dropped_limited += 1;
                return;
            }
        };
        let taken = self.guard(key, |peer, out| {
            let taken = peer.transport.receive(now, (proto, source, local), datagram, out);
            if taken == Taken::Authentic {
                peer.seen = Some(now);
            }
            taken
        });
        match taken {
            Some(Taken::Authentic) => self.authentic(key, (proto, source), datagram),
            Some(Taken::Refused) => self.counters.dropped_refused += 1,
            Some(Taken::Handled) if datagram::kind(datagram) == Kind::Rtp => self.counters.dropped_unopened += 1,
            Some(Taken::Handled) | None => {}
        }
        self.happened(now, key);
        self.settle(now);
        self.schedule_peer(key);
    }

    /// Does what is due. Call when [`Core::next_timeout`] has passed; sooner is harmless.
    pub fn timeout(&mut self, now: Instant) {
        self.advance_clock(now);
        while let Some((at, who)) = self.deadlines.pop_due(now) {
            match who {
                Who::Peer(key) => {
                    if self.peers.get_mut(key).is_some_and(|peer| peer.alarm.ring(at)) {
                        self.peer_duties(now, key);
                        self.schedule_peer(key);
                    }
                }
                Who::Room(key) => {
                    if self.rooms.get_mut(key).is_some_and(|room| room.alarm.ring(at)) {
                        self.room_duties(now, key);
                        self.schedule_room(key);
                    }
                }
                Who::Ghost(key) => {
                    if self.ghosts.get_mut(key).is_some_and(|ghost| ghost.alarm.ring(at)) {
                        self.ghost_duties(now, key);
                        self.schedule_ghost(key);
                    }
                }
            }
        }
        self.settle(now);
    }

    /// When the first thing is due: [`Core::timeout`] is worth a call once this has passed.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// When to wake up for [`Core::timeout`] if nothing else does; what has time is due a little before.
    pub fn next_wake(&self) -> Option<Instant> {
        self.deadlines.wake()
    }

    /// Puts datagrams to send into `outbox`, whose former contents are dropped. Call after every batch of calls, until there is
    /// nothing more to send: it also sends what forwarding has queued, some receivers at a time, so that what is sealed is sent
    /// while it lies in the processor's cache.
    pub fn take_outbox(&mut self, outbox: &mut Outbox) {
        self.flush();
        self.counters.packets_out += self.outbox.len() as u64;
        self.counters.bytes_out += self.outbox.bytes().len() as u64;
        outbox.clear();
        std::mem::swap(outbox, &mut self.outbox);
    }

    /// What to tell the owner, in order.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.report_voices();
        std::mem::take(&mut self.events)
    }

    /// Every room and peer as of now.
    pub fn snapshot(&self) -> Vec<RoomState> {
        self.room_states()
    }

    /// Totals since start.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Bits per second that the line to a peer is believed to carry; `None` where that is not estimated.
    pub fn estimate(&self, peer: &str) -> Option<u64> {
        let peer = self.peer_ids.get(peer).and_then(|key| self.peers.get(*key))?;
        peer.transport.estimate().map(|estimate| estimate.as_bps())
    }

    /// Works on one peer; a panic ends that peer alone. `None` where it is gone or broken.
    pub(crate) fn guard<R>(&mut self, key: Key, work: impl FnOnce(&mut Peer, &mut Out<'_>) -> R) -> Option<R> {
        let peer = self.peers.get_mut(key).filter(|peer| !peer.broken)?;
        let mut out = Out {
            outbox: &mut self.outbox,
            happenings: &mut self.happenings,
            counters: &mut self.counters,
            scratch: &mut self.scratch,
        };
        // A peer that panicked is closed and never worked on again, so no one sees what it left half done.
        let result = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(feature = "failpoints")]
            assert!(!peer.fails, "failpoint");
            work(peer, &mut out)
        }));
        match result {
            Ok(result) => Some(result),
            Err(_) => {
                peer.broken = true;
                self.counters.panics += 1;
                self.broken.push(key);
                None
            }
        }
    }

    /// Notes that a peer has something to send.
    pub(crate) fn mark(&mut self, key: Key) {
        if let Some(peer) = self.peers.get_mut(key)
            && !std::mem::replace(&mut peer.dirty, true)
        {
            self.dirty.push_back(key);
        }
    }

    /// Deals with what a connection has just reported.
    pub(crate) fn happened(&mut self, now: Instant, key: Key) {
        let mut happenings = std::mem::take(&mut self.happenings);
        for happening in happenings.drain(..) {
            match happening {
                Happening::Packet(packet) => self.forward(now, key, packet),
                Happening::KeyframeWanted(mid) => self.viewer_wants_keyframe(now, key, mid),
                Happening::Missing { line, sequence } => self.repair(key, line, sequence),
                Happening::LineMeasured => self.line_measured(now, key),
                Happening::Connected => self.peer_connected(now, key),
                Happening::Lost => self.connection_lost(now, key),
                Happening::Closed => {
                    self.see(now, key);
                    self.close_peer(now, key, CloseReason::ClosedByPeer);
                }
            }
        }
        if self.happenings.is_empty() {
            // Keeps its room for the next time.
            self.happenings = happenings;
        }
    }

    pub(crate) fn schedule_peer(&mut self, key: Key) {
        if let Some(peer) = self.peers.get_mut(key) {
            let at = peer.deadline();
            self.deadlines.set(self.now, &mut peer.alarm, Who::Peer(key), at);
        }
    }

    /// Like [`Core::schedule_peer`], where nothing but the transport has moved.
    fn schedule_transport(&mut self, key: Key) {
        if let Some(peer) = self.peers.get_mut(key) {
            let at = peer.transport.timeout();
            self.deadlines.set(self.now, &mut peer.alarm, Who::Peer(key), at);
        }
    }

    pub(crate) fn schedule_room(&mut self, key: Key) {
        if let Some(room) = self.rooms.get_mut(key)
            && let Some(at) = room.deadline()
        {
            self.deadlines.set(self.now, &mut room.alarm, Who::Room(key), at);
        }
    }

    pub(crate) fn schedule_ghost(&mut self, key: Key) {
        if let Some(ghost) = self.ghosts.get_mut(key)
            && let Some(at) = ghost.deadline()
        {
            self.deadlines.set(self.now, &mut ghost.alarm, Who::Ghost(key), at);
        }
    }

    /// Closes the peers whose work panicked.
    pub(crate) fn settle(&mut self, now: Instant) {
        while let Some(key) = self.broken.pop() {
            self.close_peer(now, key, CloseReason::Failed);
        }
    }

    pub(crate) fn advance_clock(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    fn see(&mut self, now: Instant, key: Key) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.seen = Some(now);
        }
    }

    /// The peer has proven to be at this address. What is no request was found by the address itself, which leads to it already.
    fn authentic(&mut self, key: Key, address: (Proto, SocketAddr), datagram: &[u8]) {
        if let Some(peer) = self.peers.get_mut(key)
            && (stun::is_request(datagram) || !peer.bound.is_newest(address))
        {
            self.demux.bind(key, &mut peer.bound, address);
        }
    }

    /// Sends what forwarding has queued, all packets of a receiver at once.
    fn flush(&mut self) {
        let now = self.now;
        while let Some(key) = self.unallotted.pop() {
            self.allot(now, key);
            self.schedule_peer(key);
        }
        while self.outbox.bytes().len() < FLUSH_BYTES
            && let Some(key) = self.dirty.pop_front()
        {
            self.guard(key, |peer, out| {
                peer.dirty = false;
                peer.transport.flush(now, out);
            });
            let quiet = self.happenings.is_empty();
            self.happened(now, key);
            match quiet {
                true => self.schedule_transport(key),
                false => self.schedule_peer(key),
            }
            self.settle(now);
        }
    }
}
