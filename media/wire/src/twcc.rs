//! Transport-wide feedback: which packets arrived when (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

mod write;

pub use write::{MAX_ARRIVALS, transport_feedback};

use crate::bytes::{signed24, u8_at, u16_at, u24_at, u32_at};

/// Units of the reference time, in microseconds.
const REFERENCE_US: i64 = 64_000;
/// Units of a delta, in microseconds.
const DELTA_US: i64 = 250;
/// Where the chunks begin in the body of the packet.
const CHUNKS_AT: usize = 16;
const CHUNK_LEN: usize = 2;
/// Packets one message can speak of; what it says beyond is not read. Reports come ten times a second and more.
pub const MAX_STATUSES: u16 = 8192;

/// A message about packets with consecutive transport-wide sequence numbers.
#[derive(Debug, Clone, Copy)]
pub struct TransportFeedback<'a> {
    /// Who reports.
    pub sender: u32,
    /// A stream of those it speaks of.
    pub media: u32,
    /// Sequence number of the first packet it speaks of.
    pub base_seq: u16,
    /// Of how many packets it speaks: what the message says, cut to what its chunks hold and to [`MAX_STATUSES`].
    pub status_count: u16,
    /// The moment that deltas start from, in units of 64 ms on the receiver's clock; 24 bits, signed.
    pub reference_time: i32,
    /// Counts the messages of one receiver.
    pub feedback_count: u8,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

impl<'a> TransportFeedback<'a> {
    /// From the body of a feedback packet, behind the first word. `None` where the fixed part is cut short.
    pub(crate) fn read(body: &'a [u8]) -> Option<TransportFeedback<'a>> {
        let said = u16_at(body, 10)?;
        let (chunks, deltas, held) = split(body.get(CHUNKS_AT..)?, said);
        Some(TransportFeedback {
            sender: u32_at(body, 0)?,
            media: u32_at(body, 4)?,
            base_seq: u16_at(body, 8)?,
            status_count: held.min(MAX_STATUSES),
            reference_time: signed24(u24_at(body, 12)?),
            feedback_count: u8_at(body, 15)?,
            chunks,
            deltas,
        })
    }

    /// Sequence number of each packet and when it arrived, in microseconds on the receiver's clock (multiples of 250);
    /// `None` where it did not. The clock wraps round with the reference time, after about 12 days. Ends early where
    /// deltas are missing.
    pub fn iter(&self) -> Arrivals<'a> {
        Arrivals {
            sequence: self.base_seq,
            left: self.status_count,
            clock_us: i64::from(self.reference_time) * REFERENCE_US,
            chunk: Chunk::default(),
            chunks: self.chunks,
            deltas: self.deltas,
        }
    }
}

impl<'a> IntoIterator for &TransportFeedback<'a> {
    type Item = (u16, Option<i64>);
    type IntoIter = Arrivals<'a>;

    fn into_iter(self) -> Arrivals<'a> {
        self.iter()
    }
}

/// (sequence number, arrival in microseconds) of one message's packets.
#[derive(Debug, Clone)]
pub struct Arrivals<'a> {
    sequence: u16,
    left: u16,
    clock_us: i64,
    chunk: Chunk,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

impl Iterator for Arrivals<'_> {
    type Item = (u16, Option<i64>);

    fn next(&mut self) -> Option<(u16, Option<i64>)> {
        self.left = self.left.checked_sub(1)?;
        while self.chunk.left == 0 {
            self.chunk = Chunk::read(u16_at(self.chunks, 0)?);
            self.chunks = &self.chunks[CHUNK_LEN..];
        }
        let arrival = match self.chunk.next()? {
            Status::Lost => None,
            Status::Small => Some(i64::from(self.small()?)),
            Status::Large => Some(i64::from(self.large()?)),
        };
        let arrival = arrival.map(|delta| {
            self.clock_us += delta * DELTA_US;
            self.clock_us
        });
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        Some((sequence, arrival))
    }
}

impl Arrivals<'_> {
    fn small(&mut self) -> Option<u8> {
        let (delta, rest) = self.deltas.split_first()?;
        self.deltas = rest;
        Some(*delta)
    }

    fn large(&mut self) -> Option<i16> {
        let (delta, rest) = self.deltas.split_first_chunk()?;
        self.deltas = rest;
        Some(i16::from_be_bytes(*delta))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Lost,
    Small,
    Large,
}

/// What is left of one chunk of statuses (section 3.1.3 and 3.1.4).
#[derive(Debug, Clone, Copy, Default)]
struct Chunk {
    left: u16,
    /// Symbols from the top, or the one symbol that all have.
    symbols: u16,
    /// Bits of a symbol; 0 in a run.
    width: u32,
}

impl Chunk {
    const VECTOR: u16 = 1 << 15;
    const TWO_BITS: u16 = 1 << 14;
    const RUN: u16 = (1 << 13) - 1;

    fn read(word: u16) -> Chunk {
        if word & Chunk::VECTOR == 0 {
            Chunk { left: word & Chunk::RUN, symbols: word >> 13 & 3, width: 0 }
        } else if word & Chunk::TWO_BITS == 0 {
            Chunk { left: 14, symbols: word << 2, width: 1 }
        } else {
            Chunk { left: 7, symbols: word << 2, width: 2 }
        }
    }

    /// `None` for the reserved symbol: whether it has a delta is not known.
    fn next(&mut self) -> Option<Status> {
        self.left = self.left.checked_sub(1)?;
        let symbol = if self.width == 0 { self.symbols } else { self.symbols >> (16 - self.width) };
        self.symbols <<= self.width;
        match symbol {
            0 => Some(Status::Lost),
            1 => Some(Status::Small),
            2 => Some(Status::Large),
            _ => None,
        }
    }
}

/// Chunks, deltas, and how many packets the chunks speak of, at most `said`.
fn split(bytes: &[u8], said: u16) -> (&[u8], &[u8], u16) {
    let (mut at, mut held) = (0, 0_u16);
    while held < said {
        let Some(word) = u16_at(bytes, at) else { break };
        at += CHUNK_LEN;
        held = held.saturating_add(Chunk::read(word).left);
    }
    let (chunks, deltas) = bytes.split_at(at);
    (chunks, deltas, held.min(said))
}

#[cfg(test)]
#[path = "twcc/tests.rs"]
mod tests;
