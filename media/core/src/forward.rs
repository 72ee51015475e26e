//! The way of a packet through the core: publication, switch per subscription, egress.

use std::time::Instant;

use str0m::rtp::RtpPacket;

use crate::arena::Key;
use crate::core::Core;
use crate::egress::Outgoing;
use crate::messages::{Layer, Source};
use crate::packet::{MediaPacket, VideoPacket};
use crate::peer::{Admitted, Origin, Peer};
use crate::picture_slot::{Line, Verdict};
use crate::publication::Viewer;

/// What a receiver's slot did with packets that were offered to it.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    sent: u64,
    late: u64,
    /// How many had been offered when one of them completed a switch, at which the offering ended.
    switched_after: Option<usize>,
}

/// Packets of one layer that came together. They are offered to a viewer one after the other, and only then to the next: what a
/// viewer needs is in the processor's cache by then.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    from: Option<(Key, Origin)>,
    packets: Vec<VideoPacket>,
}

impl Core {
    /// Takes a decrypted packet of a peer to everybody who is to have it.
    pub(crate) fn forward(&mut self, now: Instant, key: Key, packet: RtpPacket) {
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
        let mut rest = packets;
        while let Some(switched) = self.show_until_switched(viewer, layer, rest) {
            rest = &rest[switched..];
        }
    }

    /// Offers what was gathered to everybody. To be called before anything but another packet of pictures is dealt with: what a
    /// slot is shown of the past is what it has not been offered yet.
    pub(crate) fn fan_out(&mut self) {
        let Some((key, origin)) = self.gathered.from.take() else { return };
        let mut packets = std::mem::take(&mut self.gathered.packets);
        self.show_to_viewers(key, origin, &packets);
        packets.clear();
        self.gathered.packets = packets;
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
            self.fan_out();
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
        if self.gathered.from != Some((key, origin)) {
            self.fan_out();
            self.gathered.from = Some((key, origin));
        }
        self.gathered.packets.push(packet);
        if !(began || changed.0 || anew) {
            return;
        }
        self.fan_out();
        let viewers = self.lend_viewers(key, origin.source);
        self.aim_all(now, &viewers);
        if !began {
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

    /// Offers packets to all slots that show their publication.
    pub(crate) fn show_to_viewers(&mut self, key: Key, origin: Origin, packets: &[VideoPacket]) {
        let viewers = self.lend_viewers(key, origin.source);
        for viewer in &viewers {
            let mut rest = packets;
            while let Some(switched) = self.show_until_switched(*viewer, origin.layer, rest) {
                let overtaken = self.overtook(key, origin, &rest[switched - 1..]);
                rest = &rest[switched..];
                self.show(*viewer, origin.layer, &overtaken);
                self.stir(key);
            }
        }
        self.return_viewers(key, origin.source, viewers);
    }

    /// Offers packets to one slot until one of them completes a switch, which is reported; how many it was offered by then.
    fn show_until_switched(&mut self, viewer: Viewer, layer: Layer, packets: &[VideoPacket]) -> Option<usize> {
        // The common case first: most packets are of layers that a slot does not carry.
        let slot = self.peers.get(viewer.peer).and_then(|peer| peer.pictures.get(viewer.slot))?;
        if slot.current() != Some(layer) && slot.target() != Some(layer) {
            return None;
        }
        let shown = self.guard(viewer.peer, |peer, _| peer.show(viewer.slot, layer, packets))?;
        self.counters.media_out += shown.sent;
        self.counters.dropped_late += shown.late;
        if shown.sent > 0 {
            self.mark(viewer.peer);
        }
        if shown.switched_after.is_some() {
            self.counters.switches += 1;
            self.report_picture(viewer);
        }
        shown.switched_after
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

    /// What came before the first of these packets, is numbered after it, and is not offered with them.
    fn overtook(&self, key: Key, origin: Origin, packets: &[VideoPacket]) -> Vec<VideoPacket> {
        let Some((first, rest)) = packets.split_first() else { return Vec::new() };
        let video = self.shown(key, origin.source);
        let Some(track) = video.and_then(|video| video.track(origin.layer)) else { return Vec::new() };
        let mut overtaken = track.recent.after(first.media.sequence).to_vec();
        overtaken.retain(|kept| rest.iter().all(|packet| packet.media.sequence != kept.media.sequence));
        overtaken
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

impl Peer {
    /// Offers packets of a layer to a slot, until one of them completes a switch.
    fn show(&mut self, slot: usize, layer: Layer, packets: &[VideoPacket]) -> Shown {
        let mut shown = Shown::default();
        for (before, packet) in packets.iter().enumerate() {
            let slot = &mut self.pictures[slot];
            let line = slot.line;
            let (placed, switched) = match slot.offer(layer, packet) {
                Verdict::Send(placed) => (placed, false),
                Verdict::Switched(placed) => (placed, true),
                Verdict::Pass => continue,
                Verdict::Late => {
                    shown.late += 1;
                    continue;
                }
            };
            let sent = self.send(Outgoing::picture(line, &placed));
            shown.sent += u64::from(sent);
            if sent && switched {
                shown.switched_after = Some(before + 1);
                break;
            }
        }
        shown
    }
}
