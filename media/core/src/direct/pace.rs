//! What may leave when: pictures at the pace that the line takes, and padding for probes.

use std::time::{Duration, Instant};

use echo_wire::rtp::HeaderWriter;

use super::Direct;
use super::bandwidth::Bandwidth;
use crate::counters::Counters;
use crate::outbox::{Outbox, Route};

/// Header, extensions and tag of a packet, about.
const OVERHEAD: usize = 36;
/// Nothing waits longer than this: a line that cannot follow shows that sooner by its own queue than by ours.
const LONGEST_WAIT: Duration = Duration::from_millis(400);
/// ... but for a line that has to drain, which takes at most about this long.
const LONGEST_JAM: Duration = Duration::from_secs(1);
/// While it does it is looked at so often.
const JAM_REVIEW: Duration = Duration::from_millis(20);
/// Padding of one packet: the most that its last byte can tell (RFC 3550 section 5.1).
const PADDING: u8 = 255;
const PADDING_BIT: u8 = 0x20;

impl Direct {
    /// Sends of the waiting pictures what may leave now, and what a probe needs besides.
    pub(super) fn pace(&mut self, now: Instant, route: Route, outbox: &mut Outbox, counters: &mut Counters) {
        let jammed = self.bandwidth.is_jammed(now);
        self.jam_review = jammed.then_some(now + JAM_REVIEW);
        let longest = if jammed { LONGEST_JAM } else { LONGEST_WAIT };
        while let Some(packet) = self.pictures.front() {
            let waited = packet.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
            let bytes = packet.payload.len() + OVERHEAD;
            // What a probe needs is better taken from what waits than from padding.
            let may_leave = |line: &mut Bandwidth| !jammed && (line.may_send(now, bytes) || line.wants_packet(now));
            if waited < longest && !may_leave(&mut self.bandwidth) {
                break;
            }
            if let Some(packet) = self.pictures.pop_front() {
                self.seal(now, route, &packet, outbox, counters);
            }
        }
        if self.pictures.is_empty() {
            // Begins at the front again, which lies in the processor's cache.
            self.pictures.clear();
        }
        // All that came since the last flush, behind what was left by it.
        for packet in self.pictures.iter_mut().rev().take_while(|packet| packet.since.is_none()) {
            packet.since = Some(now);
        }
        while self.bandwidth.wants_packet(now) {
            if !self.pad(now, route, outbox) {
                self.bandwidth.give_up_probe();
                break;
            }
            counters.probe_packets += 1;
        }
    }

    /// When [`Direct::pace`] has something to do though nothing is queued meanwhile.
    pub(super) fn pace_deadline(&self) -> Option<Instant> {
        let next = self.pictures.front().and_then(|packet| {
            let overdue = packet.since? + LONGEST_WAIT;
            let next = self.bandwidth.next_send(packet.payload.len() + OVERHEAD)?.min(overdue);
            Some(self.jam_review.map_or(next, |review| next.max(review)))
        });
        next.into_iter().chain(self.bandwidth.deadline()).min()
    }

    /// Drops what waits of a line: nothing of it is shown from now on, nor sent again to who misses it.
    pub(crate) fn forget(&mut self, line: usize) {
        let Some(lane) = self.lanes.get_mut(line) else { return };
        self.pictures.retain(|packet| {
            let kept = packet.lane != line;
            match packet.again {
                _ if kept => {}
                true => lane.repairs.hand_back(),
                false => lane.sent.withdraw(packet.sequence),
            }
            kept
        });
    }

    /// Sends an empty packet on a stream of retransmissions, which no picture misses; false where there is none.
    fn pad(&mut self, now: Instant, route: Route, outbox: &mut Outbox) -> bool {
        let mut usable = self.lanes.iter_mut().filter(|lane| lane.is_picture() && lane.form.transport_sequence != 0);
        let Some((lane, (ssrc, payload_type))) = usable.find_map(|lane| lane.form.repair.map(|repair| (lane, repair)))
        else {
            return false;
        };
        lane.repair_sequence += 1;
        let sequence = lane.repair_sequence;
        let transport_sequence = self.transport_sequence.to_be_bytes();
        let mut extensions: [(u8, &[u8]); 2] = [(lane.form.transport_sequence, &transport_sequence), (0, &[])];
        if !lane.bound {
            extensions[1] = (lane.form.mid, lane.form.line.mid.as_bytes());
        }
        let timestamp = lane.furthest.map_or(0, |(_, timestamp, _)| timestamp);
        let header = HeaderWriter { payload_type, marker: false, sequence: sequence as u16, timestamp, ssrc };
        let sealer = &mut self.sealer;
        let bytes = outbox.write(route, |buffer| {
            let start = buffer.len();
            let header_len = header.write(buffer, &extensions);
            buffer[start] |= PADDING_BIT;
            let end = buffer.len() + usize::from(PADDING);
            buffer.resize(end, 0);
            buffer[end - 1] = PADDING;
            sealer.seal_rtp(buffer, start, header_len, ssrc, sequence).ok()?;
            Some(buffer.len() - start)
        });
        let Some(bytes) = bytes else { return false };
        self.bandwidth.sent(now, self.transport_sequence, bytes);
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        true
    }
}
