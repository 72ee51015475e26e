//! What a receiver's line carries, as far as this egress can tell: estimate, pace and probes.

use std::time::{Duration, Instant};

use echo_bandwidth::{Bitrate, Estimator, Pacer, ProbeId};
use echo_wire::rtcp::ReportBlock;
use echo_wire::twcc::TransportFeedback;

/// What a line is taken for until it has told: a newcomer on a good one sees its picture at once, in full; one on a narrow
/// line has a queue for half a second.
const FIRST_GUESS: Bitrate = Bitrate::kbps(2000);

/// Where what is known of the line comes together. Empty where nothing is estimated: estimation is switched off, or
/// the receiver tells no arrivals.
#[derive(Debug)]
pub(super) struct Bandwidth {
    line: Option<Box<Line>>,
}

#[derive(Debug)]
struct Line {
    estimator: Estimator,
    pacer: Pacer,
    probe: Option<Running>,
}

/// A probe that is being sent.
#[derive(Debug)]
struct Running {
    id: ProbeId,
    bitrate: Bitrate,
    began: Instant,
    sent: usize,
    bytes: usize,
    packets: usize,
}

impl Bandwidth {
    pub(super) fn new(now: Instant, estimates: bool) -> Bandwidth {
        let line =
            || Line { estimator: Estimator::new(now, FIRST_GUESS), pacer: Pacer::new(now, FIRST_GUESS), probe: None };
        Bandwidth { line: estimates.then(|| Box::new(line())) }
    }

    /// What the line carries, sound and all.
    pub(super) fn estimate(&self) -> Option<Bitrate> {
        self.line.as_ref().map(|line| line.estimator.estimate())
    }

    /// What there would be to send.
    pub(super) fn set_desired(&mut self, now: Instant, desired: Bitrate) {
        if let Some(line) = &mut self.line {
            line.estimator.set_desired(now, desired);
        }
    }

    /// A packet with this transport-wide sequence number is leaving. `bytes` is its datagram's length.
    pub(super) fn sent(&mut self, now: Instant, sequence: u16, bytes: usize) {
        let Some(line) = &mut self.line else { return };
        line.pacer.spent(now, bytes);
        let id = line.probe.as_ref().map(|probe| probe.id);
        line.estimator.sent(now, sequence, bytes, id);
        if let Some(probe) = &mut line.probe {
            probe.sent += bytes;
            probe.packets = probe.packets.saturating_sub(1);
            if probe.sent >= probe.bytes && probe.packets == 0 {
                line.probe = None;
            }
        }
    }

    /// Which packets arrived, and when.
    pub(super) fn arrived(&mut self, now: Instant, feedback: &TransportFeedback<'_>) {
        let Some(line) = &mut self.line else { return };
        line.estimator.feedback(now, feedback.iter());
        line.pacer.set_rate(now, line.estimator.estimate());
    }

    /// What the receiver says of one stream.
    pub(super) fn reported(&mut self, now: Instant, block: &ReportBlock, round_trip: Option<Duration>) {
        if let Some(line) = &mut self.line {
            line.estimator.report(now, block.fraction_lost, round_trip);
            line.pacer.set_rate(now, line.estimator.estimate());
        }
    }

    /// What the receiver itself thinks of its line, in bits per second.
    pub(super) fn told(&mut self, now: Instant, bits: u64) {
        if let Some(line) = &mut self.line {
            line.estimator.told(now, Bitrate::bps(bits));
            line.pacer.set_rate(now, line.estimator.estimate());
        }
    }

    /// Whether the line has to drain before a picture's packet may leave.
    pub(super) fn is_jammed(&self, now: Instant) -> bool {
        self.line.as_ref().is_some_and(|line| line.estimator.is_jammed(now))
    }

    /// Whether a picture's packet of this size may leave now.
    pub(super) fn may_send(&mut self, now: Instant, bytes: usize) -> bool {
        self.line.as_mut().is_none_or(|line| line.pacer.may_send(now, bytes))
    }

    /// When it may.
    pub(super) fn next_send(&self, bytes: usize) -> Option<Instant> {
        self.line.as_ref().map(|line| line.pacer.next(bytes))
    }

    /// Does what is due; true where a packet is to leave now for a probe, if need be one of padding. Ask again after it has.
    pub(super) fn wants_packet(&mut self, now: Instant) -> bool {
        let Some(line) = &mut self.line else { return false };
        line.probe = line.probe.take().filter(|probe| line.estimator.wants(now, probe.id));
        if line.probe.is_none() && line.estimator.is_due(now) {
            line.probe = line.estimator.poll(now).map(|probe| Running {
                id: probe.id,
                bitrate: probe.bitrate,
                began: now,
                sent: 0,
                bytes: probe.bytes,
                packets: probe.packets,
            });
            line.pacer.set_rate(now, line.estimator.estimate());
        }
        line.probe.as_ref().is_some_and(|probe| probe.next() <= now)
    }

    /// There is nothing to probe with.
    pub(super) fn give_up_probe(&mut self) {
        if let Some(line) = &mut self.line {
            line.probe = None;
        }
    }

    /// When [`Bandwidth::wants_packet`] has something to say.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let line = self.line.as_ref()?;
        Some(line.probe.as_ref().map_or_else(|| line.estimator.next_timeout(), Running::next))
    }
}

impl Running {
    fn next(&self) -> Instant {
        self.began + self.bitrate.time_for(self.sent as u64).min(Duration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_receiver_thinks_sets_the_pace() {
        let start = Instant::now();
        let mut bandwidth = Bandwidth::new(start, true);
        let mut now = start;
        // Believed once no feedback has come for so long.
        for second in [0, 6] {
            now = start + Duration::from_secs(second);
            bandwidth.told(now, 300_000);
        }
        for sequence in 0..10 {
            bandwidth.sent(now, sequence, 1200);
        }
        let wait = bandwidth.next_send(1200).map(|at| at - now);
        assert!(wait >= Some(Duration::from_millis(12)), "{wait:?} for 1200 bytes at 750 kbit/s");
    }
}
