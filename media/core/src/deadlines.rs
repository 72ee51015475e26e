//! Who wants to be woken when: a heap, so that neither asking nor waking looks at those who sleep.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use crate::arena::Key;

/// A sleeper that is due again at once is given this much rest, so that no bug can spin the thread.
const LEAST_REST: Duration = Duration::from_millis(1);
/// What lies at least so far ahead when it is set may be [`SLACK`] late.
const FAR: Duration = Duration::from_millis(50);
/// To be woken costs more than most of what is due then: what was set for long goes along with media, which wake up anyway.
const SLACK: Duration = Duration::from_millis(20);

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
    near: Heap,
    far: Heap,
}

type Heap = BinaryHeap<Reverse<(Instant, Who)>>;

impl Deadlines {
    /// Rings for `who` at `at` or sooner, but not at once.
    pub(crate) fn set(&mut self, now: Instant, alarm: &mut Alarm, who: Who, at: Instant) {
        let at = at.max(now + LEAST_REST);
        if alarm.at.is_none_or(|set| at < set) {
            alarm.at = Some(at);
            let heap = if at < now + FAR { &mut self.near } else { &mut self.far };
            heap.push(Reverse((at, who)));
        }
    }

    /// When the first one is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        first(&self.near).into_iter().chain(first(&self.far)).min()
    }

    /// When to wake up for one, if nothing else does before: never sooner than [`Deadlines::next`].
    pub(crate) fn wake(&self) -> Option<Instant> {
        first(&self.near).into_iter().chain(first(&self.far).map(|at| at + SLACK)).min()
    }

    /// The next one that is due. The caller asks [`Alarm::ring`] whether it still counts.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<(Instant, Who)> {
        let heap = [&mut self.near, &mut self.far].into_iter().filter(|heap| first(heap).is_some_and(|at| at <= now));
        heap.min_by_key(|heap| first(heap))?.pop().map(|Reverse(due)| due)
    }
}

fn first(heap: &Heap) -> Option<Instant> {
    heap.peek().map(|Reverse((at, _))| *at)
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
        deadlines.set(start, &mut alarm, Who::Peer(key), start + Duration::from_millis(30));
        deadlines.set(start, &mut alarm, Who::Peer(key), start + Duration::from_millis(10));
        deadlines.set(start, &mut alarm, Who::Peer(key), start + Duration::from_millis(20));
        assert_eq!(deadlines.next(), Some(start + Duration::from_millis(10)));
        let (at, who) = deadlines.pop_due(start + Duration::from_millis(50)).unwrap();
        assert_eq!(who, Who::Peer(key));
        assert!(alarm.ring(at));
        let (stale, _) = deadlines.pop_due(start + Duration::from_millis(50)).unwrap();
        assert!(!alarm.ring(stale));
        assert!(deadlines.pop_due(start + Duration::from_millis(50)).is_none());
    }

    #[test]
    fn what_was_set_for_long_goes_along_with_what_wakes_up_anyway() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut arena = Arena::new();
        let (early, late) = (Who::Peer(arena.insert(())), Who::Peer(arena.insert(())));
        let (mut deadlines, mut one, mut other) = (Deadlines::default(), Alarm::default(), Alarm::default());
        deadlines.set(start, &mut one, early, at(100));
        assert_eq!((deadlines.next(), deadlines.wake()), (Some(at(100)), Some(at(100) + SLACK)));
        deadlines.set(at(80), &mut other, late, at(110));
        assert_eq!((deadlines.next(), deadlines.wake()), (Some(at(100)), Some(at(110))));
        assert_eq!(deadlines.pop_due(at(99)), None);
        assert_eq!(deadlines.pop_due(at(110)), Some((at(100), early)));
        assert_eq!(deadlines.pop_due(at(110)), Some((at(110), late)));
        assert_eq!(deadlines.wake(), None);
    }
}
