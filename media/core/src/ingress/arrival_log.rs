//! When packets came, by their transport-wide sequence numbers: what the client's own estimate of its line lives on
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use std::time::{Duration, Instant};

use echo_wire::rtp::extend;
use echo_wire::twcc::{MAX_ARRIVALS, MAX_STATUSES, transport_feedback};

/// So long after the first packet that was not told of the client is told: what browsers begin with.
const INTERVAL: Duration = Duration::from_millis(100);
/// More are not told of at once: the rest, of somebody who sends faster than anybody should, counts as lost.
const MOST: usize = 2048;
/// Extended sequence numbers begin so high that those of packets from before the first one are not below zero.
const FIRST: u64 = 1 << 16;

/// Packets that came and of which the client was not told yet.
#[derive(Debug)]
pub(super) struct ArrivalLog {
    epoch: Instant,
    /// (Extended sequence number, microseconds since the epoch), as they came.
    arrivals: Vec<(u64, i64)>,
    newest: Option<u64>,
    /// What was told ends before this.
    told: Option<u64>,
    due: Option<Instant>,
    messages: u8,
}

impl ArrivalLog {
    pub(super) fn new(epoch: Instant) -> ArrivalLog {
        ArrivalLog { epoch, arrivals: Vec::new(), newest: None, told: None, due: None, messages: 0 }
    }

    /// A packet came.
    pub(super) fn note(&mut self, now: Instant, sequence: u16) {
        if self.arrivals.len() == MOST {
            return;
        }
        let first = FIRST + u64::from(sequence);
        let extended = self.newest.map_or(Some(first), |newest| extend(newest, sequence)).unwrap_or(first);
        self.newest = self.newest.max(Some(extended));
        self.arrivals.push((extended, now.saturating_duration_since(self.epoch).as_micros() as i64));
        let due = if self.arrivals.len() >= MAX_ARRIVALS { now } else { now + INTERVAL };
        self.due = Some(self.due.map_or(due, |known| known.min(due)));
    }

    /// When [`ArrivalLog::tell`] has something to say.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Appends a message about what came, if it is due: from where the last one ended, so that what was lost between the two is
    /// told as well. There may be more to say than one message holds.
    pub(super) fn tell(&mut self, now: Instant, sender: u32, media: u32, buffer: &mut Vec<u8>) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        self.arrivals.sort_unstable();
        self.arrivals.dedup_by_key(|(sequence, _)| *sequence);
        let Some((first, _)) = self.arrivals.first().copied() else { return };
        let next = self.told.unwrap_or(first);
        // What comes after it was told of as lost is told of alone: the others round it were told.
        let late = self.arrivals.iter().take_while(|(sequence, _)| *sequence < next).count();
        let base = if late > 0 || first - next >= u64::from(MAX_STATUSES) { first } else { next };
        let count = if late > 0 { 1 } else { self.arrivals.len() };
        let told: Vec<(u16, i64)> =
            self.arrivals[..count].iter().map(|(sequence, at)| (*sequence as u16, *at)).collect();
        let taken = transport_feedback(buffer, sender, media, (self.messages, base as u16), &told);
        let last = self.arrivals.drain(..taken.max(1)).next_back();
        self.told = self.told.max(last.map(|(sequence, _)| sequence + 1));
        self.messages = self.messages.wrapping_add(1);
        if self.arrivals.is_empty() {
            self.due = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use echo_wire::rtcp::{Message, parse};

    use super::*;

    /// What the log tells now: of each message its number, the packets that came, and those that did not.
    fn told(log: &mut ArrivalLog, now: Instant) -> Vec<(u8, Vec<u16>, Vec<u16>)> {
        let mut messages = Vec::new();
        while log.due().is_some_and(|due| due <= now) {
            let mut buffer = Vec::new();
            log.tell(now, 1, 2, &mut buffer);
            let Some(Message::Transport(feedback)) = parse(&buffer).next() else { panic!("no feedback") };
            let (came, lost): (Vec<_>, Vec<_>) = feedback.iter().partition(|(_, at)| at.is_some());
            let numbers =
                |packets: Vec<(u16, Option<i64>)>| packets.into_iter().map(|(sequence, _)| sequence).collect();
            messages.push((feedback.feedback_count, numbers(came), numbers(lost)));
        }
        messages
    }

    #[test]
    fn what_came_and_what_was_lost_between_two_messages_is_told() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        let at = |ms| start + Duration::from_millis(ms);
        [65_534, 65_535, 1].iter().for_each(|sequence| log.note(at(1), *sequence));
        assert!(told(&mut log, at(100)).is_empty());
        assert_eq!(told(&mut log, at(101)), [(0, vec![65_534, 65_535, 1], vec![0])]);
        log.note(at(110), 4);
        assert_eq!(told(&mut log, at(210)), [(1, vec![4], vec![2, 3])]);
        assert!(told(&mut log, at(500)).is_empty(), "nothing came since");
    }

    #[test]
    fn what_came_late_takes_nothing_back() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        let later = |n: u32| start + INTERVAL * n;
        [10, 11, 14].iter().for_each(|sequence| log.note(start, *sequence));
        told(&mut log, later(1));
        [15, 12, 12, 9].iter().for_each(|sequence| log.note(later(1), *sequence));
        assert_eq!(told(&mut log, later(2)), [(1, vec![9], vec![]), (2, vec![12], vec![]), (3, vec![15], vec![])]);
    }

    #[test]
    fn a_leap_and_a_flood_are_told_of_in_several_messages() {
        let start = Instant::now();
        let mut log = ArrivalLog::new(start);
        [1, 20_000].iter().for_each(|sequence| log.note(start, *sequence));
        let messages = told(&mut log, start + INTERVAL);
        assert_eq!(messages.iter().map(|(_, came, _)| came.clone()).collect::<Vec<_>>(), [vec![1], vec![20_000]]);
        (20_001..30_000).for_each(|sequence| log.note(start + INTERVAL, sequence));
        assert_eq!(log.due(), Some(start + INTERVAL), "at once");
        let came: usize = told(&mut log, start + INTERVAL).iter().map(|(_, came, _)| came.len()).sum();
        assert_eq!(came, MOST);
    }
}
