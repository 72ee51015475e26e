//! Writing transport-wide feedback.

use super::{DELTA_US, MAX_STATUSES, REFERENCE_US};
use crate::rtcp::{close, feedback, open_feedback, packet_type};

const VECTOR_OF_TWO_BITS: u16 = 3 << 14;
/// Statuses in such a vector.
const SYMBOLS: u16 = 7;
const LOST: u16 = 0;
const SMALL: u16 = 1;
const LARGE: u16 = 2;
/// Arrivals that one message speaks of at most.
pub const MAX_ARRIVALS: usize = 400;
/// A message that has become this long takes up no more: with a few others it fits a datagram of 1,200 bytes.
const LONG: usize = 900;

/// Appends message number `count` about packets from `base` on that arrived: (transport-wide sequence number, microseconds on
/// our clock), by sequence number; what is missing before and between them is reported lost. Returns how many it took from the
/// front. The rest needs another message, with the next number: one ends after 400 arrivals or 900 bytes, before packet 8,193, before a step of
/// more than 8 s, and before a sequence number that does not go on. Nothing is appended where there are none.
pub fn transport_feedback(
    buffer: &mut Vec<u8>,
    sender: u32,
    media: u32,
    (count, base): (u8, u16),
    arrivals: &[(u16, i64)],
) -> usize {
    let Some((_, first_us)) = arrivals.first().copied() else { return 0 };
    let reference = first_us.div_euclid(REFERENCE_US);
    let start = open_feedback(buffer, feedback::TRANSPORT_WIDE, packet_type::TRANSPORT_FEEDBACK, sender, media);
    buffer.extend(base.to_be_bytes());
    let count_at = buffer.len();
    buffer.extend([0, 0]);
    let [.., a, b, c] = reference.to_be_bytes();
    buffer.extend([a, b, c, count]);

    let steps = Steps { arrivals, base, ticks: reference * (REFERENCE_US / DELTA_US), told: 0 };
    let mut chunks = Chunks { word: 0, symbols: 0 };
    let (mut taken, mut told, mut deltas) = (0, 0, 0);
    for (missing, delta) in steps.clone().take(MAX_ARRIVALS) {
        if buffer.len() - start + deltas >= LONG {
            break;
        }
        let small = u8::try_from(delta).is_ok();
        deltas += if small { 1 } else { 2 };
        chunks.put_lost(buffer, missing);
        chunks.put(buffer, if small { SMALL } else { LARGE });
        taken += 1;
        told += missing + 1;
    }
    chunks.flush(buffer);
    for (_, delta) in steps.take(taken) {
        match u8::try_from(delta) {
            Ok(small) => buffer.push(small),
            Err(_) => buffer.extend(delta.to_be_bytes()),
        }
    }
    buffer[count_at..count_at + 2].copy_from_slice(&told.to_be_bytes());
    close(buffer, start);
    taken
}

/// How many packets are missing before each arrival, and the delta of it, as far as one message can say it.
#[derive(Clone)]
struct Steps<'a> {
    arrivals: &'a [(u16, i64)],
    base: u16,
    /// The last arrival, in deltas; rounded as a whole, so that errors do not add up.
    ticks: i64,
    /// Packets spoken of so far.
    told: u16,
}

impl Iterator for Steps<'_> {
    type Item = (u16, i16);

    fn next(&mut self) -> Option<(u16, i16)> {
        let ((sequence, arrival_us), rest) = self.arrivals.split_first()?;
        let at = sequence.wrapping_sub(self.base);
        let missing = at.checked_sub(self.told).filter(|_| at < MAX_STATUSES)?;
        let ticks = arrival_us.div_euclid(DELTA_US);
        let delta = i16::try_from(ticks - self.ticks).ok()?;
        (self.arrivals, self.ticks, self.told) = (rest, ticks, at + 1);
        Some((missing, delta))
    }
}

/// A vector that is being filled.
struct Chunks {
    word: u16,
    symbols: u16,
}

impl Chunks {
    fn put(&mut self, buffer: &mut Vec<u8>, symbol: u16) {
        self.symbols += 1;
        self.word |= symbol << (2 * (SYMBOLS - self.symbols));
        if self.symbols == SYMBOLS {
            self.flush(buffer);
        }
    }

    /// Lost ones: a vector that has begun is filled, the rest is one run.
    fn put_lost(&mut self, buffer: &mut Vec<u8>, mut count: u16) {
        while count > 0 && (self.symbols > 0 || count < SYMBOLS) {
            self.put(buffer, LOST);
            count -= 1;
        }
        if count > 0 {
            buffer.extend(count.to_be_bytes());
        }
    }

    fn flush(&mut self, buffer: &mut Vec<u8>) {
        if self.symbols > 0 {
            buffer.extend((VECTOR_OF_TWO_BITS | self.word).to_be_bytes());
            *self = Chunks { word: 0, symbols: 0 };
        }
    }
}
