//! What a session noted, and what is read from that.

use echo_bandwidth::Bitrate;
use echo_bandwidth::allocate::Shown;

use crate::session::Session;

/// What was noted every 100 ms.
#[derive(Debug, Clone)]
pub struct Note {
    /// Microseconds.
    pub at: i64,
    pub estimate: Bitrate,
    pub shown: Vec<Shown>,
}

impl Session {
    /// Notes from second to second of the whole run.
    pub fn between(&self, from: f64, to: f64) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| (from..to).contains(&(note.at as f64 / 1e6)))
    }

    /// Kilobits per second, least and most, from second to second.
    pub fn estimates(&self, from: f64, to: f64) -> (u64, u64) {
        let of = || self.between(from, to).map(|note| note.estimate.as_bps() / 1000);
        (of().min().unwrap_or(0), of().max().unwrap_or(0))
    }

    /// Seconds at which what is shown changed.
    pub fn switches(&self, from: f64, to: f64) -> Vec<f64> {
        let notes: Vec<_> = self.between(from, to).collect();
        let pairs = notes.windows(2).filter(|pair| pair[0].shown != pair[1].shown);
        pairs.map(|pair| pair[1].at as f64 / 1e6).collect()
    }

    /// Delays of the voice in milliseconds, sorted, from second to second.
    pub fn voice_delays(&self, from: f64, to: f64) -> Vec<i64> {
        let of = self.voices.iter().filter(|(at, _)| (from..to).contains(&(*at as f64 / 1e6)));
        let mut delays: Vec<_> = of.map(|(_, delay)| delay / 1000).collect();
        delays.sort_unstable();
        delays
    }
}
