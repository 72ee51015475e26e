//! Media packets inside the engine: decrypted once, shared by all who receive them.

use std::sync::Arc;
use std::time::Instant;

use str0m::rtp::{ExtensionValues, VideoOrientation, Vp8Descriptor};

/// A decrypted packet of a publication.
#[derive(Debug, Clone)]
pub(crate) struct MediaPacket {
    /// Sequence number, extended over wraps.
    pub(crate) sequence: u64,
    /// RTP timestamp, extended over wraps.
    pub(crate) timestamp: u64,
    /// When the sender captured it, on our clock, as well as that is known; never after `arrived`.
    pub(crate) captured: Instant,
    /// When it came in.
    pub(crate) arrived: Instant,
    pub(crate) marker: bool,
    pub(crate) payload: Arc<[u8]>,
    pub(crate) extensions: Forwarded,
}

/// The only header extensions that cross from a publisher to a receiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Forwarded {
    /// Negative dBov, 0 loudest, -127 silence.
    pub(crate) audio_level: Option<i8>,
    pub(crate) voice_activity: Option<bool>,
    pub(crate) video_orientation: Option<VideoOrientation>,
}

impl Forwarded {
    pub(crate) fn of(values: &ExtensionValues) -> Forwarded {
        Forwarded {
            audio_level: values.audio_level,
            voice_activity: values.voice_activity,
            video_orientation: values.video_orientation,
        }
    }

    pub(crate) fn into_values(self) -> ExtensionValues {
        ExtensionValues {
            audio_level: self.audio_level,
            voice_activity: self.voice_activity,
            video_orientation: self.video_orientation,
            ..Default::default()
        }
    }
}

/// What a VP8 packet says about its place in the stream. Its payload is already in the form that [`crate::vp8`] makes:
/// a 15-bit PictureID is always there.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) descriptor: Vp8Descriptor,
    pub(crate) picture_id: u16,
    pub(crate) tl0: Option<u8>,
    /// First packet of a keyframe.
    pub(crate) keyframe: bool,
    /// Height in pixels, in the first packet of a keyframe.
    pub(crate) height: Option<u16>,
}

/// A VP8 packet of one layer.
#[derive(Debug, Clone)]
pub(crate) struct VideoPacket {
    pub(crate) media: MediaPacket,
    /// `None` for a packet without payload: padding of a sender that probes. It goes on as an empty packet, which
    /// receivers ignore, since a hole in its place would be asked for again and again.
    pub(crate) picture: Option<Picture>,
}

impl VideoPacket {
    /// Whether this is the first packet of a keyframe.
    pub(crate) fn starts_keyframe(&self) -> bool {
        self.picture.as_ref().is_some_and(|picture| picture.keyframe)
    }
}
