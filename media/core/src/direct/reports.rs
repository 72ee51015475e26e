//! Sender reports (RFC 3550 section 6.4.1): what relates a receiver's streams to each other in time.

use std::time::{Duration, Instant};

use echo_wire::rtcp::{SenderInfo, sdes_cname, sender_report};

use super::Direct;
use super::lane::Lane;
use super::wall::WallClock;
use crate::outbox::{Outbox, Route};

/// Sound reports as often as pictures do: a receiver can relate the two only once it has a report of each.
const INTERVAL: Duration = Duration::from_secs(1);
/// Reports that would be due within this time go along with those that are.
const TOGETHER: Duration = Duration::from_millis(200);
/// A stream that was silent for this long reports no more until it sends again.
const SILENT: Duration = Duration::from_secs(5);
/// Reports are spread over packets of about this size.
const PACKET_BYTES: usize = 1000;

impl Direct {
    /// Sends the reports that are due and sets the time of the next ones.
    pub(super) fn report(&mut self, now: Instant, route: Route, outbox: &mut Outbox) {
        let Direct { lanes, sealer, wall, .. } = self;
        let mut due = lanes.iter_mut().filter_map(|lane| lane.reports(now).then_some(&*lane)).peekable();
        while due.peek().is_some() {
            outbox.write(route, |buffer| {
                let start = buffer.len();
                while buffer.len() - start < PACKET_BYTES
                    && let Some(lane) = due.next()
                {
                    lane.write_report(now, wall, buffer);
                }
                sealer.seal_rtcp(buffer, start).ok()
            });
        }
        self.reports_at = self.lanes.iter().filter_map(|lane| lane.report_at).min();
    }
}

impl Lane {
    /// Whether a report is due; puts the stream to sleep where it has nothing to report.
    fn reports(&mut self, now: Instant) -> bool {
        let due = self.report_at.is_some_and(|at| at <= now + TOGETHER);
        if due {
            let silent = self.last.is_none_or(|last| now.saturating_duration_since(last) >= SILENT);
            self.report_at = (!silent).then_some(now + INTERVAL);
        }
        due && self.report_at.is_some()
    }

    fn write_report(&self, now: Instant, wall: &WallClock, buffer: &mut Vec<u8>) {
        let Some((_, timestamp, captured)) = self.furthest else { return };
        let since = now.saturating_duration_since(captured);
        let ticks = since.as_micros() as u64 * u64::from(self.form.clock_rate) / 1_000_000;
        let info = SenderInfo {
            ssrc: *self.form.line.ssrc,
            ntp: wall.ntp(now),
            rtp_timestamp: timestamp.wrapping_add(ticks as u32),
            packets: self.packets,
            octets: self.octets,
        };
        sender_report(buffer, &info, &[]);
        sdes_cname(buffer, info.ssrc, &self.form.cname);
    }
}
