//! A room on several workers, the way out: what this core tells the others.
//!
//! Each worker that has somebody of a room, and the room's home whether it has or not, takes part in the room: it is awake there.
//! Those that are awake tell each other of their peers, so that each has a ghost of all the others' peers. A worker that is
//! alone in a room tells nobody anything, and a packet of it meets one branch more than without all this.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::core::Core;
use crate::crossing::{Crossing, Kind, WorkerSet};
use crate::ghost::{LayerSet, Remote};
use crate::layers::LAYERS;
use crate::messages::{Layer, Source};
use crate::packet::{MediaPacket, VideoPacket};
use crate::peer::Origin;
use crate::publications::PICTURES;

impl Core {
    /// What is to be carried to other workers' cores, each with the worker it is for, in order. Call after every batch of calls.
    pub fn take_crossings(&mut self, into: &mut Vec<(u16, Crossing)>) {
        while let Some(key) = self.restless.pop() {
            PICTURES.into_iter().for_each(|source| self.tell_wanted(key, source));
            if let Some(ghost) = self.ghosts.get_mut(key) {
                ghost.restless = false;
            }
        }
        into.append(&mut self.crossings);
    }

    /// The room takes part in what goes on in it elsewhere.
    pub(crate) fn wake_room(&mut self, key: Key) {
        if let Some(room) = self.rooms.get(key) {
            let room = Arc::clone(&room.id);
            self.tell(self.others(), &Kind::Awake { room, answer: true });
        }
    }

