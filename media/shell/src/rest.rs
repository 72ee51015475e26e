//! How long a busy worker rests between two turns.
//!
//! To be woken, to ask what there is and to send what it caused costs the same for one packet as for twenty. With many publishers
//! in many rooms there is always somebody's packet; so whoever turns often takes up at once what has come within some milliseconds.
//! A timer of our own costs several times what the processor's tick does (on a virtual machine 22 and 5 microseconds), so that the
//! end of a rest waits for the tick where one comes soon. Where more waits than one turn takes, nobody rests.

use std::time::{Duration, Instant};

/// A worker that began so many turns ...
const MANY: u32 = 12;
/// ... in this time is busy.
const WINDOW: Duration = Duration::from_millis(20);
/// With its rests it begins fewer: at least so many, until it is busy no more.
const STILL_MANY: u32 = 4;
/// A busy worker begins its turns at least so far apart ...
const SHORTEST: Duration = Duration::from_micros(1250);
/// ... and at most, if something has come: what comes in is sent on that much later. The usual tick comes every 4 ms.
const LONGEST: Duration = Duration::from_micros(4200);

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
            let many = if self.busy { STILL_MANY } else { MANY };
            self.busy = self.turns >= many && passed < WINDOW * 2;
            (self.since, self.turns) = (now, 0);
        }
    }

    /// This turn may have left something in a socket.
    pub(crate) fn more_waits(&mut self) {
        self.more = true;
    }

    /// How long to rest at least and at most, now that the turn has ended.
    pub(crate) fn pause(&self, now: Instant) -> Option<(Duration, Duration)> {
        let [shortest, longest] = [SHORTEST, LONGEST].map(|apart| (self.began + apart).saturating_duration_since(now));
        (self.busy && !self.more && !shortest.is_zero()).then_some((shortest, longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many turns there are, and how many are followed by a rest, where something comes at each of these microseconds. What
    /// comes during a turn or a rest is taken up by the next turn.
    fn turns_and_rests(arrivals: impl IntoIterator<Item = u64>) -> (usize, usize) {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        let (mut turns, mut rests, mut free) = (0, 0, start);
        for at in arrivals {
            let now = start + Duration::from_micros(at);
            if now < free {
                continue;
            }
            rest.turned(now);
            turns += 1;
            assert!(rest.pause(now + SHORTEST).is_none(), "the turn itself took as long");
            if let Some((shortest, longest)) = rest.pause(now) {
                assert_eq!((shortest, longest), (SHORTEST, LONGEST));
                rests += 1;
                free = now + longest;
            }
            rest.more_waits();
            assert!(rest.pause(now).is_none(), "nobody rests while more waits");
        }
        (turns, rests)
    }

    #[test]
    fn who_turns_seldom_never_rests() {
        assert_eq!(
            turns_and_rests((0..1_000_000).step_by(9_000)).1,
            0,
            "a publisher of voice and pictures, and timers"
        );
    }

    #[test]
    fn who_turns_often_rests_and_stays_busy_though_it_turns_less() {
        let (turns, rests) = turns_and_rests((0..1_000_000).step_by(600));
        assert!((230..290).contains(&turns), "{turns}");
        assert!(rests > 220, "{rests} of {turns}");
    }

    #[test]
    fn a_burst_is_forgotten_soon() {
        let burst = (0..100_000).step_by(1000);
        let after = (100_000..1_100_000).step_by(9_000);
        let (turns, rests) = turns_and_rests(burst.chain(after));
        assert!((15..25).contains(&rests), "{rests} of {turns}");
    }
}
