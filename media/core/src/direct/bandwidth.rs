//! What a receiver's line carries.

use std::time::{Duration, Instant};

use echo_wire::rtcp::ReportBlock;
use echo_wire::twcc::TransportFeedback;

/// Where what is known of the line comes together.
#[derive(Debug, Default)]
pub(super) struct Bandwidth {}

impl Bandwidth {
    /// A packet with this transport-wide sequence number is leaving. `bytes` is its datagram's length.
    pub(super) fn sent(&mut self, _now: Instant, _sequence: u16, _bytes: usize) {}

    /// Which packets arrived, and when.
    pub(super) fn arrived(&mut self, _now: Instant, _feedback: &TransportFeedback<'_>) {}

    /// What the receiver says of one stream.
    pub(super) fn reported(&mut self, _now: Instant, _block: &ReportBlock, _round_trip: Option<Duration>) {}
}
