//! Who shows whom: video slots wired to publications, mutes, and the aim of every slot at a layer.

use std::time::Instant;

use str0m::media::Mid;

use crate::arena::Key;
use crate::core::Core;
use crate::keyframes::Wish;
use crate::layers;
use crate::messages::{Layer, Source, WantedPicture};
use crate::peer::Origin;
use crate::picture_slot::Wanted;
use crate::publication::Viewer;
use crate::publications::PICTURES;
use crate::recent::{FRESH, JUST_NOW};

impl From<&Wanted> for WantedPicture {
    fn from(wanted: &Wanted) -> WantedPicture {
        WantedPicture { publisher: wanted.publisher.to_string(), source: wanted.source, max_height: wanted.max_height }
    }
}

impl Core {
    /// Gives every video slot of a receiver its picture; slots beyond the list are freed.
    pub(crate) fn set_pictures(&mut self, now: Instant, key: Key, pictures: Vec<Option<WantedPicture>>) {
        let slots = self.peers.get(key).map_or(0, |peer| peer.pictures.len());
        let mut pictures = pictures.into_iter();
        for slot in 0..slots {
            let wanted = pictures.next().flatten().map(|wanted| Wanted {
                publisher: wanted.publisher.as_str().into(),
                source: wanted.source,
                max_height: wanted.max_height,
            });
            self.set_picture(now, Viewer { peer: key, slot }, wanted);
        }
        self.schedule_peer(key);
    }

