//! Packets of one stream that did not come, and when each is asked for again.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};

/// So long a packet may be overtaken by others before it is asked for.
const OVERTAKEN: Duration = Duration::from_millis(10);
/// A packet is asked for so many times at most.
const MOST_ASKED: u8 = 10;
/// After so long nobody waits for it any more: its picture was given up for a keyframe.
const KEPT: Duration = Duration::from_secs(2);
/// Packets that are asked for in one message.
const MOST_AT_ONCE: usize = 64;
/// Packets that may be missing at once; a longer hole is a leap of the sender, or an outage that only a keyframe ends.
pub(super) const MOST_HOLES: u64 = 256;

#[derive(Debug)]
struct Hole {
    index: u64,
    since: Instant,
    /// When to ask.
    due: Instant,
    asked: u8,
}

/// The missing packets of one stream, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Holes {
    holes: VecDeque<Hole>,
    /// When the first one is to be asked for.
    due: Option<Instant>,
}

impl Holes {
    /// These were left out by the stream, which is further now.
    pub(super) fn open(&mut self, now: Instant, missing: Range<u64>) {
        if missing.is_empty() {
            return;
        }
        if missing.end - missing.start > MOST_HOLES {
            *self = Holes::default();
            return;
        }
        let due = now + OVERTAKEN;
        self.holes.extend(missing.map(|index| Hole { index, since: now, due, asked: 0 }));
        self.holes.drain(..self.holes.len().saturating_sub(MOST_HOLES as usize));
        self.due = Some(self.due.map_or(due, |known| known.min(due)));
    }

    /// Whether this packet was missing. It is not any more.
    pub(super) fn fill(&mut self, index: u64) -> bool {
        let Ok(at) = self.holes.binary_search_by_key(&index, |hole| hole.index) else { return false };
        self.holes.remove(at);
        if self.holes.is_empty() {
            self.due = None;
        }
        true
    }

    /// When [`Holes::ask`] has something to say.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Puts the numbers of packets that are to be asked for now into `wanted`, in their order; of many, some. Each is asked for
    /// again only when `apart` has passed, within which it may come.
    pub(super) fn ask(&mut self, now: Instant, apart: Duration, wanted: &mut Vec<u16>) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        self.holes.retain(|hole| now < hole.since + KEPT);
        let due = self.holes.iter_mut().filter(|hole| hole.due <= now && hole.asked < MOST_ASKED);
        for hole in due.take(MOST_AT_ONCE) {
            wanted.push(hole.index as u16);
            hole.asked += 1;
            hole.due = now + apart;
        }
        self.due = self.holes.iter().filter(|hole| hole.asked < MOST_ASKED).map(|hole| hole.due).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APART: Duration = Duration::from_millis(50);

    fn asked(holes: &mut Holes, now: Instant) -> Vec<u16> {
        let mut wanted = Vec::new();
        holes.ask(now, APART, &mut wanted);
        wanted
    }

    #[test]
    fn what_is_missing_is_asked_for_until_it_comes() {
        let (start, ms) = (Instant::now(), Duration::from_millis);
        let mut holes = Holes::default();
        holes.open(start, 65_535..65_538);
        assert!(asked(&mut holes, start + ms(9)).is_empty(), "it may only have been overtaken");
        assert_eq!(asked(&mut holes, start + ms(10)), [65_535, 0, 1]);
        assert!(asked(&mut holes, start + ms(59)).is_empty());
        assert!(holes.fill(65_536));
        assert!(!holes.fill(65_536), "it came before");
        assert_eq!(asked(&mut holes, start + ms(60)), [65_535, 1]);
        assert_eq!(holes.due(), Some(start + ms(110)));
    }

    #[test]
    fn what_does_not_come_is_given_up_and_stays_welcome_for_a_while() {
        let start = Instant::now();
        let mut holes = Holes::default();
        holes.open(start, 7..8);
        let times = (0..2500).filter(|ms| !asked(&mut holes, start + Duration::from_millis(*ms)).is_empty()).count();
        assert_eq!(times, usize::from(MOST_ASKED));
        assert_eq!(holes.due(), None);
        assert!(holes.fill(7), "nothing has looked since: it may still come");
        holes.open(start, 9..10);
        holes.ask(start + KEPT, APART, &mut Vec::new());
        assert!(!holes.fill(9));
    }

    #[test]
    fn a_leap_is_no_hole_and_many_holes_are_the_newest_ones() {
        let start = Instant::now();
        let mut holes = Holes::default();
        holes.open(start, 1..3);
        holes.open(start, 10..10 + MOST_HOLES + 1);
        assert_eq!((holes.holes.len(), holes.due()), (0, None));
        for index in 0..2 * MOST_HOLES {
            holes.open(start, 1000 + 2 * index..1001 + 2 * index);
        }
        assert_eq!(holes.holes.len() as u64, MOST_HOLES);
        assert!(!holes.fill(1000) && holes.fill(1000 + 2 * (2 * MOST_HOLES - 1)));
    }
}
