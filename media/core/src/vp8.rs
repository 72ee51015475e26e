//! VP8 payload descriptors (RFC 7741): reading them, giving every packet a 15-bit PictureID, and keeping PictureID and
//! TL0PICIDX of a slot continuous over switches.
//!
//! str0m can patch a PictureID in place but not widen it: aiortc sends 7 bits, some senders none. So each packet is
//! brought into one form once, when it arrives, and every receiver's copy is then patched in place.

use std::sync::Arc;

use str0m::rtp::Vp8Descriptor;

use crate::packet::Picture;

const EXTENDED: u8 = 0x80;
const HAS_PICTURE_ID: u8 = 0x80;
const PICTURE_ID_BITS: u16 = 0x7fff;
/// Frames by which a PictureID that was made up or unwrapped may lag behind the newest one and still be told apart.
const SHORT_PICTURE_ID_SPAN: u16 = 128;
/// How many recent frames of a layer without PictureIDs are remembered, to number late packets alike.
const REMEMBERED_FRAMES: usize = 64;

/// Tells the frames of one layer apart and numbers them with 15 bits, whatever the sender writes.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    newest: Option<u16>,
    /// (timestamp, PictureID) of recent frames, for senders without PictureIDs.
    numbered: std::collections::VecDeque<(u64, u16)>,
}

impl Frames {
    /// Reads a payload, widened where it must be. `None` where it is no VP8.
    pub(crate) fn read(&mut self, payload: Arc<[u8]>, timestamp: u64) -> Option<(Arc<[u8]>, Picture)> {
        let descriptor = Vp8Descriptor::parse(&payload).ok()?;
        let height = keyframe_height(&payload, &descriptor);
        let (payload, descriptor) = match descriptor.picture_id() {
            Some(id) if has_long_picture_id(&payload) => {
                self.saw(id);
                (payload, descriptor)
            }
            Some(short) => {
                let id = self.widen(short);
                rebuild(&payload, 1, id)?
            }
            None => {
                let id = self.number(timestamp);
                rebuild(&payload, 0, id)?
            }
        };
        let picture = Picture {
            picture_id: descriptor.picture_id()?,
            tl0: descriptor.tl0_pic_idx(),
            keyframe: descriptor.starts_keyframe(&payload),
            height,
            descriptor,
        };
        Some((payload, picture))
    }

    fn saw(&mut self, id: u16) {
        if self.newest.is_none_or(|newest| is_after(id, newest)) {
            self.newest = Some(id);
        }
    }

    /// The 15-bit id nearest to the newest one that ends in these 7 bits.
    fn widen(&mut self, short: u16) -> u16 {
        let Some(newest) = self.newest else {
            self.newest = Some(short);
            return short;
        };
        let ahead = short.wrapping_sub(newest) & (SHORT_PICTURE_ID_SPAN - 1);
        let id = if ahead < SHORT_PICTURE_ID_SPAN / 2 {
            newest.wrapping_add(ahead)
        } else {
            newest.wrapping_sub(SHORT_PICTURE_ID_SPAN - ahead)
        } & PICTURE_ID_BITS;
        self.saw(id);
        id
    }

    fn number(&mut self, timestamp: u64) -> u16 {
        if let Some((_, id)) = self.numbered.iter().rev().find(|(at, _)| *at == timestamp) {
            return *id;
        }
        let id = self.newest.map_or(1, |newest| newest.wrapping_add(1)) & PICTURE_ID_BITS;
        self.newest = Some(id);
        if self.numbered.len() == REMEMBERED_FRAMES {
            self.numbered.pop_front();
        }
        self.numbered.push_back((timestamp, id));
        id
    }
}

/// The constant distance of a source's PictureID and TL0PICIDX to the slot's, between two switches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PictureShift {
    id: u16,
    tl0: u8,
}

impl PictureShift {
    /// What the slot's receiver reads in a packet of the source.
    pub(crate) fn apply(&self, picture: &Picture) -> (u16, Option<u8>) {
        let id = picture.picture_id.wrapping_add(self.id) & PICTURE_ID_BITS;
        (id, picture.tl0.map(|tl0| tl0.wrapping_add(self.tl0)))
    }
}