    /// Nobody of the room is here any more.
    pub(crate) fn put_room_to_sleep(&mut self, now: Instant, key: Key) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        room.awake = WorkerSet::default();
        let (id, ghosts) = (Arc::clone(&room.id), room.ghosts.clone());
        for ghost in ghosts {
            self.end_ghost(now, ghost);
        }
        self.tell(self.others(), &Kind::Asleep { room: id });
    }

    /// Tells workers of a peer.
    pub(crate) fn tell_of_peer(&mut self, key: Key, to: WorkerSet) {
        if to.is_empty() {
            return;
        }
        let Some(peer) = self.peers.get(key) else { return };
        let Some(room) = self.rooms.get(peer.room) else { return };
        let (room, id, sources) = (Arc::clone(&room.id), Arc::clone(&peer.id), peer.publications.sources());
        let stand = PICTURES.map(|source| Some((source, peer.shown(source)?.standing())));
        let peer = self.remote(key);
        self.tell(to, &Kind::Came { peer, room, id, sources });
        for (source, standing) in stand.into_iter().flatten() {
            self.tell(to, &Kind::Stands { peer, source, standing });
        }
    }

    /// Tells those who are awake in a peer's room that it left.
    pub(crate) fn tell_left(&mut self, key: Key, room: Key) {
        let to = self.awake(room);
        if !to.is_empty() {
            self.tell(to, &Kind::Left { peer: self.remote(key) });
        }
    }

    /// Tells how a publication with pictures stands.
    pub(crate) fn tell_standing(&mut self, key: Key, source: Source) {
        let Some(peer) = self.peers.get(key) else { return };
        let to = self.awake(peer.room);
        if to.is_empty() {
            return;
        }
        if let Some(standing) = peer.shown(source).map(|video| video.standing()) {
            self.tell(to, &Kind::Stands { peer: self.remote(key), source, standing });
        }
    }

    /// Tells what changes all the time, once a second: what layers take on the wire, and to the room's home who was heard when.
    pub(crate) fn tell_regularly(&mut self, key: Key) {
        let Some(room) = self.rooms.get(key).filter(|room| !room.awake.is_empty()) else { return };
        let (id, members) = (Arc::clone(&room.id), room.members.clone());
        if !room.at_home {
            let home = WorkerSet::only(room.home);
            let here =
                members.iter().filter_map(|key| Some((*key, self.peers.get(*key).filter(|peer| peer.connected)?)));
            let seen = here.filter_map(|(key, peer)| Some((key, self.clock.ns(peer.seen?)))).collect();
            self.tell(home, &Kind::Seen { room: id, seen });
        }
        for member in members {
            for source in PICTURES {
                if self.shown(member, source).is_some_and(|video| video.flow.flowing) {
                    self.tell_standing(member, source);
                }
            }
        }
    }

    /// A publication of sound is held back or stopped.
    pub(crate) fn tell_silent(&mut self, key: Key, source: Source, to: WorkerSet) {
        self.tell(to, &Kind::Silent { peer: self.remote(key), source });
    }

    /// Sends a packet of sound across.
    pub(crate) fn carry_sound(&mut self, key: Key, source: Source, packet: &MediaPacket, to: WorkerSet) {
        let peer = self.remote(key);
        self.carry(to, &Kind::Sound { peer, source, packet: packet.clone() });
    }

    /// Sends a packet of a picture across.
    pub(crate) fn carry_picture(
        &mut self,
        key: Key,
        (origin, anew): (Origin, bool),
        packet: &VideoPacket,
        to: WorkerSet,
    ) {
        let peer = self.remote(key);
        self.carry(to, &Kind::Picture { peer, origin, anew, packet: packet.clone() });
    }

    /// Sends word across that a layer goes on as another stream.
    pub(crate) fn carry_anew(&mut self, key: Key, origin: Origin, to: WorkerSet) {
        self.tell(to, &Kind::Anew { peer: self.remote(key), origin });
    }

    /// Begins a layer on a worker where it was not wanted before: with what is fresh, else with a still picture until the keyframe
    /// comes that is asked for at the same time.
    pub(crate) fn begin_abroad(&mut self, now: Instant, key: Key, origin: Origin, (to, age): (u16, Duration)) {
        let Some(video) = self.shown(key, origin.source) else { return };
        let Some(track) = video.track(origin.layer) else { return };
        let (fresh, paused) = (track.recent.since_keyframe(now, age).to_vec(), video.muted || !video.flow.flowing);
        let still = fresh.is_empty();
        let packets = if still && !paused { track.still.as_of(now) } else { fresh };
        if !packets.is_empty() {
            let peer = self.remote(key);
            self.crossings.push((to, Crossing(Kind::Kept { peer, origin, still, packets })));
        }
        if still {
            self.video(key, origin.source).into_iter().for_each(|video| video.wait_abroad(origin.layer));
            self.want_keyframe(now, key, origin);
        }
    }

    /// Asks the worker of a ghost for a keyframe. Where a layer was not wanted before, wanting it says as much.
    pub(crate) fn ask_abroad(&mut self, key: Key, origin: Origin) {
        let waits = self.shown(key, origin.source).is_some_and(|video| self.waited_for(&video.viewers, origin.layer));
        let Some(ghost) = self.ghosts.get_mut(key) else { return };
        let peer = ghost.remote;
        if ghost.wanted(origin.source).has(origin.layer) {
            self.crossings.push((peer.worker, Crossing(Kind::KeyframeWanted { peer, origin, waits })));
        }
    }

    /// A slot is about to want a layer. Of a ghost's, where nobody here wanted it, that begins with what comes across for it: what
    /// is kept is older, and may have holes, since it was still under way when it was last wanted no more.
    pub(crate) fn start_over_abroad(&mut self, key: Key, origin: Origin) {
        if key.is_ghost()
            && let Some(ghost) = self.ghosts.get_mut(key)
            && !ghost.wanted(origin.source).has(origin.layer)
            && let Some(video) = self.video(key, origin.source)
        {
            video.start_over(origin.layer);
        }
    }

    /// What is wanted of a publication may have changed.
    pub(crate) fn stir(&mut self, publisher: Key) {
        if publisher.is_ghost()
            && let Some(ghost) = self.ghosts.get_mut(publisher)
            && !std::mem::replace(&mut ghost.restless, true)
        {
            self.restless.push(publisher);
        }
    }

    /// Names a peer of this core to others.
    pub(crate) fn remote(&self, key: Key) -> Remote {
        Remote { worker: self.config.worker, life: self.config.life, key }
    }

    /// Who else takes part in a room.
    pub(crate) fn awake(&self, room: Key) -> WorkerSet {
        self.rooms.get(room).map(|room| room.awake).unwrap_or_default()
    }

    pub(crate) fn tell(&mut self, to: WorkerSet, kind: &Kind) {
        self.crossings.extend(to.iter().map(|worker| (worker, Crossing(kind.clone()))));
    }

    fn carry(&mut self, to: WorkerSet, kind: &Kind) {
        let before = self.crossings.len();
        self.tell(to, kind);
        self.counters.crossings_out += (self.crossings.len() - before) as u64;
    }

    fn others(&self) -> WorkerSet {
        let mut others = WorkerSet::default();
        if self.config.workers > 1 {
            (0..self.config.workers).for_each(|worker| others.add(worker));
            others.remove(self.config.worker);
        }
        others
    }

    /// Tells the worker of a ghost which layers its viewers here carry or wait for, where that is another set than before.
    fn tell_wanted(&mut self, key: Key, source: Source) {
        let Some(video) = self.shown(key, source) else { return };
        let (mut layers, mut steps) = (LayerSet::default(), LayerSet::default());
        for viewer in &video.viewers {
            let slot = self.peers.get(viewer.peer).and_then(|peer| peer.pictures.get(viewer.slot));
            let Some((current, target)) = slot.map(|slot| (slot.current(), slot.target())) else { continue };
            [current, target].into_iter().flatten().for_each(|layer| layers.add(layer));
            current.and(target).into_iter().for_each(|layer| steps.add(layer));
        }
        let Some(ghost) = self.ghosts.get_mut(key) else { return };
        let before = std::mem::replace(ghost.wanted(source), layers);
        let peer = ghost.remote;
        if before == layers {
            return;
        }
        let gone = |layer: &Layer| before.has(*layer) && !layers.has(*layer);
        for layer in LAYERS.into_iter().filter(gone) {
            self.video(key, source).into_iter().for_each(|video| video.part(layer));
        }
        self.crossings.push((peer.worker, Crossing(Kind::Wanted { peer, source, layers, steps })));
    }
}
