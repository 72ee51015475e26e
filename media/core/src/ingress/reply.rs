//! What a client is told about what it sends: reports, requests for packets and keyframes, transport-wide feedback.

use std::time::{Duration, Instant};

use echo_wire::rtcp::{nack, pli, receiver_report};

use super::Ingress;
use super::stream::Stream;

/// The first report comes soon: with it a browser knows that its stream is known, and stops naming its m-line in each packet.
pub(super) const FIRST_REPORT: Duration = Duration::from_millis(200);
const INTERVAL: Duration = Duration::from_secs(1);
/// Blocks in one report (RFC 3550 section 6.4.1).
const MOST_BLOCKS: usize = 31;
/// A compound that is longer than this takes nothing more up ...
const FULL: usize = 900;
/// ... and no transport-wide feedback if it is longer than this: a datagram holds both.
const ROOMY: usize = 200;
/// Bytes of a report without blocks.
const EMPTY: usize = 8;

/// Who replies, and how soon a packet that is asked for can be here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replier {
    pub(crate) ssrc: u32,
    pub(crate) round_trip: Duration,
}

impl Ingress {
    /// When [`Ingress::reply`] has something to say, but for reports, which have time.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// When a report is due.
    pub(crate) fn report_at(&self) -> Option<Instant> {
        self.report_at
    }

    /// Whether there is something to say now.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now) || self.report_at.is_some_and(|at| at <= now)
    }

    /// Appends a compound packet with what is to be said now. There may be more than one holds; false where there is nothing after
    /// all, since what was missing has come.
    pub(crate) fn reply(&mut self, now: Instant, from: Replier, buffer: &mut Vec<u8>) -> bool {
        let start = buffer.len();
        self.report(now, from, buffer);
        for stream in self.streams.iter_mut() {
            if buffer.len() - start <= FULL {
                stream.ask(now, from, buffer);
            }
        }
        if buffer.len() - start <= ROOMY {
            self.arrivals.tell(now, from.ssrc, self.streams.any(), buffer);
        }
        let unasked = self.streams.iter().any(|stream| stream.wants_keyframe).then_some(self.began);
        let dues = self.streams.iter().filter_map(Stream::due);
        self.due = dues.chain(self.arrivals.due()).chain(unasked).min();
        buffer.len() - start > EMPTY
    }

    /// A compound begins with a report (RFC 3550 section 6.1), if need be one without blocks.
    fn report(&mut self, now: Instant, from: Replier, buffer: &mut Vec<u8>) {
        let mut blocks = Vec::new();
        if self.report_at.is_some_and(|at| at <= now) {
            let streams = self.streams.iter_mut().filter(|stream| now < stream.heard + INTERVAL * 2);
            blocks.extend(streams.filter_map(|stream| stream.report(now)).take(MOST_BLOCKS));
            self.report_at = (!blocks.is_empty()).then_some(now + INTERVAL);
        }
        receiver_report(buffer, from.ssrc, &blocks);
    }
}

impl Stream {
    fn ask(&mut self, now: Instant, from: Replier, buffer: &mut Vec<u8>) {
        if std::mem::take(&mut self.wants_keyframe) {
            pli(buffer, from.ssrc, self.ssrc);
        }
        if let Some(holes) = &mut self.holes {
            let mut wanted = Vec::new();
            holes.ask(now, from.round_trip, &mut wanted);
            nack(buffer, from.ssrc, self.ssrc, wanted);
        }
    }
}
