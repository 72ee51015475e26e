//! Writing transport-wide feedback.

use super::{DELTA_US, REFERENCE_US};
use crate::rtcp::{feedback, packet_type};

const VECTOR_OF_TWO_BITS: u16 = 3 << 14;
const SYMBOLS: usize = 7;
const SMALL: u16 = 1;
const LARGE: u16 = 2;
/// The most that one run can say.
const LONGEST_RUN: u16 = (1 << 13) - 1;

/// Appends one message about packets that arrived: (transport-wide sequence number, microseconds on our clock), by
/// sequence number; what is missing between them is reported lost. Returns how many it took from the front; the rest needs
/// another message, with the next `feedback_count`: a message ends at a gap of more than 8,191 packets, at a step of more
/// than 8 s, and at 4,096 packets.
pub fn transport_feedback(
    buffer: &mut Vec<u8>,
    sender: u32,
    media: u32,
    feedback_count: u8,
    arrivals: &[(u16, i64)],
) -> usize {
    let _ = (buffer, sender, media, feedback_count, arrivals, DELTA_US, REFERENCE_US, feedback::TRANSPORT_WIDE);
    let _ = (packet_type::TRANSPORT_FEEDBACK, VECTOR_OF_TWO_BITS, SYMBOLS, SMALL, LARGE, LONGEST_RUN);
    0
}
