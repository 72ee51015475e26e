//! How much a layer takes on the wire.

use std::time::{Duration, Instant};

use echo_bandwidth::Bitrate;

use crate::messages::{Layer, Source};

/// Bytes of a packet beside its payload: RTP header with extensions, and SRTP's tag.
const OVERHEAD: usize = 36;
/// Bytes are counted over this much time before they change the rate: several frames.
const WINDOW: Duration = Duration::from_millis(500);
/// Weight of a new window: a change shows within two seconds, one keyframe in it stays small.
const WEIGHT: f64 = 0.25;
/// After a silence there is nothing to learn from the time it took.
const PAUSE: Duration = Duration::from_secs(2);

/// The measured bitrate of one layer.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    since: Option<Instant>,
    bytes: u64,
    rate: Option<Bitrate>,
}

impl Rate {
    /// Counts a packet. `nominal` is what the rate is taken for at first.
    pub(crate) fn packet(&mut self, now: Instant, payload: usize, nominal: Bitrate) {
        let since = *self.since.get_or_insert(now);
        let passed = now.saturating_duration_since(since);
        if passed >= WINDOW {
            if passed < PAUSE {
                let known = self.rate.unwrap_or(nominal);
                self.rate = Some(known * (1.0 - WEIGHT) + Bitrate::of(self.bytes, passed) * WEIGHT);
            }
            self.since = Some(now);
            self.bytes = 0;
        }
        self.bytes += (payload + OVERHEAD) as u64;
    }

    /// The rate is known from elsewhere.
    pub(crate) fn told(&mut self, rate: Bitrate) {
        self.rate = Some(rate);
    }

    pub(crate) fn get(&self, nominal: Bitrate) -> Bitrate {
        self.rate.unwrap_or(nominal)
    }
}

/// What our own pages let a layer take at most, for the time until it is measured.
pub(crate) fn nominal(source: Source, layer: Layer) -> Bitrate {
    match (source, layer) {
        (Source::Screen, _) => Bitrate::kbps(2500),
        (_, Layer::Q) => Bitrate::kbps(150),
        (_, Layer::H) => Bitrate::kbps(500),
        _ => Bitrate::kbps(1500),
    }
}

/// What a voice takes on the wire: 40 kbit/s and 50 headers a second.
pub(crate) const VOICE: Bitrate = Bitrate::kbps(60);
/// What the sound of a shared screen takes.
pub(crate) const SHARED_SOUND: Bitrate = Bitrate::kbps(120);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_nominal_first_and_measured_soon() {
        let (start, nominal) = (Instant::now(), Bitrate::kbps(1500));
        let mut rate = Rate::default();
        assert_eq!(rate.get(nominal), nominal);
        for packet in 0..1000 {
            rate.packet(start + Duration::from_millis(packet * 10), 464, nominal);
            if packet == 300 {
                let soon = rate.get(nominal);
                assert!(soon < Bitrate::kbps(700), "{soon:?}");
            }
        }
        let known = rate.get(nominal);
        assert!(known > Bitrate::kbps(390) && known < Bitrate::kbps(420), "{known:?}");
        rate.packet(start + Duration::from_secs(60), 464, nominal);
        assert_eq!(rate.get(nominal), known, "a pause is no low rate");
    }
}
