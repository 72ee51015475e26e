//! Everything that a light participant receives: packets counted by their headers, some opened, and what it says about them.

use std::collections::HashMap;

use echo_wire::rtcp::{self, ReportBlock, SenderInfo};
use echo_wire::rtp::Header;
use echo_wire::srtp::TAG_LEN;
use echo_wire::twcc::transport_feedback;
use echo_wire::{Opened, Opener};
use str0m::media::Mid;

use super::inbound::Inbound;
use super::routes::Routes;
use crate::clip::starts_keyframe;
use crate::measure::{Beginning, PublicationMeter, SlotMeter};
use crate::stamp;

const MS: u64 = 1_000_000;
/// Between messages about arrivals, as browsers send them at these rates.
const FEEDBACK_NS: u64 = 100 * MS;
const REPORT_NS: u64 = 1000 * MS;
/// What is said of the line where the other side wants our estimate: no limit.
const ESTIMATE_BPS: u64 = 100_000_000;
/// More transport-wide numbers at once are a jump, or packets overtaken by a report.
const LARGEST_GAP: u16 = 1000;
const PADDING: u8 = 0x20;
/// Bytes before a retransmission's payload: the sequence number of what is repeated (RFC 4588, section 4).
const ORIGINAL: usize = 2;
const CNAME: &str = "load";

/// A receiver of media.
pub struct Receiver {
    pub routes: Routes,
    /// Packets that were opened for their stamps, and that could not be.
    pub opened: u64,
    pub unopened: u64,
    /// SSRC that its feedback speaks for.
    ssrc: u32,
    sample: u32,
    streams: Vec<Inbound>,
    by_ssrc: HashMap<u32, usize>,
    meters: Vec<(String, PublicationMeter)>,
    arrivals: Vec<(u16, i64)>,
    /// What was reported ends before this.
    told: Option<u16>,
    feedback_count: u8,
    feedback_due_ns: u64,
    report_due_ns: u64,
    plain: Vec<u8>,
}

impl Receiver {
    /// Opens one packet in `sample`. Reports begin at `now_ns`.
    pub fn new(ssrc: u32, sample: u32, now_ns: u64) -> Receiver {
        // Feedback of hundreds of participants that joined together should not come together for ever.
        let apart = u64::from(ssrc % 100) * MS;
        Receiver {
            routes: Routes::default(),
            opened: 0,
            unopened: 0,
            ssrc,
            sample: sample.max(1),
            streams: Vec::new(),
            by_ssrc: HashMap::new(),
            meters: Vec::new(),
            arrivals: Vec::new(),
            told: None,
            feedback_count: 0,
            feedback_due_ns: now_ns + apart,
            report_due_ns: now_ns + REPORT_NS + 10 * apart,
            plain: Vec::new(),
        }
    }

    /// Takes in a sealed packet.
    pub fn packet(&mut self, now_ns: u64, packet: &[u8], opener: &Opener, beginning: &mut Beginning) {
        let Some(header) = Header::parse_protected(packet) else { return };
        if let Some(id) = self.routes.transport_wide
            && let Some(&[high, low]) = header.extension(packet, id)
        {
            self.arrivals.push((u16::from_be_bytes([high, low]), (now_ns / 1000) as i64));
        }
        let Some(stream) = self.stream(&header, packet) else { return };
        let inbound = &mut self.streams[stream];
        let Some(index) = inbound.index(header.sequence) else { return };
        let repair = inbound.place.repair.is_some();
        let padded = packet[0] & PADDING != 0;
        inbound.until_opened = inbound.until_opened.saturating_sub(1);
        if !repair && !padded && inbound.until_opened > 0 && !inbound.needs_keyframe && inbound.read {
            inbound.packet(now_ns, &header, index);
            if let Some(at) = inbound.publication {
                self.meters[at].1.unopened(
                    now_ns,
                    inbound.layer,
                    packet.len().saturating_sub(header.header_len + TAG_LEN),
                );
            }
            return;
        }
        let mut plain = std::mem::take(&mut self.plain);
        match opener.open_rtp_as(packet, index, &mut plain) {
            Ok(opened) if repair => self.repair(now_ns, stream, &opened, beginning),
            Ok(opened) => {
                let inbound = &mut self.streams[stream];
                inbound.packet(now_ns, &header, index);
                inbound.until_opened = self.sample;
                self.opened(now_ns, stream, opened.payload(), beginning);
            }
            Err(_) => self.unopened += 1,
        }
        self.plain = plain;
    }

    /// Takes note of the other side's sender report.
    pub fn sender_report(&mut self, now_ns: u64, info: &SenderInfo) {
        if let Some(&stream) = self.by_ssrc.get(&info.ssrc) {
            self.streams[stream].sender_report(now_ns, info.ntp);
        }
    }

    /// Asks for a keyframe in a slot.
    pub fn want_keyframe(&mut self, now_ns: u64, mid: &str) {
        let wanted = self.streams.iter_mut().filter(|stream| stream.place.mid == Mid::from(mid) && stream.place.video);
        wanted.for_each(|stream| stream.want_keyframe(now_ns));
    }

    /// What its feedback speaks for.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// All streams that it receives.
    pub fn ssrcs(&self) -> Vec<u32> {
        self.streams.iter().map(|stream| stream.ssrc).collect()
    }

    /// When [`Receiver::feedback`] has something to say.
    pub fn due_ns(&self) -> u64 {
        let feedback = (!self.arrivals.is_empty()).then_some(self.feedback_due_ns);
        self.streams.iter().filter_map(Inbound::due_ns).chain(feedback).fold(self.report_due_ns, u64::min)
    }

