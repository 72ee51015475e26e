//! A bad time, and then nothing to send but probes: what was seen last must not hold for ever.

use std::time::{Duration, Instant};

use echo_bandwidth::{Bitrate, Estimator, ProbeId};

/// Microseconds between two packets, and their size in bytes: about 1 Mbit/s.
const EVERY: i64 = 10_000;
const BYTES: usize = 1200;
/// Packets that one feedback message tells of.
const TOLD_AT_ONCE: usize = 10;
/// Microseconds from arrival to the word of it.
const BACK: i64 = 20_000;
const WANTED: Bitrate = Bitrate::kbps(1500);

struct Quiet {
    origin: Instant,
    /// Microseconds.
    now: i64,
    sequence: u16,
    estimator: Estimator,
}

impl Quiet {
    /// After five good seconds.
    fn new() -> Quiet {
        let origin = Instant::now();
        let mut quiet = Quiet { origin, now: 0, sequence: 0, estimator: Estimator::new(origin, Bitrate::kbps(2000)) };
        quiet.estimator.set_desired(origin, WANTED);
        quiet.stream(5, |_, sent| Some(Some(sent)));
        quiet
    }

    fn instant(&self) -> Instant {
        self.origin + Duration::from_micros(self.now as u64)
    }

    fn send(&mut self, bytes: usize, probe: Option<ProbeId>) -> u16 {
        let sequence = self.sequence;
        self.estimator.sent(self.instant(), sequence, bytes, probe);
        self.sequence = sequence.wrapping_add(1);
        sequence
    }

    fn tell(&mut self, results: Vec<(u16, Option<i64>)>) {
        let at = self.instant() + Duration::from_micros(BACK as u64);
        self.estimator.feedback(at, results.into_iter());
    }

    /// Sends for so many seconds. `arrives` tells from a packet's place and departure when it arrived: `None` where no
    /// word of it comes, `Some(None)` where it is told lost.
    fn stream(&mut self, seconds: i64, arrives: impl Fn(i64, i64) -> Option<Option<i64>>) {
        let mut results = Vec::new();
        for place in 0..seconds * 1_000_000 / EVERY {
            let sequence = self.send(BYTES, None);
            results.extend(arrives(place, self.now).map(|at| (sequence, at)));
            self.now += EVERY;
            self.estimator.poll(self.instant());
            if results.len() == TOLD_AT_ONCE {
                self.tell(std::mem::take(&mut results));
            }
        }
    }

    /// Sends nothing but probes for half a minute, which arrive as they left. The estimate after that.
    fn rest(mut self) -> Bitrate {
        let end = self.now + 30_000_000;
        while self.now < end {
            self.now += EVERY;
            self.estimator.set_desired(self.instant(), WANTED);
            let Some(probe) = self.estimator.poll(self.instant()) else { continue };
            let mut results = Vec::new();
            for _ in 0..probe.packets {
                let bytes = probe.bytes.div_ceil(probe.packets);
                results.push((self.send(bytes, Some(probe.id)), Some(self.now)));
                self.now += probe.bitrate.time_for(bytes as u64).as_micros() as i64;
            }
            self.tell(results);
        }
        self.estimator.estimate()
    }
}

fn assert_recovers(quiet: Quiet, most_before: Bitrate) {
    let before = quiet.estimator.estimate();
    assert!(before <= most_before, "{before:?}");
    let after = quiet.rest();
    assert!(after >= WANTED, "{before:?} before and {after:?} after half a minute without media");
}

#[test]
fn an_outage_is_over_though_nothing_is_sent() {
    let mut quiet = Quiet::new();
    quiet.stream(9, |_, _| None);
    assert_recovers(quiet, Bitrate::kbps(200));
}

#[test]
fn heavy_loss_is_forgotten_where_nothing_is_sent() {
    let mut quiet = Quiet::new();
    quiet.stream(8, |place, sent| Some((place % 5 > 1).then_some(sent)));
    assert_recovers(quiet, Bitrate::kbps(600));
}

#[test]
fn over_use_is_forgotten_where_nothing_is_sent() {
    let mut quiet = Quiet::new();
    // The line carries a third of it.
    quiet.stream(2, |place, sent| Some(Some(sent + place * 2 * EVERY)));
    assert_recovers(quiet, Bitrate::kbps(600));
}
