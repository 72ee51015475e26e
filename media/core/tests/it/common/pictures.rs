//! Synthetic VP8: every packet says who sent it, on which layer, and in which frame.

use std::time::{Duration, Instant};

const FRAME: Duration = Duration::from_millis(35);

/// How a camera writes PictureIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    Long,
    Short,
    Absent,
}

pub struct FramePacket {
    pub rid: &'static str,
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Vec<u8>,
}

struct Layer {
    rid: &'static str,
    on: bool,
    sequence: u64,
    timestamp: u32,
    picture_id: u16,
    tl0: u8,
    frame: u32,
    wants_keyframe: bool,
    packets: usize,
    height: u16,
    /// Bytes that fill each packet.
    fill: usize,
    /// How many times as large as others a keyframe is.
    keyframe: usize,
}

pub struct Camera {
    pub owner: usize,
    pub on: bool,
    pub ids: Ids,
    /// Keyframe requests are ignored.
    pub deaf: bool,
    /// A packet without payload follows every frame.
    pub padding: bool,
    layers: Vec<Layer>,
    next: Option<Instant>,
}

/// What a packet says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub picture_id: u16,
    pub tl0: Option<u8>,
    pub keyframe: bool,
    pub first: bool,
    pub owner: usize,
    pub rid: String,
    pub frame: u32,
}

impl Camera {
    pub fn new(owner: usize, rids: &[&'static str]) -> Camera {
        let layers = rids.iter().enumerate().map(|(index, rid)| Layer {
            rid,
            on: true,
            sequence: 60_000 + (owner * 1000 + index * 100) as u64 % 5000,
            timestamp: (owner as u32 + 1).wrapping_mul(0x3456_789a).wrapping_add(index as u32 * 0x1111_1111),
            picture_id: 0x7ff0 + index as u16,
            tl0: 250 + index as u8,
            frame: 0,
            wants_keyframe: true,
            packets: match *rid {
                "q" => 1,
                "h" => 2,
                _ => 4,
            },
            height: match *rid {
                "q" => 180,
                "h" => 360,
                _ => 720,
            },
            fill: 400,
            keyframe: 1,
        });
        Camera { owner, on: false, ids: Ids::Long, deaf: false, padding: false, layers: layers.collect(), next: None }
    }

    /// Fills packets as full as this.
    pub fn fill(&mut self, bytes: usize) {
        self.layers.iter_mut().for_each(|layer| layer.fill = bytes);
    }

    pub fn want_keyframe(&mut self, rid: &str) {
        let deaf = self.deaf;
        self.layers.iter_mut().filter(|layer| layer.rid == rid).for_each(|layer| layer.wants_keyframe |= !deaf);
    }

    /// Bitrates as our pages have them: 100 kbit/s, 400 kbit/s and 1.2 Mbit/s.
    pub fn in_full(&mut self) {
        for layer in &mut self.layers {
            layer.keyframe = 6;
            layer.fill = match layer.rid {
                "q" => 420,
                "h" => 850,
                _ => 1270,
            };
        }
    }

    /// Numbers all layers as new streams, lower than before; tells their rids.
    pub fn begin_anew(&mut self, keyframes: bool) -> Vec<&'static str> {
        for layer in &mut self.layers {
            layer.sequence = 1200;
            layer.timestamp = layer.timestamp.wrapping_sub(0x2345_6789);
            layer.picture_id = 77;
            layer.tl0 = 9;
            layer.wants_keyframe = keyframes;
        }
        self.layers.iter().map(|layer| layer.rid).collect()
    }

    pub fn layer_on(&mut self, rid: &str, on: bool) {
        let layer = self.layers.iter_mut().find(|layer| layer.rid == rid).unwrap();
        layer.on = on;
        layer.wants_keyframe |= on;
    }

    pub fn due(&mut self, now: Instant) -> Vec<FramePacket> {
        if !self.on || self.next.is_some_and(|next| next > now) {
            return Vec::new();
        }
        self.next = Some(now + FRAME);
        let (owner, ids) = (self.owner, self.ids);
        let padding = self.padding;
        let frames = self.layers.iter_mut().map(|layer| {
            let mut frame = layer.frame(owner, ids);
            if padding {
                frame.extend(layer.padding());
            }
            frame
        });
        frames.flatten().collect()
    }
}

impl Layer {
    fn padding(&mut self) -> Option<FramePacket> {
        self.sequence += u64::from(self.on);
        self.on.then(|| FramePacket {
            rid: self.rid,
            sequence: self.sequence,
            timestamp: self.timestamp,
            marker: false,
            payload: Vec::new(),
        })
    }

    fn frame(&mut self, owner: usize, ids: Ids) -> Vec<FramePacket> {
        self.timestamp = self.timestamp.wrapping_add(90 * FRAME.as_millis() as u32);
        if !self.on {
            return Vec::new();
        }
        let keyframe = std::mem::take(&mut self.wants_keyframe);
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        self.tl0 = self.tl0.wrapping_add(1);
        self.frame += 1;
        let packets = if keyframe { self.packets * self.keyframe } else { self.packets };
        (0..packets)
            .map(|index| {
                self.sequence += 1;
                FramePacket {
                    rid: self.rid,
                    sequence: self.sequence,
                    timestamp: self.timestamp,
                    marker: index + 1 == packets,
                    payload: self.payload(owner, ids, keyframe, index),
                }
            })
            .collect()
    }

    fn payload(&self, owner: usize, ids: Ids, keyframe: bool, index: usize) -> Vec<u8> {
        let mut bytes = vec![if index == 0 { 0x90 } else { 0x80 }];
        match ids {
            Ids::Long => bytes.extend([0xe0, 0x80 | (self.picture_id >> 8) as u8, self.picture_id as u8, self.tl0, 0]),
            Ids::Short => bytes.extend([0x80, self.picture_id as u8 & 0x7f]),
            Ids::Absent => bytes[0] &= 0x7f,
        }
        bytes.extend([if keyframe && index == 0 { 0x10 } else { 0x11 }, 0, 0, 0x9d, 0x01, 0x2a, 0, 0]);
        bytes.extend(self.height.to_le_bytes());
        bytes.extend([owner as u8, self.rid.bytes().next().unwrap_or(b'-')]);
        bytes.extend(self.frame.to_be_bytes());
        bytes.resize(bytes.len() + self.fill, index as u8);
        bytes
    }
}

/// Reads a packet as the receiver got it: it must carry a 15-bit PictureID.
pub fn read(payload: &[u8]) -> Said {
    assert_eq!(payload[0] & 0x80, 0x80, "extended");
    assert_eq!(payload[1] & 0x80, 0x80, "PictureID");
    assert_eq!(payload[2] & 0x80, 0x80, "15 bits");
    let mut at = 4;
    let mut tl0 = None;
    if payload[1] & 0x40 != 0 {
        tl0 = Some(payload[at]);
        at += 1;
    }
    if payload[1] & 0x30 != 0 {
        at += 1;
    }
    let first = payload[0] & 0x10 != 0;
    Said {
        picture_id: u16::from_be_bytes([payload[2] & 0x7f, payload[3]]),
        tl0,
        keyframe: first && payload[at] & 1 == 0,
        first,
        owner: usize::from(payload[at + 10]),
        rid: char::from(payload[at + 11]).to_string(),
        frame: u32::from_be_bytes(payload[at + 12..at + 16].try_into().unwrap()),
    }
}
