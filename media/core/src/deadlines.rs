//! Who wants to be woken when: a heap, so that neither asking nor waking looks at those who sleep.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use crate::arena::Key;

/// Whose deadline it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Peer(Key),
    Room(Key),
    Ghost(Key),
}

/// A deadline of one sleeper. The heap may hold older wishes of the same sleeper; only the one that equals
/// [`Alarm::at`] counts, so that moving a deadline costs nothing but a push, and moving it later not even that.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    at: Option<Instant>,
}

/// All deadlines of a core.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, Who)>>,
}

impl Deadlines {
    /// Wakes `who` at `at` or sooner.
    pub(crate) fn set(&mut self, alarm: &mut Alarm, who: Who, at: Instant) {
        if alarm.at.is_none_or(|set| at < set) {
            alarm.at = Some(at);
            self.heap.push(Reverse((at, who)));
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// The next one that is due. The caller asks [`Alarm::ring`] whether it still counts.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<(Instant, Who)> {
        let Reverse((at, _)) = self.heap.peek()?;
        if *at > now {
            return None;
        }
        self.heap.pop().map(|Reverse(due)| due)
    }
}

impl Alarm {
    /// Whether a popped deadline is the one that counts; if so the alarm is off until it is set again.
    pub(crate) fn ring(&mut self, at: Instant) -> bool {
        let counts = self.at == Some(at);
        if counts {
            self.at = None;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::arena::Arena;

    #[test]
    fn only_the_earliest_wish_of_a_sleeper_counts() {
        let start = Instant::now();
        let key = Arena::new().insert(());
        let (mut deadlines, mut alarm) = (Deadlines::default(), Alarm::default());
        deadlines.set(&mut alarm, Who::Peer(key), start + Duration::from_millis(30));
        deadlines.set(&mut alarm, Who::Peer(key), start + Duration::from_millis(10));
        deadlines.set(&mut alarm, Who::Peer(key), start + Duration::from_millis(20));
        assert_eq!(deadlines.next(), Some(start + Duration::from_millis(10)));
        let (at, who) = deadlines.pop_due(start + Duration::from_millis(50)).unwrap();
        assert_eq!(who, Who::Peer(key));
        assert!(alarm.ring(at));
        let (stale, _) = deadlines.pop_due(start + Duration::from_millis(50)).unwrap();
        assert!(!alarm.ring(stale));
        assert!(deadlines.pop_due(start + Duration::from_millis(50)).is_none());
    }
}
