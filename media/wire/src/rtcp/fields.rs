//! What RTCP packets are made of: reports, lists of SSRCs, of lost packets and of keyframe requests.

use crate::bytes::{u8_at, u32_at};

pub(super) const BLOCK_LEN: usize = 24;
const SSRC_LEN: usize = 4;
const PAIR_LEN: usize = 4;
const FIR_LEN: usize = 8;
/// Packets after the first that one pair of a NACK can name.
const MASK_BITS: u16 = 16;
/// Packets one NACK can ask for; what it names beyond is not read. About five seconds of the fastest stream.
pub(super) const MAX_LOST: u16 = 1024;

/// Clocks and counts of a sender (RFC 3550 section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    /// The stream.
    pub ssrc: u32,
    /// Wall clock: seconds since 1900 in the upper 32 bits, fractions in the lower ones.
    pub ntp: u64,
    /// The same moment in the stream's own clock.
    pub rtp_timestamp: u32,
    /// Packets sent so far.
    pub packets: u32,
    /// Bytes of payload sent so far, without headers and padding.
    pub octets: u32,
}

/// What a receiver says of one source (RFC 3550 section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source.
    pub ssrc: u32,
    /// Lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Lost since the beginning; duplicates can make it negative. 24 bits.
    pub cumulative_lost: i32,
    /// Highest sequence number received, above it 16 bits of rollovers.
    pub highest_sequence: u32,
    /// Interarrival jitter in units of the stream's clock.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time; 0 if there was none.
    pub last_report: u32,
    /// Time since that report, in 65536ths of a second.
    pub delay: u32,
}

/// The reports of one packet.
#[derive(Debug, Clone)]
pub struct Blocks<'a> {
    rest: &'a [u8],
}

impl<'a> Blocks<'a> {
    /// `None` where there are fewer than `count`.
    pub(super) fn read(bytes: &'a [u8], count: u8) -> Option<Blocks<'a>> {
        Some(Blocks { rest: bytes.get(..usize::from(count) * BLOCK_LEN)? })
    }
}

impl Iterator for Blocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        ReportBlock::read(block)
    }
}

/// A list of SSRCs.
#[derive(Debug, Clone)]
pub struct Ssrcs<'a> {
    rest: &'a [u8],
}

impl<'a> Ssrcs<'a> {
    /// `None` where there are fewer than `count`.
    pub(super) fn read(bytes: &'a [u8], count: u8) -> Option<Ssrcs<'a>> {
        Some(Ssrcs { rest: bytes.get(..usize::from(count) * SSRC_LEN)? })
    }
}

impl Iterator for Ssrcs<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let ssrc = u32_at(self.rest, 0)?;
        self.rest = &self.rest[SSRC_LEN..];
        Some(ssrc)
    }
}

/// The sequence numbers that a NACK names, at most 1,024 of them.
#[derive(Debug, Clone)]
pub struct Lost<'a> {
    rest: &'a [u8],
    /// The packet named last and the mask of those after it that are named too.
    last: u16,
    mask: u16,
    left: u16,
}

impl<'a> Lost<'a> {
    pub(super) fn new(pairs: &'a [u8]) -> Lost<'a> {
        Lost { rest: pairs, last: 0, mask: 0, left: MAX_LOST }
    }
}

impl Iterator for Lost<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.left = self.left.checked_sub(1)?;
        if self.mask == 0 {
            (self.last, self.mask) = Lost::pair(self.rest)?;
            self.rest = &self.rest[PAIR_LEN..];
            return Some(self.last);
        }
        let ahead = self.mask.trailing_zeros() as u16 + 1;
        self.mask = if ahead == MASK_BITS { 0 } else { self.mask >> ahead };
        self.last = self.last.wrapping_add(ahead);
        Some(self.last)
    }
}

/// (SSRC, sequence number of the request) of each keyframe request. A request that repeats the sequence number of the last
/// one for its stream is the same request (RFC 5104 section 4.3.1.1).
#[derive(Debug, Clone)]
pub struct FirRequests<'a> {
    rest: &'a [u8],
}

impl<'a> FirRequests<'a> {
    pub(super) fn new(entries: &'a [u8]) -> FirRequests<'a> {
        FirRequests { rest: entries }
    }
}

impl Iterator for FirRequests<'_> {
    type Item = (u32, u8);

    fn next(&mut self) -> Option<(u32, u8)> {
        let (entry, rest) = self.rest.split_first_chunk::<FIR_LEN>()?;
        self.rest = rest;
        Some((u32_at(entry, 0)?, u8_at(entry, 4)?))
    }
}

/// A bitrate as a mantissa of 18 bits and an exponent of 6 (draft-alvestrand-rmcat-remb-03 section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bitrate(u32);

impl Bitrate {
    const MANTISSA_BITS: u32 = 18;

    pub(super) fn new(bits: u32) -> Bitrate {
        Bitrate(bits)
    }

    /// The nearest that is not more.
    pub(super) fn from_bps(bps: u64) -> Bitrate {
        let exponent = (u64::BITS - bps.leading_zeros()).saturating_sub(Bitrate::MANTISSA_BITS);
        Bitrate(exponent << Bitrate::MANTISSA_BITS | (bps >> exponent) as u32)
    }

    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// Bits per second; the greatest number there is where it does not fit.
    pub fn bps(self) -> u64 {
        let mantissa = u64::from(self.0 & ((1 << Bitrate::MANTISSA_BITS) - 1));
        let exponent = self.0 >> Bitrate::MANTISSA_BITS;
        if mantissa.leading_zeros() < exponent { u64::MAX } else { mantissa.checked_shl(exponent).unwrap_or(0) }
    }
}
