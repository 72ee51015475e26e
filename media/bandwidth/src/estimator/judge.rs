//! What the estimate becomes with a feedback message: delays, loss and probes weighed against each other.

use std::time::Duration;

use super::Estimator;
use crate::Bitrate;
use crate::cluster;
use crate::history::Micros;
use crate::rate::{LIMIT_STRETCH, Signal};
use crate::trend::Usage;

/// A full line lowers an estimate that is above what it carries by more than this. Ours.
const TOO_HIGH: f64 = 0.9;
/// Loss lowers the estimate no further than to this share of what came through. As a full line does, see [`crate::rate`].
const PROVEN: f64 = 0.85;
/// A line of which no more than this is left has collapsed. Ours.
const COLLAPSED: f64 = 0.6;
/// ... as it has in this time. Ours: a frame of the highest layer takes longer on a line that has.
const STEEP_STRETCH: Duration = Duration::from_millis(80);

impl Estimator {
    /// Takes what a feedback message has changed: rate, loss, probes.
    pub(super) fn judge(&mut self, now: Micros) {
        let before = self.estimate();
        let decreased = self.rate.decreased();
        // A queue that overflows and does not drain is as full as one that grows.
        let drains = self.jam.lately(now);
        let overflows = !drains && self.standing.is_high() && self.loss.is_noticeable();
        let disturbed = self.probes.disturbs(now);
        let steep = if disturbed { None } else { self.trend.steep() };
        // What it takes to know is of use only where the queue grows.
        let grows = overflows || steep.is_some() || self.trend.usage() == Usage::Over;
        let mut limit = if grows { self.trend.throughput(LIMIT_STRETCH) } else { None };
        // A keyframe makes a queue as well, but as much comes through meanwhile as the line was known to carry.
        let steep = steep.filter(|_| limit.is_some_and(|limit| limit < self.rate.rate() * COLLAPSED));
        if steep.is_some() {
            // A moment ago more came through, but that was another line.
            limit = self.trend.latest_throughput(STEEP_STRETCH).or(limit);
        }
        let (usage, slope) = match self.trend.usage() {
            _ if overflows && !self.standing.is_on_trial() => (Usage::Over, 0.0),
            // Nothing grows meanwhile, or the queue could not drain.
            Usage::Normal if overflows => (Usage::Under, 0.0),
            // What came through while pictures waited says nothing of the line.
            _ if drains => (Usage::Under, 0.0),
            _ if disturbed => (Usage::Normal, 0.0),
            usage => match steep {
                Some(steep) => (Usage::Over, steep),
                None => (usage, self.trend.slope()),
            },
        };
        let delivered = self.delivered.rate();
        self.rate.update(now, Signal { usage, slope, delivered, limit, rtt: self.rtt });
        if overflows && !self.standing.is_on_trial() && self.rate.decreased() != decreased {
            self.standing.lowered(now);
        }
        // While the queue drains, what is told lost had overflowed before: that is in the rate already.
        let rate = self.rate.rate();
        let proven = if drains { rate } else { delivered.map_or(Bitrate::ZERO, |delivered| delivered * PROVEN) };
        if self.loss.step(now, rate, proven, self.rtt) && !drains {
            self.rate.overflowed(now, delivered);
        }
        if self.rate.decreased() != decreased || self.estimate() < before {
            let full = (usage == Usage::Over).then(|| self.rate.rate());
            self.probes.dropped(now, full);
            if steep.is_some() || self.estimate() < before * COLLAPSED {
                self.jam.begins(now);
            }
        }
        self.learn(now);
        self.jam.sees(now, self.queued());
        self.probes.estimate_changed(now, self.estimate());
    }

    /// Takes what the running probe has found.
    fn learn(&mut self, now: Micros) {
        let Some(found) = self.probes.result(now) else { return };
        let rate = self.rate.rate();
        match found {
            _ if self.loss.is_high() => {}
            cluster::Found::AtLeast(found) => {
                self.loss.proven(found);
                self.rate.set(now, found.max(rate));
            }
            cluster::Found::Full(found) if found > rate => self.rate.set(now, found),
            cluster::Found::Full(found) if found < rate * TOO_HIGH => self.rate.lower(now, found),
            cluster::Found::Full(_) => {}
        }
    }
}
