//! The way of a packet through the core: publication, switch per subscription, egress.

use std::time::Instant;

use crate::arena::Key;
use crate::core::Core;
use crate::egress::Outgoing;
use crate::messages::{Layer, Source};
use crate::packet::{MediaPacket, Received, VideoPacket};
use crate::peer::{Admitted, Origin};
use crate::picture_slot::{Line, Verdict};
use crate::publication::Viewer;

/// What a receiver's slot did with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Sent,
    Switched,
    Passed,
    Late,
}

impl Core {
    /// Takes a decrypted packet of a peer to everybody who is to have it.
    pub(crate) fn forward(&mut self, now: Instant, key: Key, packet: Received) {
        self.counters.media_in += 1;
        let Some(admitted) = self.guard(key, |peer, _| peer.admit(packet)) else { return };
        let Some(Admitted { origin, anew, media }) = admitted else {
            self.counters.dropped_malformed += 1;
            return;
        };
        if origin.source.is_audio() {
            self.forward_sound(now, key, origin.source, &media);
        } else {
            self.forward_picture(now, key, (origin, anew), media);
        }
    }

    /// Shows packets of a layer in a slot that waits for it or carries it.
    pub(crate) fn show(&mut self, viewer: Viewer, layer: Layer, packets: &[VideoPacket]) {
        for packet in packets {
            self.show_one(viewer, layer, packet);
        }
    }

    /// Shows the last keyframe of a layer in a slot that shows nothing yet and waits for a fresh one.
    pub(crate) fn show_still(&mut self, viewer: Viewer, layer: Layer, packets: &[VideoPacket]) {
        let sent = self.guard(viewer.peer, |peer, _| {
            let slot = &mut peer.pictures[viewer.slot];
            let (line, placed) = (slot.line, slot.still(layer, packets));
            placed.iter().filter(|placed| peer.send(Outgoing::picture(line, placed))).count()
        });
        if let Some(sent @ 1..) = sent {
            self.counters.media_out += sent as u64;
            self.counters.stills += 1;
            self.mark(viewer.peer);
        }
    }

    fn forward_picture(&mut self, now: Instant, key: Key, (origin, anew): (Origin, bool), media: MediaPacket) {
        let Some(video) = self.peers.get_mut(key).and_then(|peer| peer.video(origin.source)) else { return };
        let (began, abroad) = (video.flow.packet(now), video.abroad(origin.layer));
        if video.muted {
            self.counters.dropped_muted += 1;
            if began {
                self.report_flow(key, origin.source, true);
            }
            return;
        }
        if anew {
            self.begin_anew(key, origin);
        }
        let read = self.guard(key, |peer, _| peer.video(origin.source)?.read(now, origin.layer, media));
        let Some(Some((packet, changed))) = read else {
            self.counters.dropped_malformed += 1;
            if anew {
                self.want_keyframe(now, key, origin);
                self.carry_anew(key, origin, abroad);
            }
            return;
        };
        if !abroad.is_empty() {
            self.carry_picture(key, (origin, anew), &packet, abroad);
        }
        let viewers = self.lend_viewers(key, origin.source);
        self.show_all(&viewers, key, origin, &packet);
        if began || changed.0 || anew {
            self.aim_all(now, &viewers);
        }
        if !began && (changed.0 || anew) {
            // Otherwise the flow is reported below, which tells it.
            self.tell_standing(key, origin.source);
        }
        // Mostly the new stream begins with a keyframe of its own, and nobody waits any more.
        let wanted = anew && self.waited_for(&viewers, origin.layer);
        self.return_viewers(key, origin.source, viewers);
        if wanted {
            self.want_keyframe(now, key, origin);
        }
        if began {
            self.report_flow(key, origin.source, true);
        }
    }

    /// Offers a packet that came from another worker to all slots that show its publication.
    pub(crate) fn show_to_viewers(&mut self, key: Key, origin: Origin, packet: &VideoPacket) {
        let viewers = self.lend_viewers(key, origin.source);
        self.show_all(&viewers, key, origin, packet);
        self.return_viewers(key, origin.source, viewers);
    }

    fn show_all(&mut self, viewers: &[Viewer], key: Key, origin: Origin, packet: &VideoPacket) {
        for viewer in viewers {
            if self.show_one(*viewer, origin.layer, packet) == Shown::Switched {
                let overtaken = self.overtook(key, origin, packet.media.sequence);
                self.show(*viewer, origin.layer, &overtaken);
                self.stir(key);
            }
        }
    }

    /// Offers a packet to one slot. Reports where that completed a switch.
    fn show_one(&mut self, viewer: Viewer, layer: Layer, packet: &VideoPacket) -> Shown {
        // The common case first: most packets are of layers that a slot does not carry.
        let concerned = self.peers.get(viewer.peer).and_then(|peer| peer.pictures.get(viewer.slot));
        if !concerned.is_some_and(|slot| slot.current() == Some(layer) || slot.target() == Some(layer)) {
            return Shown::Passed;
        }
        let shown = self.guard(viewer.peer, |peer, _| {
            let slot = &mut peer.pictures[viewer.slot];
            let line = slot.line;
            let (placed, shown) = match slot.offer(layer, packet) {
                Verdict::Send(placed) => (placed, Shown::Sent),
                Verdict::Switched(placed) => (placed, Shown::Switched),
                Verdict::Pass => return Shown::Passed,
                Verdict::Late => return Shown::Late,
            };
            if peer.send(Outgoing::picture(line, &placed)) { shown } else { Shown::Passed }
        });
        let shown = shown.unwrap_or(Shown::Passed);
        match shown {
            Shown::Sent | Shown::Switched => {
                self.counters.media_out += 1;
                self.mark(viewer.peer);
            }
            Shown::Late => self.counters.dropped_late += 1,
            Shown::Passed => {}
        }
        if shown == Shown::Switched {
            self.counters.switches += 1;
            self.report_picture(viewer);
        }
        shown
    }

    /// Sends a packet again that a receiver has missed, if its publication still has it.
    pub(crate) fn repair(&mut self, key: Key, line: Line, sequence: u64) {
        let carried = self.peers.get(key).and_then(|peer| {
            let slot = peer.pictures.iter().find(|slot| slot.line == line)?;
            slot.carried(sequence)
        });
        let kept = carried.and_then(|(span, published)| {
            let video = self.shown(span.publisher, span.source)?;
            Some((span, video.track(span.layer)?.kept(published)?.clone()))
        });
        let Some((span, packet)) = kept else {
            self.counters.repairs_unknown += 1;
            return;
        };
        self.guard(key, |peer, _| peer.transport.repair(Outgoing::repair(line, sequence, &span, &packet)));
        self.mark(key);
    }

    fn overtook(&self, key: Key, origin: Origin, sequence: u64) -> Vec<VideoPacket> {
        let video = self.shown(key, origin.source);
        let track = video.and_then(|video| video.track(origin.layer));
        track.map(|track| track.recent.after(sequence).to_vec()).unwrap_or_default()
    }

    /// Takes the list of viewers out of a publication, so that viewers can be worked on while it is read.
    fn lend_viewers(&mut self, key: Key, source: Source) -> Vec<Viewer> {
        let video = self.video(key, source);
        video.map(|video| std::mem::take(&mut video.viewers)).unwrap_or_default()
    }

    fn return_viewers(&mut self, key: Key, source: Source, viewers: Vec<Viewer>) {
        if let Some(video) = self.video(key, source) {
            video.viewers = viewers;
        }
    }
}
