//! Who comes and goes: rooms opened and closed, peers added, replaced, connected, lost.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::core::Core;
use crate::direct::WallClock;
use crate::happening::Out;
use crate::messages::{
    CloseReason, CloseRoom, Command, Event, OpenRoom, PeerClosed, PeerConnected, RemovePeer, Source,
};
use crate::peer::Peer;
use crate::prepare::PreparedPeer;
use crate::publication::Viewer;
use crate::refusal::{Refusal, RefusalCode};
use crate::room::Room;

impl Core {
    /// Carries out any command but [`Command::AddPeer`], which goes through [`Factory`](crate::Factory), and
    /// [`Command::OpenRoom`], which is [`Core::open_room`].
    pub fn command(&mut self, now: Instant, command: Command) -> Result<(), Refusal> {
        self.advance_clock(now);
        let done = match command {
            Command::OpenRoom(_) => Err(Refusal::new(
                RefusalCode::Internal,
                "A room must be given a home before it reaches the media thread.",
            )),
            Command::CloseRoom(close) => self.close_room(now, &close),
            Command::RemovePeer(RemovePeer { peer }) => {
                self.find_peer(&peer).map(|key| self.close_peer(now, key, CloseReason::Removed))
            }
            Command::SetMuted(set) => {
                self.find_peer(&set.peer).map(|key| self.set_muted(now, key, set.source, set.muted))
            }
            Command::SetPictures(set) => self.find_peer(&set.peer).map(|key| self.set_pictures(now, key, set.pictures)),
            Command::AddPeer(_) => {
                Err(Refusal::new(RefusalCode::Internal, "A join must be prepared before it reaches the media thread."))
            }
        };
        self.settle(now);
        done
    }

    /// Takes in a peer prepared for this core. The same peer id again replaces its transport: others keep watching it,
    /// its mutes and what it watches are kept, and the old transport is closed.
    pub fn add_peer(&mut self, now: Instant, prepared: PreparedPeer) -> Result<(), Refusal> {
        self.advance_clock(now);
        let room_key = self.find_room(&prepared.room)?;
        if prepared.worker != self.config.worker {
            return Err(Refusal::new(RefusalCode::Internal, "The join was prepared for another media thread."));
        }
        let old = self.peer_ids.get(prepared.peer.as_str()).copied();
        let replaces = old.and_then(|key| self.peers.get(key)).is_some_and(|peer| peer.room == room_key);
        let room = self.rooms.get(room_key).expect("rooms are found by live keys");
        if !replaces && room.members.len() + room.ghosts.len() >= room.max_peers {
            return Err(Refusal::new(
                RefusalCode::RoomFull,
                format!(
                    "This room takes {} people and is full. Please try again when somebody has left.",
                    room.max_peers
                ),
            ));
        }
        if old.is_none() && self.peers.len() >= self.config.max_peers {
            return Err(Refusal::new(RefusalCode::RoomFull, "This server takes no more people at the moment."));
        }
        let inherited = old.map(|key| self.inheritance(key));
        if let Some(ghost) = self.ghosts.by_id(&prepared.peer) {
            self.end_ghost(now, ghost);
        }
        if let Some(old) = old {
            self.close_peer(now, old, CloseReason::Replaced);
        }
        let generation = inherited.as_ref().map_or(1, |inherited| inherited.generation + 1);
        let key = self.enter(now, room_key, generation, prepared);
        if let Some(inherited) = inherited {
            for source in inherited.muted {
                self.set_muted(now, key, source, true);
            }
            self.set_pictures(now, key, inherited.pictures);
        }
        self.wire_viewers_of(now, key);
        self.guard(key, |peer, out| peer.transport.advance(now, out));
        self.happened(now, key);
        self.settle(now);
        self.schedule_peer(key);
        self.schedule_room(room_key);
        Ok(())
    }