    /// Holds a publication back or lets it through.
    pub(crate) fn set_muted(&mut self, now: Instant, key: Key, source: Source, muted: bool) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        if source.is_audio() {
            let changed = peer.sound(source).is_some_and(|sound| std::mem::replace(&mut sound.muted, muted) != muted);
            if changed && muted {
                self.leave_voice(key, source);
            }
            return;
        }
        let Some(video) = peer.video(source).filter(|video| video.muted != muted) else { return };
        video.muted = muted;
        video.interrupt();
        let viewers = video.viewers.clone();
        self.release_all(&viewers);
        self.aim_all(now, &viewers);
        self.tell_standing(key, source);
        self.schedule_peer(key);
    }

    /// A layer of a publication goes on as another stream: its slots hold still until a keyframe of that.
    pub(crate) fn begin_anew(&mut self, key: Key, origin: Origin) {
        let Some(video) = self.video(key, origin.source) else { return };
        video.begin_anew(origin.layer);
        for viewer in video.viewers.clone() {
            if let Some(slot) = self.peers.get_mut(viewer.peer).and_then(|peer| peer.pictures.get_mut(viewer.slot)) {
                slot.begin_anew(origin.layer);
            }
        }
    }

    /// Wires the slots that were waiting for this peer id.
    pub(crate) fn wire_viewers_of(&mut self, now: Instant, key: Key) {
        let Some((id, room)) = self.who(key).map(|(id, room)| (id.clone(), room)) else { return };
        let members = self.rooms.get(room).map(|room| room.members.clone()).unwrap_or_default();
        for member in members {
            let slots = self.peers.get(member).map_or(0, |peer| peer.pictures.len());
            for slot in 0..slots {
                let viewer = Viewer { peer: member, slot };
                let waits = self.peers.get(member).is_some_and(|peer| {
                    let slot = &peer.pictures[slot];
                    slot.publisher.is_none() && slot.wanted.as_ref().is_some_and(|wanted| wanted.publisher == id)
                });
                if waits {
                    self.wire(viewer);
                    self.aim(now, viewer);
                    self.report_picture(viewer);
                }
            }
        }
    }

    /// Takes a leaving peer out of every list: as a viewer, and as what others view.
    pub(crate) fn unwire(&mut self, now: Instant, key: Key) {
        let slots = self.peers.get(key).map_or(0, |peer| peer.pictures.len());
        for slot in 0..slots {
            self.set_picture(now, Viewer { peer: key, slot }, None);
        }
        for source in PICTURES {
            let viewers = self.video(key, source);
            for viewer in viewers.map(|video| std::mem::take(&mut video.viewers)).unwrap_or_default() {
                if let Some(slot) = self.peers.get_mut(viewer.peer).and_then(|peer| peer.pictures.get_mut(viewer.slot))
                {
                    slot.release();
                    slot.publisher = None;
                    slot.paused = true;
                }
                self.report_picture(viewer);
            }
        }
    }

    /// Stops what slots carry.
    pub(crate) fn release_all(&mut self, viewers: &[Viewer]) {
        for viewer in viewers {
            if let Some(slot) = self.peers.get_mut(viewer.peer).and_then(|peer| peer.pictures.get_mut(viewer.slot)) {
                slot.release();
            }
        }
    }

    /// Chooses the layers of slots anew, and tells what they do now.
    pub(crate) fn aim_all(&mut self, now: Instant, viewers: &[Viewer]) {
        for viewer in viewers {
            self.aim(now, *viewer);
            self.report_picture(*viewer);
        }
    }

    /// Chooses the layer of a slot anew, and sees to a keyframe where it has to switch. Where the receiver's line is
    /// estimated that is done for all its slots together, before anything else is sent.
    pub(crate) fn aim(&mut self, now: Instant, viewer: Viewer) {
        let Some((publisher, source, max_height)) = self.peers.get(viewer.peer).and_then(|peer| {
            let slot = peer.pictures.get(viewer.slot)?;
            let wanted = slot.wanted.as_ref()?;
            Some((slot.publisher?, wanted.source.into(), wanted.max_height))
        }) else {
            return;
        };
        let Some(video) = self.video(publisher, source) else { return };
        let paused = video.muted || !video.flow.flowing;
        let chosen = layers::choose(&video.views(), max_height).filter(|_| !video.muted);
        let Some(peer) = self.peers.get_mut(viewer.peer) else { return };
        peer.pictures[viewer.slot].paused = paused;
        if peer.transport.estimate().is_none() {
            self.aim_at(now, viewer, chosen);
        } else if peer.allotment.ask() {
            self.unallotted.push(viewer.peer);
        }
    }

    /// Aims a slot at a layer, or at none, and sees to a keyframe where it has to switch.
    pub(crate) fn aim_at(&mut self, now: Instant, viewer: Viewer, chosen: Option<Layer>) {
        let Some((publisher, source, idle)) = self.peers.get(viewer.peer).and_then(|peer| {
            let slot = peer.pictures.get(viewer.slot)?;
            Some((slot.publisher?, slot.source()?, slot.current().is_none()))
        }) else {
            return;
        };
        let staged = self.guard(viewer.peer, |peer, _| {
            let slot = &mut peer.pictures[viewer.slot];
            if !peer.connected {
                // What is queued for a connection that is not up would pile up; it aims once it is.
                return None;
            }
            let down = slot.current().is_some_and(|current| chosen.is_some_and(|chosen| chosen < current));
            slot.aim(chosen).then_some(down)
        });
        self.stir(publisher);
        let (Some(Some(down)), Some(layer)) = (staged, chosen) else { return };
        self.start_over_abroad(publisher, Origin { source, layer });
        let Some(video) = self.shown(publisher, source) else { return };
        let falls = down && video.views().iter().any(|view| !view.usable);
        let age = if idle { FRESH } else { JUST_NOW };
        let (track, paused) = (video.track(layer), video.muted || !video.flow.flowing);
        let kept = track.map(|track| track.recent.since_keyframe(now, age).to_vec()).unwrap_or_default();
        let still = track.filter(|_| kept.is_empty() && idle && !paused);
        let still = still.map(|track| track.still.as_of(now)).unwrap_or_default();
        self.counters.fallbacks += u64::from(falls);
        if kept.is_empty() {
            self.show_still(viewer, layer, &still);
            self.want_keyframe(now, publisher, Origin { source, layer });
        } else {
            self.show(viewer, layer, &kept);
        }
    }

    /// Asks a publisher for a keyframe, unless that was just done.
    pub(crate) fn want_keyframe(&mut self, now: Instant, publisher: Key, origin: Origin) {
        let Some(video) = self.video(publisher, origin.source) else { return };
        match video.want_keyframe(now, origin.layer) {
            Some(Wish::Ask) => self.ask_keyframe(publisher, origin),
            Some(Wish::Folded) => self.counters.keyframes_coalesced += 1,
            None => {}
        }
        if publisher.is_ghost() {
            self.schedule_ghost(publisher);
        } else {
            self.schedule_peer(publisher);
        }
    }

    /// Sends a keyframe request upstream.
    pub(crate) fn ask_keyframe(&mut self, publisher: Key, origin: Origin) {
        if publisher.is_ghost() {
            self.ask_abroad(publisher, origin);
            return;
        }
        let asked = self.guard(publisher, |peer, _| {
            let ssrc = peer.stream_of(origin)?;
            peer.transport.request_keyframe(ssrc).then_some(())
        });
        if asked.flatten().is_some() {
            self.counters.keyframes_requested += 1;
            self.mark(publisher);
        }
    }

    /// A receiver lost a picture and asks for a keyframe.
    pub(crate) fn viewer_wants_keyframe(&mut self, now: Instant, key: Key, mid: Mid) {
        let wanted = self.peers.get(key).and_then(|peer| {
            let slot = peer.pictures.iter().find(|slot| slot.line.mid == mid)?;
            let layer = slot.target().or(slot.current())?;
            Some((slot.publisher?, Origin { source: slot.source()?, layer }))
        });
        if let Some((publisher, origin)) = wanted {
            self.want_keyframe(now, publisher, origin);
        }
    }

    /// Whether a slot of somebody waits for a keyframe of this layer of a publication.
    pub(crate) fn waited_for(&self, viewers: &[Viewer], layer: Layer) -> bool {
        viewers.iter().any(|viewer| {
            self.peers
                .get(viewer.peer)
                .and_then(|peer| peer.pictures.get(viewer.slot))
                .is_some_and(|slot| slot.target() == Some(layer))
        })
    }

    fn set_picture(&mut self, now: Instant, viewer: Viewer, wanted: Option<Wanted>) {
        let Some(slot) = self.peers.get_mut(viewer.peer).and_then(|peer| peer.pictures.get_mut(viewer.slot)) else {
            return;
        };
        let same = match (&slot.wanted, &wanted) {
            (Some(old), Some(new)) => old.publisher == new.publisher && old.source == new.source,
            (None, None) => return,
            _ => false,
        };
        if same {
            slot.wanted = wanted;
            self.aim(now, viewer);
            return;
        }
        let old = slot.publisher.take().zip(slot.source());
        slot.wanted = wanted;
        slot.told = None;
        slot.limited = false;
        slot.release();
        if let Some((publisher, source)) = old
            && let Some(video) = self.video(publisher, source)
        {
            video.viewers.retain(|other| *other != viewer);
            self.stir(publisher);
        }
        if let Some(peer) = self.peers.get_mut(viewer.peer) {
            peer.allotment.forget(viewer.slot);
        }
        self.wire(viewer);
        self.aim(now, viewer);
        self.report_picture(viewer);
    }

    /// Puts a slot on the list of the publication it wants, if that is there.
    fn wire(&mut self, viewer: Viewer) {
        let Some(peer) = self.peers.get(viewer.peer) else { return };
        let Some(wanted) = peer.pictures.get(viewer.slot).and_then(|slot| slot.wanted.clone()) else { return };
        let room = peer.room;
        let publisher = self.known(&wanted.publisher);
        let publisher = publisher.filter(|key| self.who(*key).is_some_and(|(_, lives_in)| lives_in == room));
        let video = publisher.and_then(|key| self.video(key, wanted.source.into()));
        let wired = match video {
            Some(video) => {
                video.viewers.push(viewer);
                publisher
            }
            None => None,
        };
        if let Some(slot) = self.peers.get_mut(viewer.peer).and_then(|peer| peer.pictures.get_mut(viewer.slot)) {
            slot.publisher = wired;
            slot.paused = wired.is_none();
        }
    }
}
