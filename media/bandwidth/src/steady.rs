//! Short dips of the estimate that are no reason to show less.

use std::time::{Duration, Instant};

use crate::Bitrate;

/// A dip down to this share is borne: two decreases of the estimate (to 85% each), not three.
const BORNE: f64 = 0.7;
/// ... for so long. Ours: the time in which the queue of one large keyframe drains and a probe shows that the line is
/// what it was.
const PATIENCE: Duration = Duration::from_millis(1500);

/// An estimate to spend: follows up at once and down at once, but for short and small dips.
#[derive(Debug, Clone, Default)]
pub struct Steady {
    value: Bitrate,
    below: Option<Instant>,
}

impl Steady {
    /// When a dip will have lasted too long.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.below.map(|since| since + PATIENCE)
    }

    /// What to spend while this is the estimate.
    pub fn take(&mut self, now: Instant, estimate: Bitrate) -> Bitrate {
        let dip = estimate < self.value && estimate >= self.value * BORNE;
        if !dip || now >= *self.below.get_or_insert(now) + PATIENCE {
            self.value = estimate;
            self.below = None;
        }
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_dip_is_borne_and_a_long_or_deep_one_is_not() {
        let (mut steady, start) = (Steady::default(), Instant::now());
        let mut take = |ms, kbps| steady.take(start + Duration::from_millis(ms), Bitrate::kbps(kbps));
        assert_eq!(take(0, 2000), Bitrate::kbps(2000));
        assert_eq!(take(100, 1700), Bitrate::kbps(2000));
        assert_eq!(take(1500, 1700), Bitrate::kbps(2000));
        assert_eq!(take(1600, 1750), Bitrate::kbps(1750));
        assert_eq!(take(1700, 1300), Bitrate::kbps(1750));
        assert_eq!(take(1800, 400), Bitrate::kbps(400));
        assert_eq!(take(1900, 900), Bitrate::kbps(900));
    }
}
