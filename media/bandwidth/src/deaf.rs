//! A receiver that agreed to tell when packets arrive, and does not: what there is to go by instead.
//!
//! Some clients negotiate transport-wide feedback and send none, some boxes on the way swallow it. Reports of loss
//! (RFC 3550, section 6.4.1) and a receiver's own estimate (draft-alvestrand-rmcat-remb-03) are what remains.

use crate::Bitrate;
use crate::history::Micros;

/// Reports that come for this long without any feedback are all that will come. Ours: feedback comes with the first
/// packets, reports once a second or seldomer.
const PATIENCE: Micros = 5_000_000;
/// A receiver's own estimate holds for this long: it is repeated every second. Ours.
const HOLDS: Micros = 5_000_000;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Deaf {
    /// Since when reports have come without feedback.
    since: Option<Micros>,
    /// A report has come after [`PATIENCE`].
    certain: bool,
    told: Option<(Bitrate, Micros)>,
}

impl Deaf {
    /// A report came.
    pub(crate) fn reported(&mut self, now: Micros) {
        self.told = self.told.filter(|(_, at)| now - at < HOLDS);
        self.certain |= now - *self.since.get_or_insert(now) >= PATIENCE;
    }

    /// The receiver's own estimate came.
    pub(crate) fn told(&mut self, now: Micros, bitrate: Bitrate) {
        self.told = Some((bitrate, now));
        self.reported(now);
    }

    /// Feedback came.
    pub(crate) fn heard(&mut self) {
        self.since = None;
        self.certain = false;
    }

    /// Whether no feedback is to be waited for.
    pub(crate) fn is_certain(&self) -> bool {
        self.certain
    }

    /// The receiver's own estimate, where that counts.
    pub(crate) fn bound(&self) -> Option<Bitrate> {
        self.told.filter(|_| self.certain).map(|(bitrate, _)| bitrate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_alone_count_after_a_while_and_no_more_when_feedback_comes() {
        let mut deaf = Deaf::default();
        for second in 0..5 {
            deaf.reported(second * 1_000_000);
            assert!(!deaf.is_certain());
        }
        deaf.told(5_000_000, Bitrate::kbps(800));
        assert!(deaf.is_certain());
        deaf.reported(9_000_000);
        assert_eq!(deaf.bound(), Some(Bitrate::kbps(800)));
        deaf.reported(10_000_000);
        assert_eq!(deaf.bound(), None, "it was not repeated");
        deaf.heard();
        assert!(!deaf.is_certain());
    }
}
