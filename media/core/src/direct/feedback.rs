//! What a receiver says: opened here, once, and capped. Whatever it claims, it can cost its own streams something and nobody
//! else's.

use std::time::{Duration, Instant};

use echo_wire::OpenError;
use echo_wire::rtcp::{self, Message, ReportBlock};
use echo_wire::rtp::extend;

use super::Direct;
use crate::happening::{Happening, Out, Taken};

/// Packets of feedback in a second that are looked at: several times what a browser sends with 25 streams and heavy loss.
const MOST_A_SECOND: u32 = 500;
/// Packets in a second that are opened: what is forged costs no more than that, and is not counted with what is true.
const MOST_OPENED: u32 = 4000;
/// Packets whose arrival may be told of in a second; a message of 24 bytes can tell of 8,192. A line that carries more than this
/// many is beyond what we send to one receiver.
const MOST_TOLD: u32 = 20_000;
/// Packets in a second that may be asked for again; one message can ask for thousands.
const MOST_ASKED: u32 = 5000;
/// Keyframe requests in a second for one receiver; what publishers are asked is limited besides.
const MOST_KEYFRAMES: u32 = 50;

/// What a receiver has said in this second.
#[derive(Debug)]
pub(super) struct Meter {
    since: Instant,
    opened: u32,
    packets: u32,
    told: u32,
    asked: u32,
    keyframes: u32,
}

impl Meter {
    pub(super) fn new(now: Instant) -> Meter {
        Meter { since: now, opened: 0, packets: 0, told: 0, asked: 0, keyframes: 0 }
    }

    fn may_be_opened(&mut self, now: Instant) -> bool {
        self.turn(now);
        self.opened += 1;
        self.opened <= MOST_OPENED
    }

    fn may_say(&mut self) -> bool {
        self.packets += 1;
        self.packets <= MOST_A_SECOND
    }

    fn may_tell(&mut self, arrivals: u16) -> bool {
        self.told += u32::from(arrivals);
        self.told <= MOST_TOLD
    }

    fn may_miss(&mut self) -> bool {
        self.asked += 1;
        self.asked <= MOST_ASKED
    }

    fn may_want_keyframe(&mut self) -> bool {
        self.keyframes += 1;
        self.keyframes <= MOST_KEYFRAMES
    }

    fn turn(&mut self, now: Instant) {
        if now.saturating_duration_since(self.since) >= Duration::from_secs(1) {
            *self = Meter::new(now);
        }
    }
}

impl Direct {
    /// Opens a packet of SRTCP and does what it says.
    pub(crate) fn hear(&mut self, now: Instant, datagram: &[u8], out: &mut Out<'_>) -> Taken {
        if !self.meter.may_be_opened(now) {
            out.counters.feedback_limited += 1;
            return Taken::Handled;
        }
        out.counters.feedback_in += 1;
        let mut scratch = std::mem::take(out.scratch);
        let heard = match self.opener.open_rtcp(datagram, &mut scratch) {
            Ok(compound) => {
                if self.meter.may_say() {
                    self.read(now, compound, out);
                } else {
                    out.counters.feedback_limited += 1;
                }
                Taken::Authentic
            }
            Err(error) => {
                match error {
                    OpenError::Replayed => out.counters.feedback_replayed += 1,
                    _ => out.counters.feedback_forged += 1,
                }
                Taken::Handled
            }
        };
        *out.scratch = scratch;
        heard
    }

    /// Does what a compound packet says.
    pub(crate) fn read(&mut self, now: Instant, compound: &[u8], out: &mut Out<'_>) {
        self.meter.turn(now);
        let mut measured = false;
        for message in rtcp::parse(compound) {
            match message {
                Message::ReceiverReport { blocks, .. } => {
                    blocks.for_each(|block| measured |= self.reported(now, &block));
                }
                Message::SenderReport { info, blocks } => {
                    self.ingress.reported(now, &info);
                    blocks.for_each(|block| measured |= self.reported(now, &block));
                }
                Message::Nack { media, lost, .. } => lost.for_each(|lost| self.missing(now, media, lost, out)),
                Message::Pli { media, .. } => self.keyframe(media, out),
                Message::Fir { requests, .. } => requests.for_each(|(media, _)| self.keyframe(media, out)),
                Message::Transport(feedback) if !self.meter.may_tell(feedback.status_count) => {
                    out.counters.feedback_limited += 1;
                }
                Message::Transport(feedback) => {
                    self.bandwidth.arrived(now, &feedback);
                    measured = true;
                }
                Message::Remb { bitrate, .. } => {
                    self.bandwidth.told(now, bitrate.bps());
                    measured = true;
                }
                // Browsers say goodbye to streams that they go on sending.
                Message::Bye { .. } | Message::Sdes | Message::ExtendedReport { .. } | Message::Other { .. } => {}
            }
        }
        if measured {
            out.happenings.push(Happening::LineMeasured);
        }
    }

    /// Takes a report; true where it is about a stream of ours.
    fn reported(&mut self, now: Instant, block: &ReportBlock) -> bool {
        let Some(lane) = self.lane_of(block.ssrc) else { return false };
        self.lanes[lane].bound = true;
        let sample = self.wall.round_trip(now, block.last_report, block.delay);
        if let Some(sample) = sample {
            // Smoothed as RFC 6298 section 2 does.
            self.round_trip = Some(self.round_trip.map_or(sample, |known| (known * 7 + sample) / 8));
        }
        self.bandwidth.reported(now, block, sample);
        true
    }

    fn missing(&mut self, now: Instant, ssrc: u32, lost: u16, out: &mut Out<'_>) {
        out.counters.repairs_asked += 1;
        if !self.meter.may_miss() {
            out.counters.repairs_refused += 1;
            return;
        }
        let apart = self.round_trip();
        let lane = self.lane_of(ssrc).map(|lane| &mut self.lanes[lane]);
        let Some(lane) = lane.filter(|lane| lane.form.repair.is_some()) else {
            out.counters.repairs_unknown += 1;
            return;
        };
        let sequence = lane.sent.newest().and_then(|newest| extend(newest, lost));
        let Some(sequence) = sequence.filter(|sequence| lane.sent.sent(*sequence)) else {
            out.counters.repairs_unknown += 1;
            return;
        };
        if lane.repairs.admit(now, sequence, apart) {
            out.happenings.push(Happening::Missing { line: lane.form.line, sequence });
        } else {
            out.counters.repairs_refused += 1;
        }
    }

    fn keyframe(&mut self, ssrc: u32, out: &mut Out<'_>) {
        let Some(lane) = self.lane_of(ssrc).map(|lane| &self.lanes[lane]).filter(|lane| lane.is_picture()) else {
            return;
        };
        if self.meter.may_want_keyframe() {
            out.happenings.push(Happening::KeyframeWanted(lane.form.line.mid));
        } else {
            out.counters.feedback_limited += 1;
        }
    }
}
