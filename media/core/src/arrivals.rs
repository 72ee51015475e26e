//! A room on several workers, the way in: what this core is told by the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use crate::arena::Key;
use crate::core::Core;
use crate::crossing::{Crossing, Kind, Standing, WorkerSet};
use crate::deadlines::Alarm;
use crate::ghost::{Ghost, LayerSet, Remote};
use crate::layers::LAYERS;
use crate::messages::Source;
use crate::packet::VideoPacket;
use crate::peer::Origin;
use crate::publication::Video;
use crate::publications::{PICTURES, Publications};
use crate::recent::{FRESH, JUST_NOW};

impl Core {
    /// Takes in what another worker's core had to tell, in its order. Empties the list.
    pub fn take_in(&mut self, now: Instant, crossings: &mut Vec<(u16, Crossing)>) {
        self.advance_clock(now);
        for (from, crossing) in crossings.drain(..) {
            self.arrive(now, from, crossing.0);
        }
        self.settle(now);
    }

    /// Ends a ghost: everything that pointed to it is unwired.
    pub(crate) fn end_ghost(&mut self, now: Instant, key: Key) {
        self.unwire(now, key);
        self.leave_voices(key);
        let Some(ghost) = self.ghosts.remove(key) else { return };
        if let Some(room) = self.rooms.get_mut(ghost.room) {
            room.ghosts.retain(|other| *other != key);
        }
    }

    fn arrive(&mut self, now: Instant, from: u16, kind: Kind) {
        match kind {
            Kind::Awake { room, answer } => self.woken(now, from, &room, answer),
            Kind::Asleep { room } => {
                if let Some(room) = self.room_ids.get(&room).copied() {
                    self.forget_worker(now, from, room);
                }
            }
            Kind::Replaced => {
                let rooms: Vec<Key> = self.room_ids.values().copied().collect();
                rooms.into_iter().for_each(|room| self.forget_worker(now, from, room));
            }
            Kind::Came { peer, room, id, sources } => self.came(now, peer, &room, id, &sources),
            Kind::Left { peer } => {
                if let Some(ghost) = self.ghosts.by_remote(peer) {
                    self.end_ghost(now, ghost);
                }
            }
            Kind::Seen { room, seen } => self.seen_abroad(from, &room, &seen),
            Kind::Stands { peer, source, standing } => self.stands(now, peer, source, &standing),
            Kind::Silent { peer, source } => {
                if let Some(ghost) = self.ghosts.by_remote(peer) {
                    self.leave_voice(ghost, source);
                }
            }
            Kind::Anew { peer, origin } => {
                if let Some(ghost) = self.ghosts.by_remote(peer) {
                    self.begin_anew(ghost, origin);
                    self.begun_anew(now, ghost, origin);
                }
            }
            Kind::Sound { peer, source, packet } => {
                self.counters.crossings_in += 1;
                let Some(ghost) = self.ghosts.by_remote(peer) else { return };
                let Some(room) = self.ghosts.get(ghost).map(|ghost| ghost.room) else { return };
                self.sound_to_room(now, room, (ghost, source), &packet);
            }
            Kind::Picture { peer, origin, anew, packet } => {
                self.counters.crossings_in += 1;
                if let Some(ghost) = self.ghosts.by_remote(peer) {
                    self.picture_abroad(now, ghost, (origin, anew), &packet);
                }
            }
            Kind::Kept { peer, origin, still, packets } => {
                let Some(ghost) = self.ghosts.by_remote(peer) else { return };
                if still {
                    self.still_abroad(now, ghost, origin, &packets);
                } else {
                    packets.iter().for_each(|packet| self.picture_abroad(now, ghost, (origin, false), packet));
                }
            }
            Kind::Wanted { peer, source, layers, steps } => {
                self.wanted_abroad(now, from, (peer, source), layers, steps)
            }
            Kind::KeyframeWanted { peer, origin, waits } => {
                if let Some(key) = self.own(peer) {
                    if waits && let Some(video) = self.video(key, origin.source) {
                        video.wait_abroad(origin.layer);
                    }
                    self.want_keyframe(now, key, origin);
                }
            }
        }
    }

    /// Another worker takes part in a room. Where this one does too, both tell each other of their peers.
    fn woken(&mut self, now: Instant, from: u16, id: &str, answer: bool) {
        let Some(key) = self.room_ids.get(id).copied() else { return };
        self.forget_worker(now, from, key);
        let Some(room) = self.rooms.get_mut(key).filter(|room| room.is_awake()) else { return };
        room.awake.add(from);
        let (id, members) = (Arc::clone(&room.id), room.members.clone());
        let to = WorkerSet::only(from);
        if answer {
            self.tell(to, &Kind::Awake { room: id, answer: false });
        }
        for member in members {
            self.tell_of_peer(member, to);
        }
    }