/// PictureID and TL0PICIDX of one slot across the sources it carries.
#[derive(Debug, Default)]
pub(crate) struct PictureRewrite {
    shift: PictureShift,
    furthest: Option<u16>,
    furthest_tl0: Option<u8>,
}

impl PictureRewrite {
    /// Takes this keyframe as the first frame of a new source.
    pub(crate) fn switch(&mut self, picture: &Picture) {
        let next = self.furthest.map_or(picture.picture_id, |last| last.wrapping_add(1));
        self.shift.id = next.wrapping_sub(picture.picture_id) & PICTURE_ID_BITS;
        if let Some(tl0) = picture.tl0 {
            let next = self.furthest_tl0.map_or(tl0, |last| last.wrapping_add(1));
            self.shift.tl0 = next.wrapping_sub(tl0);
        }
    }

    /// The distance of the current source.
    pub(crate) fn shift(&self) -> PictureShift {
        self.shift
    }

    /// The PictureID and TL0PICIDX that the slot's receiver is to see.
    pub(crate) fn place(&mut self, picture: &Picture) -> (u16, Option<u8>) {
        let (id, tl0) = self.shift.apply(picture);
        if self.furthest.is_none_or(|last| is_after(id, last)) {
            self.furthest = Some(id);
        }
        if let Some(tl0) = tl0
            && self.furthest_tl0.is_none_or(|last| tl0.wrapping_sub(last).wrapping_sub(1) < 0x7f)
        {
            self.furthest_tl0 = Some(tl0);
        }
        (id, tl0)
    }
}

/// Whether one 15-bit PictureID comes after another.
fn is_after(id: u16, other: u16) -> bool {
    let ahead = id.wrapping_sub(other) & PICTURE_ID_BITS;
    ahead != 0 && ahead <= PICTURE_ID_BITS / 2
}

fn has_long_picture_id(payload: &[u8]) -> bool {
    // Only called where the descriptor has a PictureID: it is the third byte.
    payload.get(2).is_some_and(|byte| byte & 0x80 != 0)
}

/// The payload with its PictureID, `old` bytes long, replaced by 15 bits.
fn rebuild(payload: &[u8], old: usize, id: u16) -> Option<(Arc<[u8]>, Vp8Descriptor)> {
    let extended = payload[0] & EXTENDED != 0;
    let extension = if extended { payload[1] } else { 0 };
    let rest = if extended { 2 + old } else { 1 };
    let mut bytes = Vec::with_capacity(payload.len() + 3);
    bytes.extend([payload[0] | EXTENDED, extension | HAS_PICTURE_ID, 0x80 | (id >> 8) as u8, id as u8]);
    bytes.extend_from_slice(payload.get(rest..)?);
    let descriptor = Vp8Descriptor::parse(&bytes).ok()?;
    Some((bytes.into(), descriptor))
}

/// Height in the frame header of a keyframe (RFC 6386 9.1): after a 3-byte tag, a start code and the width.
fn keyframe_height(payload: &[u8], descriptor: &Vp8Descriptor) -> Option<u16> {
    if !descriptor.starts_keyframe(payload) {
        return None;
    }
    let frame = &payload[header_length(payload)?..];
    if frame.get(3..6)? != [0x9d, 0x01, 0x2a] {
        return None;
    }
    Some(u16::from_le_bytes([*frame.get(8)?, *frame.get(9)?]) & 0x3fff)
}

fn header_length(payload: &[u8]) -> Option<usize> {
    if payload.first()? & EXTENDED == 0 {
        return Some(1);
    }
    let extension = *payload.get(1)?;
    let mut length = 2;
    if extension & HAS_PICTURE_ID != 0 {
        length += if payload.get(2)? & 0x80 != 0 { 2 } else { 1 };
    }
    if extension & 0x40 != 0 {
        length += 1;
    }
    if extension & 0x30 != 0 {
        length += 1;
    }
    Some(length)
}

#[cfg(test)]
#[path = "vp8_tests.rs"]
mod tests;
