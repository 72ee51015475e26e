//! One stream of a client: what came of it, and what its sender says of it.

use std::time::{Duration, Instant};

use echo_wire::rtcp::{ReportBlock, SenderInfo};
use echo_wire::rtp::extend;

use super::holes::{Holes, MOST_HOLES};
use super::streams::Place;
use crate::packet::Told;

/// Timestamps begin so high that those of packets from before the first one are not below zero.
const FIRST_TIMESTAMP: u64 = 1 << 32;
/// Jitter is smoothed over so many packets (RFC 3550 section 6.4.1).
const SMOOTHING: u64 = 16;
/// A sender that goes this far ahead has begun anew: it has not lost so many (RFC 3550 appendix A.1).
const LEAP: u64 = 3000;
/// A fraction is told in so many parts.
const PARTS: u64 = 256;
/// What 24 bits with a sign hold at most.
const MOST_LOST: u64 = 0x7f_ffff;

/// One stream of media.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) ssrc: u32,
    pub(super) place: Place,
    pub(super) clock_rate: u32,
    pub(super) wants_keyframe: bool,
    /// When its last packet came that was not sent again.
    pub(super) heard: Instant,
    /// Kept where lost packets may be asked for again.
    pub(super) holes: Option<Holes>,
    began: Instant,
    counts: Option<Counts>,
    /// Of the last sender report: the middle of its NTP time, and when it came.
    said: Option<(u32, Instant)>,
    told: Option<Told>,
}

/// What came, but for what was sent again: that does not count as come (RFC 4588 section 6.3 leaves each stream to itself).
#[derive(Debug)]
struct Counts {
    first: u64,
    newest: u64,
    received: u64,
    timestamp: u64,
    /// Arrival less timestamp of the last picture or sound, in units of the stream's clock.
    transit: i64,
    /// In units of the stream's clock, times [`SMOOTHING`].
    jitter: u64,
    /// Expected and received when it was last reported.
    reported: (u64, u64),
}

impl Stream {
    pub(super) fn new(now: Instant, ssrc: u32, place: Place, clock_rate: u32, repairable: bool) -> Stream {
        Stream {
            ssrc,
            place,
            clock_rate,
            wants_keyframe: false,
            heard: now,
            holes: repairable.then(Holes::default),
            began: now,
            counts: None,
            said: None,
            told: None,
        }
    }

    /// The index nearest to the newest one that ends in this sequence number.
    pub(super) fn index_of(&self, sequence: u16) -> Option<u64> {
        extend(self.counts.as_ref()?.newest, sequence)
    }

    /// Takes note of a packet, which may have been sent `again`. Gives its timestamp, extended over wraps; `None` where the packet
    /// came before.
    pub(super) fn arrived(&mut self, now: Instant, index: u64, timestamp: u32, again: bool) -> Option<u64> {
        if !again {
            self.heard = now;
        }
        let since = now.saturating_duration_since(self.began).as_micros() as i64;
        let ticks = since.saturating_mul(self.clock_rate.into()) / 1_000_000;
        let Some(counts) = &mut self.counts else {
            return Some(self.counts.insert(Counts::new(index, timestamp, ticks)).timestamp);
        };
        let ahead = index.saturating_sub(counts.newest);
        if again && ahead > MOST_HOLES {
            // Nobody asked for it: it is of another stream.
            return None;
        }
        if ahead > LEAP {
            counts.restart(index);
        }
        if let Some(holes) = &mut self.holes {
            if ahead > 0 {
                holes.open(now, counts.newest + 1..index);
            } else if !holes.fill(index) {
                // It has come, in the one way or the other.
                return None;
            }
        }
        let timestamp = counts.extended(timestamp);
        counts.newest = counts.newest.max(index);
        if !again {
            counts.count(timestamp, ticks);
        }
        Some(timestamp)
    }

    /// Takes what the sender says of the stream.
    pub(super) fn reported(&mut self, now: Instant, info: &SenderInfo) {
        self.said = Some(((info.ntp >> 16) as u32, now));
        self.told = Told::of(info.ntp, info.rtp_timestamp);
    }

    /// How the stream's clock relates to the sender's.
    pub(super) fn told(&self) -> Option<Told> {
        self.told
    }

    /// When a packet is to be asked for.
    pub(super) fn due(&self) -> Option<Instant> {
        self.holes.as_ref()?.due()
    }

    /// What the sender is told of the stream. `None` before its first packet.
    pub(super) fn report(&mut self, now: Instant) -> Option<ReportBlock> {
        let counts = self.counts.as_mut()?;
        let (last_report, delay) = self.said.map_or((0, 0), |(ntp, at)| (ntp, delay(now, at)));
        let (fraction_lost, cumulative_lost) = counts.lost();
        Some(ReportBlock {
            ssrc: self.ssrc,
            fraction_lost,
            cumulative_lost,
            highest_sequence: counts.newest as u32,
            jitter: (counts.jitter / SMOOTHING) as u32,
            last_report,
            delay,
        })
    }
}

impl Counts {
    fn new(first: u64, timestamp: u32, transit: i64) -> Counts {
        let timestamp = FIRST_TIMESTAMP + u64::from(timestamp);
        let transit = transit - timestamp as i64;
        Counts { first, newest: first, received: 1, timestamp, transit, jitter: 0, reported: (0, 0) }
    }

    /// The timestamp nearest to the newest one that ends in these 32 bits.
    fn extended(&self, timestamp: u32) -> u64 {
        let ahead = timestamp.wrapping_sub(self.timestamp as u32) as i32;
        self.timestamp.checked_add_signed(ahead.into()).unwrap_or(timestamp.into())
    }

