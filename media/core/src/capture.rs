//! When a packet was captured, on our clock: what keeps voice and picture of one person in step.
//!
//! A sender report ties a stream's RTP timestamps to the sender's wall clock. The distance from that clock to ours is
//! the same for all streams of a sender, so it is learned once per sender, as the least (arrival - capture) of late.
//! Both of a person's slots then carry timestamps and sender reports that speak of one common time line: ours.

use std::time::{Duration, Instant, UNIX_EPOCH};

use str0m::rtp::RtpPacket;

/// The sender's clock may run away from ours by this much, in microseconds per second of arrivals, before the learned
/// distance would be wrong; also how fast a route that became longer is believed.
const DRIFT_US_PER_S: i64 = 500;
/// A capture time further than this before its arrival is a mistake of the sender.
const OLDEST: Duration = Duration::from_secs(2);

/// Maps one sender's wall clock to ours.
#[derive(Debug)]
pub(crate) struct CaptureClock {
    epoch: Instant,
    /// (our microseconds since `epoch`) - (sender's microseconds since 1970), at the least.
    distance: Option<(i64, Instant)>,
}

impl CaptureClock {
    pub(crate) fn new(epoch: Instant) -> CaptureClock {
        CaptureClock { epoch, distance: None }
    }

    /// When a packet was captured; its arrival where the sender has not yet told.
    pub(crate) fn captured(&mut self, packet: &RtpPacket) -> Instant {
        let arrived = packet.timestamp;
        let Some(capture) = sender_time(packet) else {
            return arrived;
        };
        let Some(ours) = arrived.checked_duration_since(self.epoch) else {
            return arrived;
        };
        let ours = ours.as_micros() as i64;
        let least = self.learn(arrived, ours - capture);
        let captured = capture + least;
        match u64::try_from(captured) {
            Ok(us) => {
                let at = self.epoch + Duration::from_micros(us);
                at.clamp(arrived.checked_sub(OLDEST).unwrap_or(arrived), arrived)
            }
            Err(_) => arrived,
        }
    }

    fn learn(&mut self, now: Instant, distance: i64) -> i64 {
        let Some((least, at)) = self.distance else {
            self.distance = Some((distance, now));
            return distance;
        };
        let aged = now.saturating_duration_since(at).as_micros() as i64 * DRIFT_US_PER_S / 1_000_000;
        if distance < least + aged {
            self.distance = Some((distance, now));
        } else if aged > 0 {
            self.distance = Some((least + aged, now));
        }
        distance.min(least + aged)
    }
}

/// Capture time on the sender's wall clock, in microseconds since 1970.
fn sender_time(packet: &RtpPacket) -> Option<i64> {
    let info = packet.last_sender_info.as_ref()?;
    let rate = i64::from(packet.time.denom());
    // Both are extended over wraps, but each by itself: only their lowest 32 bits compare.
    let ticks = (packet.time.numer() as u32).wrapping_sub(info.rtp_time.numer() as u32) as i32;
    let ntp = info.ntp_time.duration_since(UNIX_EPOCH).ok()?;
    Some(ntp.as_micros() as i64 + i64::from(ticks) * 1_000_000 / rate)
}
