//! Packets as they lie on the wire: header, extensions, payload with this receiver's fields, sealed in place.

use std::time::Instant;

use echo_wire::rtp::HeaderWriter;

use super::{Direct, Queued};
use crate::counters::Counters;
use crate::outbox::{Outbox, Route};

/// Where a payload of ours has its PictureID of 15 bits and its TL0PICIDX, if any; see [`crate::vp8`].
const PICTURE_ID: std::ops::Range<usize> = 2..4;
const TL0_PICTURE_INDEX: usize = 4;
const LONG_PICTURE_ID: u16 = 0x8000;
/// Extensions that a packet has at most.
const MOST_EXTENSIONS: usize = 4;

impl Direct {
    /// Writes a packet into the outbox and seals it there.
    pub(super) fn seal(
        &mut self,
        now: Instant,
        route: Route,
        packet: &Queued,
        outbox: &mut Outbox,
        counters: &mut Counters,
    ) {
        let lane = &mut self.lanes[packet.lane];
        let form = &lane.form;
        let (ssrc, payload_type, sequence) = match (packet.again, form.repair) {
            (false, _) => (*form.line.ssrc, *form.line.pt, packet.sequence),
            (true, Some((ssrc, payload_type))) => {
                lane.repair_sequence += 1;
                (ssrc, payload_type, lane.repair_sequence)
            }
            // Never on its own stream: a number is sealed once.
            (true, None) => return,
        };
        let transport_sequence = self.transport_sequence.to_be_bytes();
        let level = [audio_level(packet)];
        let orientation = [packet.extensions.video_orientation.map_or(0, |orientation| orientation as u8)];
        let mut extensions: [(u8, &[u8]); MOST_EXTENSIONS] = [(0, &[]); MOST_EXTENSIONS];
        // What changes with each packet comes first, at a fixed place. An id of 0 is left out by the writer.
        extensions[0] = (form.transport_sequence, &transport_sequence);
        if !lane.bound {
            extensions[1] = (form.mid, form.line.mid.as_bytes());
        }
        if packet.extensions.audio_level.is_some() && packet.extensions.voice_activity.is_some() {
            extensions[2] = (form.audio_level, &level);
        }
        if packet.extensions.video_orientation.is_some() {
            extensions[3] = (form.orientation, &orientation);
        }
        let header = HeaderWriter {
            payload_type,
            marker: packet.marker,
            sequence: sequence as u16,
            timestamp: packet.timestamp,
            ssrc,
        };
        let sealer = &mut self.sealer;
        let bytes = outbox.write(route, |buffer| {
            let start = buffer.len();
            let header_len = header.write(buffer, &extensions);
            if packet.again {
                // The original sequence number (RFC 4588 section 4).
                buffer.extend_from_slice(&(packet.sequence as u16).to_be_bytes());
            }
            let payload = buffer.len();
            buffer.extend_from_slice(&packet.payload);
            if let Some((picture_id, tl0)) = packet.picture {
                let payload = &mut buffer[payload..];
                payload[PICTURE_ID].copy_from_slice(&(picture_id | LONG_PICTURE_ID).to_be_bytes());
                if let Some(tl0) = tl0 {
                    payload[TL0_PICTURE_INDEX] = tl0;
                }
            }
            // The only error that is left is a key used up after 2^48 packets.
            sealer.seal_rtp(buffer, start, header_len, ssrc, sequence).ok()?;
            Some(buffer.len() - start)
        });
        let Some(bytes) = bytes else { return };
        if form.transport_sequence != 0 {
            self.bandwidth.sent(now, self.transport_sequence, bytes);
            self.transport_sequence = self.transport_sequence.wrapping_add(1);
        }
        if packet.again {
            counters.repairs_sent += 1;
            lane.repairs.spend(bytes);
            return;
        }
        lane.leaves(now, packet.sequence, packet.timestamp, packet.captured, packet.payload.len());
        if lane.report_at.is_none() {
            lane.report_at = Some(now);
            self.reports_at = Some(now);
        }
    }
}

/// RFC 6464: voice activity, and the level in -dBov.
fn audio_level(packet: &Queued) -> u8 {
    let voice = if packet.extensions.voice_activity == Some(true) { 0x80 } else { 0 };
    voice | packet.extensions.audio_level.map_or(0, |level| level.unsigned_abs() & 0x7f)
}
