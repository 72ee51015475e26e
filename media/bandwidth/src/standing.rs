//! A queue that stands: it grows no further, so it shows no trend, but it does not drain either.
//!
//! The draft has no word for it. Alone it would be no reason to send less, for a flow that fills every queue would then
//! starve this one; together with loss it is a queue that overflows. Unless there is no queue: a longer way looks the
//! same where packets are lost by chance. Sending less drains a queue and shortens no way, which tells them apart.

use crate::history::Micros;

/// The least delay is looked for over one to two spans of this length: long enough to have seen the queue empty, short
/// enough that clocks that run apart by 100 millionths move it by 2 ms. Ours.
const SPAN: Micros = 10_000_000;
/// What packets waited in this time counts as now. Ours: several frames, so that no single burst decides.
const NOW: Micros = 500_000;
/// A queue is standing when the least of that is so much above the least of all. Ours: what a call begins to suffer from.
const HIGH: Micros = 100_000;

/// After a decrease the least delay of packets that leave in the first of three such spans is held against that of the
/// third. Ours: a second in all, three round trips of a slow line.
const STEP: Micros = 350_000;
/// A queue has drained by at least this much from one to the other: at 85% of the line's rate it would by 100 ms. Ours.
const DRAINED: Micros = 20_000;

/// The least of what was seen in the current span and in the one before.
#[derive(Debug, Clone, Copy, Default)]
struct Least {
    began: Micros,
    current: Option<Micros>,
    before: Option<Micros>,
}

impl Least {
    fn see(&mut self, at: Micros, value: Micros, span: Micros) {
        if at - self.began >= span {
            self.before = if at - self.began < 2 * span { self.current } else { None };
            self.current = None;
            self.began = at;
        }
        self.current = Some(self.current.map_or(value, |current| current.min(value)));
    }

    fn get(&self) -> Option<Micros> {
        self.current.into_iter().chain(self.before).min()
    }
}

/// Whether less on the way drains the queue, or whether there is none and the way has become longer.
#[derive(Debug, Clone, Copy)]
struct Trial {
    began: Micros,
    /// The least delay of the first span, and of the third.
    first: Option<Micros>,
    third: Option<Micros>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    ever: Least,
    lately: Least,
    trial: Option<Trial>,
    /// End of the latest trial in which nothing drained.
    failed: Option<Micros>,
}

impl Standing {
    /// Takes when a packet left, and how long it took by two clocks that need not agree.
    pub(crate) fn packet(&mut self, sent: Micros, delay: Micros) {
        self.ever.see(sent, delay, SPAN);
        self.lately.see(sent, delay, NOW);
        let Some(trial) = &mut self.trial else { return };
        match (sent - trial.began).div_euclid(STEP) {
            0 => trial.first = Some(trial.first.map_or(delay, |first| first.min(delay))),
            2 => trial.third = Some(trial.third.map_or(delay, |third| third.min(delay))),
            3.. => self.conclude(sent),
            _ => {}
        }
    }

    /// The estimate was lowered because of this queue.
    pub(crate) fn lowered(&mut self, now: Micros) {
        self.trial = Some(Trial { began: now, first: None, third: None });
    }

    /// Whether the last decrease has yet to show.
    pub(crate) fn is_on_trial(&self) -> bool {
        self.trial.is_some()
    }

    fn conclude(&mut self, sent: Micros) {
        let Some((first, third)) = self.trial.take().and_then(|trial| trial.first.zip(trial.third)) else { return };
        let failed_before = self.failed.take().is_some_and(|at| sent - at < SPAN);
        if third <= first - DRAINED {
            return;
        }
        if failed_before {
            // What does not drain is the way.
            self.ever = Least { began: sent, current: Some(third), before: None };
        } else {
            // Once may be too little where others send over the same line.
            self.failed = Some(sent);
        }
    }

    /// The least delay of the last ten seconds and more: what a packet takes that waits nowhere.
    pub(crate) fn least(&self) -> Option<Micros> {
        self.ever.get()
    }

    /// Whether packets have been waiting for long, all of them.
    pub(crate) fn is_high(&self) -> bool {
        self.ever.get().zip(self.lately.get()).is_some_and(|(ever, lately)| lately - ever > HIGH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_stands_is_told_from_one_that_comes_and_goes() {
        let mut standing = Standing::default();
        for packet in 0..500_i64 {
            // A keyframe fills the queue every two seconds.
            let delay = if packet % 100 < 20 { 180_000 } else { 20_000 };
            standing.packet(packet * 20_000, 7_000_000 + delay);
            assert!(!standing.is_high(), "{packet}");
        }
        for packet in 500..560_i64 {
            standing.packet(packet * 20_000, 7_000_000 + 180_000);
        }
        assert!(standing.is_high());
    }

    /// Whether there is a queue after two decreases, when so many microseconds of it drain in a second.
    fn is_high_after_two(drained: Micros) -> bool {
        let (mut standing, mut delay) = (Standing::default(), 20_000);
        for packet in 0..400_i64 {
            let at = packet * 10_000;
            if packet == 100 {
                delay += 300_000;
            }
            if packet == 200 || packet == 310 {
                standing.lowered(at);
            }
            if packet > 200 {
                delay -= drained / 100;
            }
            standing.packet(at, delay);
        }
        // The trial ends with the first packet after it.
        for at in [4_200_000, 4_210_000] {
            standing.packet(at, delay);
        }
        assert!(!standing.is_on_trial());
        standing.is_high()
    }

    #[test]
    fn a_longer_way_is_no_queue_and_a_queue_that_drains_is() {
        assert!(!is_high_after_two(0));
        assert!(is_high_after_two(80_000));
    }
}
