//! A queue that stands: it grows no further, so it shows no trend, but it does not drain either.
//!
//! The draft has no word for it. Alone it would be no reason to send less, for a flow that fills every queue would then
//! starve this one; together with loss it is a queue that overflows.

use crate::history::Micros;

/// The least delay is looked for over one to two spans of this length: long enough to have seen the queue empty, short
/// enough that clocks that run apart by 100 millionths move it by 2 ms. Ours.
const SPAN: Micros = 10_000_000;
/// What packets waited in this time counts as now. Ours: several frames, so that no single burst decides.
const NOW: Micros = 500_000;
/// A queue is standing when the least of that is so much above the least of all. Ours: what a call begins to suffer from.
const HIGH: Micros = 100_000;

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

#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    ever: Least,
    lately: Least,
}

impl Standing {
    /// Takes when a packet left, and how long it took by two clocks that need not agree.
    pub(crate) fn packet(&mut self, sent: Micros, delay: Micros) {
        self.ever.see(sent, delay, SPAN);
        self.lately.see(sent, delay, NOW);
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
}
