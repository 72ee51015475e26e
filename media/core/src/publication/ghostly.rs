//! The publication of a ghost: what it is told in place of what it would see in all packets.

use std::time::Instant;

use super::{Track, Video};
use crate::crossing::{Standing, WorkerSet};
use crate::history::History;
use crate::layers::{LAYERS, index};
use crate::messages::Layer;
use crate::packet::VideoPacket;
use crate::recent::Recent;
use crate::still::Still;

impl Video {
    /// How it stands, for its ghosts.
    pub(crate) fn standing(&self) -> Standing {
        let views = self.views();
        let layers = LAYERS.map(|layer| views.iter().find(|view| view.layer == layer).copied());
        Standing { muted: self.muted, flowing: self.flow.flowing, layers }
    }

    /// Stands as told; true where more than bitrates changed.
    pub(crate) fn stand(&mut self, told: &Standing) -> bool {
        let before = self.standing();
        let mut changed = before.muted != told.muted || before.flowing != told.flowing;
        self.muted = told.muted;
        self.flow.flowing = told.flowing;
        for ((track, told), before) in self.tracks.iter_mut().zip(&told.layers).zip(&before.layers) {
            let Some(told) = told else { continue };
            let track = track.get_or_insert_default();
            track.height = Some(told.height);
            track.silent = !told.usable;
            track.rate.told(told.bitrate);
            changed |= before.is_none_or(|before| (before.usable, before.height) != (told.usable, told.height));
        }
        changed
    }

    /// Keeps a packet that came across. False where it has come before: what is kept of a layer that was wanted, not wanted and
    /// wanted again comes after what was on its way by then.
    pub(crate) fn keep(&mut self, layer: Layer, packet: &VideoPacket) -> bool {
        let Some(track) = self.of_ghost(layer) else { return false };
        // The number alone could be one of another stream before this one.
        let kept = track.history.get(packet.media.sequence);
        if kept.is_some_and(|kept| kept.media.timestamp == packet.media.timestamp) {
            return false;
        }
        if packet.starts_keyframe() {
            track.keyframes.arrived();
        }
        track.recent.push(packet);
        track.history.push(packet);
        track.still.push(packet);
        true
    }

    /// Keeps an old keyframe that came across alone.
    pub(crate) fn keep_still(&mut self, layer: Layer, packets: &[VideoPacket]) -> bool {
        let Some(track) = self.of_ghost(layer) else { return false };
        packets.iter().for_each(|packet| track.still.push(packet));
        true
    }

    /// A layer comes across no more: what comes later does not continue what is kept, and later keyframes are not seen here. What
    /// was sent may still be asked for again.
    pub(crate) fn part(&mut self, layer: Layer) {
        if let Some(track) = self.of_ghost(layer) {
            track.recent = Recent::default();
            track.still = Still::default();
        }
    }

    /// A layer is about to come across again, and with it all that is worth to be kept.
    pub(crate) fn start_over(&mut self, layer: Layer) {
        self.part(layer);
        if let Some(track) = self.of_ghost(layer) {
            track.history = History::default();
        }
    }

    /// Forgets what nobody asks for again any more, also of layers of which nothing comes that would push it out.
    pub(crate) fn forget_old(&mut self, now: Instant) {
        self.tracks.iter_mut().flatten().for_each(|track| track.history.forget_old(now));
    }

    /// Workers where somebody wants this layer.
    pub(crate) fn abroad(&self, layer: Layer) -> WorkerSet {
        index(layer).map(|place| self.abroad[place]).unwrap_or_default()
    }

    /// Somebody on another worker waits for a keyframe of this layer.
    pub(crate) fn wait_abroad(&mut self, layer: Layer) {
        if let Some(track) = index(layer).and_then(|place| self.tracks[place].as_mut()) {
            track.keyframes.wait_abroad(true);
        }
    }

    /// Takes note of whether a layer is wanted on another worker; true where it is and was not.
    pub(crate) fn want_abroad(&mut self, worker: u16, layer: Layer, wanted: bool) -> bool {
        let Some(place) = index(layer) else { return false };
        let set = &mut self.abroad[place];
        let new = wanted && !set.has(worker);
        if wanted {
            set.add(worker);
        } else {
            set.remove(worker);
        }
        if set.is_empty() {
            self.tracks[place].iter_mut().for_each(|track| track.keyframes.wait_abroad(false));
        }
        new
    }

    fn of_ghost(&mut self, layer: Layer) -> Option<&mut Track> {
        Some(self.tracks[index(layer)?].get_or_insert_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::messages::Source;
    use crate::packet::MediaPacket;

    fn packet(arrived: Instant, sequence: u64, timestamp: u64) -> VideoPacket {
        let (payload, extensions) = ([].into(), Default::default());
        let media = MediaPacket { sequence, timestamp, captured: arrived, arrived, marker: true, payload, extensions };
        VideoPacket { media, picture: None }
    }

    #[test]
    fn a_packet_is_kept_once_unless_another_stream_has_its_number() {
        let now = Instant::now();
        let mut video = Video::new(Source::Camera);
        assert!(video.keep(Layer::F, &packet(now, 7, 300)));
        assert!(!video.keep(Layer::F, &packet(now, 7, 300)));
        assert!(video.keep(Layer::H, &packet(now, 7, 300)));
        assert!(video.keep(Layer::F, &packet(now, 7, 900)));
    }

    #[test]
    fn what_was_sent_may_be_asked_for_again_for_a_while_after_its_layer_came_last() {
        let now = Instant::now();
        let mut video = Video::new(Source::Camera);
        video.keep(Layer::F, &packet(now, 7, 300));
        video.part(Layer::F);
        let kept = |video: &Video| video.track(Layer::F).is_some_and(|track| track.kept(7).is_some());
        video.forget_old(now + Duration::from_secs(1));
        assert!(kept(&video));
        video.forget_old(now + Duration::from_secs(3));
        assert!(!kept(&video));
    }
}
