//! How long a busy worker rests between two turns.
//!
//! To be woken, to ask what there is and to send what it caused costs the same for one packet as for twenty. With many publishers
//! in many rooms there is always somebody's packet; so whoever turns often takes up at once what has come within two milliseconds.
//! Where more waits than one turn takes, nobody rests.

use std::time::{Duration, Instant};

/// A worker that began so many turns ...
const MANY: u32 = 8;
/// ... in this time is busy, until it begins fewer.
const WINDOW: Duration = Duration::from_millis(20);
/// A busy worker begins its turns so far apart: what comes in is sent on that much later at most.
const APART: Duration = Duration::from_millis(2);

/// When the next turn may begin.
#[derive(Debug)]
pub(crate) struct Rest {
    since: Instant,
    turns: u32,
    busy: bool,
    began: Instant,
    more: bool,
}

impl Rest {
    pub(crate) fn new(now: Instant) -> Rest {
        Rest { since: now, turns: 0, busy: false, began: now, more: false }
    }

    /// A turn begins.
    pub(crate) fn turned(&mut self, now: Instant) {
        (self.began, self.more) = (now, false);
        self.turns += 1;
        let passed = now.saturating_duration_since(self.since);
        if passed >= WINDOW {
            self.busy = self.turns >= MANY && passed < WINDOW * 2;
            (self.since, self.turns) = (now, 0);
        }
    }

    /// This turn may have left something in a socket.
    pub(crate) fn more_waits(&mut self) {
        self.more = true;
    }

    /// How long to rest, now that the turn has ended.
    pub(crate) fn pause(&self, now: Instant) -> Option<Duration> {
        let pause = (self.began + APART).saturating_duration_since(now);
        (self.busy && !self.more && !pause.is_zero()).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the turns that begin at these milliseconds are followed by a rest.
    fn rests(turns: impl IntoIterator<Item = u64>) -> usize {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        let rested = |ms| {
            let now = start + Duration::from_millis(ms);
            rest.turned(now);
            assert!(rest.pause(now + APART).is_none(), "the turn itself took as long");
            let pause = rest.pause(now);
            rest.more_waits();
            assert!(rest.pause(now).is_none(), "nobody rests while more waits");
            pause.is_some()
        };
        turns.into_iter().map(rested).filter(|rested| *rested).count()
    }

    #[test]
    fn who_turns_often_rests_and_who_turns_seldom_never_does() {
        assert_eq!(rests((0..1000).step_by(9)), 0, "a publisher of voice and pictures, and timers");
        let often = rests((0..1000).step_by(2));
        assert!((480..=500).contains(&often), "{often} of 500");
    }

    #[test]
    fn a_burst_is_forgotten_soon() {
        assert!(rests(0..100) > 70);
        assert_eq!(rests((0..20).chain([500, 520, 540, 560])), 0);
    }
}