    /// Appends the RTCP packets that are due. Where `reduced` is false the first of them is a report (RFC 3550, section 6.1).
    pub fn feedback(&mut self, now_ns: u64, reduced: bool, into: &mut Vec<u8>) {
        if self.report_due_ns <= now_ns {
            self.report_due_ns = now_ns + REPORT_NS;
            let blocks: Vec<ReportBlock> = self.streams.iter_mut().filter_map(|stream| stream.report(now_ns)).collect();
            rtcp::receiver_report(into, self.ssrc, &blocks);
            rtcp::sdes_cname(into, self.ssrc, CNAME);
            if self.routes.estimates {
                let ssrcs: Vec<u32> = blocks.iter().map(|block| block.ssrc).collect();
                rtcp::remb(into, self.ssrc, ESTIMATE_BPS, &ssrcs);
            }
        } else if !reduced {
            rtcp::receiver_report(into, self.ssrc, &[]);
        }
        for stream in &mut self.streams {
            if stream.due_ns().is_none_or(|due| due > now_ns) {
                continue;
            }
            if stream.asks_for_keyframe(now_ns) {
                rtcp::pli(into, self.ssrc, stream.ssrc);
            }
            rtcp::nack(into, self.ssrc, stream.ssrc, stream.asks_for(now_ns));
        }
        if self.feedback_due_ns <= now_ns {
            self.feedback_due_ns = now_ns + FEEDBACK_NS;
            self.arrivals_into(into);
        }
    }

    /// What arrived in each slot.
    pub fn slots(&self) -> impl Iterator<Item = (Mid, &SlotMeter)> {
        let media = self.streams.iter().filter(|stream| stream.place.repair.is_none() && stream.slot.began());
        media.map(|stream| (stream.place.mid, &stream.slot))
    }

    /// What arrived of each publication.
    pub fn publications(&self) -> impl Iterator<Item = (&str, &PublicationMeter)> {
        self.meters.iter().filter(|(_, meter)| meter.began()).map(|(name, meter)| (&**name, meter))
    }

    /// Sets the figures back.
    pub fn reset(&mut self) {
        self.streams.iter_mut().for_each(|stream| stream.slot = SlotMeter::default());
        self.meters.iter_mut().for_each(|(_, meter)| *meter = PublicationMeter::new());
        (self.opened, self.unopened) = (0, 0);
    }

    fn stream(&mut self, header: &Header, packet: &[u8]) -> Option<usize> {
        if let Some(&known) = self.by_ssrc.get(&header.ssrc) {
            return Some(known);
        }
        let place = self.routes.place(header, packet)?;
        self.streams.push(Inbound::new(header.ssrc, place));
        self.by_ssrc.insert(header.ssrc, self.streams.len() - 1);
        Some(self.streams.len() - 1)
    }

    /// A packet of media was opened.
    fn opened(&mut self, now_ns: u64, stream: usize, payload: &[u8], beginning: &mut Beginning) {
        self.opened += 1;
        let stamp = stamp::read(payload);
        if let Some(stamp) = &stamp {
            let at = self.meters.iter().position(|(name, _)| stamp.is_of(name));
            let at = at.unwrap_or_else(|| {
                self.meters.push((stamp.publication(), PublicationMeter::new()));
                self.meters.len() - 1
            });
            self.meters[at].1.packet(now_ns, stamp, payload);
            (self.streams[stream].publication, self.streams[stream].layer) = (Some(at), stamp.layer);
        }
        let inbound = &mut self.streams[stream];
        inbound.read = true;
        // Who encodes anew leaves no stamps.
        let key = stamp.map_or_else(|| inbound.place.video && starts_keyframe(payload), |stamp| stamp.key);
        if key {
            beginning.picture(now_ns);
            inbound.keyframe_came();
        } else if inbound.needs_keyframe {
            inbound.want_keyframe(now_ns);
        }
    }

    /// A retransmission was opened: counted where its original belongs. Padding for probes has no original.
    fn repair(&mut self, now_ns: u64, stream: usize, opened: &Opened<'_>, beginning: &mut Beginning) {
        self.streams[stream].packet(now_ns, &opened.header, opened.index);
        let Some((original, payload)) = opened.payload().split_at_checked(ORIGINAL) else { return };
        let place = self.streams[stream].place;
        let announced = place.repair.flatten().and_then(|ssrc| self.by_ssrc.get(&ssrc).copied());
        let same_line = |other: &Inbound| other.place.repair.is_none() && other.place.mid == place.mid;
        let Some(main) = announced.or_else(|| self.streams.iter().position(same_line)) else { return };
        self.streams[main].repaired(now_ns, u16::from_be_bytes([original[0], original[1]]));
        self.opened(now_ns, main, payload, beginning);
    }

    fn arrivals_into(&mut self, into: &mut Vec<u8>) {
        let Some(&(first, _)) = self.arrivals.first() else { return };
        self.arrivals.sort_by_key(|(sequence, _)| sequence.wrapping_sub(first) as i16);
        self.arrivals.dedup_by_key(|(sequence, _)| *sequence);
        let media = self.streams.first().map_or(0, |stream| stream.ssrc);
        let mut rest = &self.arrivals[..];
        while let Some((first, _)) = rest.first() {
            // What was lost since the last message is told as well.
            let base = self.told.filter(|told| first.wrapping_sub(*told) < LARGEST_GAP).unwrap_or(*first);
            let taken = transport_feedback(into, self.ssrc, media, (self.feedback_count, base), rest);
            self.feedback_count = self.feedback_count.wrapping_add(1);
            let (told, left) = rest.split_at(taken);
            let Some((last, _)) = told.last() else { break };
            self.told = Some(last.wrapping_add(1));
            rest = left;
        }
        self.arrivals.clear();
    }
}

#[cfg(test)]
#[path = "receiver_tests.rs"]
mod tests;
