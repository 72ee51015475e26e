//! What a peer publishes: one microphone or shared sound, one camera or screen with its layers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::keyframes::{Keyframes, Wish};
use crate::layers::{LAYERS, LayerView, MOST_LAYERS, index, nominal_height};
use crate::messages::{Layer, Source};
use crate::packet::{MediaPacket, VideoPacket};
use crate::recent::Recent;
use crate::vp8::Frames;

/// A layer that is silent for this long while another one flows is given up (browsers stop `f` without a word).
const LAYER_SILENT: Duration = Duration::from_millis(300);
/// A layer that came back counts again only after it has flowed this long.
const LAYER_STEADY: Duration = Duration::from_millis(500);
/// A publication without packets for this long does not flow.
const FLOW_STOPPED: Duration = Duration::from_secs(1);
/// A still screen is repeated about once a second by browsers, so its silence says less.
const SCREEN_STOPPED: Duration = Duration::from_secs(3);

/// A video slot of a receiver that carries this publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) peer: Key,
    pub(crate) slot: usize,
}

/// Whether packets of a publication arrive.
#[derive(Debug)]
pub(crate) struct Flow {
    stops_after: Duration,
    last: Option<Instant>,
    pub(crate) flowing: bool,
}

impl Flow {
    fn new(source: Source) -> Flow {
        let stops_after = if source == Source::Screen { SCREEN_STOPPED } else { FLOW_STOPPED };
        Flow { stops_after, last: None, flowing: false }
    }

    /// Takes note of a packet; true where it is the first after a silence.
    pub(crate) fn packet(&mut self, now: Instant) -> bool {
        self.last = Some(now);
        !std::mem::replace(&mut self.flowing, true)
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.flowing.then_some(self.last).flatten().map(|last| last + self.stops_after)
    }

    /// True where the flow has just stopped.
    pub(crate) fn stopped(&mut self, now: Instant) -> bool {
        let stopped = self.deadline().is_some_and(|deadline| deadline <= now);
        if stopped {
            self.flowing = false;
        }
        stopped
    }
}

/// A microphone or a shared sound.
#[derive(Debug)]
pub(crate) struct Sound {
    pub(crate) flow: Flow,
    pub(crate) muted: bool,
}

impl Sound {
    pub(crate) fn new(source: Source) -> Sound {
        Sound { flow: Flow::new(source), muted: false }
    }
}

/// One layer of a camera or screen.
#[derive(Debug, Default)]
pub(crate) struct Track {
    frames: Frames,
    pub(crate) recent: Recent,
    pub(crate) keyframes: Keyframes,
    height: Option<u32>,
    last: Option<Instant>,
    /// Since when it flows again after a silence; `None` while silent or if it never paused.
    back_since: Option<Instant>,
    silent: bool,
}

/// A camera or screen.
#[derive(Debug)]
pub(crate) struct Video {
    pub(crate) flow: Flow,
    pub(crate) muted: bool,
    pub(crate) viewers: Vec<Viewer>,
    tracks: [Option<Track>; MOST_LAYERS],
}

/// What a packet changed about the layers of a publication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LayersChanged(pub(crate) bool);

impl Video {
    pub(crate) fn new(source: Source) -> Video {
        Video { flow: Flow::new(source), muted: false, viewers: Vec::new(), tracks: [None, None, None] }
    }

    /// Reads a packet of a layer and keeps it for newcomers. `None` where it is no VP8.
    pub(crate) fn read(
        &mut self,
        now: Instant,
        layer: Layer,
        mut media: MediaPacket,
    ) -> Option<(VideoPacket, LayersChanged)> {
        let place = index(layer)?;
        let new = self.tracks[place].is_none();
        let track = self.tracks[place].get_or_insert_default();
        let (payload, picture) = track.frames.read(Arc::clone(&media.payload), media.timestamp)?;
        media.payload = payload;
        let mut changed = new | track.heard(now);
        if let Some(height) = picture.height {
            changed |= track.height.replace(u32::from(height)) != Some(u32::from(height));
        }
        if picture.keyframe {
            track.keyframes.arrived();
        }
        let packet = VideoPacket { media, picture };
        track.recent.push(&packet);
        Some((packet, LayersChanged(changed)))
    }

    /// Forgets kept packets: what comes next does not continue them.
    pub(crate) fn interrupt(&mut self) {
        for track in self.tracks.iter_mut().flatten() {
            track.recent = Recent::default();
        }
    }

    /// The layers as the choice sees them.
    pub(crate) fn views(&self, now: Instant) -> Vec<LayerView> {
        LAYERS
            .iter()
            .zip(&self.tracks)
            .filter_map(|(layer, track)| {
                let track = track.as_ref()?;
                let height = track.height.unwrap_or_else(|| nominal_height(*layer));
                Some(LayerView { layer: *layer, usable: track.usable(now), height })
            })
            .collect()
    }

    pub(crate) fn track(&self, layer: Layer) -> Option<&Track> {
        self.tracks[index(layer)?].as_ref()
    }

    /// Somebody waits for a keyframe of this layer.
    pub(crate) fn want_keyframe(&mut self, now: Instant, layer: Layer) -> Option<Wish> {
        let track = self.tracks[index(layer)?].as_mut()?;
        Some(track.keyframes.want(now))
    }

    /// Layers that are to be asked for a keyframe now. `waited_for` tells where a slot still waits.
    pub(crate) fn keyframes_due(&mut self, now: Instant, waited_for: impl Fn(Layer) -> bool) -> Vec<Layer> {
        let mut due = Vec::new();
        for (layer, track) in LAYERS.iter().zip(&mut self.tracks) {
            if let Some(track) = track
                && track.keyframes.due(now, waited_for(*layer))
            {
                due.push(*layer);
            }
        }
        due
    }

    /// Gives up layers that fell silent and takes back those that flow steadily; true where anything changed.
    pub(crate) fn settle(&mut self, now: Instant) -> bool {
        let newest = self.tracks.iter().flatten().filter_map(|track| track.last).max();
        let mut changed = false;
        for track in self.tracks.iter_mut().flatten() {
            // Only against the others: where all are silent it is the camera or the line that paused, not the layer.
            let behind =
                track.last.zip(newest).is_some_and(|(last, newest)| newest > last && now >= last + LAYER_SILENT);
            if behind && !track.silent {
                track.silent = true;
                track.back_since = None;
                changed = true;
            }
            if track.back_since.is_some_and(|since| now >= since + LAYER_STEADY) {
                track.back_since = None;
                changed = true;
            }
        }
        changed
    }

    /// When [`Video::settle`] or [`Video::keyframes_due`] has something to do.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let several = self.tracks.iter().flatten().count() > 1;
        let of_tracks = self.tracks.iter().flatten().filter_map(|track| {
            let silence =
                track.last.filter(|_| several && self.flow.flowing && !track.silent).map(|at| at + LAYER_SILENT);
            let steady = track.back_since.map(|since| since + LAYER_STEADY);
            [silence, steady, track.keyframes.deadline()].into_iter().flatten().min()
        });
        of_tracks.chain(self.flow.deadline()).min()
    }
}

impl Track {
    /// Takes note of a packet; true where the layer began or came back.
    fn heard(&mut self, now: Instant) -> bool {
        self.last = Some(now);
        if self.silent {
            self.silent = false;
            self.back_since = Some(now);
            return true;
        }
        false
    }

    fn usable(&self, now: Instant) -> bool {
        !self.silent && self.back_since.is_none_or(|since| now >= since + LAYER_STEADY)
    }
}
