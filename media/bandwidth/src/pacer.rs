//! When the next packet may leave.
//!
//! A leaky bucket (draft-ietf-rmcat-gcc-02, section 4) that holds no packets: it is asked, and told what was spent.

use std::time::{Duration, Instant};

use crate::Bitrate;

/// Faster than the estimate by this much, so that what waits does not wait long. Ours; senders in browsers use the same.
const FASTER: f64 = 2.5;
/// A usual delta frame leaves at once: at 1.2 Mbit/s and 30 fps it has 5 kB, twice that where much moves. Ours.
const DEPTH: i64 = 12_000;
/// A wide line takes more at once, for many pictures may come together: what it carries in this time. Ours.
const AT_ONCE: Duration = Duration::from_millis(25);
/// Sound passes unasked and may leave the bucket in debt, but no deeper than this. Ours.
const MOST_DEBT: i64 = 12_000;
/// Bits per second; keeps the arithmetic far from its limits.
const FASTEST: i64 = 100_000_000_000;
/// Nothing waits longer than this, however slow the line.
const LONGEST: Duration = Duration::from_secs(1);

/// The bucket is counted in millionths of a bit, so that no filling is too small to count.
const UNIT: i64 = 8_000_000;

/// A budget of bytes.
#[derive(Debug, Clone)]
pub struct Pacer {
    /// Bits per second.
    rate: i64,
    depth: i64,
    level: i64,
    filled: Instant,
}

impl Pacer {
    /// A full bucket for a line of this estimate.
    pub fn new(now: Instant, estimate: Bitrate) -> Pacer {
        Pacer { rate: faster(estimate), depth: depth(estimate), level: depth(estimate), filled: now }
    }

    /// The line's estimate has changed.
    pub fn set_rate(&mut self, now: Instant, estimate: Bitrate) {
        self.fill(now);
        self.rate = faster(estimate);
        self.depth = depth(estimate);
        self.level = self.level.min(self.depth);
    }

    /// Whether a packet of this size may leave now.
    pub fn may_send(&mut self, now: Instant, bytes: usize) -> bool {
        self.fill(now);
        self.level >= size(bytes)
    }

    /// A packet has left, asked for or not.
    pub fn spent(&mut self, now: Instant, bytes: usize) {
        self.fill(now);
        self.level = (self.level - size(bytes)).max(-MOST_DEBT * UNIT);
    }

    /// When a packet of this size may leave, if nothing else leaves before.
    pub fn next(&self, bytes: usize) -> Instant {
        let missing = (size(bytes) - self.level).max(0);
        // Rounded up: asking too early would be asking twice.
        let wait = (missing + self.rate - 1) / self.rate;
        self.filled + Duration::from_micros(wait.unsigned_abs()).min(LONGEST)
    }

    fn fill(&mut self, now: Instant) {
        // Packets leave many at a time, and time moves between them only.
        if now <= self.filled {
            return;
        }
        let passed = now.saturating_duration_since(self.filled).min(LONGEST);
        self.level = (self.level + self.rate * passed.as_micros() as i64).min(self.depth);
        self.filled = now;
    }
}

fn faster(estimate: Bitrate) -> i64 {
    let bits = (estimate * FASTER).as_bps();
    i64::try_from(bits).unwrap_or(FASTEST).clamp(1, FASTEST)
}

fn depth(estimate: Bitrate) -> i64 {
    let at_once = i64::try_from(estimate.bytes_in(AT_ONCE)).unwrap_or(i64::MAX);
    at_once.clamp(DEPTH, DEPTH * 100) * UNIT
}

/// What a packet takes out, or needs to be in there; one that is larger than the bucket needs a full one.
fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(DEPTH).min(DEPTH) * UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_frame_leaves_at_once_and_a_keyframe_is_spread() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start, Bitrate::kbps(1000));
        let (mut now, mut left) = (start, Vec::new());
        for _ in 0..40 {
            while !pacer.may_send(now, 1200) {
                assert!(pacer.next(1200) > now, "a time that has come must let the packet go");
                now = pacer.next(1200);
            }
            pacer.spent(now, 1200);
            left.push(now - start);
        }
        assert_eq!(left[9], Duration::ZERO, "12 kB leave at once");
        let last = left[39].as_millis();
        assert!((114..=117).contains(&last), "36 kB at 2.5 Mbit/s take 115 ms, not {last}");
    }

    #[test]
    fn sound_that_did_not_ask_is_paid_for_by_what_comes_after() {
        let now = Instant::now();
        let mut pacer = Pacer::new(now, Bitrate::kbps(100));
        for _ in 0..200 {
            pacer.spent(now, 160);
        }
        assert!(!pacer.may_send(now + Duration::from_millis(300), 1200));
        assert!(pacer.may_send(now + Duration::from_millis(500), 1200), "debt has a bottom");
    }

    #[test]
    fn a_tiny_rate_still_fills_when_asked_often() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start, Bitrate::bps(4000));
        pacer.spent(start, 12_000);
        let asked = (1..2_000).find(|ms| pacer.may_send(start + Duration::from_millis(*ms), 1200));
        assert_eq!(asked, Some(960), "1200 bytes at 10 kbit/s");
    }
}
