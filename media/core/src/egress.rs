//! The way out: a placed packet becomes a datagram to one receiver.
//!
//! A trait with two implementations: [`crate::direct`] seals shared packets itself; str0m's own sender rescans all streams of a
//! peer for each packet, serves receivers without AES-GCM, and is what the other one is compared with in tests.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use str0m::Rtc;
use str0m::rtp::{RtpWrite, Ssrc};

use crate::direct::SentWindow;
use crate::history::Span;
use crate::packet::{Forwarded, MediaPacket, VideoPacket};
use crate::picture_slot::{Line, PictureFields, PlacedPicture};
use crate::rewrite::Place;
use crate::voice_slots::PlacedSound;

/// A packet for one receiver.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) line: Line,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// The capture time that goes into sender reports beside the timestamp.
    pub(crate) captured: Instant,
    pub(crate) marker: bool,
    /// Shared with all other receivers.
    pub(crate) payload: &'a Arc<[u8]>,
    pub(crate) extensions: Forwarded,
    /// For VP8: where the descriptor has its fields, and what this receiver is to read there.
    pub(crate) picture: Option<PictureFields<'a>>,
    /// Whether the receiver may ask for it again.
    pub(crate) repairable: bool,
}

impl<'a> Outgoing<'a> {
    pub(crate) fn picture(line: Line, placed: &PlacedPicture<'a>) -> Outgoing<'a> {
        Outgoing {
            line,
            sequence: placed.place.sequence,
            timestamp: placed.place.timestamp,
            captured: placed.media.captured,
            marker: placed.media.marker,
            payload: &placed.media.payload,
            extensions: placed.media.extensions,
            picture: placed.fields,
            repairable: true,
        }
    }

    /// A packet that a slot has sent before.
    pub(crate) fn repair(line: Line, sequence: u64, span: &Span, packet: &'a VideoPacket) -> Outgoing<'a> {
        let media = &packet.media;
        let fields = packet.picture.as_ref().map(|picture| {
            let (picture_id, tl0) = span.pictures.apply(picture);
            PictureFields { descriptor: &picture.descriptor, picture_id, tl0 }
        });
        let timestamp = span.shift.timestamp(media.timestamp);
        Outgoing::picture(line, &PlacedPicture { media, place: Place { sequence, timestamp }, fields })
    }

    pub(crate) fn sound(line: Line, placed: &PlacedSound, packet: &'a MediaPacket) -> Outgoing<'a> {
        Outgoing {
            line,
            sequence: placed.place.sequence,
            timestamp: placed.place.timestamp,
            captured: packet.captured,
            marker: placed.marker,
            payload: &packet.payload,
            extensions: packet.extensions,
            picture: None,
            // What comes after a round trip is too late to be heard.
            repairable: false,
        }
    }
}

/// Sends packets to one receiver.
pub(crate) trait Egress {
    /// Queues a packet; false where it could not be. Retransmission is the egress's own affair.
    fn send(&mut self, packet: Outgoing<'_>) -> bool;
}

/// str0m's own sender.
pub(crate) struct StromEgress<'a> {
    rtc: &'a mut Rtc,
    /// What was sent of each stream: str0m would seal the same number twice.
    sent: &'a mut HashMap<Ssrc, SentWindow>,
}

impl<'a> StromEgress<'a> {
    pub(crate) fn new(rtc: &'a mut Rtc, sent: &'a mut HashMap<Ssrc, SentWindow>) -> StromEgress<'a> {
        StromEgress { rtc, sent }
    }
}

impl Egress for StromEgress<'_> {
    fn send(&mut self, packet: Outgoing<'_>) -> bool {
        let line = packet.line;
        let mut write = RtpWrite::new(
            line.pt,
            packet.sequence.into(),
            packet.timestamp,
            packet.captured,
            Arc::clone(packet.payload),
        )
        .marker(packet.marker)
        .ext_vals(packet.extensions.into_values())
        .nackable(packet.repairable);
        if let Some(fields) = packet.picture {
            let mut patch = fields.descriptor.patch().picture_id(fields.picture_id);
            if let Some(tl0) = fields.tl0 {
                patch = patch.tl0_pic_idx(tl0);
            }
            match patch.build() {
                Ok(patch) => write = write.vp8_patch(patch),
                Err(_) => return false,
            }
        }
        match self.rtc.direct_api().stream_tx(&line.ssrc) {
            Some(stream) => {
                if !self.sent.entry(line.ssrc).or_default().use_up(packet.sequence) {
                    return false;
                }
                stream.write_rtp(write);
                true
            }
            None => false,
        }
    }
}
