//! A line with a bottleneck, in simulated time: one queue served by a token bucket, then a delay, then chance.

use std::collections::VecDeque;

use crate::dice::Dice;

/// What a line does to packets. Times in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Nature {
    /// Bits per second.
    pub rate: u64,
    /// Bytes that pass at once after a rest, as a shaper's bucket of tokens lets them; 0 for a line that is just slow.
    pub burst: u64,
    /// What the queue holds, in bytes; what does not fit is lost.
    pub queue: u64,
    /// One way.
    pub delay: i64,
    /// Added by chance, up to this much; order is kept.
    pub jitter: i64,
    /// Packets lost by chance, in a thousand.
    pub loss: u64,
}

/// One direction of a line.
#[derive(Debug)]
pub struct Line<T> {
    pub nature: Nature,
    waiting: VecDeque<(i64, u64, T)>,
    queued: u64,
    /// When the bucket would be full if nothing more was taken out of it.
    full_at: i64,
    under_way: VecDeque<(i64, T)>,
    dice: Dice,
    /// Packets that did not fit.
    pub overflowed: u64,
}

impl<T> Line<T> {
    /// An empty line.
    pub fn new(nature: Nature, seed: u64) -> Line<T> {
        Line {
            nature,
            waiting: VecDeque::new(),
            queued: 0,
            full_at: 0,
            under_way: VecDeque::new(),
            dice: Dice::new(seed),
            overflowed: 0,
        }
    }

    /// Puts a packet in.
    pub fn send(&mut self, now: i64, bytes: u64, packet: T) {
        if self.queued + bytes > self.nature.queue {
            self.overflowed += 1;
            return;
        }
        self.queued += bytes;
        self.waiting.push_back((now, bytes, packet));
    }

    /// What comes out up to now, with the time at which it came.
    pub fn receive(&mut self, now: i64) -> Vec<(i64, T)> {
        while let Some((put, bytes, _)) = self.waiting.front() {
            let time = |bytes: u64| (bytes * 8_000_000 / self.nature.rate) as i64;
            let full_at = self.full_at.max(*put) + time(*bytes);
            // It leaves when the bucket holds as much as it takes.
            let leaves = (full_at - time(self.nature.burst)).max(*put);
            if leaves > now {
                break;
            }
            self.full_at = full_at;
            self.queued -= bytes;
            let lost = self.dice.below(1000) < self.nature.loss;
            let jitter = self.dice.below(self.nature.jitter as u64 + 1) as i64;
            let earliest = self.under_way.back().map_or(0, |(at, _)| *at);
            let at = (leaves + self.nature.delay + jitter).max(earliest);
            if let Some((_, _, packet)) = self.waiting.pop_front()
                && !lost
            {
                self.under_way.push_back((at, packet));
            }
        }
        let out = self.under_way.iter().take_while(|(at, _)| *at <= now).count();
        self.under_way.drain(..out).collect()
    }
}