    pub(crate) fn peer_connected(&mut self, now: Instant, key: Key) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        peer.connected = true;
        peer.seen = Some(now);
        let slots = peer.pictures.len();
        let Some(room) = self.rooms.get(peer.room) else { return };
        self.events.push(Event::PeerConnected(PeerConnected {
            room: room.id.to_string(),
            peer: peer.id.to_string(),
            generation: peer.generation,
            boottime_ns: self.clock.ns(now),
        }));
        for slot in 0..slots {
            let viewer = Viewer { peer: key, slot };
            self.aim(now, viewer);
            self.report_picture(viewer);
        }
    }

    pub(crate) fn connection_lost(&mut self, now: Instant, key: Key) {
        let connected = self.peers.get(key).is_some_and(|peer| peer.connected);
        self.close_peer(now, key, if connected { CloseReason::TimedOut } else { CloseReason::NeverConnected });
    }

    /// Ends a peer: everything that pointed to it is unwired, its owner is told.
    pub(crate) fn close_peer(&mut self, now: Instant, key: Key, reason: CloseReason) {
        self.unwire(now, key);
        self.leave_voices(key);
        let Some(mut peer) = self.peers.remove(key) else { return };
        self.demux.forget(key, &peer.bound);
        if self.peer_ids.get(&peer.id) == Some(&key) {
            self.peer_ids.remove(&peer.id);
        }
        self.tell_left(key, peer.room);
        if let Some(room) = self.rooms.get_mut(peer.room) {
            room.members.retain(|member| *member != key);
            let empty = !room.is_awake();
            self.events.push(Event::PeerClosed(PeerClosed {
                room: room.id.to_string(),
                peer: peer.id.to_string(),
                generation: peer.generation,
                reason,
                boottime_ns: peer.seen.map_or(0, |seen| self.clock.ns(seen)),
            }));
            if empty {
                self.put_room_to_sleep(now, peer.room);
            }
        }
        self.counters.peers_closed += 1;
        self.bury(now, &mut peer);
        // Dropping it runs its code once more.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(peer)));
    }

    /// Says goodbye over a connection that still works.
    fn bury(&mut self, now: Instant, peer: &mut Peer) {
        if peer.broken || !peer.connected || !peer.transport.is_alive() {
            return;
        }
        let mut happenings = Vec::new();
        let mut out = Out {
            outbox: &mut self.outbox,
            happenings: &mut happenings,
            counters: &mut self.counters,
            scratch: &mut self.scratch,
        };
        let _ = catch_unwind(AssertUnwindSafe(|| peer.transport.close(now, &mut out)));
    }

    fn enter(&mut self, now: Instant, room_key: Key, generation: u32, prepared: PreparedPeer) -> Key {
        let wall = WallClock::new(self.config.origin, self.config.origin_unix_ns);
        let egress = (self.config.egress, wall, self.config.estimate);
        let peer = Peer::new(now, room_key, generation, prepared, egress);
        let (id, slots) = (peer.id.clone(), peer.voices.len());
        let key = self.peers.insert(peer);
        self.counters.peers_added += 1;
        self.peer_ids.insert(id, key);
        if let Some(peer) = self.peers.get(key) {
            self.demux.enlist(key, &peer.bound);
        }
        if let Some(room) = self.rooms.get_mut(room_key) {
            let wakes = !room.is_awake();
            room.members.push(key);
            room.voices.make_room_for(slots);
            if wakes {
                self.wake_room(room_key);
            }
        }
        self.tell_of_peer(key, self.awake(room_key));
        key
    }

    /// Opens a room whose home is this worker or another one, or changes its options or its home.
    pub fn open_room(&mut self, now: Instant, open: &OpenRoom, home: u16) {
        self.advance_clock(now);
        let known = self.room_ids.get(open.room.as_str()).copied();
        if let Some((key, room)) = known.and_then(|key| Some((key, self.rooms.get_mut(key)?))) {
            let was_awake = room.is_awake();
            room.max_peers = open.max_peers;
            room.echo_delay = open.echo_delay_ms.map(Duration::from_millis);
            room.settle_at(home, self.config.worker);
            match (was_awake, room.is_awake()) {
                (false, true) => self.wake_room(key),
                (true, false) => self.put_room_to_sleep(now, key),
                _ => {}
            }
            return;
        }
        let room = Room::new(now, open, home, self.config.worker);
        let (id, wakes) = (room.id.clone(), room.is_awake());
        let key = self.rooms.insert(room);
        self.room_ids.insert(id, key);
        if wakes {
            self.wake_room(key);
        }
    }

    fn close_room(&mut self, now: Instant, close: &CloseRoom) -> Result<(), Refusal> {
        let key = self.find_room(&close.room)?;
        let members = self.rooms.get(key).map(|room| room.members.clone()).unwrap_or_default();
        for member in members {
            self.close_peer(now, member, CloseReason::RoomClosed);
        }
        if self.rooms.get(key).is_some_and(Room::is_awake) {
            self.put_room_to_sleep(now, key);
        }
        self.rooms.remove(key);
        self.room_ids.remove(close.room.as_str());
        Ok(())
    }

    fn find_room(&self, id: &str) -> Result<Key, Refusal> {
        self.room_ids.get(id).copied().ok_or_else(|| {
            Refusal::new(RefusalCode::NoRoom, format!("The room {id} is not open. Open it first, or join another one."))
        })
    }

    fn find_peer(&self, id: &str) -> Result<Key, Refusal> {
        self.peer_ids.get(id).copied().ok_or_else(|| {
            Refusal::new(RefusalCode::NoPeer, format!("There is no participant {id}; it may have left already."))
        })
    }

    fn inheritance(&self, key: Key) -> Inheritance {
        let Some(peer) = self.peers.get(key) else { return Inheritance::default() };
        Inheritance {
            generation: peer.generation,
            muted: Source::ALL.into_iter().filter(|source| peer.is_muted(*source)).collect(),
            pictures: peer.pictures.iter().map(|slot| slot.wanted.as_ref().map(Into::into)).collect(),
        }
    }
}

/// What the next transport of a peer id takes over.
#[derive(Debug, Default)]
struct Inheritance {
    generation: u32,
    muted: Vec<Source>,
    pictures: Vec<Option<crate::messages::WantedPicture>>,
}
