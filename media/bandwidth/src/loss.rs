//! The loss-based bound (draft-ietf-rmcat-gcc-02, section 6).

use crate::Bitrate;
use crate::history::Micros;

/// Above this share of lost packets the bound goes down, section 6.
const HIGH: f64 = 0.1;
/// Below this it goes up, section 6.
const LOW: f64 = 0.02;
/// Growth at one step, section 6.
const GROWTH: f64 = 1.05;
/// Fewer packets make no share. Ours: one lost of twenty is 5%, between both limits.
const LEAST_PACKETS: u32 = 20;
/// At most one step in this time and a round trip. The draft takes one a receiver report, which came about once a
/// second; ours matches feedback every 100 ms, with time for a step to show.
const STEP: Micros = 200_000;
/// The bound is forgotten when it has grown this far above what it bounds.
const FORGOTTEN: f64 = 1.5;

#[derive(Debug, Clone, Default)]
pub(crate) struct LossBound {
    bound: Option<Bitrate>,
    lost: u32,
    packets: u32,
    stepped: Option<Micros>,
    /// Share lost at the last step.
    share: f64,
}

impl LossBound {
    pub(crate) fn bound(&self) -> Option<Bitrate> {
        self.bound
    }

    /// Whether so much is lost that more should not be tried.
    pub(crate) fn is_high(&self) -> bool {
        self.share > HIGH
    }

    /// Whether more is lost than a line loses by chance.
    pub(crate) fn is_noticeable(&self) -> bool {
        self.share > LOW
    }

    /// What was lost lately says nothing any more; the bound stays.
    pub(crate) fn forget_share(&mut self) {
        (self.lost, self.packets, self.share) = (0, 0, 0.0);
    }

    pub(crate) fn arrived(&mut self) {
        self.packets = self.packets.saturating_add(1);
    }

    pub(crate) fn lost(&mut self) {
        self.packets = self.packets.saturating_add(1);
        self.lost = self.lost.saturating_add(1);
    }

    /// What had been counted as lost came late.
    pub(crate) fn recovered(&mut self) {
        self.lost = self.lost.saturating_sub(1);
    }

    /// So much has come through: the bound was too low.
    pub(crate) fn proven(&mut self, rate: Bitrate) {
        if self.bound.is_some_and(|bound| bound < rate) {
            self.bound = None;
        }
    }

    /// Takes a step where there is enough to judge by; true where much is lost. `estimate` is what holds without the
    /// bound, which goes no lower than to `proven`, which is known to come through.
    pub(crate) fn step(&mut self, now: Micros, estimate: Bitrate, proven: Bitrate, rtt: Micros) -> bool {
        if self.packets < LEAST_PACKETS || !self.may_step(now, rtt) {
            return false;
        }
        let share = f64::from(self.lost) / f64::from(self.packets);
        (self.lost, self.packets) = (0, 0);
        self.take(now, share, estimate, proven);
        self.is_high()
    }

    /// Takes the share that a receiver report tells, where there is no better feedback.
    pub(crate) fn report(&mut self, now: Micros, share: f64, estimate: Bitrate, rtt: Micros) {
        if self.may_step(now, rtt) {
            self.take(now, share, estimate, Bitrate::ZERO);
        }
    }

    fn may_step(&self, now: Micros, rtt: Micros) -> bool {
        self.stepped.is_none_or(|at| now - at >= STEP + rtt)
    }

    fn take(&mut self, now: Micros, share: f64, estimate: Bitrate, proven: Bitrate) {
        self.stepped = Some(now);
        self.share = share;
        let current = self.bound.map_or(estimate, |bound| bound.min(estimate));
        if share > HIGH {
            self.bound = Some((current * (1.0 - 0.5 * share)).max(proven.min(current)));
        } else if share < LOW {
            self.bound = self.bound.map(|bound| bound * GROWTH).filter(|bound| *bound < estimate * FORGOTTEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bound: &mut LossBound, from: i64, steps: i64, lost: u32) {
        run_above(bound, Bitrate::ZERO, from, steps, lost);
    }

    fn run_above(bound: &mut LossBound, proven: Bitrate, from: i64, steps: i64, lost: u32) {
        for step in from..from + steps {
            for packet in 0..100 {
                if packet < lost { bound.lost() } else { bound.arrived() }
            }
            bound.step(step * 300_000, Bitrate::kbps(1000), proven, 50_000);
        }
    }

    #[test]
    fn a_tenth_is_borne_and_more_lowers_by_half_of_it() {
        let mut bound = LossBound::default();
        run(&mut bound, 0, 20, 9);
        assert_eq!(bound.bound(), None);
        run(&mut bound, 20, 1, 20);
        assert_eq!(bound.bound(), Some(Bitrate::kbps(900)));
        run(&mut bound, 21, 10, 5);
        assert_eq!(bound.bound(), Some(Bitrate::kbps(900)), "held between both limits");
        run(&mut bound, 31, 11, 0);
        assert_eq!(bound.bound(), None, "grown beyond what it bounds");
    }

    #[test]
    fn what_comes_through_is_not_given_up() {
        let mut bound = LossBound::default();
        run_above(&mut bound, Bitrate::kbps(700), 0, 20, 50);
        assert_eq!(bound.bound(), Some(Bitrate::kbps(700)));
        run_above(&mut bound, Bitrate::kbps(900), 20, 1, 50);
        assert_eq!(bound.bound(), Some(Bitrate::kbps(700)), "nor is more believed for it");
        run_above(&mut bound, Bitrate::kbps(100), 21, 1, 50);
        assert_eq!(bound.bound(), Some(Bitrate::kbps(525)));
    }

    #[test]
    fn few_packets_and_late_ones_make_no_loss() {
        let mut bound = LossBound::default();
        for _ in 0..19 {
            bound.lost();
        }
        bound.step(0, Bitrate::kbps(1000), Bitrate::ZERO, 0);
        for _ in 0..19 {
            bound.recovered();
        }
        bound.arrived();
        bound.step(1, Bitrate::kbps(1000), Bitrate::ZERO, 0);
        assert_eq!(bound.bound(), None);
    }
}
