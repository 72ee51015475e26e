//! Media packetised beforehand. The frames are real (`assets/make.py`), padded to the size wanted; each payload ends in a stamp.

use crate::control::Source;
use crate::stamp;

/// Frames of video a second.
pub const FRAME_RATE: u32 = 30;

/// Bytes of one VP8 payload descriptor with everything that a browser writes (RFC 7741, section 4.2).
const DESCRIPTOR: usize = 6;

/// The payloads of a full layer, as many bytes as a browser fills at its usual packet size.
const FULL_PAYLOAD: usize = 1100;

/// A layer of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerShape {
    pub rid: char,
    payload: usize,
    /// Packets of frame `n` are `pattern[n % len]`.
    pattern: &'static [usize],
    key: &'static [u8],
    delta: &'static [u8],
}

/// 1.2 Mbit/s in 136 packets a second: 68 in 15 frames.
const FULL: LayerShape = LayerShape {
    rid: 'f',
    payload: FULL_PAYLOAD,
    pattern: &[4, 5, 4, 5, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5],
    key: include_bytes!("../assets/f.key.vp8"),
    delta: include_bytes!("../assets/f.delta.vp8"),
};
/// 400 kbit/s.
const HALF: LayerShape = LayerShape {
    rid: 'h',
    payload: 833,
    pattern: &[2],
    key: include_bytes!("../assets/h.key.vp8"),
    delta: include_bytes!("../assets/h.delta.vp8"),
};
/// 150 kbit/s.
const QUARTER: LayerShape = LayerShape {
    rid: 'q',
    payload: 625,
    pattern: &[1],
    key: include_bytes!("../assets/q.key.vp8"),
    delta: include_bytes!("../assets/q.delta.vp8"),
};

/// The layers of a publication, lowest first.
pub fn layers(count: usize) -> &'static [LayerShape] {
    if count >= 3 { &[QUARTER, HALF, FULL] } else { &[FULL] }
}

impl LayerShape {
    /// The payloads of one frame. `frame` counts from 0 and gives PictureID and TL0PICIDX.
    pub fn frame(&self, peer: &str, source: Source, frame: u32, key: bool) -> Vec<Vec<u8>> {
        let count = self.pattern[frame as usize % self.pattern.len()];
        (0..count).map(|index| self.packet(peer, source, frame, key, index == 0)).collect()
    }

    fn packet(&self, peer: &str, source: Source, frame: u32, key: bool, first: bool) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.payload);
        let picture = 0x8000 | (frame & 0x7fff) as u16;
        // X and, at the start of a frame, S; then I, L, T and K.
        payload.extend_from_slice(&[if first { 0x90 } else { 0x80 }, 0xf0]);
        payload.extend_from_slice(&picture.to_be_bytes());
        // TID 0, no layer sync, KEYIDX counting nothing.
        payload.extend_from_slice(&[frame as u8, 0]);
        debug_assert_eq!(payload.len(), DESCRIPTOR);
        if first {
            payload.extend_from_slice(if key { self.key } else { self.delta });
        }
        payload.resize(self.payload - stamp::SIZE, 0);
        stamp::prepare(&mut payload, peer, source, self.rid, key);
        payload
    }
}

/// One packet of Opus, 20 ms of silence, with the stamp in its padding (RFC 6716, section 3.2.5).
pub fn opus(peer: &str, source: Source) -> Vec<u8> {
    const TOC_CELT_20_MS_CODE_3: u8 = 0xff;
    const ONE_FRAME_WITH_PADDING: u8 = 0x41;
    const SILENCE: [u8; 2] = [0xff, 0xfe];
    let mut payload = vec![TOC_CELT_20_MS_CODE_3, ONE_FRAME_WITH_PADDING, stamp::SIZE as u8];
    payload.extend_from_slice(&SILENCE);
    stamp::prepare(&mut payload, peer, source, stamp::NO_LAYER, false);
    payload
}

/// Whether a VP8 payload starts a keyframe.
pub fn starts_keyframe(payload: &[u8]) -> bool {
    let Some((&first, rest)) = payload.split_first() else {
        return false;
    };
    if first & 0x1f != 0x10 {
        return false;
    }
    let mut header = 0;
    if first & 0x80 != 0
        && let Some(&flags) = rest.first()
    {
        let wide = flags & 0x80 != 0 && rest.get(1).is_some_and(|id| id & 0x80 != 0);
        let optional = [flags & 0x80 != 0, wide, flags & 0x40 != 0, flags & 0x30 != 0];
        header = 1 + optional.into_iter().filter(|&there| there).count();
    }
    rest.get(header).is_some_and(|byte| byte & 1 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_the_full_layer_is_136_packets_and_1_2_megabits() {
        let frames: Vec<_> = (0..FRAME_RATE).flat_map(|n| FULL.frame("p", Source::Camera, n, n == 0)).collect();
        assert_eq!(frames.len(), 136);
        let bits: usize = frames.iter().map(|payload| payload.len() * 8).sum();
        assert!((1_150_000..1_250_000).contains(&bits), "{bits}");
    }

    #[test]
    fn every_frame_fits_its_packet_and_keyframes_are_known_as_such() {
        for shape in layers(3) {
            assert!(DESCRIPTOR + shape.key.len() + stamp::SIZE <= shape.payload, "{}", shape.rid);
            let key = shape.frame("p", Source::Camera, 300, true);
            assert!(starts_keyframe(&key[0]));
            assert!(key[1..].iter().all(|payload| !starts_keyframe(payload)));
            assert!(!starts_keyframe(&shape.frame("p", Source::Camera, 301, false)[0]));
            assert!(key.iter().all(|payload| payload.len() == shape.payload && stamp::read(payload).is_some()));
        }
        assert!(stamp::read(&opus("p", Source::Microphone)).is_some());
    }
}
