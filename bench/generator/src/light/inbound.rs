//! One incoming stream, followed by its sequence numbers.

use echo_wire::rtcp::ReportBlock;
use echo_wire::rtp::Header;

use super::routes::Place;
use crate::measure::SlotMeter;
use crate::stamp;

const MS: u64 = 1_000_000;
/// A hole is asked for when it is this old: what was merely overtaken has come by then.
pub const HOLE_NS: u64 = 20 * MS;
/// And again after this, so many times in all.
const AGAIN_NS: u64 = 60 * MS;
const MOST_ASKED: u8 = 8;
/// More holes at once are a jump, not a loss.
const MOST_HOLES: u64 = 512;
/// Between requests for a first keyframe.
const KEYFRAME_NS: u64 = 500 * MS;

/// A packet that did not come.
struct Hole {
    index: u64,
    due_ns: u64,
    asked: u8,
}

/// What the reports of RFC 3550 need, section 6.4.1 and appendix A.
#[derive(Default)]
struct Reception {
    first: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    /// In units of the stream's clock, times 16.
    jitter: u32,
    transit: Option<u32>,
    /// Middle bits of the last sender report, and when it came.
    report: (u32, u64),
}

/// An incoming stream.
pub struct Inbound {
    pub ssrc: u32,
    pub place: Place,
    pub slot: SlotMeter,
    /// The publication and the layer that the last opened packet was of.
    pub publication: Option<usize>,
    pub layer: char,
    /// A packet of it was opened.
    pub read: bool,
    /// No packet of a keyframe was opened yet.
    pub needs_keyframe: bool,
    /// Packets until the next one is opened.
    pub until_opened: u32,
    highest: Option<u64>,
    holes: Vec<Hole>,
    keyframe_due_ns: Option<u64>,
    reception: Reception,
}

impl Inbound {
    pub fn new(ssrc: u32, place: Place) -> Inbound {
        Inbound {
            ssrc,
            place,
            slot: SlotMeter::default(),
            publication: None,
            layer: stamp::NO_LAYER,
            read: false,
            needs_keyframe: place.video && place.repair.is_none(),
            until_opened: 0,
            highest: None,
            holes: Vec::new(),
            keyframe_due_ns: None,
            reception: Reception::default(),
        }
    }

    /// The packet's index, rollovers included, or `None` where it is from before the first one.
    pub fn index(&self, sequence: u16) -> Option<u64> {
        let Some(highest) = self.highest else { return Some(sequence.into()) };
        let ahead = sequence.wrapping_sub(highest as u16) as i16;
        highest.checked_add_signed(ahead.into())
    }

    /// Takes note of a packet of media, at its index.
    pub fn packet(&mut self, now_ns: u64, header: &Header, index: u64) {
        self.slot.packet(now_ns, index);
        self.reception.packet(now_ns, header.timestamp, self.place.clock);
        match self.highest {
            None => self.reception.first = index,
            Some(highest) if index > highest => {
                if self.place.repaired && index - highest <= MOST_HOLES {
                    let due_ns = now_ns + HOLE_NS;
                    self.holes.extend((highest + 1..index).map(|index| Hole { index, due_ns, asked: 0 }));
                }
            }
            Some(_) => {
                self.holes.retain(|hole| hole.index != index);
                return;
            }
        }
        self.highest = Some(index);
    }

    /// Takes note of a retransmission of this stream.
    pub fn repaired(&mut self, now_ns: u64, sequence: u16) {
        if let Some(index) = self.index(sequence) {
            self.slot.packet(now_ns, index);
            self.holes.retain(|hole| hole.index != index);
        }
    }

    /// Makes it ask for a keyframe; whoever waits for a first one asks until it comes.
    pub fn want_keyframe(&mut self, now_ns: u64) {
        self.keyframe_due_ns.get_or_insert(now_ns);
    }

    /// A packet of a keyframe was opened: nobody needs to ask any more.
    pub fn keyframe_came(&mut self) {
        (self.needs_keyframe, self.keyframe_due_ns) = (false, None);
    }

    /// When there is something to ask for.
    pub fn due_ns(&self) -> Option<u64> {
        let holes = self.holes.iter().map(|hole| hole.due_ns);
        holes.chain(self.keyframe_due_ns).min()
    }

    /// Whether to ask for a keyframe now.
    pub fn asks_for_keyframe(&mut self, now_ns: u64) -> bool {
        let due = self.keyframe_due_ns.is_some_and(|at| at <= now_ns);
        if due {
            self.keyframe_due_ns = self.needs_keyframe.then_some(now_ns + KEYFRAME_NS);
        }
        due
    }

    /// The holes to ask for now, in their order.
    pub fn asks_for(&mut self, now_ns: u64) -> Vec<u16> {
        let mut due = Vec::new();
        self.holes.retain_mut(|hole| {
            if hole.due_ns <= now_ns {
                due.push(hole.index as u16);
                hole.asked += 1;
                hole.due_ns = now_ns + AGAIN_NS;
            }
            hole.asked < MOST_ASKED
        });
        due
    }

    /// A sender report about this stream came.
    pub fn sender_report(&mut self, now_ns: u64, ntp: u64) {
        self.reception.report = ((ntp >> 16) as u32, now_ns);
    }

    /// What to report of it, if there is anything new.
    pub fn report(&mut self, now_ns: u64) -> Option<ReportBlock> {
        let (highest, reception) = (self.highest?, &mut self.reception);
        let expected = highest - reception.first + 1;
        let expected_now = expected - reception.expected_before;
        let received_now = reception.received - reception.received_before;
        if received_now == 0 {
            return None;
        }
        (reception.expected_before, reception.received_before) = (expected, reception.received);
        let lost_now = expected_now.saturating_sub(received_now);
        let (last_report, came_ns) = reception.report;
        let delay = if last_report == 0 { 0 } else { (now_ns - came_ns) * 65_536 / 1_000_000_000 };
        Some(ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: (lost_now * 256 / expected_now.max(1)).min(255) as u8,
            cumulative_lost: (expected as i64 - reception.received as i64).clamp(-0x80_0000, 0x7f_ffff) as i32,
            highest_sequence: highest as u32,
            jitter: reception.jitter >> 4,
            last_report,
            delay: delay as u32,
        })
    }
}

impl Reception {
    fn packet(&mut self, now_ns: u64, timestamp: u32, clock: u32) {
        self.received += 1;
        let arrival = (u128::from(now_ns) * u128::from(clock) / 1_000_000_000) as u32;
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let change = (transit.wrapping_sub(before) as i32).unsigned_abs();
            self.jitter = self.jitter.wrapping_add(change).wrapping_sub((self.jitter + 8) >> 4);
        }
    }
}