    /// A worker takes part in a room no more, or anew: its ghosts end, and what it wanted counts no more.
    fn forget_worker(&mut self, now: Instant, from: u16, key: Key) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        room.awake.remove(from);
        let (ghosts, members) = (room.ghosts.clone(), room.members.clone());
        for ghost in ghosts {
            if self.ghosts.get(ghost).is_some_and(|ghost| ghost.remote.worker == from) {
                self.end_ghost(now, ghost);
            }
        }
        for member in members {
            for source in PICTURES {
                if let Some(video) = self.video(member, source) {
                    LAYERS.into_iter().for_each(|layer| _ = video.want_abroad(from, layer, false));
                }
            }
        }
    }

    fn came(&mut self, now: Instant, remote: Remote, room: &str, id: Arc<str>, sources: &[Source]) {
        let Some(room_key) = self.room_ids.get(room).copied() else { return };
        if !self.awake(room_key).has(remote.worker) {
            return;
        }
        if let Some(ghost) = self.ghosts.by_remote(remote).and_then(|key| self.ghosts.get_mut(key)) {
            // Told twice, since both woke at once; what is wanted is told again too.
            ghost.wanted = Default::default();
            self.ghosts.by_remote(remote).into_iter().for_each(|key| self.stir(key));
            return;
        }
        if let Some(former) = self.ghosts.by_id(&id) {
            self.end_ghost(now, former);
        }
        let key = self.ghosts.insert(Ghost {
            id,
            room: room_key,
            remote,
            publications: Publications::offered(|source| sources.contains(&source)),
            alarm: Alarm::default(),
            seen_ns: 0,
            wanted: Default::default(),
            restless: false,
        });
        if let Some(room) = self.rooms.get_mut(room_key) {
            room.ghosts.push(key);
        }
        self.wire_viewers_of(now, key);
        self.schedule_room(room_key);
    }

    fn seen_abroad(&mut self, from: u16, room: &str, seen: &[(Key, u64)]) {
        let Some(room) = self.room_ids.get(room).and_then(|key| self.rooms.get(*key)) else { return };
        for ghost in &room.ghosts {
            if let Some(ghost) = self.ghosts.get_mut(*ghost).filter(|ghost| ghost.remote.worker == from)
                && let Some((_, at)) = seen.iter().find(|(key, _)| *key == ghost.remote.key)
            {
                ghost.seen_ns = *at;
            }
        }
    }

    fn stands(&mut self, now: Instant, remote: Remote, source: Source, standing: &Standing) {
        let Some(ghost) = self.ghosts.by_remote(remote) else { return };
        let Some(video) = self.video(ghost, source) else { return };
        video.forget_old(now);
        let held_back = video.muted != standing.muted;
        if held_back {
            video.interrupt();
        }
        if !video.stand(standing) {
            return;
        }
        let viewers = video.viewers.clone();
        if held_back {
            self.release_all(&viewers);
        }
        self.aim_all(now, &viewers);
        self.stir(ghost);
    }

    fn picture_abroad(&mut self, now: Instant, ghost: Key, (origin, anew): (Origin, bool), packet: &VideoPacket) {
        if anew {
            self.begin_anew(ghost, origin);
        }
        if self.keep_abroad(now, (ghost, origin.source), |video| video.keep(origin.layer, packet)) {
            self.show_to_viewers(ghost, origin, packet);
        }
        if anew {
            self.begun_anew(now, ghost, origin);
        }
    }

    /// A layer of a ghost went on as another stream, and the slots that hold still for it have seen its first packet.
    fn begun_anew(&mut self, now: Instant, ghost: Key, origin: Origin) {
        let viewers = self.video(ghost, origin.source).map(|video| video.viewers.clone()).unwrap_or_default();
        self.aim_all(now, &viewers);
        if self.waited_for(&viewers, origin.layer) {
            self.want_keyframe(now, ghost, origin);
        }
    }

    /// An old keyframe came across, for those who are shown nothing yet.
    fn still_abroad(&mut self, now: Instant, ghost: Key, origin: Origin, packets: &[VideoPacket]) {
        let source = origin.source;
        if !self.keep_abroad(now, (ghost, source), |video| video.keep_still(origin.layer, packets)) {
            return;
        }
        for viewer in self.video(ghost, source).map(|video| video.viewers.clone()).unwrap_or_default() {
            self.show_still(viewer, origin.layer, packets);
        }
    }

    fn wanted_abroad(
        &mut self,
        now: Instant,
        from: u16,
        (remote, source): (Remote, Source),
        layers: LayerSet,
        steps: LayerSet,
    ) {
        let Some(key) = self.own(remote) else { return };
        if !self.peers.get(key).is_some_and(|peer| self.awake(peer.room).has(from)) {
            return;
        }
        let Some(video) = self.video(key, source) else { return };
        let new = LAYERS.map(|layer| video.want_abroad(from, layer, layers.has(layer)).then_some(layer));
        for layer in new.into_iter().flatten() {
            let age = if steps.has(layer) { JUST_NOW } else { FRESH };
            self.begin_abroad(now, key, Origin { source, layer }, (from, age));
        }
    }

    /// The peer that others name so, while it lives here.
    fn own(&self, remote: Remote) -> Option<Key> {
        (self.remote(remote.key) == remote).then_some(remote.key).filter(|key| self.peers.get(*key).is_some())
    }

    /// Works on what a ghost keeps; a panic ends that ghost alone. False where there was nothing to keep.
    fn keep_abroad(
        &mut self,
        now: Instant,
        (ghost, source): (Key, Source),
        work: impl FnOnce(&mut Video) -> bool,
    ) -> bool {
        let Some(video) = self.video(ghost, source) else { return false };
        // Where it panics the ghost goes, so no one sees what it left half done.
        let kept = catch_unwind(AssertUnwindSafe(|| work(video)));
        if kept.is_err() {
            self.counters.panics += 1;
            self.end_ghost(now, ghost);
        }
        kept.unwrap_or(false)
    }
}