    /// Counts from here on.
    fn restart(&mut self, index: u64) {
        (self.first, self.newest, self.received, self.reported) = (index, index - 1, 0, (0, 0));
    }

    fn count(&mut self, timestamp: u64, ticks: i64) {
        self.received += 1;
        if timestamp == self.timestamp {
            // Of the packets of one picture the first one tells when it came.
            return;
        }
        let transit = ticks - timestamp as i64;
        let difference = (transit - self.transit).unsigned_abs().min(u64::from(u32::MAX));
        self.jitter = self.jitter + difference - self.jitter / SMOOTHING;
        (self.timestamp, self.transit) = (timestamp, transit);
    }

    /// Lost since the last report, in 256ths, and in all (RFC 3550 appendix A.3).
    fn lost(&mut self) -> (u8, i32) {
        let (expected, received) = (self.newest.saturating_sub(self.first) + 1, self.received);
        let (expected_before, received_before) = std::mem::replace(&mut self.reported, (expected, received));
        let (due, came) = (expected - expected_before, received - received_before);
        let fraction = due.saturating_sub(came) * PARTS / due.max(1);
        let all = expected.saturating_sub(received).min(MOST_LOST);
        (fraction.min(PARTS - 1) as u8, all as i32)
    }
}

/// Time since then, in 65536ths of a second.
fn delay(now: Instant, then: Instant) -> u32 {
    let held = now.saturating_duration_since(then).min(Duration::from_secs(60_000));
    ((held.as_micros() << 16) / 1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use str0m::media::Mid;

    use super::*;

    fn stream(now: Instant) -> Stream {
        Stream::new(now, 7, Place { mid: Mid::from("0"), rid: None }, 90_000, true)
    }

    #[test]
    fn a_packet_counts_once_whether_it_comes_twice_or_is_sent_again() {
        let start = Instant::now();
        let mut stream = stream(start);
        assert!(stream.arrived(start, 10, 100, false).is_some());
        assert!(stream.arrived(start, 13, 100, false).is_some());
        assert!(stream.arrived(start, 11, 100, false).is_some(), "overtaken");
        assert!(stream.arrived(start, 12, 100, true).is_some(), "sent again");
        for again in [false, true] {
            assert!([9, 10, 11, 12, 13].iter().all(|index| stream.arrived(start, *index, 100, again).is_none()));
        }
        let report = stream.report(start).unwrap();
        assert_eq!((report.cumulative_lost, report.fraction_lost, report.highest_sequence), (1, 64, 13));
        assert!(stream.arrived(start, 14, 100, true).is_some(), "sent again before anybody saw that it was missing");
        assert!(stream.arrived(start, 14, 100, false).is_none());
    }

    #[test]
    fn a_report_tells_what_was_lost_since_the_last_one() {
        let start = Instant::now();
        let mut stream = stream(start);
        (0..100).filter(|index| index % 4 != 1).for_each(|index| {
            stream.arrived(start, 65_500 + index, 0, false);
        });
        let report = stream.report(start).unwrap();
        assert_eq!((report.fraction_lost, report.cumulative_lost), (64, 25));
        (100..200).for_each(|index| {
            stream.arrived(start, 65_500 + index, 0, false);
        });
        let report = stream.report(start).unwrap();
        assert_eq!((report.fraction_lost, report.cumulative_lost), (0, 25));
        assert_eq!(report.highest_sequence, 65_699, "with its rollovers");
        assert_eq!(stream.report(start).unwrap().fraction_lost, 0, "nothing was due");
    }

    #[test]
    fn jitter_is_how_unevenly_pictures_come() {
        let start = Instant::now();
        let mut even = stream(start);
        let mut uneven = stream(start);
        for n in 0..400_u64 {
            let at = start + Duration::from_millis(n * 40);
            even.arrived(at, n, n as u32 * 3600, false);
            uneven.arrived(at + Duration::from_millis(n % 2 * 10), n, n as u32 * 3600, false);
        }
        assert_eq!(even.report(start).unwrap().jitter, 0);
        let jitter = uneven.report(start).unwrap().jitter;
        assert!((850..=900).contains(&jitter), "{jitter} for 10 ms at 90 kHz");
    }

    #[test]
    fn timestamps_go_on_over_wraps_and_below_the_first_one() {
        let start = Instant::now();
        let mut stream = stream(start);
        let first = stream.arrived(start, 10, 5, false).unwrap();
        assert_eq!(stream.arrived(start, 12, u32::MAX, false), Some(first - 6));
        assert_eq!(stream.arrived(start, 13, 100, false), Some(first + 95));
        assert_eq!(stream.arrived(start, 14, 1 << 31, false), Some(first - 5 + (1 << 31)));
        assert_eq!(stream.arrived(start, 15, 3 << 30, false), Some(first - 5 + (3 << 30)));
        assert_eq!(stream.arrived(start, 16, 7, false), Some(first + 2 + (1 << 32)));
    }

    #[test]
    fn what_the_sender_says_comes_back_to_it() {
        let start = Instant::now();
        let mut stream = stream(start);
        stream.arrived(start, 10, 5, false);
        assert_eq!(stream.report(start).map(|report| (report.last_report, report.delay)), Some((0, 0)));
        let ntp = 0xea00_0001_8000_0000;
        stream.reported(start, &SenderInfo { ssrc: 7, ntp, rtp_timestamp: 5, packets: 1, octets: 1 });
        let report = stream.report(start + Duration::from_millis(1500)).unwrap();
        assert_eq!((report.last_report, report.delay), (0x0001_8000, 3 << 15));
        assert_eq!(stream.told().map(|told| told.timestamp), Some(5));
    }
}
