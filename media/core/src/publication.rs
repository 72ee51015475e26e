//! What a peer publishes: one microphone or shared sound, one camera or screen with its layers.

mod ghostly;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::crossing::WorkerSet;
use crate::history::History;
use crate::keyframes::{Keyframes, Wish};
use crate::layers::{LAYERS, LayerView, MOST_LAYERS, index, nominal_height};
use crate::messages::{Layer, Source};
use crate::packet::{MediaPacket, VideoPacket};
use crate::rates::{Rate, nominal};
use crate::recent::Recent;
use crate::still::Still;
use crate::vp8::Frames;

/// A layer that is silent for this long while another one flows is given up (browsers stop `f` without a word).
const LAYER_SILENT: Duration = Duration::from_millis(300);
/// A publication silent for this long on all layers has paused as a whole.
const COMMON_PAUSE: Duration = Duration::from_millis(150);
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
    pub(crate) history: History,
    pub(crate) still: Still,
    pub(crate) keyframes: Keyframes,
    height: Option<u32>,
    rate: Rate,
    last: Option<Instant>,
    /// Since when it flows again after a silence, until that has been long enough.
    back_since: Option<Instant>,
    silent: bool,
}

/// A camera or screen.
#[derive(Debug)]
pub(crate) struct Video {
    source: Source,
    pub(crate) flow: Flow,
    pub(crate) muted: bool,
    pub(crate) viewers: Vec<Viewer>,
    tracks: [Option<Track>; MOST_LAYERS],
    /// By layer the workers where it is wanted, of those on which its publisher does not live.
    abroad: [WorkerSet; MOST_LAYERS],
}

/// What a packet changed about the layers of a publication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LayersChanged(pub(crate) bool);

impl Video {
    pub(crate) fn new(source: Source) -> Video {
        Video {
            source,
            flow: Flow::new(source),
            muted: false,
            viewers: Vec::new(),
            tracks: [None, None, None],
            abroad: Default::default(),
        }
    }

    /// Reads a packet of a layer and keeps it for newcomers. `None` where it is no VP8.
    pub(crate) fn read(
        &mut self,
        now: Instant,
        layer: Layer,
        mut media: MediaPacket,
    ) -> Option<(VideoPacket, LayersChanged)> {
        let place = index(layer)?;
        self.forgive_pause(now);
        let track = self.tracks[place].get_or_insert_default();
        let mut picture = None;
        if !media.payload.is_empty() {
            let (payload, read) = track.frames.read(Arc::clone(&media.payload), media.timestamp)?;
            media.payload = payload;
            picture = Some(read);
        }
        track.rate.packet(now, media.payload.len(), nominal(self.source, layer));
        let new = track.last.is_none();
        let mut changed = new | track.heard(now);
        if let Some(height) = picture.as_ref().and_then(|picture| picture.height).map(u32::from) {
            changed |= track.height.replace(height) != Some(height);
        }
        let packet = VideoPacket { media, picture };
        if packet.starts_keyframe() {
            track.keyframes.arrived();
        }
        track.recent.push(&packet);
        track.history.push(&packet);
        track.still.push(&packet);
        changed |= self.give_up_silent(now);
        Some((packet, LayersChanged(changed)))
    }

    /// Forgets kept packets: what comes next does not continue them.
    pub(crate) fn interrupt(&mut self) {
        for track in self.tracks.iter_mut().flatten() {
            track.recent = Recent::default();
            track.history = History::default();
            track.still = Still::default();
        }
    }

    /// A layer goes on as another stream. What was sent of the old one may still be asked for again.
    pub(crate) fn begin_anew(&mut self, layer: Layer) {
        if let Some(track) = index(layer).and_then(|place| self.tracks[place].as_mut()) {
            track.frames = Frames::default();
            track.recent = Recent::default();
            track.still = Still::default();
            // Whatever was asked for was asked of the old stream.
            track.keyframes = Keyframes::default();
        }
    }

    /// The layers as the choice sees them.
    pub(crate) fn views(&self) -> Vec<LayerView> {
        LAYERS
            .iter()
            .zip(&self.tracks)
            .filter_map(|(layer, track)| {
                let track = track.as_ref()?;
                let height = track.height.unwrap_or_else(|| nominal_height(*layer));
                let bitrate = track.rate.get(nominal(self.source, *layer));
                Some(LayerView { layer: *layer, usable: track.usable(), height, bitrate })
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

    /// Whether [`Video::keyframes_due`] has something to say.
    pub(crate) fn wants_keyframes(&self, now: Instant) -> bool {
        self.tracks.iter().flatten().any(|track| track.keyframes.deadline().is_some_and(|at| at <= now))
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

    /// When the flow has to be looked at, or a keyframe asked for again.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let keyframes = self.tracks.iter().flatten().filter_map(|track| track.keyframes.deadline());
        keyframes.chain(self.flow.deadline()).min()
    }

    /// After a pause of the whole publication every layer starts with a clean slate: it was the camera or the line that
    /// paused, and which layer's packet comes first afterwards says nothing.
    fn forgive_pause(&mut self, now: Instant) {
        let newest = self.tracks.iter().flatten().filter_map(|track| track.last).max();
        if newest.is_some_and(|newest| now >= newest + COMMON_PAUSE) {
            for track in self.tracks.iter_mut().flatten().filter(|track| !track.silent) {
                track.last = Some(now);
            }
        }
    }

    /// Gives up layers that stayed silent while this packet's layer flowed; true where there are any.
    fn give_up_silent(&mut self, now: Instant) -> bool {
        let mut changed = false;
        for track in self.tracks.iter_mut().flatten() {
            if !track.silent && track.last.is_some_and(|last| now >= last + LAYER_SILENT) {
                track.silent = true;
                track.back_since = None;
                changed = true;
            }
        }
        changed
    }
}

impl Track {
    /// A packet that is still kept.
    pub(crate) fn kept(&self, sequence: u64) -> Option<&VideoPacket> {
        self.history.get(sequence).or_else(|| self.still.get(sequence))
    }

    /// Takes note of a packet; true where the layer came back or has now been back for long enough.
    fn heard(&mut self, now: Instant) -> bool {
        if self.last.replace(now).is_some_and(|last| now >= last + LAYER_SILENT) && self.back_since.is_some() {
            self.back_since = Some(now);
        }
        if std::mem::take(&mut self.silent) {
            self.back_since = Some(now);
        }
        let steady = self.back_since.is_some_and(|since| now >= since + LAYER_STEADY);
        if steady {
            self.back_since = None;
        }
        steady
    }

    fn usable(&self) -> bool {
        !self.silent && self.back_since.is_none()
    }
}
