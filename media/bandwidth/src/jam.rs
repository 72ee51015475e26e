//! A line that has jammed: its queue has filled up, and whatever can wait should until it has drained.

use crate::history::Micros;

/// The queue has drained when packets wait no longer than this. Ours: what a call does not feel.
const DRAINED: Micros = 80_000;
/// What waits longest waits no longer than this for it. Ours: a queue that does not drain while nothing but sound is
/// sent is not ours.
const LONGEST: Micros = 800_000;

/// Arrivals of this time are looked at together. See [`crate::delivered`].
const LATELY: Micros = 500_000;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Jam {
    since: Option<Micros>,
    ended: Option<Micros>,
}

impl Jam {
    /// The line has collapsed.
    pub(crate) fn begins(&mut self, now: Micros) {
        self.since.get_or_insert(now);
    }

    /// The latest packet that arrived had waited for so long.
    pub(crate) fn sees(&mut self, now: Micros, queued: Option<Micros>) {
        let over = queued.is_some_and(|queued| queued < DRAINED);
        if self.since.take_if(|since| over || now - *since >= LONGEST).is_some() {
            self.ended = Some(now);
        }
    }

    /// Whether what arrived lately was less than there was to send.
    pub(crate) fn lately(&self, now: Micros) -> bool {
        self.is_on() || self.ended.is_some_and(|at| now - at < LATELY)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.since.is_some()
    }

    pub(crate) fn holds(&self, now: Micros) -> bool {
        self.since.is_some_and(|since| now - since < LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jam_ends_when_the_queue_has_drained_or_does_not() {
        let mut jam = Jam::default();
        jam.sees(0, Some(500_000));
        assert!(!jam.is_on());
        jam.begins(100_000);
        jam.sees(200_000, Some(300_000));
        assert!(jam.holds(200_000));
        jam.sees(300_000, Some(50_000));
        assert!(!jam.holds(300_000));
        jam.begins(400_000);
        jam.sees(500_000, Some(500_000));
        assert!(jam.holds(1_100_000) && !jam.holds(1_200_000));
    }
}
