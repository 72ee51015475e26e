//! One publication: when its next packet is due, and its payload.

use std::time::{Duration, Instant};

use str0m::media::{Mid, Rid};

use echo_sys::monotonic_ns;

use crate::client::{Client, Outgoing};
use crate::clip::{self, FRAME_RATE, LayerShape};
use crate::control::{Sent, Source};
use crate::stamp;

const AUDIO_STEP: Duration = Duration::from_millis(20);
const AUDIO_TICKS: u32 = 960;
const VIDEO_STEP: Duration = Duration::from_nanos(1_000_000_000 / FRAME_RATE as u64);
const VIDEO_TICKS: u32 = 90_000 / FRAME_RATE;
/// From this level on nobody is heard to speak, in dB below full scale.
const QUIET: i8 = 100;
/// What fell behind by more than this is skipped, not made up for.
const PATIENCE: Duration = Duration::from_millis(200);

/// One outgoing stream: a voice, or a layer of a picture.
struct Stream {
    rid: Option<Rid>,
    seq: u64,
    shape: Option<LayerShape>,
    key_wanted: bool,
}

/// One publication that is on.
pub struct Publication {
    pub source: Source,
    pub mid: Mid,
    peer: String,
    level: i8,
    on: bool,
    due: Instant,
    tick: u32,
    streams: Vec<Stream>,
}

impl Publication {
    /// Starts at `now`; `layers` counts for pictures.
    pub fn new(now: Instant, peer: &str, source: Source, mid: Mid, layers: usize, level: i8) -> Publication {
        let stream = |rid, shape| Stream { rid, seq: 1, shape, key_wanted: true };
        let shapes = clip::layers(layers);
        let streams = if source.is_audio() {
            vec![stream(None, None)]
        } else if layers >= 3 {
            shapes.iter().map(|shape| stream(Some(Rid::from(&*shape.rid.to_string())), Some(*shape))).collect()
        } else {
            vec![stream(None, Some(shapes[0]))]
        };
        Publication { source, mid, peer: peer.to_owned(), level, on: true, due: now, tick: 0, streams }
    }

    /// When the next packet is due; `None` while it is off.
    pub fn due(&self) -> Option<Instant> {
        self.on.then_some(self.due)
    }

    /// Stops, or starts again: sequence numbers go on where they were, a keyframe comes first.
    pub fn switch(&mut self, now: Instant, on: bool, level: i8) {
        (self.on, self.due, self.level) = (on, now, level);
        self.streams.iter_mut().for_each(|stream| stream.key_wanted = true);
    }

    /// Makes the next frame of a layer, or of all, a keyframe.
    pub fn want_keyframe(&mut self, rid: Option<Rid>) {
        for stream in self.streams.iter_mut().filter(|stream| rid.is_none() || stream.rid == rid) {
            stream.key_wanted = true;
        }
    }

    /// Writes what is due now.
    pub fn send(&mut self, now: Instant, client: &mut dyn Client, sent: &mut Sent) {
        let audio = self.source.is_audio();
        let (step, ticks) = if audio { (AUDIO_STEP, AUDIO_TICKS) } else { (VIDEO_STEP, VIDEO_TICKS) };
        if now.saturating_duration_since(self.due) > PATIENCE {
            self.due = now;
        }
        self.due += step;
        let time = self.tick.wrapping_mul(ticks);
        for stream in &mut self.streams {
            let payloads = stream.payloads(&self.peer, self.source, self.tick, sent);
            let last = payloads.len() - 1;
            for (index, mut payload) in payloads.into_iter().enumerate() {
                stamp::set_time(&mut payload, monotonic_ns());
                let packet = Outgoing {
                    mid: self.mid,
                    rid: stream.rid,
                    audio,
                    sequence: stream.seq,
                    time,
                    marker: if audio { self.tick == 0 } else { index == last },
                    level: audio.then_some((-self.level, self.level < QUIET)),
                    payload,
                };
                stream.seq += 1;
                client.write(now, packet);
            }
        }
        self.tick = self.tick.wrapping_add(1);
    }
}

impl Stream {
    /// The payloads of one frame of a picture, or of 20 ms of sound.
    fn payloads(&mut self, peer: &str, source: Source, tick: u32, sent: &mut Sent) -> Vec<Vec<u8>> {
        let Some(shape) = self.shape else {
            sent.audio += 1;
            return vec![clip::opus(peer, source)];
        };
        let key = std::mem::take(&mut self.key_wanted);
        let payloads = shape.frame(peer, source, tick, key);
        sent.keyframes += u64::from(key);
        sent.video += payloads.len() as u64;
        payloads
    }
}
