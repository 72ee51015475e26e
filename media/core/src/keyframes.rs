//! Asking a publisher for a keyframe of one layer, once for all who want it.

use std::time::{Duration, Instant};

/// Least time between two requests for one layer that were not each other's retries.
const APART: Duration = Duration::from_millis(500);
/// A request that brought nothing is repeated after these times; the last one goes on while anybody waits.
const RETRIES: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(2)];

/// What became of a wish for a keyframe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A request is to go out now.
    Ask,
    /// One is under way or comes soon.
    Folded,
}

/// Keyframe requests of one layer.
#[derive(Debug, Default)]
pub(crate) struct Keyframes {
    asked: Option<Instant>,
    /// When to ask next, while a keyframe is wanted.
    next: Option<Instant>,
    retries: usize,
    /// Somebody on another worker waits.
    abroad: bool,
}

impl Keyframes {
    /// Somebody wants a keyframe.
    pub(crate) fn want(&mut self, now: Instant) -> Wish {
        if self.next.is_some() {
            return Wish::Folded;
        }
        self.retries = 0;
        match self.asked.map(|asked| asked + APART).filter(|allowed| *allowed > now) {
            Some(allowed) => {
                self.next = Some(allowed);
                Wish::Folded
            }
            None => {
                self.ask(now);
                Wish::Ask
            }
        }
    }

    /// When [`Keyframes::due`] is to be called.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// Whether a request is to go out now. Ends the retries where nobody waits any more.
    pub(crate) fn due(&mut self, now: Instant, somebody_waits: bool) -> bool {
        if self.next.is_none_or(|next| next > now) {
            return false;
        }
        if !somebody_waits && !self.abroad && self.retries > 0 {
            self.next = None;
            return false;
        }
        self.ask(now);
        true
    }

    /// A keyframe came.
    pub(crate) fn arrived(&mut self) {
        self.next = None;
        self.abroad = false;
    }

    /// Somebody on another worker waits for the next keyframe, or nobody there does any more.
    pub(crate) fn wait_abroad(&mut self, waits: bool) {
        self.abroad = waits;
    }

    fn ask(&mut self, now: Instant) {
        self.asked = Some(now);
        self.next = Some(now + RETRIES[self.retries.min(RETRIES.len() - 1)]);
        self.retries += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn many_wishes_make_one_request_in_half_a_second() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        assert_eq!(keyframes.want(start), Wish::Ask);
        assert_eq!(keyframes.want(at(start, 1)), Wish::Folded);
        keyframes.arrived();
        assert_eq!(keyframes.want(at(start, 100)), Wish::Folded);
        assert!(!keyframes.due(at(start, 499), true));
        assert!(keyframes.due(at(start, 500), true));
    }

    #[test]
    fn retries_come_after_a_quarter_second_and_a_second_and_end_with_the_keyframe() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        keyframes.want(start);
        let mut asked = Vec::new();
        for ms in 0..6000 {
            if keyframes.due(at(start, ms), true) {
                asked.push(ms);
            }
        }
        assert_eq!(asked, [250, 1250, 3250, 5250]);
        keyframes.arrived();
        assert_eq!(keyframes.deadline(), None);
    }

    #[test]
    fn who_waits_on_another_worker_is_asked_for_until_the_keyframe_comes() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        keyframes.want(start);
        keyframes.wait_abroad(true);
        assert!(keyframes.due(at(start, 250), false));
        assert!(keyframes.due(at(start, 1250), false));
        keyframes.arrived();
        keyframes.want(at(start, 2000));
        assert!(!keyframes.due(at(start, 2250), false), "nobody waits any more");
    }

    #[test]
    fn nobody_waiting_ends_the_retries() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        keyframes.want(start);
        assert!(!keyframes.due(at(start, 250), false));
        assert_eq!(keyframes.deadline(), None);
    }
}
