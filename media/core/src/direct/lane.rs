//! One stream to a receiver, with the stream of its retransmissions.

use std::time::Instant;

use super::form::LineForm;
use super::repair::Repairs;
use super::window::SentWindow;
use crate::picture_slot::VIDEO_CLOCK;

/// What is remembered of one stream out.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) form: LineForm,
    pub(super) sent: SentWindow,
    pub(super) repairs: Repairs,
    /// Sequence number of the next retransmission; like that of a slot it begins far below the first rollover.
    pub(super) repair_sequence: u64,
    /// Timestamp and capture time of the furthest packet.
    pub(super) furthest: Option<(u64, u32, Instant)>,
    pub(super) last: Option<Instant>,
    pub(super) packets: u32,
    pub(super) octets: u32,
    pub(super) report_at: Option<Instant>,
    /// A report about the stream came: its receiver knows by now which m-line it belongs to.
    pub(super) bound: bool,
}

impl Lane {
    pub(super) fn new(form: LineForm) -> Lane {
        let repair_sequence = u64::from(*form.line.ssrc & 0x3fff) + 1;
        Lane {
            form,
            sent: SentWindow::default(),
            repairs: Repairs::default(),
            repair_sequence,
            furthest: None,
            last: None,
            packets: 0,
            octets: 0,
            report_at: None,
            bound: false,
        }
    }

    pub(super) fn is_picture(&self) -> bool {
        self.form.clock_rate == VIDEO_CLOCK
    }

    /// Takes note of a packet of the stream itself that is leaving.
    pub(super) fn leaves(&mut self, now: Instant, sequence: u64, timestamp: u32, captured: Instant, bytes: usize) {
        if self.furthest.is_none_or(|(furthest, ..)| sequence > furthest) {
            self.furthest = Some((sequence, timestamp, captured));
        }
        self.last = Some(now);
        // Counted modulo 2^32, as RFC 3550 section 6.4.1 has it.
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(bytes as u32);
        self.repairs.earn(bytes);
    }
}
